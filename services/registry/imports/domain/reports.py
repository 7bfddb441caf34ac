"""Tables that are only read: what stands in their columns."""

from services.registry.imports.domain.columns import Column
from services.registry.imports.domain.kinds import ORGANIZATION_KINDS
from services.registry.people.domain.terms import POST_NAMES

VACANCIES = (
    Column("organization", "组织编号", "", required=False, width=38),
    Column("organization_name", "组织名称", "", required=False, width=30),
    Column("parent_name", "上级组织", "", required=False, width=24),
    Column("kind", "类型", "", required=False, choices=ORGANIZATION_KINDS),
    Column("post", "空缺职务", "", required=False, choices=POST_NAMES),
    Column("since", "空缺起始日", "", required=False),
    Column("months", "已满整月数", "", required=False),
    Column("last_name", "最后一任", "", required=False),
    Column("last_day", "离任日期", "", required=False),
)
