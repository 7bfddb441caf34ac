"""Accounts, what they may do, and the sessions in which they do it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.tables import Table
from shared.tables import new_id

_Moment = sa.DateTime(timezone=True)


class UserRow(Table, table=True):
    __tablename__ = "users"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    username: str = Field(unique=True)
    password_hash: str | None = None
    display_name: str
    sealed_email: bytes | None = None
    person_id: UUID | None = Field(default=None, foreign_key="people.id", index=True)
    disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=_Moment)
    created_at: datetime = Field(sa_type=_Moment)
    version: int = 1


class GrantRow(Table, table=True):
    __tablename__ = "grants"
    __table_args__ = (
        sa.Index("ix_grants_organization_id_role", "organization_id", "role"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    organization_id: UUID | None = Field(default=None, foreign_key="organizations.id")
    role: str
    department: str | None = None
    starts_on: date
    ends_on: date | None = None
    state: str
    requested_by: UUID | None = None
    requested_person: UUID | None = None
    requested_at: datetime = Field(sa_type=_Moment)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=_Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=_Moment)
    reason: str = ""


class SessionRow(Table, table=True):
    __tablename__ = "sessions"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    device: str
    started_at: datetime = Field(sa_type=_Moment)
    used_at: datetime = Field(sa_type=_Moment)
    expires_at: datetime = Field(sa_type=_Moment)
    method: str
    second_factor: bool = False
    ended_at: datetime | None = Field(default=None, sa_type=_Moment)
    end_reason: str | None = None


class RefreshTokenRow(Table, table=True):
    """One link of a session's chain of refresh tokens; only its hash is kept."""

    __tablename__ = "refresh_tokens"

    token_hash: str = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="sessions.id", index=True)
    issued_at: datetime = Field(sa_type=_Moment)
    expires_at: datetime = Field(sa_type=_Moment)
    used_at: datetime | None = Field(default=None, sa_type=_Moment)


class InvitationRow(Table, table=True):
    """An invitation to set an account's password; only the token's hash is kept."""

    __tablename__ = "invitations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    token_hash: str = Field(unique=True)
    invited_by: UUID
    invited_at: datetime = Field(sa_type=_Moment)
    expires_at: datetime = Field(sa_type=_Moment)
    used_at: datetime | None = Field(default=None, sa_type=_Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=_Moment)


class FactorRow(Table, table=True):
    """The sealed secret of an account's authenticator."""

    __tablename__ = "second_factors"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    sealed: bytes
    enrolled_at: datetime = Field(sa_type=_Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=_Moment)
    last_step: int = Field(default=0, sa_type=sa.BigInteger)


class RecoveryCodeRow(Table, table=True):
    """A recovery code that has not been used; only its hash is kept."""

    __tablename__ = "recovery_codes"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    code_hash: str = Field(primary_key=True)


class ApiKeyRow(Table, table=True):
    """A platform's API key; only the secret's hash is kept."""

    __tablename__ = "api_keys"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    county_id: UUID | None = Field(default=None, foreign_key="organizations.id", index=True)
    name: str
    prefix: str = Field(unique=True)
    secret_hash: str
    scopes: list[str] = Field(sa_type=JSONB)
    created_by: UUID
    created_at: datetime = Field(sa_type=_Moment)
    expires_at: datetime = Field(sa_type=_Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=_Moment)
    last_used_on: date | None = None


class ExternalIdentityRow(Table, table=True):
    """Who an account is at an identity provider: issuer and subject, never name or e-mail.

    The subject is sealed; `subject_index` is a keyed hash of it, by which it is found.
    """

    __tablename__ = "external_identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject_index"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    issuer: str
    sealed_subject: bytes
    subject_index: bytes
    user_id: UUID = Field(foreign_key="users.id", index=True)
    linked_at: datetime = Field(sa_type=_Moment)


class PendingSignInRow(Table, table=True):
    """A sign-in under way at the identity provider; it is used once."""

    __tablename__ = "pending_sign_ins"

    state_hash: str = Field(primary_key=True)
    ticket_hash: str
    nonce: str
    verifier: str
    expires_at: datetime = Field(sa_type=_Moment, index=True)
