"""E-mail over SMTP: a few connections at a time, time-outs on everything, stable Message-IDs.

What went wrong is told as a short code; answers of mail servers quote addresses and are not
kept. A letter whose connection broke after the last byte may arrive twice: both copies carry
the same Message-ID.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import UUID

import aiosmtplib
from aiosmtplib import SMTP

from services.notifications.channels.domain import MailServer
from services.notifications.messages.domain.delivery import Outcome
from services.notifications.messages.domain.sending import Letter
from shared.clock import real_now

# From here on a mail server's answer is final for this letter.
_PERMANENT = 500


class SmtpSender:
    """A sender (see messages.domain.sending.Sender) for one mail server."""

    def __init__(self, server: MailServer) -> None:
        """Keep the server's settings; nothing is opened yet."""
        self._server = server

    async def send(self, letters: Sequence[Letter], within: timedelta) -> dict[UUID, Outcome]:
        """See Sender. When the server cannot be reached, that is every letter's outcome."""
        end = asyncio.get_running_loop().time() + within.total_seconds()
        waiting, outcomes = deque(letters), dict[UUID, Outcome]()
        lanes = min(self._server.connections, len(letters))
        await asyncio.gather(*(self._lane(waiting, outcomes, end) for _ in range(lanes)))
        return outcomes

    async def _lane(
        self, waiting: deque[Letter], outcomes: dict[UUID, Outcome], end: float
    ) -> None:
        """Send letters over one connection, renewed when it breaks."""
        client: SMTP | None = None
        clock = asyncio.get_running_loop()
        while waiting and clock.time() < end:
            if client is None:
                try:
                    client = await self._connect()
                except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
                    while waiting:
                        outcomes[waiting.popleft().delivery_id] = Outcome(_code(error))
                    return
            if not waiting:  # the other lanes were faster than the connection
                break
            letter = waiting.popleft()
            outcomes[letter.delivery_id] = await self._post(client, letter)
            if not client.is_connected:
                client = None
        if client is not None:
            await self._leave(client)

    async def _connect(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout.total_seconds(),
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            username=server.user,
            password=server.password,
        )
        async with asyncio.timeout(server.timeout.total_seconds()):
            await client.connect()
        return client

    async def _post(self, client: SMTP, letter: Letter) -> Outcome:
        try:
            message = self._message(letter)
            async with asyncio.timeout(self._server.timeout.total_seconds()):
                await client.send_message(message, recipients=[letter.address])
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError) as error:
            code = _answer(error)
            return Outcome(f"smtp_{code}", permanent=code >= _PERMANENT)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            return Outcome(_code(error))
        except ValueError:  # an address that no header can carry
            return Outcome("bad_address", permanent=True)
        return Outcome()

    def _message(self, letter: Letter) -> EmailMessage:
        domain = parseaddr(self._server.sender)[1].rpartition("@")[2] or "wuxing.invalid"
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(real_now())
        message["Message-ID"] = f"<{letter.delivery_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = "zh-CN, en"
        message.set_content(letter.text)
        return message

    async def _leave(self, client: SMTP) -> None:
        try:
            async with asyncio.timeout(1):
                await client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            client.close()


def _answer(error: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPDataError) -> int:
    """The server's answer to this letter; there is one recipient."""
    if isinstance(error, aiosmtplib.SMTPDataError):
        return error.code
    return error.recipients[0].code


def _code(error: BaseException) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"smtp_{error.code}"
    if isinstance(error, TimeoutError):  # aiosmtplib's time-outs are of this kind, too
        return "smtp_timeout"
    return "smtp_unreachable"
