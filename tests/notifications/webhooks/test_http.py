"""The poster against real servers, and names that are not what they seem."""

import asyncio
import threading
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from deploy.local.processes import free_port
from services.notifications.webhooks.domain.addresses import AddressRules
from services.notifications.webhooks.store.http import HttpPoster

HERE = AddressRules(networks=(ip_network("127.0.0.0/8"),), plain_http=True)


async def test_inside_addresses_are_not_connected_to_whatever_their_name(
    httpserver: HTTPServer,
) -> None:
    poster = HttpPoster(AddressRules(plain_http=True))
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1"):
        reply = await poster.post(f"http://{host}:{httpserver.port}/hooks", {}, b"{}")
        assert (reply.status, reply.error) == (None, "address_refused"), host
    assert httpserver.log == []
    await poster.close()


async def test_a_name_that_changes_its_mind_is_caught_at_the_connection(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["192.0.2.1", "127.0.0.1"])
    asked: list[Any] = []

    async def resolve(*given: Any, **_: Any) -> list[Any]:  # noqa: ANN401 -- as the loop's
        asked.append(given)
        return [(2, 1, 6, "", (next(answers), given[1]))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    poster = HttpPoster(AddressRules(plain_http=True))
    for _ in range(2):
        reply = await poster.post(f"http://rebind.example:{httpserver.port}/", {}, b"{}")
        assert reply.error == "address_refused"
    assert len(asked) == 2
    await poster.close()


async def test_redirects_are_answers_and_are_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hooks").respond_with_data(
        status=302, headers={"Location": httpserver.url_for("/inside")}
    )
    poster = HttpPoster(HERE)
    reply = await poster.post(httpserver.url_for("/hooks"), {}, b"{}")
    assert (reply.status, reply.outcome.error) == (302, "http_302")
    assert len(httpserver.log) == 1
    await poster.close()


async def test_a_long_answer_is_cut_and_a_strange_one_is_kept_readable(
    httpserver: HTTPServer,
) -> None:
    httpserver.expect_request("/long").respond_with_data("五" * 2_000_000)
    httpserver.expect_request("/strange").respond_with_data(b"\x00\xff ok")
    poster = HttpPoster(HERE, seconds=5)
    long = await poster.post(httpserver.url_for("/long"), {}, b"{}")
    assert (long.status, len(long.text)) == (200, 1000)
    strange = await poster.post(httpserver.url_for("/strange"), {}, b"{}")
    assert strange.text == "�� ok"
    await poster.close()


async def test_a_stalling_subscriber_times_out(httpserver: HTTPServer) -> None:
    given_up = threading.Event()

    def stall(_: Request) -> Response:
        given_up.wait(60)  # not for ever, should the poster never give up
        return Response(status=204)

    httpserver.expect_request("/hooks").respond_with_handler(stall)
    poster = HttpPoster(HERE, seconds=0.2)
    reply = await poster.post(httpserver.url_for("/hooks"), {}, b"{}")
    given_up.set()
    assert (reply.status, reply.error) == (None, "timeout")
    assert reply.duration_ms >= 150
    await poster.close()


async def test_a_trickling_answer_times_out_as_a_whole() -> None:
    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(20):
            writer.write(b".")
            await asyncio.sleep(0.05)
        writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", port := free_port())
    poster = HttpPoster(HERE, seconds=0.3)
    reply = await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert reply.error == "timeout"
    await poster.close()
    server.close()


async def test_what_is_not_there_and_what_is_not_http_are_errors_with_a_name() -> None:
    poster = HttpPoster(HERE)
    nowhere = await poster.post(f"http://127.0.0.1:{free_port()}/", {}, b"{}")
    assert nowhere.error == "unreachable"
    unknown = await poster.post("http://does-not-exist.invalid/", {}, b"{}")
    assert unknown.error in {"unreachable", "timeout"}

    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", port := free_port())
    reply = await poster.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert reply.error == "broken_connection"
    await poster.close()
    server.close()


async def test_a_certificate_nobody_vouches_for_is_refused(httpserver: HTTPServer) -> None:
    poster = HttpPoster(HERE)
    reply = await poster.post(f"https://127.0.0.1:{httpserver.port}/hooks", {}, b"{}")
    assert reply.error == "unreachable"
    await poster.close()
