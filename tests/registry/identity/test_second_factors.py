"""The second factor of administrators, with a real authenticator's arithmetic."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.domain import factors
from services.registry.identity.domain.factors import FactorRules
from services.registry.identity.tables import FactorRow, RecoveryCodeRow
from shared.audit import audit_log
from tests.registry.house import Registry, problem
from tests.registry.identity.people import (
    PASSWORD,
    Account,
    add,
    first_administrator,
    sign_in,
    try_to_sign_in,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def code_just_shown() -> Iterator[None]:
    """Begin when an authenticator shows a new code, so that none changes under a test."""
    now = time.time()
    with time_machine.travel(now - now % 30 + 30, tick=True):
        yield


@pytest.fixture
def strict(registry: Registry) -> Registry:
    """A registry whose administrators need a second factor."""
    ports = registry.context.ports
    ports[FactorRules] = replace(ports[FactorRules], required=True)
    return registry


def code_at(secret: str, steps: int = 0) -> str:
    """What an authenticator shows that many steps from now."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


async def enrolled(account: Account) -> tuple[str, list[str]]:
    """Enrol and confirm; returns the secret and the recovery codes."""
    made = await account.post("/me/second-factor", {"password": PASSWORD}, expect=201)
    assert made["uri"].startswith("otpauth://totp/")
    code = code_at(made["secret"], -1)
    done = await account.post("/me/second-factor/confirm", {"code": code})
    return made["secret"], done["recovery_codes"]


@given(st.integers(-4, 4), st.integers(0, 29))
def test_a_code_counts_one_step_around_and_once(skew: int, second: int) -> None:
    now = NOW.replace(second=0).timestamp() + second
    moment = datetime.fromtimestamp(now, UTC)
    code = pyotp.TOTP(SECRET).at(moment + timedelta(seconds=30 * skew))
    step = factors.accepted_step(SECRET, code, moment, 0)
    assert (step is not None) == (abs(skew) <= 1)
    if step is not None:
        assert factors.accepted_step(SECRET, code, moment, step) is None
        later = pyotp.TOTP(SECRET).at(moment + timedelta(seconds=30 * (skew + 1)))
        assert (factors.accepted_step(SECRET, later, moment, step) is None) == (skew == 1)


def test_rfc_6238_vectors() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        moment = datetime.fromtimestamp(second, UTC)
        assert factors.accepted_step(secret, code, moment, 0) == second // 30


async def test_an_administrator_without_the_factor_may_only_enrol(strict: Registry) -> None:
    admin = await first_administrator(strict)
    answer = await try_to_sign_in(strict, "admin")
    assert answer.json()["withheld"] == ["system_administrator"]
    assert (await admin.get("/users", expect=403))["title"]
    before = await admin.get("/me/second-factor")
    assert (before["required"], before["confirmed"], before["given"]) == (True, False, False)
    await enrolled(admin)
    stronger = await admin.refreshed()
    await stronger.get("/users")
    after = await stronger.get("/me/second-factor")
    assert (after["confirmed"], after["given"], after["recovery_codes_left"]) == (True, True, 10)


async def test_signing_in_needs_the_code_from_then_on(strict: Registry) -> None:
    secret, _ = await enrolled(await first_administrator(strict))
    answer = await try_to_sign_in(strict, "admin")
    assert (answer.status_code, problem(answer.json())) == (401, "second-factor-needed")
    wrong = await try_to_sign_in(strict, "admin", PASSWORD, "000000")
    assert problem(wrong.json()) == "second-factor-wrong"
    code = code_at(secret)
    admin = await sign_in(strict, "admin", PASSWORD, code)
    await admin.get("/users")
    replayed = await try_to_sign_in(strict, "admin", PASSWORD, code)
    assert problem(replayed.json()) == "second-factor-wrong"
    await sign_in(strict, "admin", PASSWORD, code_at(secret, 1))


async def test_wrong_codes_lock_as_wrong_passwords_do(strict: Registry) -> None:
    secret, _ = await enrolled(await first_administrator(strict))
    for _ in range(4):
        assert (await try_to_sign_in(strict, "admin", PASSWORD, "000000")).status_code == 401
    assert (await try_to_sign_in(strict, "admin", PASSWORD, "000000")).status_code == 423
    assert (await try_to_sign_in(strict, "admin", PASSWORD, code_at(secret))).status_code == 423


async def test_a_code_does_not_help_a_wrong_password(strict: Registry) -> None:
    secret, _ = await enrolled(await first_administrator(strict))
    answer = await try_to_sign_in(strict, "admin", "wrong", code_at(secret))
    assert problem(answer.json()) == "sign-in-failed"
    await sign_in(strict, "admin", PASSWORD, code_at(secret))


