"""Client of registry for the other services: signs in by machine token, retries reads."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import httpx
import stamina

from shared.contracts.registry import (
    ChangePage,
    FactCode,
    FactDemand,
    FactRecord,
    FactValue,
    OrganizationRecord,
    Recipient,
    TermRecord,
)
from shared.errors import Conflict, Fault, Invalid, Text, Unavailable

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
# The token is renewed this many seconds before it ends.
_MARGIN = 60
# So many organizations' facts are asked for in one request.
MOST_AT_ONCE = 1_000


class Refused(Invalid):
    """Registry does not know what was asked for: a fact, an organization."""

    slug = "registry-refused"
    title = Text("组织库没有所要的数据", "Registry knows no such thing")


class KnownAlready(Conflict):
    """Registry was told before: there is nothing left to do."""

    slug = "registry-knows-already"
    title = Text("组织库已有登记", "Registry has this already")


class Registry(Protocol):
    """What scoring and notifications ask of registry."""

    async def changes(self, after: str | None) -> ChangePage:
        """Return the next changes of organizations after a cursor."""

    async def terms(self, county_id: UUID, as_of: date) -> list[TermRecord]:
        """Return all terms running on a date in a county."""

    async def facts(
        self, county_id: UUID, as_of: date, codes: Sequence[FactCode]
    ) -> list[FactRecord]:
        """Return the facts valid on a date in a county, for these codes."""

    async def fact_values(
        self, organization_ids: Sequence[UUID], codes: Sequence[str], as_of: date
    ) -> list[FactValue]:
        """Return what is known on a date of these organizations, derived facts included.

        What is not known is not in the answer, and is not zero.
        """

    async def demand_facts(self, demand: FactDemand) -> None:
        """Let registry count what organizations are asked for; the same again changes nothing."""

    async def recipients(
        self, organization_ids: Sequence[UUID], roles: Sequence[str]
    ) -> list[Recipient]:
        """Return who holds one of the roles for exactly these organizations."""

    async def jwks(self) -> dict[str, Any]:
        """Return registry's public keys."""


class HttpRegistry:
    """Registry over HTTP; the httpx client carries base address and time-outs."""

    def __init__(self, http: httpx.AsyncClient, client_id: str, client_secret: str) -> None:
        """Keep the client and this service's machine account."""
        self._http = http
        self._account = {"client_id": client_id, "client_secret": client_secret}
        self._token = ""
        self._until = 0.0

    async def changes(self, after: str | None) -> ChangePage:
        """See Registry."""
        query = {"limit": 500} | ({"after": after} if after else {})
        return ChangePage.model_validate(await self._get("/v1/changes", query))

    async def terms(self, county_id: UUID, as_of: date) -> list[TermRecord]:
        """See Registry."""
        query = {"under": str(county_id), "as_of": as_of.isoformat()}
        return [TermRecord.model_validate(each) for each in await self._all("/v1/terms", query)]

    async def facts(
        self, county_id: UUID, as_of: date, codes: Sequence[FactCode]
    ) -> list[FactRecord]:
        """See Registry."""
        query = {"under": str(county_id), "as_of": as_of.isoformat(), "code": list(codes)}
        return [FactRecord.model_validate(each) for each in await self._all("/v1/facts", query)]

    async def fact_values(
        self, organization_ids: Sequence[UUID], codes: Sequence[str], as_of: date
    ) -> list[FactValue]:
        """See Registry; asks in portions that registry answers at once."""
        found: list[FactValue] = []
        for start in range(0, len(organization_ids), MOST_AT_ONCE):
            ids = [str(each) for each in organization_ids[start : start + MOST_AT_ONCE]]
            body = {"organization_ids": ids, "codes": list(codes), "as_of": as_of.isoformat()}
            answer = await self._send("POST", "/v1/facts/values", json=body)
            found += [FactValue.model_validate(each) for each in answer["items"]]
        return found

    async def demand_facts(self, demand: FactDemand) -> None:
        """See Registry."""
        with suppress(KnownAlready):
            await self._send("POST", "/v1/fact-demands", json=demand.model_dump(mode="json"))

    async def recipients(
        self, organization_ids: Sequence[UUID], roles: Sequence[str]
    ) -> list[Recipient]:
        """See Registry."""
        body = {"organization_ids": [str(each) for each in organization_ids], "roles": list(roles)}
        found = await self._send("POST", "/v1/recipients/search", json=body)
        return [Recipient.model_validate(each) for each in found["items"]]

    async def jwks(self) -> dict[str, Any]:
        """See Registry."""
        return await self._send("GET", "/v1/jwks.json", signed=False)

    async def _all(self, path: str, query: dict[str, Any]) -> list[Any]:
        items: list[Any] = []
        cursor: str | None = None
        while True:
            page = await self._get(path, query | ({"cursor": cursor} if cursor else {}) | _LIMIT)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    async def _get(self, path: str, query: dict[str, Any]) -> dict[str, Any]:
        return await self._send("GET", path, params=query)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        signed: bool = True,
        **content: Any,  # noqa: ANN401 -- httpx content
    ) -> dict[str, Any]:
        try:
            async for attempt in stamina.retry_context(on=httpx.TransportError, attempts=3):
                with attempt:
                    headers = await self._headers() if signed else {}
                    answer = await self._http.request(method, path, headers=headers, **content)
            if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
                raise _refused(answer)
            if answer.status_code == httpx.codes.CONFLICT:
                raise KnownAlready("组织库已有这次登记。", "Registry has this already.")
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(
                "组织库服务暂时没有响应，请稍后再试。", "Registry did not answer; try again soon."
            ) from error
        found: dict[str, Any] = answer.json()
        return found

    async def _headers(self) -> dict[str, str]:
        if time.monotonic() > self._until:
            answer = await self._http.post("/v1/tokens/machine", json=self._account)
            answer.raise_for_status()
            token = answer.json()
            self._token = token["access_token"]
            self._until = time.monotonic() + token["expires_in"] - _MARGIN
        return {"Authorization": f"Bearer {self._token}"}


