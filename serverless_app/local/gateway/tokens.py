"""Tokens of a user pool: signature, issuer, expiry, and whom they were made for.

Amazon Cognito page "Verifying JSON web tokens".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from serverless_app.local.control_plane import ConnectionLost
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.identifiers import java_date
from serverless_app.local.http.messages import Request

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane


ACCESS = "access"  # `token_use`; the other one is "id"


class TokenError(Exception):
    """A token that is not accepted; the text is for the client."""


class PoolTokens:
    """Verifies tokens against the keys that a pool publishes, which are fetched once."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._keys: dict[str, Any] = {}

    def forget(self) -> None:
        """Fetch keys again when they are next needed."""
        self._keys.clear()

    async def claims(self, token: str, pools: tuple[str, ...]) -> dict[str, Any]:
        """What a token says, if one of the pools signed it for one of its own clients.

        Raises TokenError otherwise, and GatewayError when the pool does not answer.
        """
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            pool = issuer.rpartition("/")[2]
            if pool not in pools:
                raise TokenError("Unauthorized")
            key = await self._key(pool, str(header.get("kid")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=f"http://{self._control_plane.authority}/{pool}",
                options={"verify_aud": False, "require": ["exp", "iss", "token_use"]},
            )
        except jwt.ExpiredSignatureError:
            raise TokenError("The incoming token has expired") from None
        except jwt.PyJWTError as error:
            raise TokenError("Unauthorized") from error
        self._check_audience(claims, pool)
        return claims

    async def _key(self, pool: str, key_id: str) -> Any:
        import jwt

        keys = self._keys.get(pool)
        if keys is None or key_id not in keys:
            host = (("Host", self._control_plane.authority),)
            address = Request("GET", f"/{pool}/.well-known/jwks.json", host)
            try:
                response = await self._control_plane.handle(address)
            except ConnectionLost as error:
                raise GatewayError("AUTHORIZER_FAILURE") from error
            published = jwt.PyJWKSet.from_dict(json.loads(response.body))
            keys = self._keys[pool] = {key.key_id: key for key in published.keys}
        if key_id not in keys:
            raise TokenError("Unauthorized")
        return keys[key_id]

    def _check_audience(self, claims: dict[str, Any], pool: str) -> None:
        """An ID token names its client in `aud`, an access token in `client_id`."""
        client = claims.get("client_id" if claims["token_use"] == ACCESS else "aud")
        stored = self._control_plane.backend("cognito-idp").user_pools.get(pool)
        if stored is None or client not in stored.clients:
            raise TokenError("Unauthorized")


def claims_as_text(claims: dict[str, Any]) -> dict[str, str]:
    """Claims as `requestContext.authorizer.claims` has them: every value is text."""
    return {name: _text(name, value) for name, value in claims.items()}


def _text(name: str, value: Any) -> str:
    if name in ("exp", "iat") and isinstance(value, int | float):
        return java_date(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)
