"""六个挂钩: confirmations by people, the month's registers of each payer, the bill."""

from datetime import date
from typing import Any

from deploy.local.demo import clock
from deploy.local.demo.actors import together
from deploy.local.demo.applying import Cycle
from deploy.local.demo.county import County


async def confirm_not_applied(county: County, cycle: Cycle) -> int:
    """组织部 confirms each branch that really did not apply; returns how many."""
    office = county.staff["office"]
    path = f"/v1/cycles/{cycle.id}/results"
    waiting = await office.pages("scoring", path, awaiting_confirmation=True)
    reason = {"reason": "经与乡镇核实，该支部本年度确未申报"}
    await together(
        office.post("scoring", f"/v1/results/{each['id']}/confirm-not-applied", reason)
        for each in waiting
    )
    return len(waiting)


async def confirm_rectification(county: County, cycle: Cycle) -> int:
    """组织部 decides on each proposal for 后进整顿; returns how many it confirmed."""
    office = county.staff["office"]
    path = f"/v1/cycles/{cycle.id}/rectification-proposals"
    proposals = await office.pages("scoring", path)
    reason = {"reason": "经部务会研究，同意列入"}
    await together(
        office.post("scoring", f"/v1/rectification-proposals/{each['id']}/confirm", reason)
        for each in proposals
        if each["state"] == "proposed"
    )
    return len(proposals)


async def pay_first_month(county: County, cycle: Cycle) -> list[dict[str, Any]]:
    """Finance computes, a second person confirms, and pays the first month of every payer."""
    results = await county.staff["office"].pages("scoring", f"/v1/cycles/{cycle.id}/results")
    effective = max(each["effective_on"] for each in results if each["effective_on"])
    first = _next_month(date.fromisoformat(effective))
    await clock.move_to(county.services, first.replace(day=5))
    finance, second = county.staff["finance"], county.staff["finance.second"]
    registers = []
    for payer in cycle.sheet.policy["payers"]:
        body = {"payer": payer["code"], "month": f"{first:%Y-%m}"}
        made = await finance.post("scoring", f"/v1/cycles/{cycle.id}/registers", body)
        await second.post("scoring", f"/v1/registers/{made['id']}/confirm")
        paid = {"voucher": f"演示凭证-{first:%Y%m}-{payer['code']}"}
        registers.append(await second.post("scoring", f"/v1/registers/{made['id']}/pay", paid))
    return registers


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