def _refused(answer: httpx.Response) -> Refused:
    """Say what registry said: who asked through us can act on it."""
    said = answer.json()
    faults = [
        Fault(each["pointer"], Text(each["detail"], each["detail"])) for each in said["errors"]
    ]
    return Refused(f"组织库：{said['detail']}", f"Registry: {said['detail']}", faults=tuple(faults))


_LIMIT = {"limit": 500}


@dataclass
class FakeRegistry:
    """The fake for tests of scoring and notifications: holds records, answers like registry."""

    organizations: list[OrganizationRecord] = field(default_factory=list)
    all_terms: list[TermRecord] = field(default_factory=list)
    all_facts: list[FactRecord] = field(default_factory=list)
    all_values: list[FactValue] = field(default_factory=list)
    people: list[Recipient] = field(default_factory=list)
    keys: dict[str, Any] = field(default_factory=dict)
    demands: dict[str, FactDemand] = field(default_factory=dict)

    async def changes(self, after: str | None) -> ChangePage:
        """Return everything once, in one page of the feed."""
        start = int(after or 0)
        items = [
            {"cursor": str(i + 1), "changed_at": "2026-01-01T00:00:00Z", "organization": record}
            for i, record in enumerate(self.organizations)
        ][start:]
        return ChangePage.model_validate({"items": items, "next_cursor": None})

    async def terms(self, county_id: UUID, as_of: date) -> list[TermRecord]:
        """Return the terms running on the date."""
        mine = self._ids(county_id)
        return [
            term
            for term in self.all_terms
            if term.organization_id in mine
            and term.starts_on <= as_of
            and (term.ends_on is None or as_of <= term.ends_on)
        ]

    async def facts(
        self, county_id: UUID, as_of: date, codes: Sequence[FactCode]
    ) -> list[FactRecord]:
        """Return the newest value of each fact on the date."""
        mine = self._ids(county_id)
        newest: dict[tuple[UUID, str], FactRecord] = {}
        for fact in sorted(self.all_facts, key=lambda each: each.valid_from):
            if fact.organization_id in mine and fact.code in codes and fact.valid_from <= as_of:
                newest[fact.organization_id, fact.code] = fact
        return list(newest.values())

    async def fact_values(
        self, organization_ids: Sequence[UUID], codes: Sequence[str], as_of: date
    ) -> list[FactValue]:
        """Return the newest of the values held, by the order of organization and code."""
        newest: dict[tuple[UUID, str], FactValue] = {}
        for fact in sorted(self.all_values, key=lambda each: each.valid_from):
            asked = fact.organization_id in organization_ids and fact.code in codes
            if asked and fact.valid_from <= as_of:
                newest[fact.organization_id, fact.code] = fact
        return [newest[key] for key in sorted(newest)]

    async def demand_facts(self, demand: FactDemand) -> None:
        """Keep the demand by its reference, the first one for good."""
        self.demands.setdefault(demand.reference, demand)

    async def recipients(
        self, organization_ids: Sequence[UUID], roles: Sequence[str]
    ) -> list[Recipient]:
        """Return the people of these organizations with one of the roles."""
        return [
            each
            for each in self.people
            if each.organization_id in organization_ids and each.role in roles
        ]

    async def jwks(self) -> dict[str, Any]:
        """Return the keys given."""
        return self.keys

    def _ids(self, county_id: UUID) -> set[UUID]:
        return {each.id for each in self.organizations if each.county_id == county_id}
