"""People who hold roles in the county, and the jobs a worker would run for them."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.notifications import worker
from services.notifications.messages import jobs
from shared import outbox
from shared.caller import Caller, Grant, Role
from shared.clients.registry import FakeRegistry, Registry
from shared.contracts.events import Envelope
from shared.contracts.registry import Recipient
from shared.contracts.scoring import AwardEntry, ResultsEffective, StageCompleted, StarName
from shared.contracts.scoring import StageOutcome as Outcome
from shared.tables import new_id
from shared.worker import acknowledge_events, relay_outbox
from tests.notifications.conftest import Service

PARTY = StarName(code="party_building", name="基层党建星")
PEACE = StarName(code="peace_harmony", name="平安和谐星")


def fake(service: Service) -> FakeRegistry:
    found = service.context.ports[Registry]
    assert isinstance(found, FakeRegistry)
    return found


def person(
    service: Service,
    organization_id: UUID,
    role: Role,
    user_id: UUID | None = None,
    department: str | None = None,
) -> Recipient:
    """Someone registry knows for an organization."""
    number = len(fake(service).people) + 1
    recipient = Recipient(
        user_id=user_id or new_id(),
        organization_id=organization_id,
        role=role.value,
        department=department,
        display_name=f"第{number}人",
        email=f"person{number}@example.test",
    )
    fake(service).people.append(recipient)
    return recipient


def account(recipient: Recipient) -> Caller:
    """The account of someone registry knows."""
    role = Role(recipient.role)
    return Caller(recipient.user_id, (Grant(role, recipient.organization_id),), new_id(), new_id())


async def run_jobs(service: Service) -> None:
    """Run what the worker was woken for, until it is woken no more."""
    known = {job.__name__: job for job in (*worker.JOBS, relay_outbox, acknowledge_events)}
    while woken := service.queue.take("notifications"):
        for name, args in woken:
            if name == outbox.RECEIVE:
                for each in args[0]:
                    await service.receive(Envelope.model_validate(each))
            elif name in known:
                await known[name](service.context, *args)


async def run_cron(service: Service) -> None:
    """What the next minute's cron does."""
    await jobs.tell_waiting(service.context)


def stage(service: Service, levels: list[int]) -> StageCompleted:
    """A stage that brought each branch so many stars."""
    outcomes = [
        Outcome(organization_id=branch.id, level=level, stars=[PARTY, PEACE][:level])
        for branch, level in zip(service.county.branches, levels, strict=False)
    ]
    return StageCompleted(
        cycle_id=new_id(),
        stage="township",
        stage_name="乡镇推荐",
        organization_id=service.county.committee.id,
        outcomes=outcomes,
    )


def effective(service: Service, level: int) -> ResultsEffective:
    entries = [
        AwardEntry(
            result_id=new_id(),
            organization_id=branch.id,
            township_id=service.county.townships[0].id,
            level=level,
            stars=[PARTY, PEACE][:level],
        )
        for branch in service.county.branches
    ]
    return ResultsEffective(
        cycle_id=new_id(),
        determination_id=new_id(),
        effective_on=date(2026, 5, 19),
        entries=entries,
    )


def with_port(service: Service, kind: type, port: object) -> None:
    """Replace an outside thing of the running service."""
    service.context = replace(service.context, ports={**service.context.ports, kind: port})
