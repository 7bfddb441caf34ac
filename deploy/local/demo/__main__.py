"""`make demo`: one county's whole year on private servers, through the HTTP APIs."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.local.demo import announcing, applying, clock, county, paying, report, reviewing
from deploy.local.demo.actors import Actor, Services, new_password
from deploy.local.demo.receivers import Mailbox, Platform
from deploy.local.demo.stories import assign
from deploy.local.servers import ServerError
from deploy.local.stack import Stack
from services.__main__ import first_administrator

FOLDER = Path(__file__).parents[3] / ".local" / "demo"
OUT = Path(__file__).parents[3] / "out"
LATE_OFFICE = "petition_bureau"


@dataclass
class Steps:
    """The progress display: one line a step, with what it brought and how long it took."""

    progress: Progress
    laps: dict[str, float] = field(default_factory=dict)

    def __call__(self, label: str) -> Callable[..., None]:
        """Begin a step; call the result with what came of it."""
        task = self.progress.add_task(label, total=1)
        begun = time.monotonic()

        def end(result: object = "") -> None:
            self.laps[label] = round(time.monotonic() - begun, 2)
            text = f"{label}  [dim]{result}[/]" if result != "" else label
            self.progress.update(task, completed=1, description=text)

        return end


def environment(mailbox: Mailbox) -> dict[str, str]:
    """Return what the demonstration sets beyond the ordinary settings."""
    return {
        # The demonstration's passwords are random and live as long as it does.
        "WUXING_REGISTRY_ARGON2_MEMORY_KIB": "64",
        "WUXING_REGISTRY_ARGON2_PASSES": "1",
        "WUXING_SCORING_API_PROCESSES": "2",
        "WUXING_SCORING_SWEEP_SECONDS": "1",
        "WUXING_NOTIFICATIONS_SWEEP_SECONDS": "1",
        "WUXING_NOTIFICATIONS_SMTP_HOST": "127.0.0.1",
        "WUXING_NOTIFICATIONS_SMTP_PORT": str(mailbox.port),
        "WUXING_NOTIFICATIONS_SMTP_SECURITY": "none",
        "WUXING_NOTIFICATIONS_SMTP_FROM": "wuxing@demo.example",
        "WUXING_NOTIFICATIONS_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
    }


async def run(stack: Stack, administrator: str, platform: Platform, step: Steps) -> report.Told:
    """Run the whole cycle; returns everything there is to report."""
    services = Services.at(stack.urls)
    try:
        return await _run(services, Actor(services, "admin", administrator), platform, step)
    finally:
        await services.close()


def start(stack: Stack, password: str) -> None:
    """Start everything anew, and make the administrator on the first day of business time.

    What `wuxing admin create` does is done in this process, which has the time to import it
    while it waits for the services.
    """
    threading.Thread(target=import_module, args=("services.registry.factory",)).start()
    stack.start(fresh=True)
    asyncio.run(begin(stack))
    os.environ |= stack.environment
    asyncio.run(first_administrator("admin", "系统管理员", password, force=False))


async def begin(stack: Stack) -> None:
    """Set business time to the first day, before anybody gets a dated grant."""
    services = Services.at(stack.urls)
    await clock.move_to(services, clock.START)
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


def main() -> int:
    """Start, run, report; wait for Ctrl-C where a person watches."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    begun = time.monotonic()
    password = new_password()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Mailbox() as mailbox, Platform() as platform:
        os.environ |= environment(mailbox)
        stack = Stack(FOLDER)
        try:
            with Progress(*columns, console=console) as progress:
                step = Steps(progress)
                end = step("启动 PostgreSQL、Redis 和三个服务")
                start(stack, password)
                end()
                told = asyncio.run(run(stack, password, platform, step))
            told.letters = len(mailbox.letters)
            summary = report.summary(told, stack, time.monotonic() - begun, step.laps)
            report.write(OUT, summary)
            report.show(console, summary)
            if sys.stdout.isatty():
                console.print("按 Ctrl-C 结束 / Ctrl-C ends it")
                signal.pause()
        except KeyboardInterrupt:
            console.print("已结束 / stopped")
        except ServerError as error:
            console.print(str(error), style="red")
            return 1
        finally:
            stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
