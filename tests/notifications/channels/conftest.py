"""A real mail server that can be told to refuse, stall or hang up."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from deploy.local.processes import free_port
from services.notifications.channels.domain import MailServer
from services.notifications.channels.store.smtp import SmtpSender
from services.notifications.messages.domain.delivery import Schedule
from services.notifications.messages.domain.sending import Channel, Channels
from shared.caller import Role
from shared.contracts.registry import Recipient
from tests.notifications.conftest import Service
from tests.notifications.telling import person

SCHEDULE = Schedule(timedelta(seconds=30), 2, timedelta(hours=2), attempts=3)


@dataclass
class Mailbox:
    """Keeps what it accepts; `answers` are given to the next letters, then `250 OK`."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    stall: float = 0
    # After so many letters each further one is held back until `release`.
    hold_after: int | None = None
    port: int = 0
    _taken: int = 0
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let go of what is held back, and hold nothing from now on."""
        self.hold_after = None
        self._released.set()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self,
        _server: object,
        _session: object,
        envelope: Envelope,
        address: str,
        _options: object,
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}>: user unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope
    ) -> str:
        if self.stall:
            time.sleep(self.stall)  # noqa: ASYNC251 -- the whole server stalls
        answer = self.answers.pop(0) if self.answers else "250 OK"
        self._taken += 1
        if self.hold_after is not None and self._taken > self.hold_after:
            await asyncio.to_thread(self._released.wait)
        if not answer.startswith("250"):
            return answer
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return answer

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    def server(self, *, timeout: float = 3, connections: int = 2) -> MailServer:
        return MailServer(
            host="127.0.0.1",
            port=self.port,
            security="none",
            sender="组织部 <wuxing@huojia.test>",
            connections=connections,
            timeout=timedelta(seconds=timeout),
        )


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    box.release()
    controller.stop()


def by_mail(
    server: MailServer, *, chunk: int = 50, lease: timedelta = timedelta(seconds=60)
) -> Channels:
    """Channels with e-mail through this server."""
    return Channels({Channel.EMAIL: SmtpSender(server)}, SCHEDULE, lease=lease, chunk=chunk)


@pytest.fixture
def secretaries(service: Service) -> list[Recipient]:
    """One person for each branch of the county."""
    return [person(service, branch.id, Role.VILLAGE) for branch in service.county.branches]
