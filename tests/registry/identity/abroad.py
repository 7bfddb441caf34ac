"""Other systems to sign in by, on real sockets: an identity provider and the mini-program's."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import oidc_provider_mock  # type: ignore[import-untyped]  # it has no py.typed
from werkzeug.serving import make_server

SECRET = "secret-of-the-mini-program"
APPID = "wx0123456789"
REDIRECT = "https://front.example/back"


@contextmanager
def identity_provider() -> Iterator[str]:
    """The provider of the package, made to insist on PKCE; yields its issuer."""
    app = oidc_provider_mock.app(require_nonce=True)
    challenges: dict[str, str] = {}

    @app.before_request  # type: ignore[untyped-decorator]  # of the package above
    def insist_on_pkce() -> None:
        """RFC 7636, 4.6: the code goes to whoever knows the verifier of its challenge."""
        if flask.request.path == "/oauth2/token":
            digest = sha256(flask.request.form["code_verifier"].encode()).digest()
            expected = challenges.pop(flask.request.form["code"])
            if urlsafe_b64encode(digest).rstrip(b"=").decode() != expected:
                flask.abort(400)

    @app.after_request  # type: ignore[untyped-decorator]  # of the package above
    def remember_challenge(answer: flask.Response) -> flask.Response:
        code = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code")
        if code:
            assert flask.request.args["code_challenge_method"] == "S256"
            challenges[code[0]] = flask.request.args["code_challenge"]
        return answer

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


async def consent(address: str, subject: str) -> dict[str, str]:
    """Sign in at the provider as a person does; returns what its redirect carries."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(REDIRECT)
    found = parse_qs(urlsplit(answer.headers["location"]).query)
    return {"state": found["state"][0], "code": found["code"][0]}


class Wechat(ThreadingHTTPServer):
    """Answers code2session as the platform does: 200 always, failures as `errcode`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Code2Session)
        self.codes: dict[str, str] = {}
        self.busy = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def code_for(self, openid: str) -> str:
        """A login code of that person, good once."""
        code = f"code-{len(self.codes)}-of-{openid}"
        self.codes[code] = openid
        return code

    def session(self, query: dict[str, str]) -> dict[str, Any]:
        if self.busy:
            return {"errcode": -1, "errmsg": "system error"}
        if (query["appid"], query["secret"]) != (APPID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        openid = self.codes.pop(query["js_code"], None)
        if openid is None or query["grant_type"] != "authorization_code":
            return {"errcode": 40029, "errmsg": "invalid code"}
        return {"openid": openid, "session_key": "tiihtNczf5v6AKRyjwEUhQ=="}


class _Code2Session(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        wechat = self.server
        assert isinstance(wechat, Wechat)
        known = address.path == "/sns/jscode2session"
        content = json.dumps(wechat.session(query) if known else {}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def wechat_platform() -> Iterator[Wechat]:
    server = Wechat()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
