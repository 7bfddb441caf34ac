"""The access matrix: who is let in where, asked of every operation and compared with a table.

`access_matrix.txt` declares it. Every operation of a service's OpenAPI document is called with
real ids of one county by a caller of each role: of that county, and of another one. What the
calls change is thrown away, so that their order does not matter. A caller is let in unless the
answer is 403, 404, or 401 because nobody is signed in.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.auth import ALGORITHM, claims_of
from shared.caller import Caller, Grant, Role
from shared.context import Context
from shared.tables import new_id

LETTERS = dict(
    zip(
        "VTDOSCFJIPyeas",
        (
            Role.VILLAGE,
            Role.TOWNSHIP,
            Role.DEPARTMENT,
            Role.ORGANIZATION_DEPARTMENT,
            Role.SOURCE_OFFICE,
            Role.COMMITTEE,
            Role.FINANCE,
            Role.JUDGE,
            Role.INSPECTOR,
            Role.PLATFORM,
            Role.SYSTEM_ADMINISTRATOR,
            Role.SECURITY_ADMINISTRATOR,
            Role.AUDIT_ADMINISTRATOR,
            Role.SERVICE,
        ),
        strict=True,
    )
)
# Another service of the installation serves every county.
_EVERYWHERE = frozenset({Role.SERVICE})


class Forgetful(AsyncSession):
    """A session that answers as if it had committed, and keeps nothing."""

    async def commit(self) -> None:
        await self.rollback()


@dataclass
class County:
    """Where the callers of one county stand, and which things are that county's."""

    county: UUID
    township: UUID
    village: UUID

    def place(self, role: Role) -> UUID | None:
        found = {Role.VILLAGE: self.village, Role.TOWNSHIP: self.township, Role.SERVICE: None}
        return found.get(role, self.county)


@dataclass
class World:
    """One running service with two counties in it, and the things of the first."""

    app: FastAPI
    http: httpx.AsyncClient
    key: OKPKey
    kid: str
    home: County
    other: County
    ids: dict[str, str]
    query: dict[str, dict[str, str]] = field(default_factory=dict)
    content: dict[str, dict[str, Any]] = field(default_factory=dict)
    departments: dict[Role, str] = field(default_factory=dict)
    accounts: dict[tuple[UUID | None, Role], UUID] = field(default_factory=dict)

    def forget(self) -> None:
        """From now on the service keeps nothing of what it does."""
        context: Context = self.app.state.context
        bind = context.sessions.kw["bind"]
        sessions = async_sessionmaker(bind, class_=Forgetful, expire_on_commit=False)
        self.app.state.context = replace(context, sessions=sessions)  # type: ignore[arg-type]  # Forgetful ones

    def caller(self, role: Role, at: County) -> Caller:
        grant = Grant(role, at.place(role), self.departments.get(role))
        user_id = self.accounts.get((at.place(role), role))
        return Caller(user_id or new_id(), (grant,), new_id(), new_id())

    def claims(self, caller: Caller, **more: object) -> dict[str, Any]:
        return claims_of(caller, "wuxing", "wuxing", datetime.now(UTC)) | more

    def token(self, caller: Caller, **more: object) -> str:
        header = {"alg": ALGORITHM, "kid": self.kid}
        return jwt.encode(header, self.claims(caller, **more), self.key, algorithms=[ALGORITHM])


@dataclass(frozen=True)
class Line:
    """One operation: the letters of those let in, and how callers of elsewhere fare.

    `denied`: all of those letters are turned away elsewhere. `blank`: they are answered, and
    nothing of the first county stands in the answer. `refused`: they are told which part of
    their request lies outside (422), and those of here are not. `open`: what everyone who is
    signed in may read. `public`: nobody needs to sign in.
    """

    operation: str
    letters: str
    elsewhere: str

    def __str__(self) -> str:
        method, path = self.operation.split()
        return f"{method:<7}{path:<72}{self.letters:<16}{self.elsewhere}"


def declared(service: str) -> list[Line]:
    """Read a service's part of the table."""
    lines: list[Line] = []
    part = ""
    for text in Path(__file__).with_name("access_matrix.txt").read_text().splitlines():
        if text.startswith("[") and text.endswith("]"):
            part = text[1:-1]
        elif part == service and text.strip() and not text.startswith("#"):
            method, path, *rest = text.split()
            letters, elsewhere = rest if len(rest) == 2 else ("", rest[0])
            lines.append(Line(f"{method} {path}", letters, elsewhere))
    return lines


