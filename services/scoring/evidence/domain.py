"""佐证: what kinds of file are taken, by their own bytes, and under which name.

The type is read from the content, never from the name or what the sender says.
"""

import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Protocol
from uuid import UUID

from shared.errors import Conflict, Invalid, Problem, Text, TooLarge

LARGEST = 10 * 1024 * 1024
MOST_PER_ITEM = 20
_LONGEST_NAME = 100
# An office document that unpacks to more than this is no evidence but an attack.
_LARGEST_UNPACKED = 200 * 1024 * 1024


class FileKind(StrEnum):
    """The kinds of file that are taken, by their extension."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"


_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
}
_MAGIC = {b"%PDF-": FileKind.PDF, b"\xff\xd8\xff": FileKind.JPG, b"\x89PNG\r\n\x1a\n": FileKind.PNG}
_MAIN_PART = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
# Other endings of the same kinds that people's programs write.
_ALIASES = {"jpeg": FileKind.JPG, "jpe": FileKind.JPG}


class FileTooLarge(TooLarge):
    """The file is over 10 MB."""

    slug = "file-too-large"
    title = Text("文件过大", "The file is too large")


class FileRefused(Problem):
    """The content is none of the kinds that are taken."""

    slug = "file-kind-refused"
    status = 415
    title = Text("不支持这种文件", "This kind of file is not taken")


class FileEmpty(Invalid):
    """The file has no content."""

    slug = "file-empty"
    title = Text("文件是空的", "The file is empty")


class TooManyFiles(Conflict):
    """The item has as many files as it may have."""

    slug = "too-many-files"
    title = Text("附件太多", "Too many files")


class FileDamaged(Problem):
    """The stored bytes are missing or no longer those that were received."""

    slug = "file-damaged"
    status = 503
    title = Text("文件暂时无法读取", "The file cannot be read")


@dataclass(frozen=True)
class Evidence:
    """One uploaded file: whose, for which item, and the hash of its bytes.

    `detached_at` says when it was taken off the sheet although a submission covers it.
    """

    id: UUID
    application_id: UUID
    county_id: UUID
    star: str
    item: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: UUID | None
    detached_at: datetime | None = None


class FileStore(Protocol):
    """Where the bytes lie, addressed by their sha256 in hex."""

    async def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their address; the same bytes are kept once."""

    async def get(self, sha256: str) -> bytes:
        """Return the bytes; FileDamaged when they are missing or changed."""

    async def unused_since(self, moment: datetime) -> list[str]:
        """Return the addresses that were last put before this moment."""

    async def remove(self, sha256: str, moment: datetime) -> bool:
        """Forget bytes that were last put before this moment; False when they are newer."""


def kind_of(content: bytes) -> FileKind:
    """Return what the bytes are; a problem when they are empty, too many or of no known kind."""
    if not content:
        raise FileEmpty("文件没有内容，请检查后重新上传。", "The file has no content.")
    if len(content) > LARGEST:
        raise FileTooLarge(
            "单个文件不能超过10MB，请压缩或拆分后重新上传。",
            "A file may have at most 10 MB: compress or split it.",
            limit=LARGEST,
        )
    found = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)
    found = found or _office_kind(content)
    if found is None:
        raise FileRefused(
            "只接受 pdf、jpg、png、docx、xlsx 文件（按内容而不是扩展名判断），请转换后重新上传。",
            "Only pdf, jpg, png, docx and xlsx are taken, judged by their content.",
        )
    return found


def _office_kind(content: bytes) -> FileKind | None:
    """Read the table of a zip archive; macros and archives that unpack to too much are refused."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        parts = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    names = {part.filename for part in parts}
    macros = any(name.endswith("vbaProject.bin") for name in names)
    if macros or "[Content_Types].xml" not in names:
        return None
    if sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
        return None
    return next((kind for part, kind in _MAIN_PART.items() if part in names), None)


def safe_name(given: str, kind: FileKind) -> str:
    """Return a file name without folders and invisible characters, ending as its content is."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] not in {"C", "Z"} or c == " ")
    plain = "".join("_" if c in '<>:"|?*%;' else c for c in visible).strip(" .")
    stem, _, ending = plain.rpartition(".")
    kept = stem if stem and _is_ending(ending, kind) else plain
    return f"{kept[:_LONGEST_NAME].strip(' .') or '附件'}.{kind.value}"


def _is_ending(ending: str, kind: FileKind) -> bool:
    return ending.lower() == kind.value or _ALIASES.get(ending.lower()) is kind


def require_room(files: int) -> None:
    """Raise TooManyFiles when an item has as many files as it may have."""
    if files >= MOST_PER_ITEM:
        raise TooManyFiles(
            f"每个评分项最多上传{MOST_PER_ITEM}个文件，请先删除或合并。",
            f"An item may have at most {MOST_PER_ITEM} files: delete or merge some.",
        )
