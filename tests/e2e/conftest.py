"""A running stack with an administrator, a mailbox and a platform: real processes throughout."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.demo import clock
from deploy.local.demo.__main__ import environment
from deploy.local.demo.actors import Services, new_password
from deploy.local.demo.receivers import Mailbox, Platform
from deploy.local.processes import free_port
from deploy.local.stack import PORTS, Stack


@dataclass
class Town:
    """The stack, the administrator's password, and where mail and webhooks arrive."""

    stack: Stack
    password: str
    platform: Platform
    mailbox: Mailbox


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Start everything in a folder, on free ports."""
    mailbox, platform = Mailbox(free_port()), Platform()
    with pytest.MonkeyPatch.context() as patch, mailbox, platform:
        for service in PORTS:
            patch.setenv(f"WUXING_{service.upper()}_PORT", str(free_port()))
        for name, value in environment(mailbox.port).items():
            patch.setenv(name, value)
        with Stack(folder) as stack:
            yield Town(stack, new_password(), platform, mailbox)


def first_administrator(town: Town) -> None:
    """Set business time to the first day, then make the administrator, whose grant has a date."""
    asyncio.run(begin(town.stack.urls))
    first = ("admin", "create", "--username", "admin", "--display-name", "系统管理员")
    town.stack.command(*first, WUXING_ADMIN_PASSWORD=town.password)


async def begin(urls: dict[str, str]) -> None:
    """Set business time to the first day."""
    services = Services.at(urls)
    await clock.move_to(services, clock.START)
    await services.close()
