"""What happens to every announcement before a test begins: determined, drafted, published."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.caller import Caller, Role
from shared.contracts.registry import OrganizationRecord
from shared.contracts.scoring import AwardEntry, ResultsDetermined, StarName
from shared.tables import new_id
from tests.notifications.conftest import Service

STARS = (
    StarName(code="party", name="基层党建星"),
    StarName(code="civility", name="乡风文明星"),
    StarName(code="peace", name="平安和谐星"),
    StarName(code="industry", name="产业发展星"),
    StarName(code="beauty", name="美丽乡村星"),
)
PARTS = {
    "unit": "中共获嘉县委组织部",
    "phone": "0373-4590000",
    "letter": "组织科",
    "email": "gongshi@huojia.example",
    "address": "获嘉县行政中心一号楼",
}


def award(branch: OrganizationRecord, level: int) -> AwardEntry:
    assert branch.parent_id is not None
    stars = list(STARS[:level])
    return AwardEntry(
        result_id=new_id(),
        organization_id=branch.id,
        township_id=branch.parent_id,
        level=level,
        stars=stars,
    )


@dataclass
class Story:
    """One determination of the county: its first branches listed, the others without a star."""

    service: Service
    levels: Sequence[int] = (5, 3, 1, 4)
    working_days: int = 5
    first_day_counts: bool = False
    cycle_id: UUID = field(default_factory=new_id)
    determination_id: UUID = field(default_factory=new_id)
    id: UUID = field(init=False)

    @property
    def branches(self) -> list[OrganizationRecord]:
        return self.service.county.branches

    @property
    def listed(self) -> list[OrganizationRecord]:
        return self.branches[: len(self.levels)]

    @property
    def starless(self) -> list[OrganizationRecord]:
        return self.branches[len(self.levels) :]

    @property
    def path(self) -> str:
        return f"/v1/announcements/{self.id}"

    @property
    def department(self) -> Caller:
        return self.service.county.caller(Role.ORGANIZATION_DEPARTMENT)

    @property
    def inspector(self) -> Caller:
        return self.service.county.caller(Role.INSPECTOR)

    def event(self) -> ResultsDetermined:
        pairs = zip(self.listed, self.levels, strict=True)
        return ResultsDetermined(
            cycle_id=self.cycle_id,
            determination_id=self.determination_id,
            title="2026年度农村党支部“五星”创建",
            year=2026,
            policy_title="获嘉县农村党支部“五星”创建实施方案（第二版）",
            policy_hash="sha256:" + "a" * 64,
            snapshot_hash="sha256:" + "b" * 64,
            working_days=self.working_days,
            first_day_counts=self.first_day_counts,
            listed=[award(branch, level) for branch, level in pairs],
            not_listed=[branch.id for branch in self.starless],
        )

    async def drafted(self) -> "Story":
        """Receive the determination."""
        await self.service.receive(self.service.envelope(self.event(), self.cycle_id))
        found = await self.service.call("GET", "/v1/announcements", self.department, expect=200)
        mine = str(self.determination_id)
        self.id = next(
            UUID(e["id"]) for e in found.json()["items"] if e["determination_id"] == mine
        )
        return self

    async def edited(self, **parts: str) -> dict[str, Any]:
        """Fill in the parts of the notice."""
        version = (await self.read()).headers["etag"]
        answer = await self.service.call(
            "PATCH",
            self.path,
            self.department,
            json=PARTS | parts,
            headers={"If-Match": version},
            expect=200,
        )
        found: dict[str, Any] = answer.json()
        return found

    async def published(self) -> "Story":
        """Draft, fill in and publish."""
        await self.drafted()
        await self.edited()
        await self.service.call("POST", f"{self.path}/publish", self.department, expect=200)
        return self

    async def read(self) -> Any:  # noqa: ANN401 -- an httpx answer
        return await self.service.call("GET", self.path, self.department, expect=200)

    async def notice(self) -> dict[str, Any]:
        """The notice as the public reads it, as data."""
        answer = await self.service.call("GET", f"{self.path}/notice", expect=200)
        found: dict[str, Any] = answer.json()
        return found
