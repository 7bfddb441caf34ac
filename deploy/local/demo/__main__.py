"""`make demo`: one county's whole year on private servers, through the HTTP APIs."""

import asyncio
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.local.demo.actors import new_password
from deploy.local.demo.steps import Steps
from deploy.local.processes import ServerError, free_port
from deploy.local.stack import Stack
from services.supervisor import preload

FOLDER = Path(__file__).parents[3] / ".local" / "demo"
OUT = Path(__file__).parents[3] / "out"
# The cast of the year, and what `wuxing admin create` needs: imported while the services start.
NEEDED = ("services.registry.factory", "deploy.local.demo.year")


def environment(mail_port: int) -> dict[str, str]:
    """Return what the demonstration sets beyond the ordinary settings."""
    return {
        # The demonstration's passwords are random and live as long as it does.
        "WUXING_REGISTRY_ARGON2_MEMORY_KIB": "64",
        "WUXING_REGISTRY_ARGON2_PASSES": "1",
        "WUXING_SCORING_API_PROCESSES": "2",
        "WUXING_NOTIFICATIONS_SMTP_HOST": "127.0.0.1",
        "WUXING_NOTIFICATIONS_SMTP_PORT": str(mail_port),
        "WUXING_NOTIFICATIONS_SMTP_SECURITY": "none",
        "WUXING_NOTIFICATIONS_SMTP_FROM": "wuxing@demo.example",
        "WUXING_NOTIFICATIONS_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
    }


def main() -> int:
    """Start, run, report; wait for Ctrl-C where a person watches."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    begun = time.monotonic()
    password, mail_port = new_password(), free_port()
    os.environ |= environment(mail_port)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with ExitStack() as opened:
        stack = Stack(FOLDER)
        try:
            with Progress(*columns, console=console) as progress:
                step = Steps(progress)
                end = step("启动 PostgreSQL、Redis 和三个服务")
                threading.Thread(target=preload, args=(NEEDED,)).start()
                stack.start(fresh=True)
                end()
                from deploy.local.demo import receivers, report, year  # noqa: PLC0415 -- see NEEDED

                mailbox = opened.enter_context(receivers.Mailbox(mail_port))
                platform = opened.enter_context(receivers.Platform())
                told = asyncio.run(year.run(stack, password, mailbox, platform, step))
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