async def test_an_enrolment_counts_only_once_confirmed(registry: Registry) -> None:
    admin = await first_administrator(registry)
    refused = await admin.post("/me/second-factor", {"password": "wrong"}, expect=401)
    assert problem(refused) == "sign-in-failed"
    assert problem(
        await admin.post("/me/second-factor/confirm", {"code": "123456"}, expect=409)
    ) == ("second-factor-absent")
    first = await admin.post("/me/second-factor", {"password": PASSWORD}, expect=201)
    second = await admin.post("/me/second-factor", {"password": PASSWORD}, expect=201)
    await sign_in(registry, "admin")
    stale = {"code": code_at(first["secret"])}
    assert problem(await admin.post("/me/second-factor/confirm", stale, expect=401)) == (
        "second-factor-wrong"
    )
    assert problem(
        await admin.post(
            "/me/second-factor/verify", {"code": code_at(second["secret"])}, expect=409
        )
    ) == ("second-factor-absent")
    await admin.post("/me/second-factor/confirm", {"code": code_at(second["secret"])})
    again = await admin.post("/me/second-factor", {"password": PASSWORD}, expect=409)
    assert problem(again) == "second-factor-present"


async def test_a_recovery_code_opens_once(strict: Registry) -> None:
    _, codes = await enrolled(await first_administrator(strict))
    assert len(set(codes)) == 10
    admin = await sign_in(strict, "admin", PASSWORD, codes[0].lower())
    await admin.get("/users")
    assert (await admin.get("/me/second-factor"))["recovery_codes_left"] == 9
    used = await try_to_sign_in(strict, "admin", PASSWORD, codes[0])
    assert problem(used.json()) == "second-factor-wrong"


async def test_a_session_without_the_factor_can_give_it_later(registry: Registry) -> None:
    admin = await first_administrator(registry)
    other = await sign_in(registry, "admin")
    secret, _ = await enrolled(admin)
    weak = await other.refreshed()
    await weak.get("/users", expect=403)
    await weak.post("/me/second-factor/verify", {"code": code_at(secret)}, expect=204)
    await (await weak.refreshed()).get("/users")


async def test_letting_go_ends_the_sessions(registry: Registry) -> None:
    admin = await first_administrator(registry)
    secret, codes = await enrolled(admin)
    await admin.post("/me/second-factor/remove", {"code": "000000"}, expect=401)
    await admin.post("/me/second-factor/remove", {"code": code_at(secret)}, expect=204)
    body = {"refresh_token": admin.refresh}
    answer = await registry.http.post("/v1/sessions/refresh", json=body)
    assert problem(answer.json()) == "session-ended"
    again = await sign_in(registry, "admin")
    assert (await again.get("/me/second-factor"))["recovery_codes_left"] == 0
    assert codes


async def test_a_lost_phone_is_the_security_administrators_matter(registry: Registry) -> None:
    admin = await first_administrator(registry)
    security = await add(admin, "security", {"role": "security_administrator"})
    await enrolled(admin)
    reason = {"reason": "手机丢失"}
    refused = await admin.post(f"/users/{admin.id}/second-factor/reset", reason, expect=403)
    assert problem(refused) == "forbidden"
    own = await security.post(f"/users/{security.id}/second-factor/reset", reason, expect=403)
    assert problem(own) == "grant-needs-second-person"
    await security.post(f"/users/{admin.id}/second-factor/reset", reason, expect=204)
    await sign_in(registry, "admin")
    absent = await security.post(f"/users/{admin.id}/second-factor/reset", reason, expect=409)
    assert problem(absent) == "second-factor-absent"


async def test_the_database_and_the_trail_tell_no_secret(registry: Registry) -> None:
    admin = await first_administrator(registry)
    secret, codes = await enrolled(admin)
    async with registry.context.sessions() as session:
        stored = str((await session.execute(sa.select(FactorRow.sealed))).all())  # type: ignore[call-overload]  # a column
        stored += str((await session.execute(sa.select(RecoveryCodeRow.code_hash))).all())  # type: ignore[call-overload]  # likewise
        trail = str((await session.execute(sa.select(audit_log))).all())
    assert secret not in stored + trail
    assert not [code for code in codes if code in stored + trail]
    assert "user.confirm_second_factor" in trail


async def test_a_phone_a_minute_slow_is_refused_and_half_a_minute_is_not(
    registry: Registry,
) -> None:
    secret, _ = await enrolled(await first_administrator(registry))
    late = code_at(secret, 2)
    with time_machine.travel(datetime.now(UTC).timestamp() + 150, tick=True):
        answer = await try_to_sign_in(registry, "admin", PASSWORD, late)
        assert problem(answer.json()) == "second-factor-wrong"
        await sign_in(registry, "admin", PASSWORD, code_at(secret, -1))
