"""Real signed tokens for tests, and callers of every role."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from shared.auth import ALGORITHM, claims_of
from shared.caller import Caller, Grant, Role
from shared.tables import new_id


@dataclass
class Signer:
    """Signs as registry would; `jwks()` goes into FakeRegistry.keys."""

    key: OKPKey = field(
        default_factory=lambda: OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})
    )

    def jwks(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))

    def token(self, caller: Caller, at: datetime | None = None) -> str:
        claims = claims_of(caller, "wuxing", "wuxing", at or datetime.now(UTC))
        header = {"alg": ALGORITHM, "kid": "test"}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])

    def headers(self, caller: Caller) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(caller)}"}


def caller(
    role: Role, organization_id: UUID | None = None, department: str | None = None
) -> Caller:
    """A new person's account with one grant."""
    grant = Grant(role, organization_id, department)
    return Caller(new_id(), (grant,), person_id=new_id(), session_id=new_id())
