"""The mini-program platform over HTTP: a login code becomes an openid."""

from typing import Any

import httpx

from services.registry.identity.domain.outside import Outside, failed
from shared.errors import Unavailable

# Codes by which the platform says that it is its own fault: busy, or asked too often.
_BUSY = frozenset({-1, 45011})


class WechatMiniProgram:
    """code2session; the session key it also answers is not kept, nothing here needs it."""

    def __init__(self, http: httpx.AsyncClient, url: str, appid: str, secret: str) -> None:
        """Keep the client and the mini-program's own account."""
        self._http = http
        self._url = url.rstrip("/")
        self._appid = appid
        self._secret = secret

    async def who(self, code: str) -> Outside:
        """See MiniProgram; the platform answers 200 to failures too, `errcode` tells them."""
        answer = await self._asked(code)
        openid, errcode = answer.get("openid"), answer.get("errcode", 0)
        if errcode in _BUSY:
            raise _away()
        if errcode or not isinstance(openid, str) or not openid:
            raise failed("code")
        return Outside(f"wechat:{self._appid}", openid)

    async def _asked(self, code: str) -> dict[str, Any]:
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._http.get(f"{self._url}/sns/jscode2session", params=query)
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx.HTTPError, ValueError):
            # The cause would carry the address, and with it the secret, into a log.
            raise _away() from None


def _away() -> Unavailable:
    return Unavailable(
        "微信登录服务暂时无法连接，请稍后再试，或用用户名和密码登录。",
        "WeChat does not answer: try again later, or use user name and password.",
    )
