"""All that registry holds about one person, brought together to be given to them.

Clause: Personal Information Protection Law, article 45 (access, copy, transfer).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.identity.domain.api_keys import ApiKey
from services.registry.identity.domain.grants import StoredGrant
from services.registry.identity.domain.invitations import Invitation
from services.registry.identity.domain.outside import Linked
from services.registry.identity.domain.sessions import Session
from services.registry.identity.domain.users import User
from services.registry.people.domain.terms import Person, Term
from services.registry.privacy.domain.career import Career
from services.registry.privacy.domain.erasures import Erasure
from shared.caller import Caller, Role

# Entries of the trail that one export gives, the newest; the total is told beside them.
MOST_ENTRIES = 5_000


@dataclass(frozen=True)
class AccountHoldings:
    """One account with everything that belongs to it; secrets and hashes are nobody's to read."""

    user: User
    email: str | None
    factor_enrolled_at: datetime | None
    recovery_codes: int
    grants: list[StoredGrant]
    sessions: list[Session]
    identities: list[Linked]
    api_keys: list[ApiKey]
    invitations: list[Invitation]


@dataclass(frozen=True)
class Trail:
    """Entries of the audit trail, newest first, and how many there are in all."""

    entries: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class Holdings:
    """What is held about a person; `entered` counts what the accounts filled in."""

    person: Person
    terms: list[Term]
    career: Career
    accounts: list[AccountHoldings]
    erasures: list[Erasure]
    entered: dict[str, int]
    acted: Trail
    about: Trail
    places: dict[UUID, str] = field(default_factory=dict)


def is_own(caller: Caller, person_id: UUID) -> bool:
    """Whether somebody asks for what is held about themself; a key is not the person."""
    return caller.scopes is None and caller.person_id == person_id


def require_may_export(caller: Caller, person_id: UUID) -> None:
    """Raise Forbidden unless the person themself asks, or a security administrator."""
    if not is_own(caller, person_id):
        caller.require(Role.SECURITY_ADMINISTRATOR)


def places_of(
    terms: Iterable[Term], career: Career, accounts: Iterable[AccountHoldings]
) -> set[UUID]:
    """Return the organizations that an export names."""
    granted = (grant.organization_id for each in accounts for grant in each.grants)
    return {
        *(each.organization_id for each in terms),
        *(each.organization_id for each in career.elected),
        *(each.organization_id for each in career.reserve),
        *(each for each in granted if each),
    }
