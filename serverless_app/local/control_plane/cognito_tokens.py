"""Tokens of a user pool: issued by the pool's address at this laptop cloud, for as long as its

client says, signed with this process's key.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from serverless_app.local.control_plane import signing_keys
from serverless_app.local.control_plane.changes import serving

UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


def install() -> None:
    """Patch the tokens of moto's pools, and the documents that describe them."""
    from moto.cognitoidp import models, responses

    signing_keys.install()
    _tokens(models.CognitoIdpUserPool)
    _documents(responses.CognitoIdpOpenIdConfigurationResponse)


def issuer(pool_id: str) -> str:
    """Who issues the tokens of a pool: its address at this laptop cloud."""
    now = serving.get()
    return f"http://{now.authority}/{pool_id}" if now else ""


def _tokens(pool: Any) -> None:
    stock = pool.create_jwt

    @functools.wraps(stock)
    def create_jwt(
        self: Any,
        client_id: str,
        username: str,
        token_use: str,
        expires_in: int = 3600,
        extra_data: dict[str, Any] | None = None,
    ) -> Any:
        if serving.get() is None:
            return stock(self, client_id, username, token_use, expires_in, extra_data)
        claims = dict(extra_data or {}) | {"iss": issuer(self.id)}
        user = self._get_user(username)
        if token_use == "id":  # noqa: S105 - the name of a claim's value
            verified = user.attribute_lookup.get("email_verified")
            claims["email"] = user.attribute_lookup.get("email")
            claims["email_verified"] = verified == "true"
        seconds = validity(self.clients[client_id], token_use, expires_in)
        return stock(self, client_id, username, token_use, seconds, claims)

    pool.create_jwt = create_jwt


def validity(client: Any, token_use: str, default: int) -> int:
    """Seconds that a token of a client lives (TokenValidityUnits: hours, unless it says)."""
    name = {"id": "IdToken", "access": "AccessToken"}[token_use]
    number = client.extended_config.get(f"{name}Validity")
    if not number:
        return default
    units = client.extended_config.get("TokenValidityUnits") or {}
    return int(number) * UNITS[units.get(name, "hours")]


def _documents(response: Any) -> None:
    stock = response.serve_openid_configuration

    def serve_openid_configuration(*arguments: Any) -> Any:
        status, headers, body = stock(*arguments)
        if serving.get() is not None:
            document = json.loads(body)
            document["issuer"] = issuer(document["issuer"].rpartition("/")[2])
            body = json.dumps(document).encode()
        return status, headers, body

    from moto.cognitoidp import urls

    path = "{0}/(?P<user_pool_id>[^/]+)/.well-known/openid-configuration$"
    urls.url_paths[path] = serve_openid_configuration
