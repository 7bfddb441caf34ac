"""What a result brings once or once a year: awards, residents, credits, rights, proposals."""

from collections.abc import Mapping

from services.scoring.kernel.entitlement import Entitlement, Operand, Standing
from services.scoring.kernel.errors import InputError, InputFault
from services.scoring.kernel.linkages import (
    CountyAward,
    Credits,
    Linkage,
    PerResident,
    Rectification,
    Rights,
    TownshipAppraisal,
)
from services.scoring.kernel.plan import Plan


def year_lines(plan: Plan, standing: Standing, residents_70: int | None) -> tuple[Entitlement, ...]:
    """Return everything that is not monthly pay for one organization, in the policy's order.

    未参评 gets none. Raises `InputError` when residents are needed and not known.
    """
    if not standing.assessed:
        return ()
    made = (_consequence(one, standing, residents_70) for one in plan.policy.linkages)
    return tuple(line for line in made if line is not None)


def _consequence(  # noqa: PLR0911 -- one return a kind of linkage
    linkage: Linkage, standing: Standing, residents_70: int | None
) -> Entitlement | None:
    match linkage:
        case CountyAward():
            return _county_award(linkage, standing)
        case PerResident():
            return _per_resident(linkage, standing, residents_70)
        case Credits():
            return _credits(linkage, standing)
        case Rights():
            return _rights(linkage, standing)
        case Rectification():
            return _rectification(linkage, standing)
        case TownshipAppraisal():
            return _township_appraisal(linkage, standing)
        case _:
            return None


def _county_award(linkage: CountyAward, standing: Standing) -> Entitlement | None:
    amounts = {row.level: row.amount for row in linkage.amounts}
    if standing.level not in amounts:
        return None
    amount = amounts[standing.level]
    line = _line(linkage, standing, {"level": standing.level})
    return line.model_copy(
        update={"payer": linkage.payer, "period": "year", "unit": "fen", "amount": amount}
    )


def _per_resident(
    linkage: PerResident, standing: Standing, residents_70: int | None
) -> Entitlement | None:
    in_range = linkage.from_level <= standing.level <= linkage.to_level
    if linkage.star not in standing.stars or not in_range:
        return None
    if residents_70 is None:
        fault = InputFault(
            "missing_fact", standing.organization_id, "residents_70", "没有70岁以上人口数据"
        )
        raise InputError((fault,))
    operands: dict[str, Operand] = {
        "star": linkage.star,
        "level": standing.level,
        "residents_70": residents_70,
        "each_fen": linkage.amount,
    }
    return _line(linkage, standing, operands).model_copy(
        update={
            "recipient": "residents",
            "payer": linkage.payer,
            "period": "year",
            "unit": "fen",
            "amount": residents_70 * linkage.amount,
        }
    )


def _credits(linkage: Credits, standing: Standing) -> Entitlement | None:
    if standing.level < linkage.from_level:
        return None
    line = _line(linkage, standing, {"level": standing.level})
    return line.model_copy(update={"unit": "credits", "amount": linkage.credits})


def _rights(linkage: Rights, standing: Standing) -> Entitlement | None:
    codes = tuple(one.code for one in linkage.rights if standing.level >= one.from_level)
    if not codes:
        return None
    return _line(linkage, standing, {"level": standing.level, "rights": codes})


def _rectification(linkage: Rectification, standing: Standing) -> Entitlement | None:
    if standing.level > linkage.up_to_level:
        return None
    measures = tuple(one.code for one in linkage.measures)
    operands: dict[str, Operand] = {"level": standing.level, "measures": measures}
    line = _line(linkage, standing, operands)
    return line.model_copy(update={"status": "proposed"})


def _township_appraisal(linkage: TownshipAppraisal, standing: Standing) -> Entitlement | None:
    points = {row.level: row.points for row in linkage.points}
    if standing.level not in points:
        return None
    return _line(linkage, standing, {"level": standing.level}).model_copy(
        update={
            "recipient": "township",
            "recipient_id": standing.township_id,
            "unit": "points",
            "amount": points[standing.level],
        }
    )


def _line(linkage: Linkage, standing: Standing, operands: Mapping[str, Operand]) -> Entitlement:
    """Return a line without an amount to the village, once; the caller says what differs."""
    return Entitlement(
        linkage=linkage.code,
        clause=linkage.clause,
        organization_id=standing.organization_id,
        recipient="village",
        recipient_id=standing.organization_id,
        payer=None,
        period="once",
        unit="none",
        amount=0,
        periods=1,
        unfunded=0,
        status="due",
        operands=dict(operands),
    )