def operations(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in world.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


async def observed(world: World) -> list[Line]:
    """Ask every operation as every role, of here and of elsewhere."""
    world.forget()
    return [await _line(world, name, operation) for name, operation in operations(world)]


async def _line(world: World, name: str, operation: dict[str, Any]) -> Line:
    if not operation.get("security"):
        answer = await ask(world, name, operation, None)
        return Line(name, "", "closed" if turned_away(answer) else "public")
    letters, elsewhere = "", set()
    for letter, role in LETTERS.items():
        here = await ask(world, name, operation, world.token(world.caller(role, world.home)))
        # 503 says that something outside is away: the caller was let in.
        assert here.status_code < 500 or here.status_code == 503, f"{name} as {role}: {here.text}"
        letters += "-" if turned_away(here) else letter
        if not turned_away(here) and role not in _EVERYWHERE:
            token = world.token(world.caller(role, world.other))
            elsewhere.add(fate(world, here, await ask(world, name, operation, token)))
    return Line(name, letters, "/".join(sorted(elsewhere)) or "denied")


def turned_away(answer: httpx.Response) -> bool:
    unsigned = answer.status_code == 401 and answer.json()["type"].endswith(":not-signed-in")
    return unsigned or answer.status_code in {403, 404}


def fate(world: World, here: httpx.Response, answer: httpx.Response) -> str:
    """How a caller of elsewhere fared, beside one of here."""
    if turned_away(answer):
        return "denied"
    if answer.status_code == 422:
        return "refused" if here.status_code != 422 else f"invalid:{here.text}"
    ours = {*world.ids.values(), *map(str, vars(world.home).values())}
    body = "" if answer.status_code >= 400 else answer.text
    return "open" if any(each in body for each in ours if len(each) == 36) else "blank"


async def ask(
    world: World, name: str, operation: dict[str, Any], token: str | None
) -> httpx.Response:
    """Call an operation with the first county's ids, its example as the body, any version."""
    method, path = name.split()
    address = re.sub(r"\{(\w+)\}", lambda found: world.ids[found[1]], _apart(path))
    headers = {"If-Match": '"1"'} | ({"Authorization": f"Bearer {token}"} if token else {})
    query = world.query.get(name, {})
    content = dict(world.content.get(name) or {"json": _body(world, operation)})
    headers |= content.pop("headers", {})
    return await world.http.request(method, address, headers=headers, params=query, **content)


def _apart(path: str) -> str:
    """Tell the deliveries of webhooks from those of messages, which have the same name."""
    return path.replace(
        "{webhook_id}/deliveries/{delivery_id}", "{webhook_id}/deliveries/{push_id}"
    )


def _body(world: World, operation: dict[str, Any]) -> object:
    shape = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = shape.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schemas = world.app.openapi().get("components", {}).get("schemas", {})
    described = schemas.get(reference, {})
    return _ours(world, described.get("example", next(iter(described.get("examples", [])), None)))


# What a path calls a kind is that of a spreadsheet; bodies have kinds of their own.
_ONLY_IN_PATHS = {"kind"}


def _ours(world: World, example: object) -> object:
    """Put the first county's ids into an example, by the names of its fields."""
    if isinstance(example, list):
        return [_ours(world, each) for each in example]
    if not isinstance(example, dict):
        return example
    found: dict[str, object] = {}
    for name, value in example.items():
        if isinstance(value, str) and name in world.ids and name not in _ONLY_IN_PATHS:
            found[name] = world.ids[name]
        elif isinstance(value, list) and name.removesuffix("s") in world.ids:
            found[name] = [world.ids[name.removesuffix("s")]]
        else:
            found[name] = _ours(world, value)
    return found


def false_tokens(world: World) -> dict[str, tuple[str | None, str | None]]:
    """Tokens of an administrator that no service may accept, by what is wrong with them.

    Beside each stands the `reason` that its refusal names, if any.
    """
    caller = Caller(new_id(), (Grant(Role.SYSTEM_ADMINISTRATOR),), new_id(), new_id())
    past = (datetime.now(UTC) - timedelta(minutes=11)).timestamp()
    stranger = OKPKey.generate_key("Ed25519")
    header = {"alg": ALGORITHM, "kid": world.kid}
    claims = world.claims(caller)
    strange = jwt.encode(header, claims, stranger, algorithms=[ALGORITHM])
    return {
        "nobody": (None, None),
        "for another audience": (world.token(caller, aud="elsewhere"), "audience"),
        "of another issuer": (world.token(caller, iss="elsewhere"), "audience"),
        "expired": (world.token(caller, iat=past, exp=int(past) + 600), "expired"),
        "from the future": (world.token(caller, iat=past + 700), "clock"),
        "without an end": (world.token(caller, exp=None), None),
        "signed by a stranger": (strange, "signature"),
        "not signed": (_forged(world, claims, "none", lambda _: b""), "algorithm"),
        "signed with the public key as a secret": (
            _forged(world, claims, "HS256", _mac(world)),
            "algorithm",
        ),
    }


def _forged(
    world: World, claims: dict[str, Any], algorithm: str, sign: Callable[[bytes], bytes]
) -> str:
    head = {"alg": algorithm, "kid": world.kid, "typ": "JWT"}
    signed = b".".join(_encoded(json.dumps(each).encode()) for each in (head, claims))
    return (signed + b"." + _encoded(sign(signed))).decode()


def _encoded(text: bytes) -> bytes:
    return urlsafe_b64encode(text).rstrip(b"=")


def _mac(world: World) -> Callable[[bytes], bytes]:
    public = world.key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(text: bytes) -> bytes:
        mac = hmac.HMAC(public, hashes.SHA256())
        mac.update(text)
        return mac.finalize()

    return sign


def check(service: str, found: list[Line]) -> None:
    """Compare with the table; an operation that is missing in it, or gone, is a fault."""
    expected = {line.operation: line for line in declared(service)}
    seen = {line.operation: line for line in found}
    missing = [f"not declared: {seen[name]}" for name in seen if name not in expected]
    gone = [f"no such operation: {name}" for name in expected if name not in seen]
    wrong = [
        f"declared {expected[name]}\n     but  {line}"
        for name, line in seen.items()
        if name in expected and expected[name] != line
    ]
    assert not [*missing, *gone, *wrong], "\n" + "\n".join([*missing, *gone, *wrong])


async def let_in_with_a_false_token(world: World) -> list[str]:
    """Return every operation that did not refuse a false token, or did not say why."""
    found = []
    for name, operation in operations(world):
        for what, (token, reason) in false_tokens(world).items():
            if operation.get("security"):
                answer = await ask(world, name, operation, token)
                said = answer.json().get("reason") if answer.status_code == 401 else "none"
                found += [f"{name} {what}: {answer.text}"] if said != reason else []
    return found
