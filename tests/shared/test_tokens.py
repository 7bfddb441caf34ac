"""Tokens between machines whose clocks differ: five seconds are tolerated, more is said."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.auth import LEEWAY, LIFETIME, Keys, Revocations, TokenVerifier
from shared.caller import Caller, Grant, Role
from shared.errors import NotSignedIn
from shared.tables import new_id
from tests.accounts import Signer
from tests.shared.conftest import ContextFactory

SOMEBODY = Caller(new_id(), (Grant(Role.SYSTEM_ADMINISTRATOR),), new_id(), new_id())


async def verified(context: ContextFactory, signed_at: datetime) -> Caller:
    signer = Signer()

    async def fetch() -> dict[str, object]:
        return signer.jwks()

    ctx = await context("scoring")
    verifier = TokenVerifier(Keys(fetch), Revocations(ctx.sessions), "wuxing", "wuxing")
    return await verifier.verify(signer.token(SOMEBODY, signed_at))


@pytest.mark.parametrize("ahead", [-LIFETIME.total_seconds() + 30, -2, 0, LEEWAY - 2])
async def test_a_small_difference_of_clocks_is_tolerated(
    context: ContextFactory, ahead: float
) -> None:
    assert await verified(context, datetime.now(UTC) + timedelta(seconds=ahead)) == SOMEBODY


@pytest.mark.parametrize(
    ("ahead", "reason", "word"),
    [
        (LEEWAY + 5, "clock", "校准"),
        (3600, "clock", "校准"),
        (-LIFETIME.total_seconds() - LEEWAY - 2, "expired", "过期"),
    ],
)
async def test_a_larger_one_is_refused_and_named(
    context: ContextFactory, ahead: float, reason: str, word: str
) -> None:
    with pytest.raises(NotSignedIn) as refused:
        await verified(context, datetime.now(UTC) + timedelta(seconds=ahead))
    assert refused.value.extra == {"reason": reason}
    assert word in refused.value.detail.zh
