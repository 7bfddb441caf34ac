"""A government identity provider over HTTP: discovery, code exchange, its signed answer."""

from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.registry.identity.domain.outside import Outside, failed
from shared.errors import Unavailable

# Signatures by private keys alone: a shared secret would let us sign for the provider.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519"]
_LEEWAY = 60


class OidcProvider:
    """OpenID Connect by authorization code with PKCE; `redirect_uri` is the front end's page."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
    ) -> None:
        """Keep the client; nothing is asked before somebody signs in."""
        self._http = http
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._known: dict[str, Any] = {}

    async def address(self, state: str, nonce: str, challenge: str) -> str:
        """See IdentityProvider."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str((await self._discovered())["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def who(self, code: str, verifier: str, nonce: str) -> Outside:
        """See IdentityProvider."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "client_id": self._client_id,
            "code_verifier": verifier,
        }
        secret = (self._client_id, self._client_secret) if self._client_secret else None
        endpoint = (await self._discovered())["token_endpoint"]
        answer = await self._asked("POST", endpoint, data=form, auth=secret)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise failed("code")
        return await self._checked(token, nonce)

    async def _checked(self, token: str, nonce: str) -> Outside:
        """Return whom a signed answer names, if it is for us, now, and for this sign-in."""
        try:
            jwks = await self._asked("GET", (await self._discovered())["jwks_uri"])
            keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]  # JSON is what it is
            claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
                sub={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise failed("answer") from error
        if claims.get("azp", self._client_id) != self._client_id:
            raise failed("answer")
        return Outside(self._issuer, str(claims["sub"]))

    async def _discovered(self) -> dict[str, Any]:
        """Return what the provider says of itself, asked once; it must be who we were told."""
        if not self._known:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._asked("GET", address)
            if found.get("issuer") != self._issuer:
                raise _away()
            self._known = found
        return self._known

    async def _asked(self, method: str, url: str, **content: Any) -> dict[str, Any]:  # noqa: ANN401 -- httpx content
        try:
            answer = await self._http.request(method, url, **content)
            if 400 <= answer.status_code < 500 and method == "POST":  # noqa: PLR2004 -- HTTP's own classes
                raise failed("code")
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise _away() from error


def _away() -> Unavailable:
    return Unavailable(
        "统一身份认证平台暂时无法连接，请稍后再试，或用用户名和密码登录。",
        "The identity provider does not answer: try later, or use user name and password.",
    )
