"""A database of before envelope keys: what it holds is sealed when it is migrated."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.servers import GivenPostgres
from services.notifications import factory as notifications
from services.registry import factory as registry
from shared.db import create_engine, create_sessions, migrations
from shared.sealing import folder
from shared.sealing.envelope import Place, Seal
from shared.sealing.folder import SealingFolder
from shared.tables import new_id

BEFORE = "a sealing key of before"
OWN = new_id()


def key_of(purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(BEFORE.encode())


def sealed_before(purpose: bytes, text: str) -> bytes:
    nonce = secrets.token_bytes(12)
    return b"\x01" + nonce + AESGCM(key_of(purpose)).encrypt(nonce, text.encode(), OWN.bytes)


@pytest.fixture
async def empty(postgres: GivenPostgres) -> AsyncIterator[str]:
    name = f"wuxing_test_upgrade_{secrets.token_hex(6)}"
    yield await postgres.create_database(name)
    await postgres.drop_database(name)


async def upgraded(
    service: str, url: str, before: str, rows: list[tuple[str, dict[str, Any]]]
) -> AsyncSession:
    """Migrate to a revision of before, fill in what it held, and migrate on."""
    await asyncio.to_thread(command.upgrade, migrations(service, url), before)
    session = create_sessions(create_engine(url))()
    for table, values in rows:
        names = ", ".join(f":{name}" for name in values)
        await session.execute(
            sa.text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({names})"),  # noqa: S608 -- names of our own
            values,
        )
    await session.commit()
    await asyncio.to_thread(command.upgrade, migrations(service, url), "head")
    return session


@pytest.fixture
def seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seal:
    folder.write_new_key(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    for service in ("REGISTRY", "NOTIFICATIONS"):
        monkeypatch.setenv(f"WUXING_{service}_SEALING_DIRECTORY", str(tmp_path))
        monkeypatch.setenv(f"WUXING_{service}_SEALING_KEY", BEFORE)
    return Seal(SealingFolder(tmp_path).keys)


async def test_registry(empty: str, seal: Seal) -> None:
    now = datetime.now(UTC)
    user = {
        "id": OWN,
        "username": "zhang",
        "display_name": "张",
        "email": "zhang@huojia.test",
        "disabled": False,
        "failures": 0,
        "created_at": now,
        "version": 1,
    }
    secret = sealed_before(b"wuxing registry second factors", "JBSWY3DPEHPK3PXP")
    factor = {"user_id": OWN, "sealed": secret, "enrolled_at": now, "last_step": 0}
    linked = {"issuer": "wechat:wx1", "subject": "openid-1", "user_id": OWN, "linked_at": now}
    rows = [("users", user), ("second_factors", factor), ("external_identities", linked)]
    session = await upgraded("registry", empty, "0005_imports", rows)
    email, stored, identity = (each.place for each in registry.SEALED)
    assert seal.open(await _only(session, email), email, OWN) == "zhang@huojia.test"
    assert seal.open(await _only(session, stored), stored, OWN) == "JBSWY3DPEHPK3PXP"
    row = (await session.execute(sa.text("SELECT * FROM external_identities"))).one()
    assert seal.open(row.sealed_subject, identity, row.id) == "openid-1"
    assert row.subject_index == seal.index("openid-1", identity)
    await session.close()


async def test_notifications(empty: str, seal: Seal) -> None:
    box = Fernet(base64.urlsafe_b64encode(key_of(b"wuxing webhook secrets")))
    statement = sealed_before(b"wuxing notifications statements", '{"text": "村"}')
    webhook = {
        "id": OWN,
        "county_id": OWN,
        "owner_id": OWN,
        "url": "https://platform.example",
        "description": "",
        "event_types": "[]",
        "state": "active",
        "version": 1,
        "created_at": datetime.now(UTC),
        "sealed_secret": box.encrypt(b"whsec_1").decode(),
    }
    rows = [("sealed_statements", {"owner_id": OWN, "sealed": statement}), ("webhooks", webhook)]
    session = await upgraded("notifications", empty, "0003_account_messages", rows)
    place, secret, previous = (each.place for each in notifications.SEALED)
    assert seal.open(await _only(session, place), place, OWN) == '{"text": "村"}'
    assert seal.open(await _only(session, secret), secret, OWN) == "whsec_1"
    assert await _only(session, previous) is None
    await session.close()


async def _only(session: AsyncSession, place: Place) -> Any:  # noqa: ANN401 -- a stored value
    return await session.scalar(sa.text(f"SELECT {place.column} FROM {place.table}"))  # noqa: S608 -- names of our own
