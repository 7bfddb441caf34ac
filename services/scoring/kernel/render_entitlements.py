"""Entitlement lines in Chinese, each with the sum that makes its amount."""

from services.scoring.kernel.entitlement import Entitlement
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.linkages import Linkage, Rectification, Rights
from shared.money import decimal_text


def entitlement_sentence(policy: Policy, line: Entitlement) -> str:
    """Return one entitlement as a sentence: what, by which clause, how computed, who pays."""
    linkage = next(one for one in policy.linkages if one.code == line.linkage)
    start = f"{linkage.name}（{line.clause}）"
    match linkage.kind:
        case "performance_pay" | "star_pay":
            return f"{start}：{_pay(policy, linkage, line)}"
        case "county_award":
            return f"{start}：每年{_yuan(line.amount)}{_paid_by(policy, line)}。"
        case "per_resident_70":
            each, people = line.operands["each_fen"], line.operands["residents_70"]
            return (
                f"{start}：{people}人 × {_yuan(each)} = {_yuan(line.amount)}"
                f"{_paid_by(policy, line)}。"
            )
        case "credits":
            return f"{start}：{line.amount}分。"
        case "township_appraisal":
            return f"{start}：计{decimal_text(line.amount)}分。"
        case _:
            return f"{start}：{_names(linkage, line)}。"


def _names(linkage: Linkage, line: Entitlement) -> str:
    if isinstance(linkage, Rights):
        held = line.operands["rights"]
        return "、".join(one.name for one in linkage.rights if _listed(one.code, held))
    if isinstance(linkage, Rectification):
        held = line.operands["measures"]
        names = "、".join(one.name for one in linkage.measures if _listed(one.code, held))
        return f"{names}（建议，由有权机关确认）"
    return ""


def _listed(code: str, held: object) -> bool:
    return isinstance(held, tuple | list) and code in held


def _pay(policy: Policy, linkage: Linkage, line: Entitlement) -> str:
    posts = {post.code: post.name for post in policy.posts}
    # The end of the id tells members of one committee apart; names are not kept here.
    person = f"{posts[str(line.operands['post'])]}（编号尾号{line.recipient_id[-6:]}）"
    if line.status == "other_post":
        paid = posts[str(line.operands["paid_post"])]
        here = line.operands["paid_organization_id"] == line.organization_id
        held = f"另任本支部{paid}" if here else f"在另一支部任{paid}"
        return f"{person}{held}，按待遇高的职务发放，此处不发。"
    if linkage.kind == "performance_pay":
        made = (
            f"{_yuan(line.operands['pay_fen'])} × {line.operands['share_percent']}% = "
            f"{_yuan(line.operands['performance_fen'])}，按{line.operands['paid_percent']}%发放"
        )
    else:
        made = f"{_yuan(line.operands['rate_fen'])} × {line.operands['stars']}颗星"
    total = f"{line.periods}个月共{_yuan(line.total)}" if line.periods > 1 else ""
    short = f"，其中{_yuan(line.unfunded)}因村集体收入不足无资金来源" if line.unfunded else ""
    return (
        f"{person}{made}，每月{_yuan(line.amount)}"
        f"{'，' + total if total else ''}{short}{_paid_by(policy, line)}。"
    )


def _paid_by(policy: Policy, line: Entitlement) -> str:
    names = {payer.code: payer.name for payer in policy.payers}
    return f"，由{names[line.payer]}列支" if line.payer else ""


def _yuan(fen: object) -> str:
    return f"{decimal_text(fen)}元" if isinstance(fen, int) else ""
