"""Where the demonstration's e-mail and webhooks arrive: real receivers on free local ports."""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any, Self

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

from deploy.local.processes import free_port


@dataclass
class Mailbox:
    """An SMTP server that keeps what it gets, by Message-ID."""

    port: int
    letters: dict[str, Message] = field(default_factory=dict)
    _controller: Controller | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: ANN401, N802 -- aiosmtpd's names
        """Take one letter."""
        content = envelope.content
        letter = message_from_bytes(content if isinstance(content, bytes) else b"")
        self.letters[str(letter["Message-ID"])] = letter
        return "250 OK"

    def __enter__(self) -> Self:
        """Listen on the port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        if self._controller is not None:
            self._controller.stop()


@dataclass
class Platform:
    """A government platform that takes webhooks and checks each signature."""

    secret: str = ""
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    forged: int = 0
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address to subscribe with."""
        return f"http://127.0.0.1:{self.port}/hooks"

    async def take(self, request: Request) -> Response:
        """Accept an event whose signature is right; refuse any other."""
        body = await request.body()
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.forged += 1
            return Response(status_code=401)
        self.events[request.headers["webhook-id"]] = json.loads(body)
        return Response(status_code=204)

    def __enter__(self) -> Self:
        """Listen on a free port."""
        app = FastAPI(openapi_url=None)
        app.add_api_route("/hooks", self.take, methods=["POST"])
        self.port = free_port()
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(5)

    def _serve(self) -> None:
        if self._server is not None:
            asyncio.run(self._server.serve())
