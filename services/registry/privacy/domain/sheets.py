"""An export as a workbook that anybody can read: a sheet for each kind of thing held."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import IO

import xlsxwriter

from services.registry.people.domain import elections, reserve
from services.registry.people.domain.terms import POST_NAMES
from services.registry.privacy.domain.holdings import AccountHoldings, Holdings, Trail
from shared.caller import ROLE_NAMES

Value = str | int | date | datetime | None
Table = tuple[str, Sequence[str], Iterable[Sequence[Value]]]
_WIDTH = 24
_ACCOUNT = ("用户名", "姓名", "电子邮箱", "停用", "建立", "动态口令登记", "剩余恢复码", "编号")
_GRANT = ("用户名", "角色", "组织", "首日", "末日", "状态", "理由", "编号")
_SESSION = ("用户名", "设备", "方式", "开始", "最近使用", "结束", "结束原因")
_TRAIL = ("时间", "操作", "对象种类", "对象编号", "账号编号", "来源地址", "请求编号")


def write(file: IO[bytes], held: Holdings, zone: tzinfo) -> None:
    """Write the workbook; every cell is text, so that nothing is taken for a formula."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    for title, header, rows in tables(held):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(header) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, said(value, zone))
    book.close()


def said(value: Value, zone: tzinfo) -> str:
    """Return a value as people read it; times as the clocks of their zone show them."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def tables(held: Holdings) -> list[Table]:
    """Return the sheets: title, header and rows."""
    person, accounts = held.person, held.accounts
    return [
        ("人员", ("编号", "姓名", "拼音"), [(str(person.id), person.name, person.pinyin)]),
        ("任期", ("组织", "职务", "首日", "末日", "编号"), _terms(held)),
        ("培训", ("培训班", "首日", "末日", "学时", "结业"), _trained(held)),
        ("当选", ("组织", "班子", "职务", "状态", "选举日", "选举编号"), _elected(held)),
        ("后备", ("组织", "类别", "来源", "首日", "末日", "状态", "理由"), _reserve(held)),
        ("账号", _ACCOUNT, [_account(each) for each in accounts]),
        ("授权", _GRANT, _grants(held)),
        ("登录", _SESSION, _sessions(held)),
        ("外部账号", ("用户名", "外部系统", "外部编号", "绑定时间"), _identities(held)),
        ("接口密钥", ("用户名", "用途", "前缀", "签发", "失效", "收回"), _keys(held)),
        ("邀请", ("用户名", "发出", "失效", "使用", "撤回"), _invitations(held)),
        ("删除申请", ("状态", "理由", "申请时间", "办理时间"), _erasures(held)),
        ("经办记录", _TRAIL, _trail(held.acted)),
        ("涉及本人的记录", _TRAIL, _trail(held.about)),
    ]


def _terms(held: Holdings) -> Iterable[Sequence[Value]]:
    for each in held.terms:
        place = held.places.get(each.organization_id, str(each.organization_id))
        yield place, POST_NAMES[each.post], each.starts_on, each.ends_on, str(each.id)


def _trained(held: Holdings) -> Iterable[Sequence[Value]]:
    for each in held.career.trained:
        done = "是" if each.completed else "否"
        yield each.title, each.starts_on, each.ends_on, each.hours, done


def _elected(held: Holdings) -> Iterable[Sequence[Value]]:
    for each in held.career.elected:
        place = held.places.get(each.organization_id, str(each.organization_id))
        said = (
            elections.BODY_NAMES[each.body],
            POST_NAMES[each.post],
            elections.MACHINE.labels[each.state],
        )
        yield place, *said, each.held_on, str(each.election_id)


def _reserve(held: Holdings) -> Iterable[Sequence[Value]]:
    for each in held.career.reserve:
        place = held.places.get(each.organization_id, str(each.organization_id))
        days = (each.starts_on, each.ends_on)
        state = reserve.MACHINE.labels[each.state]
        yield place, reserve.KIND_NAMES[each.kind], each.source, *days, state, each.reason


def _account(held: AccountHoldings) -> Sequence[Value]:
    user = held.user
    return (
        user.username,
        user.display_name,
        held.email,
        "是" if user.disabled else "否",
        user.created_at,
        held.factor_enrolled_at,
        held.recovery_codes,
        str(user.id),
    )


def _grants(held: Holdings) -> Iterable[Sequence[Value]]:
    for account in held.accounts:
        for each in account.grants:
            where = each.organization_id
            yield (
                account.user.username,
                ROLE_NAMES[each.role],
                held.places.get(where, str(where)) if where else "全部组织",
                each.starts_on,
                each.ends_on,
                each.state.value,
                each.reason,
                str(each.id),
            )


def _sessions(held: Holdings) -> Iterable[Sequence[Value]]:
    for account in held.accounts:
        for each in account.sessions:
            times = (each.started_at, each.used_at, each.ended_at)
            yield account.user.username, each.device, each.method, *times, each.end_reason


def _identities(held: Holdings) -> Iterable[Sequence[Value]]:
    for account in held.accounts:
        for each in account.identities:
            yield account.user.username, each.issuer, each.subject, each.linked_at


def _keys(held: Holdings) -> Iterable[Sequence[Value]]:
    for account in held.accounts:
        for each in account.api_keys:
            times = (each.created_at, each.expires_at, each.revoked_at)
            yield account.user.username, each.name, each.prefix, *times


def _invitations(held: Holdings) -> Iterable[Sequence[Value]]:
    for account in held.accounts:
        for each in account.invitations:
            times = (each.invited_at, each.expires_at, each.used_at, each.revoked_at)
            yield account.user.username, *times


def _erasures(held: Holdings) -> Iterable[Sequence[Value]]:
    for each in held.erasures:
        yield each.state.value, each.reason, each.requested_at, each.decided_at


def _trail(trail: Trail) -> Iterable[Sequence[Value]]:
    for each in trail.entries:
        ids = (each["entity"], str(each["entity_id"]), str(each["actor_id"] or ""))
        yield each["at"], each["action"], *ids, each["address"], each["request_id"]
