"""Posting to subscribers: guarded connections, time-outs on everything, no redirects.

Built on httpcore, whose network layer is replaceable: the guard sees the very address that
is connected to, so that a name cannot mean one thing when checked and another when used.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterable, Iterable
from functools import cache
from typing import Any

import httpcore

from services.notifications.webhooks.domain.addresses import AddressRules
from services.notifications.webhooks.domain.subscription import Reply

# Of an answer so much is read, and so much is kept for the log.
_READ_BYTES = 65_536
_KEPT_CHARACTERS = 1_000


class Refused(httpcore.ConnectError):
    """Every address of the name is one we do not send to."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to allowed addresses only, and to exactly those it has checked."""

    def __init__(self, rules: AddressRules) -> None:
        """Keep the rules."""
        self._rules = rules
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check, then connect to a checked address."""
        allowed = [each for each in await _resolve(host, port, timeout) if self._rules.allows(each)]
        if not allowed:
            raise Refused(host)
        for address in allowed[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            allowed[-1], port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Refused(f"{path} {timeout} {socket_options}")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@cache
def authorities() -> ssl.SSLContext:
    """Return what trusts the machine's certificate authorities; read once a process."""
    return ssl.create_default_context()


class HttpPoster:
    """A poster (see webhooks.domain.subscription.Poster); one a process, closed at its end."""

    def __init__(self, rules: AddressRules, seconds: float = 10.0) -> None:
        """Open the pool; `seconds` bound one whole attempt, connecting takes at most half."""
        self._seconds = seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=authorities(),
            max_connections=100,
            max_keepalive_connections=40,
            keepalive_expiry=30,
            network_backend=GuardedBackend(rules),
        )

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Reply:
        """See Poster."""
        began = time.monotonic()
        status, error, text = None, None, ""
        try:
            async with asyncio.timeout(self._seconds):
                status, text = await self._exchange(url, headers, body)
        except (TimeoutError, httpcore.TimeoutException):
            error = "timeout"
        except Refused:
            error = "address_refused"
        except httpcore.ConnectError:
            error = "unreachable"
        except (httpcore.NetworkError, httpcore.ProtocolError):
            error = "broken_connection"
        return Reply(status, error, round((time.monotonic() - began) * 1000), text)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def _exchange(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        limits = {"connect": self._seconds / 2, "read": self._seconds, "write": self._seconds}
        async with self._pool.stream(
            "POST",
            url,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": limits},
        ) as response:
            assert isinstance(response.stream, AsyncIterable)  # noqa: S101 -- the pool is async
            read = bytearray()
            async for part in response.stream:
                read += part
                if len(read) > _READ_BYTES:
                    break
            # PostgreSQL keeps no NUL in a text.
            text = read.decode(errors="replace").replace("\x00", "�")
            return response.status, text[:_KEPT_CHARACTERS]


async def _resolve(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a name (or the address itself), each once."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise httpcore.ConnectTimeout(host) from None
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))
