"""A person was erased: notifications forget what they were told of the accounts."""

from uuid import UUID

import sqlalchemy as sa

from services.notifications.messages.tables import MessageRow
from shared.contracts.registry import PersonErased, SessionAlarm
from shared.tables import new_id
from tests.columns import plain_text, telling
from tests.notifications.conftest import Service
from tests.notifications.telling import run_jobs

NAME, OTHER = "欧阳建国的账号", "李秀英的账号"
DEVICE = "Ouyangs-Phone/17"


def alarm(user: UUID, name: str, watching: UUID) -> SessionAlarm:
    return SessionAlarm(
        user_id=user,
        display_name=name,
        session_id=new_id(),
        device=DEVICE if name == NAME else "手机",
        security_administrators=[watching],
    )


async def told_about(service: Service, *secrets: str) -> set[str]:
    async with service.context.read() as work:
        return telling(await plain_text(work.session), *secrets)


async def test_names_and_devices_are_forgotten_and_the_messages_stay(service: Service) -> None:
    erased, other, watching = new_id(), new_id(), new_id()
    for user, name in ((erased, NAME), (other, OTHER)):
        await service.receive(service.envelope(alarm(user, name, watching), user))
    await run_jobs(service)
    before = await told_about(service, NAME, DEVICE)
    assert before == {"fan_outs", "inbox", "messages"}
    untouched = await told_about(service, OTHER)
    event = PersonErased(person_id=new_id(), user_id=erased)
    envelope = service.envelope(event, erased)
    for _ in range(2):
        await service.receive(envelope)
    assert await told_about(service, NAME, DEVICE) == set()
    assert await told_about(service, OTHER) == untouched == before
    async with service.context.read() as work:
        rows = (await work.session.execute(sa.select(MessageRow))).scalars().all()
    titles = sorted(row.title for row in rows if "已删除" in row.title + row.body)
    assert titles == [
        "您的登录凭据可能被盗用，请尽快核实",
        "账号“已删除”的登录凭据可能被盗用",
    ]
    assert len(rows) == 4, "that something was told is not forgotten"


async def test_what_is_not_told_yet_is_told_without_the_name(service: Service) -> None:
    erased, watching = new_id(), new_id()
    first = service.envelope(alarm(erased, NAME, watching), erased)
    second = service.envelope(PersonErased(person_id=new_id(), user_id=erased), erased)
    # Out of order: the erasure waits until what was told before it is there.
    await service.receive(second)
    await service.receive(first)
    await run_jobs(service)
    assert await told_about(service, NAME, DEVICE) == set()
    async with service.context.read() as work:
        rows = (await work.session.execute(sa.select(MessageRow))).scalars().all()
    assert "账号“已删除”的登录凭据可能被盗用" in {row.title for row in rows}
