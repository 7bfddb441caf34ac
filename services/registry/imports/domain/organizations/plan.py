"""A table of organizations against the register: what is new, what changes, what cannot be.

New ones are founded, other names and kinds are a renaming from the effective day on, another
parent is a move; a credit code or a place in the order is entered where it stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.registry.imports.domain.faults import Faults
from services.registry.imports.domain.organizations.lines import Row
from services.registry.imports.domain.organizations.order import parents_first
from services.registry.imports.domain.organizations.register import Register
from services.registry.organizations.domain import blocks, tree
from services.registry.organizations.domain.changes import Renaming
from services.registry.organizations.domain.tree import Organization
from shared.errors import Problem, Text
from shared.pinyin import spelled


@dataclass
class Plan:
    """What a file would do, row by row; the keys of the dicts are organizations."""

    made: list[Organization] = field(default_factory=list)
    codes: dict[UUID, str] = field(default_factory=dict)
    renamed: dict[UUID, tuple[Row, Renaming]] = field(default_factory=dict)
    moved: dict[UUID, tuple[Row, UUID]] = field(default_factory=dict)
    corrected: dict[UUID, Organization] = field(default_factory=dict)
    known: int = 0

    @property
    def changed(self) -> set[UUID]:
        """The organizations registered before of which something changes."""
        return {*self.renamed, *self.moved, *self.corrected}


@dataclass
class Planner:
    """Goes through the rows from the top of the tree down."""

    register: Register
    faults: Faults
    may_found_counties: bool
    new_id: Callable[[], UUID]
    plan: Plan = field(default_factory=Plan)
    _ids: dict[str, UUID] = field(default_factory=dict)
    _made: dict[UUID, Organization] = field(default_factory=dict)
    _rows: dict[UUID, int] = field(default_factory=dict)
    _taken: dict[UUID, int] = field(default_factory=dict)

    def run(self, rows: Sequence[Row]) -> Plan:
        """Return the plan; what cannot be goes into the faults."""
        for row in parents_first(rows, self.faults):
            found = self.register.find(row.code)
            if isinstance(found, Text):
                self.faults.say(row.row, "code", found)
                continue
            own_id = found or self.new_id()
            self._ids[row.code] = own_id
            if own_id in self._rows:
                zh = f"与第 {self._rows[own_id]} 行是同一个组织，请删去一行"
                self.faults.add(row.row, "code", zh, "the same organization as in another row")
                continue
            self._rows[own_id] = row.row
            if found is None:
                self._found(row, own_id)
            else:
                self._compare(row, own_id)
        return self.plan

    def _parent(self, row: Row) -> Organization | None:
        """Return the organization above a row, or None where there is none (or a fault)."""
        if row.parent is None:
            return None
        found = self._ids.get(row.parent) or self.register.find(row.parent)
        if isinstance(found, Text):
            self.faults.say(row.row, "parent", found)
            return None
        if found is None:
            zh = f"上级编号“{row.parent}”既不在表中也未登记，请补上该行或改正编号"
            self.faults.add(row.row, "parent", zh, "the parent is neither in the file nor stored")
            return None
        made = self._made.get(found)
        return made or self.register.forest.organizations.get(found)

    def _refuse(self, row: Row, key: str, problem: Problem | None) -> None:
        if problem is not None:
            self.faults.say(row.row, key, problem.detail)

    def _division(self, row: Row, own_id: UUID) -> UUID | None:
        if row.division_code is None:
            return None
        found = self.register.divisions.get(row.division_code)
        if found is None:
            zh = f"没有登记代码为 {row.division_code} 的区划，请核对，或先导入区划表"
            self.faults.add(row.row, "division_code", zh, "no such division")
            return None
        other = self.register.places.get(found.id)
        if other is not None and other.id != own_id:
            zh = f"该区划已有“{other.name}”（编号 {other.id}）：是它就填这个编号，不是则此格留空"
            self.faults.add(row.row, "division_code", zh, f"the division has {other.id} already")
        if (twin := self._taken.setdefault(found.id, row.row)) != row.row:
            zh = f"与第 {twin} 行是同一区划，一个区划只对应一个组织，请核对或将此格留空"
            self.faults.add(row.row, "division_code", zh, "another row has this division")
        return found.id

    def _found(self, row: Row, own_id: UUID) -> None:
        before = self.faults.count
        parent = self._parent(row)
        division_id = self._division(row, own_id)
        if row.parent is None:
            self._check_top(row)
        elif parent is not None:
            self._check_place(row, parent)
        if self.faults.count > before:
            return
        pinyin, initials = spelled(row.short_name)
        made = Organization(
            id=own_id,
            parent_id=parent.id if parent else None,
            county_id=tree.county_of(parent, row.tier, own_id),
            path=tree.path_below(parent, own_id),
            kind=row.kind,
            sector=row.sector,
            tier=row.tier,
            name=row.name,
            short_name=row.short_name,
            pinyin=pinyin,
            initials=initials,
            division_id=division_id,
            division_code=row.division_code,
            founded_on=row.founded_on,
            credit_code=row.credit_code,
            sort=row.sort or 0,
        )
        self._made[own_id] = made
        self.plan.made.append(made)
        self.plan.codes[own_id] = row.code

    def _check_top(self, row: Row) -> None:
        try:
            tree.check_parent(None, row.tier)
        except tree.TierMismatch:
            zh = "除县委外都要有上级，请填写上级编号"
            self.faults.add(row.row, "parent", zh, "only a county committee has no parent")
            return
        if not self.may_found_counties:
            zh = "新建县级组织须由授权范围为全部组织的系统管理员导入"
            self.faults.add(row.row, "tier", zh, "only an administrator of the whole tree")

    def _check_place(self, row: Row, parent: Organization) -> None:
        if parent.id not in self._made:
            forest = self.register.forest
            problem = blocks.no_parent(forest, parent.id, row.founded_on, row.tier)
            self._refuse(row, "parent", problem)
            if any(each in self.plan.moved for each in _ids_of(parent.path)):
                zh = "上级的隶属关系在本表中有变更，请先单独导入变更，再登记其下级"
                self.faults.add(row.row, "parent", zh, "the parent moves in this very file")
            return
        try:
            tree.check_parent(parent, row.tier)
        except tree.TierMismatch as problem:
            self._refuse(row, "tier", problem)
        if row.founded_on < parent.founded_on:
            zh = f"早于上级“{parent.name}”的成立日期 {parent.founded_on}，请改正"
            self.faults.add(row.row, "founded_on", zh, "before the parent was founded")

    def _compare(self, row: Row, own_id: UUID) -> None:
        stored = self.register.forest.organizations[own_id]
        last = self.register.forest.last(own_id)
        self.plan.known += 1
        for key in ("tier", "founded_on"):
            if getattr(row, key) != getattr(stored, key):
                zh = "与已登记的不同，且不能用导入更改；请改回，或在系统中办理更正"
                self.faults.add(row.row, key, zh, "differs from what is registered")
        parent = self._parent(row)
        said = Renaming(row.name, row.short_name, row.kind, row.sector, self._division(row, own_id))
        if said.over(last):
            self.plan.renamed[own_id] = (row, said)
        if (parent.id if parent else None) != last.parent_id:
            self._move(row, stored, parent)
        entered = replace(
            stored,
            credit_code=row.credit_code or stored.credit_code,
            sort=stored.sort if row.sort is None else row.sort,
        )
        if entered != stored:
            self.plan.corrected[own_id] = entered

    def _move(self, row: Row, stored: Organization, parent: Organization | None) -> None:
        if parent is None or parent.id in self._made:
            if parent is not None or row.parent is None:
                zh = "已登记的组织只能改隶已登记的上级，请先登记上级，再导入这一行"
                self.faults.add(row.row, "parent", zh, "the new parent must be registered first")
            return
        if stored.id in self.plan.renamed:
            zh = "同一行既更名又变更隶属：请分两次导入，后一次的生效日期要更晚"
            self.faults.add(row.row, "parent", zh, "renamed and moved at once: import twice")
        self.plan.moved[stored.id] = (row, parent.id)


def _ids_of(path: str) -> list[UUID]:
    return [UUID(part) for part in path.strip("/").split("/")]
