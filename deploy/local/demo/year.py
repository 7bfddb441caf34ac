"""The county's whole year through the HTTP APIs, from an empty registry to the first pay."""

import os

from deploy.local.demo import announcing, applying, clock, county, paying, report, reviewing
from deploy.local.demo.actors import Actor, Services
from deploy.local.demo.receivers import Mailbox, Platform
from deploy.local.demo.steps import Steps
from deploy.local.demo.stories import assign
from deploy.local.stack import Stack
from services.__main__ import first_administrator

LATE_OFFICE = "petition_bureau"


async def run(
    stack: Stack, password: str, mailbox: Mailbox, platform: Platform, step: Steps
) -> report.Told:
    """Run the whole cycle; returns everything there is to report."""
    services = Services.at(stack.urls)
    try:
        # Business time comes first, before anybody gets a dated grant.
        await clock.move_to(services, clock.START)
        os.environ |= stack.environment
        await first_administrator("admin", "系统管理员", password, force=False)
        told = await _run(services, Actor(services, "admin", password), platform, step)
        told.letters = len(mailbox.letters)
        return told
    finally:
        await services.close()


async def _run(
    services: Services, administrator: Actor, platform: Platform, step: Steps
) -> report.Told:
    place = await _set_up(services, administrator, step)
    await report.subscribe(place, platform)
    cycle = await _score(place, step)
    end = step("县委确定：联审缺一家时不能确认；由另一人确认")
    meeting = await reviewing.determine(place, cycle)
    end()
    end = step("公示、异议、核查结论，逐个生效")
    notice = await announcing.publish(place, cycle)
    await announcing.object_to(place, notice)
    await announcing.find(place, notice)
    await announcing.take_effect(place, cycle)
    end(f"公示到 {notice.published['last_day']}，异议 {len(notice.receipts)} 件，线索 1 件")
    end = step("六个挂钩：确认、整顿、第一个月的台账")
    await paying.confirm_not_applied(place, cycle)
    await paying.confirm_rectification(place, cycle)
    registers = await paying.pay_first_month(place, cycle)
    end(f"{len(registers)} 个支付方")
    end = step("重算核对，收齐送达")
    told = await report.gather(place, cycle, meeting, notice, registers, platform)
    end(f"重算{'一致' if told.replay['identical'] else '不一致'}")
    return told


async def _set_up(services: Services, administrator: Actor, step: Steps) -> county.County:
    end = step("registry：导入行政区划，建立组织树")
    place = await county.set_up(services, administrator, county.CSV.read_bytes())
    rural = sorted(each.code for each in place.villages.values() if each.sector == "rural")
    stories = assign(rural)
    for each in place.villages.values():
        each.story = stories.get(each.code)
    await county.found_a_village(place, next(iter(place.townships.values())))
    end(f"1 个县委、{len(place.townships)} 个乡镇单位、{len(place.villages)} 个村（社区）支部")
    end = step("人员、任期、基础数据（演示生成）")
    people, facts = await county.enter_people(place), await county.enter_facts(place)
    end(f"{people} 人、{facts} 个数值")
    end = step("账号与授权")
    end(f"{await county.open_accounts(place)} 个账号")
    return place


async def _score(place: county.County, step: Steps) -> applying.Cycle:
    end = step("发布方案，启动周期")
    cycle = await applying.open_cycle(place)
    end(f"申报到 {cycle.deadlines['apply_until']}")
    end = step("村级申报")
    end(f"{await applying.apply(place, cycle)} 份，各有回执")
    end = step("乡镇推荐：退回、延期、县级代评")
    await reviewing.close_applications(place, cycle)
    await reviewing.return_some(place, cycle)
    await reviewing.recommend(place, cycle)
    end()
    end = step("部门评审与抽查；纪委监委暂停一次")
    draw = await reviewing.review(place, cycle)
    await reviewing.inspect(place, cycle)
    await reviewing.clear(place, cycle, silent=LATE_OFFICE)
    end(f"抽查 {draw['sample']}/{draw['population']}，实际 {draw['real_share_percent']}%")
    return cycle
