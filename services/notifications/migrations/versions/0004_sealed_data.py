"""Objectors' statements and webhooks' secrets under envelope keys.

Rows that exist are sealed anew: WUXING_NOTIFICATIONS_SEALING_DIRECTORY must then hold a key, and
WUXING_NOTIFICATIONS_SEALING_KEY the secret that sealed them before.
"""

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.sealing.envelope import Place, Seal
from shared.sealing.folder import SealingFolder

revision = "0004_sealed_data"
down_revision = "0003_account_messages"
branch_labels = None
depends_on = None

_STATEMENT = Place("sealed_statements", "sealed")
_SECRETS = (
    ("sealed_secret", Place("webhooks", "sealed_secret")),
    ("sealed_previous", Place("webhooks", "sealed_previous")),
)


def upgrade() -> None:
    connection = op.get_bind()
    statements = connection.execute(sa.text("SELECT owner_id, sealed FROM sealed_statements")).all()
    webhooks = connection.execute(
        sa.text("SELECT id, sealed_secret, sealed_previous FROM webhooks")
    ).all()
    for name, _ in _SECRETS:
        op.drop_column("webhooks", name)
        op.add_column("webhooks", sa.Column(name, sa.LargeBinary(), nullable=True))
    if statements or webhooks:
        _seal_anew(connection, statements, webhooks)
    op.alter_column("webhooks", "sealed_secret", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    raise NotImplementedError("what is sealed is not laid open again: restore a backup instead")


def _seal_anew(
    connection: sa.Connection,
    statements: Sequence[sa.Row[Any]],
    webhooks: Sequence[sa.Row[Any]],
) -> None:
    directory = Path(os.environ["WUXING_NOTIFICATIONS_SEALING_DIRECTORY"])
    seal = Seal(SealingFolder(directory).keys)
    cipher = AESGCM(_before(b"wuxing notifications statements"))
    for row in statements:
        plain = cipher.decrypt(row.sealed[1:13], row.sealed[13:], row.owner_id.bytes).decode()
        connection.execute(
            sa.text("UPDATE sealed_statements SET sealed = :sealed WHERE owner_id = :id"),
            {"id": row.owner_id, "sealed": seal.close(plain, _STATEMENT, row.owner_id)},
        )
    box = Fernet(base64.urlsafe_b64encode(_before(b"wuxing webhook secrets")))
    for row in webhooks:
        for name, place in _SECRETS:
            stored: str | None = getattr(row, name)
            if stored is not None:
                secret = box.decrypt(stored.encode()).decode()
                connection.execute(
                    sa.text(f"UPDATE webhooks SET {name} = :sealed WHERE id = :id"),  # noqa: S608 -- names of our own
                    {"id": row.id, "sealed": seal.close(secret, place, row.id)},
                )


def _before(purpose: bytes) -> bytes:
    """Return the key that the one sealing key of before made for a purpose."""
    kdf = HKDF(SHA256(), 32, salt=None, info=purpose)
    return kdf.derive(os.environ["WUXING_NOTIFICATIONS_SEALING_KEY"].encode())
