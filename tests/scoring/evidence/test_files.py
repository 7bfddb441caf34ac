"""What files are taken, under which names, and how the folder keeps them."""

import asyncio
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.evidence.domain import (
    LARGEST,
    FileDamaged,
    FileEmpty,
    FileKind,
    FileRefused,
    FileTooLarge,
    kind_of,
    safe_name,
)
from services.scoring.evidence.store import FolderFiles

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\xff\xd8\xff\xe0 jfif", FileKind.JPG),
        (b"\x89PNG\r\n\x1a\n....", FileKind.PNG),
        (DOCX, FileKind.DOCX),
        (XLSX, FileKind.XLSX),
    ],
)
def test_the_kind_is_read_from_the_content(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a",
        b" %PDF-1.7",
        b"PK\x03\x04 no archive at all",
        archive("readme.txt"),
        archive("[Content_Types].xml", "ppt/presentation.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        DOCX[:-30],
    ],
)
def test_everything_else_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        kind_of(content)


def test_an_archive_that_unpacks_to_far_more_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "x")
        made.writestr("word/document.xml", b"0" * (201 * 1024 * 1024))
    assert len(buffer.getvalue()) < LARGEST
    with pytest.raises(FileRefused):
        kind_of(buffer.getvalue())


def test_ten_megabytes_are_the_limit() -> None:
    whole = b"%PDF-".ljust(LARGEST, b"0")
    assert kind_of(whole) is FileKind.PDF
    with pytest.raises(FileTooLarge):
        kind_of(whole + b"0")
    with pytest.raises(FileEmpty):
        kind_of(b"")


@pytest.mark.parametrize(
    ("given_name", "kind", "name"),
    [
        ("会议记录.pdf", FileKind.PDF, "会议记录.pdf"),
        ("照片.JPEG", FileKind.JPG, "照片.jpg"),
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("C:\\用户\\台账.xlsx", FileKind.XLSX, "台账.xlsx"),
        ("病毒.exe", FileKind.PDF, "病毒.exe.pdf"),
        ("a\u202efdp.exe", FileKind.PDF, "afdp.exe.pdf"),
        ('x"; filename="y.html', FileKind.PDF, "x__ filename=_y.html.pdf"),
        ("", FileKind.PNG, "附件.png"),
        ("...", FileKind.PNG, "附件.png"),
        (".pdf", FileKind.PDF, "pdf.pdf"),
        ("a\r\nSet-Cookie: b.pdf", FileKind.PDF, "aSet-Cookie_ b.pdf"),
    ],
)
def test_names_become_harmless(given_name: str, kind: FileKind, name: str) -> None:
    assert safe_name(given_name, kind) == name


@given(st.text(max_size=400), st.sampled_from(FileKind))
def test_no_name_is_ever_dangerous(name: str, kind: FileKind) -> None:
    safe = safe_name(name, kind)
    assert safe.endswith(f".{kind.value}")
    assert len(safe) <= 106
    assert not set(safe) & set('/\\<>:"|?*%;\r\n\0')
    assert not safe.startswith(".")
    assert safe.isprintable()
    assert safe_name(safe, kind) == safe


@pytest.fixture
def folder(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


def files_in(folder: Path) -> set[str]:
    """Names of everything kept, half-written files included."""
    return {path.name for path in folder.glob("*/*")}


def grow_old(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))


async def test_the_same_bytes_are_kept_once(folder: FolderFiles, tmp_path: Path) -> None:
    first, second = await asyncio.gather(folder.put(b"same"), folder.put(b"same"))
    assert first == second
    assert await folder.get(first) == b"same"
    assert files_in(tmp_path) == {first}


async def test_changed_or_missing_bytes_are_noticed(folder: FolderFiles, tmp_path: Path) -> None:
    digest = await folder.put(b"what was received")
    (tmp_path / digest[:2] / digest).write_bytes(b"something else")
    with pytest.raises(FileDamaged):
        await folder.get(digest)
    with pytest.raises(FileDamaged):
        await folder.get("0" * 64)


async def test_only_what_lies_unused_long_enough_is_removed(
    folder: FolderFiles, tmp_path: Path
) -> None:
    digest = await folder.put(b"orphan")
    edge = datetime.now(UTC) - timedelta(hours=1)
    assert await folder.unused_since(edge) == []
    grow_old(tmp_path)
    assert await folder.unused_since(edge) == [digest]
    # Put again between the look and the removal: it stays.
    await folder.put(b"orphan")
    assert not await folder.remove(digest, edge)
    grow_old(tmp_path)
    assert await folder.remove(digest, edge)
    assert not await folder.remove(digest, edge)
