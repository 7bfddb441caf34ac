"""E-mail addresses, outside subjects and second factors under envelope keys; erasures.

Rows that exist are sealed on the way: WUXING_REGISTRY_SEALING_DIRECTORY must then hold a key,
and WUXING_REGISTRY_SEALING_KEY the secret that sealed second factors before.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.sealing.envelope import Place, Seal
from shared.sealing.folder import SealingFolder

revision = "0007_sealed_data"
down_revision = "0006_posts"
branch_labels = None
depends_on = None

_EMAIL = Place("users", "sealed_email")
_SECRET = Place("second_factors", "sealed")
_SUBJECT = Place("external_identities", "sealed_subject")


def upgrade() -> None:
    op.add_column("users", sa.Column("sealed_email", sa.LargeBinary(), nullable=True))
    _each(
        "SELECT id, email FROM users WHERE email IS NOT NULL",
        "UPDATE users SET sealed_email = :sealed WHERE id = :id",
        lambda seal, row: {"id": row.id, "sealed": seal.close(row.email, _EMAIL, row.id)},
    )
    op.drop_column("users", "email")
    _each(
        "SELECT user_id, sealed FROM second_factors",
        "UPDATE second_factors SET sealed = :sealed WHERE user_id = :user_id",
        _factor,
    )
    for column in (
        sa.Column("id", sa.Uuid(), nullable=True),
        sa.Column("sealed_subject", sa.LargeBinary(), nullable=True),
        sa.Column("subject_index", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("external_identities", column)
    op.execute("UPDATE external_identities SET id = gen_random_uuid()")
    _each(
        "SELECT id, subject FROM external_identities",
        "UPDATE external_identities SET sealed_subject = :sealed, subject_index = :index"
        " WHERE id = :id",
        _identity,
    )
    op.drop_constraint("pk_external_identities", "external_identities", type_="primary")
    op.drop_column("external_identities", "subject")
    for name, kind in (
        ("id", sa.Uuid()),
        ("sealed_subject", sa.LargeBinary()),
        ("subject_index", sa.LargeBinary()),
    ):
        op.alter_column("external_identities", name, existing_type=kind, nullable=False)
    op.create_primary_key(op.f("pk_external_identities"), "external_identities", ["id"])
    op.create_unique_constraint(
        op.f("uq_external_identities_issuer_subject_index"),
        "external_identities",
        ["issuer", "subject_index"],
    )
    op.add_column("people", sa.Column("erased_on", sa.Date(), nullable=True))
    _create_erasures()


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_person", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_person", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_id"], ["organizations.id"], name=op.f("fk_erasures_county_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasures_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_county_id"), "erasures", ["county_id"])
    op.create_index(op.f("ix_erasures_person_id"), "erasures", ["person_id"])
    op.create_index(
        "uq_erasures_waiting",
        "erasures",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
    )


def downgrade() -> None:
    raise NotImplementedError("what is sealed is not laid open again: restore a backup instead")


def _each(select: str, update: str, sealed: Callable[[Seal, Any], dict[str, Any]]) -> None:
    """Seal what rows there are; a database without any needs no key."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(select)).all()
    if rows:
        directory = Path(os.environ["WUXING_REGISTRY_SEALING_DIRECTORY"])
        seal = Seal(SealingFolder(directory).keys)
        connection.execute(sa.text(update), [sealed(seal, row) for row in rows])


def _identity(seal: Seal, row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Core row
    sealed = seal.close(row.subject, _SUBJECT, row.id)
    return {"id": row.id, "sealed": sealed, "index": seal.index(row.subject, _SUBJECT)}


def _factor(seal: Seal, row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Core row
    """Open what the one sealing key of before had sealed: form byte, nonce of 12, AES-256-GCM."""
    kdf = HKDF(SHA256(), 32, salt=None, info=b"wuxing registry second factors")
    cipher = AESGCM(kdf.derive(os.environ["WUXING_REGISTRY_SEALING_KEY"].encode()))
    secret = cipher.decrypt(row.sealed[1:13], row.sealed[13:], row.user_id.bytes).decode()
    return {"user_id": row.user_id, "sealed": seal.close(secret, _SECRET, row.user_id)}
