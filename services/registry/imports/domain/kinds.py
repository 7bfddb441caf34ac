"""Which tables can be sent in and taken out, and who keeps each."""

from enum import StrEnum

from shared.caller import Role
from shared.contracts.registry import OrganizationKind, Sector, Tier


class Kind(StrEnum):
    """One kind of table; each row of it is one thing of the register."""

    DIVISIONS = "divisions"  # 行政区划
    ORGANIZATIONS = "organizations"  # 组织
    PEOPLE = "people"  # 人员与任期
    FACTS = "facts"  # 基础数据
    COVERAGE = "coverage"  # 两新单位明细账


KIND_NAMES = {
    Kind.DIVISIONS: "行政区划",
    Kind.ORGANIZATIONS: "组织",
    Kind.PEOPLE: "人员与任期",
    Kind.FACTS: "基础数据",
    Kind.COVERAGE: "两新单位明细账",
}
_KEEPERS = (Role.SYSTEM_ADMINISTRATOR, Role.ORGANIZATION_DEPARTMENT)
SENDERS: dict[Kind, tuple[Role, ...]] = {
    Kind.DIVISIONS: (Role.SYSTEM_ADMINISTRATOR,),
    Kind.ORGANIZATIONS: _KEEPERS,
    Kind.PEOPLE: _KEEPERS,
    Kind.FACTS: (*_KEEPERS, Role.FINANCE, Role.DEPARTMENT, Role.TOWNSHIP),
    Kind.COVERAGE: (*_KEEPERS, Role.TOWNSHIP),
}
ALL_SENDERS = SENDERS[Kind.FACTS]

ORGANIZATION_KINDS = {
    OrganizationKind.COMMITTEE: "党委",
    OrganizationKind.GENERAL_BRANCH: "党总支",
    OrganizationKind.BRANCH: "党支部",
    OrganizationKind.JOINT_BRANCH: "联合支部",
    OrganizationKind.YOUTH_LEAGUE: "团组织",
}
SECTORS = {
    Sector.GOVERNMENT: "机关",
    Sector.SCHOOL_HOSPITAL: "学校、医院",
    Sector.STATE_ENTERPRISE: "国企",
    Sector.NEW_GROUPS: "两新",
    Sector.RURAL: "农村",
    Sector.COMMUNITY: "社区",
}
TIERS = {Tier.COUNTY: "县级", Tier.TOWNSHIP: "乡镇级", Tier.VILLAGE: "村级"}
