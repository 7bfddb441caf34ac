"""What the demonstration tells at its end: on the terminal and in out/summary.json."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.local.demo.actors import Actor
from deploy.local.demo.announcing import Notice
from deploy.local.demo.applying import TITLE, Cycle
from deploy.local.demo.county import County
from deploy.local.demo.receivers import Platform
from deploy.local.stack import Stack

SHOWN = 12
CHANNELS = {"in_app": "站内消息", "email": "电子邮件"}
DOCS = {"registry": "组织库", "scoring": "评分", "notifications": "公示与送达"}
PATIENCE = 150


@dataclass
class Told:
    """All that was read from the APIs at the end."""

    county: County
    cycle: Cycle
    meeting: str
    notice: Notice
    registers: list[dict[str, Any]]
    numbers: dict[str, Any]
    ranking: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    bill: dict[str, Any]
    deliveries: dict[str, Any]
    replay: dict[str, Any]
    results: list[dict[str, Any]]
    webhooks: int
    letters: int = 0


async def subscribe(county: County, platform: Platform) -> None:
    """Subscribe the county's platform to the public events."""
    body = {"county_id": county.id, "url": platform.url, "description": "演示平台"}
    made = await county.administrator.post("notifications", "/v1/webhooks", body)
    platform.secret = made["secret"]


async def gather(
    county: County,
    cycle: Cycle,
    meeting: str,
    notice: Notice,
    registers: list[dict[str, Any]],
    platform: Platform,
) -> Told:
    """Replay the cycle, wait until everything is delivered, and read it all."""
    office, path = county.staff["office"], f"/v1/cycles/{cycle.id}"
    replay = await office.post("scoring", f"{path}/replay")
    return Told(
        county=county,
        cycle=cycle,
        meeting=meeting,
        notice=notice,
        registers=registers,
        numbers=await office.get("scoring", f"{path}/summary"),
        ranking=(await office.get("scoring", f"{path}/rankings", limit=SHOWN))["items"],
        missed=await office.pages("scoring", f"{path}/missed"),
        bill=await office.get("scoring", f"{path}/bill"),
        deliveries=await _delivered(office),
        replay=replay,
        results=await office.pages("scoring", f"{path}/results"),
        webhooks=len(platform.events),
    )


async def _delivered(office: Actor) -> dict[str, Any]:
    """Wait until nothing is on its way any more; returns the totals by channel and state."""
    for _ in range(PATIENCE):
        found = await office.get("notifications", "/v1/deliveries/summary", limit=100)
        told = all(each["finished_at"] for each in found["items"])
        waiting = Counter(
            state for by_state in found["totals"].values() for state in by_state
        ).keys() & {"queued", "sending", "failed"}
        if told and not waiting:
            break
        await asyncio.sleep(0.2)
    totals: dict[str, Any] = found["totals"]
    return totals


def summary(told: Told, stack: Stack, seconds: float, laps: dict[str, float]) -> dict[str, Any]:
    """Return everything as one JSON document."""
    urls = stack.urls
    return {
        "title": TITLE,
        "levels": {each["name"]: each["count"] for each in told.numbers["levels"]},
        "not_applied": told.numbers["not_applied"],
        "not_assessed": told.numbers["not_assessed"],
        "states": told.numbers["states"],
        "ranking": told.ranking,
        "missed": told.missed,
        "bill": told.bill,
        "first_month": [
            {name: each[name] for name in ("payer", "month", "entries", "amount", "unfunded")}
            for each in told.registers
        ],
        "announcement": {
            "id": told.notice.id,
            "published_on": told.notice.published["published_on"],
            "last_day": told.notice.published["last_day"],
            "objections": len(told.notice.receipts),
            "clue": told.notice.clue,
        },
        "deliveries": {**told.deliveries, "letters": told.letters, "webhooks": told.webhooks},
        "replay": told.replay,
        "result_hashes": {each["organization_id"]: each["hash"] for each in told.results},
        "addresses": {
            "notice": f"{urls['notifications']}/notices/{told.notice.id}",
            **{service: f"{url}/docs" for service, url in urls.items()},
        },
        "accounts": {
            name: {"username": actor.username, "password": actor.password}
            for name, actor in _actors(told).items()
        },
        "seconds": {"total": round(seconds, 1), **laps},
    }


