"""Signing in by a real identity provider and by the mini-program's platform, on real sockets."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr, ValidationError

from services.registry.identity.domain import outside as rules
from services.registry.identity.domain.outside import OutsideSystems
from services.registry.identity.jobs import forget_old_tokens
from services.registry.identity.store.oidc import OidcProvider
from services.registry.identity.tables import PendingSignInRow
from services.registry.settings import Settings
from shared.audit import audit_log
from tests.registry.conftest import running, settings_for
from tests.registry.house import Registry, problem
from tests.registry.identity.abroad import (
    APPID,
    REDIRECT,
    SECRET,
    Wechat,
    consent,
    identity_provider,
    wechat_platform,
)
from tests.registry.identity.people import (
    PASSWORD,
    Account,
    account_of,
    add,
    first_administrator,
    try_to_sign_in,
)

# The provider's own library announces changes of its own.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def wechat() -> Iterator[Wechat]:
    with wechat_platform() as found:
        yield found


@pytest.fixture
async def registry(
    database_url: str, tmp_path: Path, issuer: str, wechat: Wechat
) -> AsyncIterator[Registry]:
    abroad = {
        "oidc_issuer": issuer,
        "oidc_client_id": "wuxing",
        "oidc_client_secret": SecretStr("secret"),
        "oidc_redirect_uri": REDIRECT,
        "wechat_appid": APPID,
        "wechat_secret": SecretStr(SECRET),
        "wechat_url": wechat.url,
    }
    settings = settings_for(database_url, tmp_path / "keys").model_copy(update=abroad)
    async with running(settings) as found:
        yield found


@pytest.fixture
async def person(registry: Registry) -> Account:
    return await add(await first_administrator(registry), "sijie")


async def ask(registry: Registry, path: str, body: object = None) -> httpx.Response:
    return await registry.http.post(f"/v1{path}", json=body)


async def come_back(registry: Registry, subject: str) -> dict[str, str]:
    """Begin a sign-in, sign in over there, and come back."""
    begun = (await ask(registry, "/sessions/oidc/begin")).json()
    return await consent(begun["address"], subject) | {"ticket": begun["ticket"]}


async def linked(person: Account, subject: str) -> dict[str, Any]:
    back = await come_back(person.registry, subject) | {"password": PASSWORD}
    return await person.post("/me/identities/oidc", back, expect=201)


async def test_the_address_asks_for_a_code_with_pkce_and_tells_no_secret(
    registry: Registry, issuer: str
) -> None:
    begun = (await ask(registry, "/sessions/oidc/begin")).json()
    query = {name: each[0] for name, each in parse_qs(urlsplit(begun["address"]).query).items()}
    assert begun["address"].startswith(issuer)
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert (query["scope"], query["redirect_uri"]) == ("openid", REDIRECT)
    assert len(query["code_challenge"]) == len(rules.challenge_of("x")) == 43
    assert begun["ticket"] not in begun["address"]
    async with registry.context.sessions() as session:
        row = (await session.execute(sa.select(PendingSignInRow.__table__))).one()  # type: ignore[attr-defined]  # SQLModel's
    assert rules.challenge_of(row.verifier) == query["code_challenge"]
    assert row.verifier not in begun["address"]
    assert query["state"] not in (row.state_hash, row.ticket_hash)


async def test_a_linked_person_signs_in_by_the_provider(
    registry: Registry, person: Account, issuer: str
) -> None:
    (identity,) = (await linked(person, "410724-17"))["items"]
    assert (identity["issuer"], identity["subject"]) == (issuer, "410724-17")
    answer = await ask(registry, "/sessions/oidc", await come_back(registry, "410724-17"))
    entered = account_of(registry, answer)
    assert entered.id == person.id
    sessions = (await entered.get("/sessions"))["items"]
    assert [each["method"] for each in sessions] == ["oidc", "password"]
    assert (await (await entered.refreshed()).get("/me"))["username"] == "sijie"


async def test_a_stranger_of_the_provider_has_no_account(registry: Registry) -> None:
    await first_administrator(registry)
    # Not even by bearing an account's user name over there.
    answer = await ask(registry, "/sessions/oidc", await come_back(registry, "admin"))
    assert (answer.status_code, problem(answer.json())) == (403, "identity-not-linked")


async def test_a_sign_in_under_way_is_used_once_by_whoever_began_it(
    registry: Registry, person: Account
) -> None:
    await linked(person, "410724-17")
    back = await come_back(registry, "410724-17")
    assert (await ask(registry, "/sessions/oidc", back)).status_code == 201
    elsewhere = await come_back(registry, "410724-17") | {"ticket": back["ticket"]}
    unknown = back | {"state": "x" * 43}
    for bad in (back, elsewhere, unknown):
        answer = await ask(registry, "/sessions/oidc", bad)
        assert (answer.status_code, problem(answer.json())) == (410, "sign-in-not-begun")


async def test_what_came_back_too_late_counts_no_more_and_is_forgotten(
    registry: Registry, person: Account
) -> None:
    await linked(person, "410724-17")
    back = await come_back(registry, "410724-17")
    async with registry.context.work() as work:
        earlier = work.moment.real - timedelta(seconds=1)
        await work.session.execute(sa.update(PendingSignInRow).values(expires_at=earlier))
    late = await ask(registry, "/sessions/oidc", back)
    assert problem(late.json()) == "sign-in-not-begun"
    await ask(registry, "/sessions/oidc/begin")
    async with registry.context.work() as work:
        earlier = work.moment.real - timedelta(seconds=1)
        await work.session.execute(sa.update(PendingSignInRow).values(expires_at=earlier))
    await forget_old_tokens(registry.context)
    async with registry.context.read() as work:
        assert await work.session.scalar(sa.select(sa.func.count(PendingSignInRow.state_hash))) == 0  # type: ignore[arg-type]  # a column


async def test_a_code_of_another_sign_in_is_refused_by_the_verifier(
    registry: Registry, person: Account
) -> None:
    await linked(person, "410724-17")
    first, second = await come_back(registry, "410724-17"), await come_back(registry, "stolen")
    swapped = first | {"code": second["code"]}
    answer = await ask(registry, "/sessions/oidc", swapped)
    assert (answer.status_code, problem(answer.json())) == (401, "outside-sign-in-failed")
    assert answer.json()["reason"] == "code"


async def test_an_answer_for_another_client_issuer_or_sign_in_is_refused(issuer: str) -> None:
    async with httpx.AsyncClient() as http:
        ours = OidcProvider(http, issuer, "wuxing", "secret", REDIRECT)
        for client, nonce, reason in (
            ("wuxing", "other", "answer"),
            ("other", "nonce", "answer"),
            ("wuxing", "nonce", None),
        ):
            verifier = rules.new_secret()
            address = await ours.address("s", "nonce", rules.challenge_of(verifier))
            code = (await consent(address, "410724-17"))["code"]
            token = await ours._asked(
                "POST",
                f"{issuer}/oauth2/token",
                data={"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
                | {"redirect_uri": REDIRECT, "client_id": "wuxing"},
                auth=("wuxing", "secret"),
            )
            reader = OidcProvider(http, issuer, client, "secret", REDIRECT)
            if reason is None:
                assert (await reader._checked(token["id_token"], nonce)).subject == "410724-17"
                continue
            with pytest.raises(rules.OutsideSignInFailed) as refused:
                await reader._checked(token["id_token"], nonce)
            assert refused.value.extra == {"reason": reason}


async def test_an_identity_belongs_to_one_account_and_linking_needs_the_password(
    registry: Registry, person: Account
) -> None:
    await linked(person, "410724-17")
    await linked(person, "410724-17")
    assert len((await person.get("/me/identities"))["items"]) == 1
    admin = await account_again(registry)
    back = await come_back(registry, "410724-17")
    taken = await admin.post("/me/identities/oidc", back | {"password": PASSWORD}, expect=409)
    assert problem(taken) == "identity-taken"
    back = await come_back(registry, "another")
    wrong = await person.post("/me/identities/oidc", back | {"password": "wrong"}, expect=401)
    assert problem(wrong) == "sign-in-failed"
    issuer = (await person.get("/me/identities"))["items"][0]["issuer"]
    await person.post("/me/identities/unlink", {"issuer": issuer}, expect=204)
    gone = await person.post("/me/identities/unlink", {"issuer": issuer}, expect=404)
    assert problem(gone) == "identity-unknown"
    answer = await ask(registry, "/sessions/oidc", await come_back(registry, "410724-17"))
    assert problem(answer.json()) == "identity-not-linked"
    async with registry.context.read() as work:
        statement = sa.select(audit_log.c.action).where(audit_log.c.action.contains("identity"))
        trail = list(await work.session.scalars(statement.order_by(audit_log.c.id)))
    assert trail == ["user.link_identity"] * 2 + ["user.unlink_identity"]


async def account_again(registry: Registry) -> Account:
    return account_of(registry, await try_to_sign_in(registry, "admin"), "admin")


async def test_a_disabled_account_stays_out(registry: Registry, person: Account) -> None:
    await linked(person, "410724-17")
    admin = await account_again(registry)
    answer = await registry.http.patch(
        f"/v1/users/{person.id}",
        json={"disabled": True},
        headers=admin.headers | {"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    refused = await ask(registry, "/sessions/oidc", await come_back(registry, "410724-17"))
    assert (refused.status_code, problem(refused.json())) == (403, "account-disabled")


async def test_the_mini_program_signs_a_linked_person_in(
    registry: Registry, person: Account, wechat: Wechat
) -> None:
    stranger = await ask(registry, "/sessions/wechat", {"code": wechat.code_for("o-17")})
    assert (stranger.status_code, problem(stranger.json())) == (403, "identity-not-linked")
    body = {"code": wechat.code_for("o-17"), "password": PASSWORD}
    (identity,) = (await person.post("/me/identities/wechat", body, expect=201))["items"]
    assert (identity["issuer"], identity["subject"]) == (f"wechat:{APPID}", "o-17")
    code = {"code": wechat.code_for("o-17")}
    entered = account_of(registry, await ask(registry, "/sessions/wechat", code))
    assert (entered.id, (await entered.get("/sessions"))["items"][0]["method"]) == (
        person.id,
        "wechat",
    )
    again = await ask(registry, "/sessions/wechat", code)
    assert (again.status_code, problem(again.json())) == (401, "outside-sign-in-failed")


async def test_the_platform_away_or_busy_is_said_and_tells_no_secret(
    registry: Registry, wechat: Wechat, caplog: pytest.LogCaptureFixture
) -> None:
    wechat.busy = True
    busy = await ask(registry, "/sessions/wechat", {"code": wechat.code_for("o-17")})
    wechat.shutdown()
    wechat.server_close()
    away = await ask(registry, "/sessions/wechat", {"code": "x"})
    for answer in (busy, away):
        assert (answer.status_code, problem(answer.json())) == (503, "dependency-unavailable")
        assert SECRET not in answer.text
    assert SECRET not in caplog.text


async def test_what_is_not_configured_is_not_offered(registry: Registry) -> None:
    registry.context.ports[OutsideSystems] = OutsideSystems()
    back = {"state": "x" * 43, "code": "c", "ticket": "x" * 43}
    for path, body in (("oidc/begin", None), ("oidc", back), ("wechat", {"code": "c"})):
        answer = await ask(registry, f"/sessions/{path}", body)
        assert (answer.status_code, problem(answer.json())) == (404, "sign-in-not-offered")


@pytest.mark.parametrize(
    "half",
    [
        {"oidc_issuer": "https://idp.example"},
        {"wechat_appid": APPID},
        {
            "environment": "production",
            "oidc_issuer": "http://idp.example",
            "oidc_client_id": "wuxing",
            "oidc_redirect_uri": REDIRECT,
        },
    ],
)
def test_half_a_configuration_is_refused(half: dict[str, str], tmp_path: Path) -> None:
    whole = settings_for("postgresql+asyncpg://x/x", tmp_path / "keys").model_dump()
    with pytest.raises(ValidationError):
        Settings(**whole | half)