def _actors(told: Told) -> dict[str, Actor]:
    """Return an account for each role; village and township are those of the best branch."""
    county = told.county
    best = county.villages[told.ranking[0]["organization_id"]]
    township = county.townships[told.ranking[0]["township_id"]]
    return {
        f"村级申报人（{best.short_name}）": best.actor,
        f"镇级评审组（{township.short_name}）": township.actor,
        "牵头部门（宣传部）": county.departments["publicity_department"],
        "联审单位（信访局）": county.offices["petition_bureau"],
        "组织部": county.staff["office"],
        "组织部（第二人）": county.staff["office.second"],
        "县委": county.staff["committee"],
        "财政": county.staff["finance"],
        "财政（第二人）": county.staff["finance.second"],
        "纪委监委": county.staff["inspector"],
        "纪委监委（第二人）": county.staff["inspector.second"],
        "系统管理员": county.administrator,
        "安全管理员": county.staff["security"],
        "审计管理员": county.staff["audit"],
    }


def write(folder: Path, found: dict[str, Any]) -> None:
    """Write out/summary.json."""
    folder.mkdir(exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def show(console: Console, found: dict[str, Any]) -> None:
    """Print what a person wants to know first."""
    console.rule(found["title"])
    console.print(_levels(found), _ranking(found), _missed(found), _bill(found))
    notice = found["announcement"]
    console.print(
        f"公示：{notice['published_on']} 发布，截止 [bold]{notice['last_day']}[/] 24:00，"
        f"异议 {notice['objections']} 件"
    )
    console.print(f"送达：{_deliveries(found)}")
    console.print(f"重算：{'逐字节一致' if found['replay']['identical'] else '不一致！'}")
    console.print(_accounts(found))
    console.print(f"公示页（手机和电脑均可打开，无须登录）  {found['addresses']['notice']}")
    for service, name in DOCS.items():
        console.print(f"{name}接口文档  {found['addresses'][service]}")
    console.print(
        "试用：在组织库接口文档的 POST /v1/sessions 用上面的账号登录，复制 access_token，"
        "到任一接口文档右上角“Authorize”粘贴即可办理。"
    )
    console.print(f"用时 {found['seconds']['total']} 秒；全部内容见 out/summary.json")


def _levels(found: dict[str, Any]) -> Table:
    table = Table("星级", "村数", title="各星级村数")
    for name, count in reversed(found["levels"].items()):
        note = f"（其中未申报 {found['not_applied']}）" if name == "无星" else ""
        table.add_row(name, f"{count}{note}")
    table.add_row("未参评", str(found["not_assessed"]))
    return table


def _ranking(found: dict[str, Any]) -> Table:
    table = Table("名次", "党支部", "乡镇", "星级", "总分", title=f"全县前 {SHOWN} 名")
    for each in found["ranking"]:
        table.add_row(
            str(each["county_rank"]),
            short(each["name"]),
            short(each["township_name"]),
            each["level_name"],
            each["total"],
        )
    return table


def _missed(found: dict[str, Any]) -> Table:
    total = len(found["missed"])
    table = Table("党支部", "差哪颗星", "依据", title=f"申报而未得星（{total} 个支部，前 {SHOWN}）")
    for each in found["missed"][:SHOWN]:
        for miss in each["missed"]:
            reasons = "；".join(_reason(reason) for reason in miss["reasons"])
            table.add_row(short(each["name"]), miss["name"], reasons)
    return table


def short(name: str) -> str:
    """Return the part of a full name that tells branches of one county apart."""
    plain = name.removeprefix("中共获嘉县")
    return plain.removesuffix("支部委员会").removesuffix("委员会")


def _reason(reason: dict[str, Any]) -> str:
    short = f"，差 {reason['short']} 分" if reason["kind"] == "below_line" else ""
    return f"{reason['clause']}（{reason['subject_name']}{short}）"


def _bill(found: dict[str, Any]) -> Table:
    table = Table("支付方", title="全年账单")
    for name in ("应付（元）", "可付（元）", "无资金来源（元）"):
        table.add_column(name, justify="right")
    for each in found["bill"]["payers"]:
        table.add_row(each["name"], *_amounts(each))
    table.add_row("合计", *_amounts(found["bill"]), style="bold")
    return table


def _amounts(found: dict[str, Any]) -> list[str]:
    """Return the three amounts with their thousands apart; they come as decimal text."""
    return [f"{Decimal(found[name]):,}" for name in ("total", "payable", "unfunded")]


def _deliveries(found: dict[str, Any]) -> str:
    parts = found["deliveries"]
    counted = [
        f"{CHANNELS[channel]} {sum(by_state.values())} 条"
        for channel, by_state in parts.items()
        if isinstance(by_state, dict)
    ]
    received = f"演示邮箱收到 {parts['letters']} 封，演示平台收到推送 {parts['webhooks']} 次"
    return "，".join([*counted, received])


def _accounts(found: dict[str, Any]) -> Table:
    table = Table("角色", "用户名", "密码", title="演示账号（密码每次运行都不同）")
    for name, account in found["accounts"].items():
        table.add_row(name, account["username"], account["password"])
    return table
