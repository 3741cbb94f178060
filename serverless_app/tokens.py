"""ID tokens of a user pool: JSON Web Tokens, verified against the pool's public keys.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from serverless_app.errors import TokenForeign, TokenInvalid
from serverless_app.system import System

if TYPE_CHECKING:
    from jwt import PyJWK

ID_TOKEN = "id"  # noqa: S105 - what `token_use` says of one, not a secret
ASK_AGAIN = 60  # seconds between two requests for a key that is not known


class Tokens:
    """Says who a token is about. The pool's keys are fetched once and kept.

    A key that is not known is asked for at most once a minute: a flood of made-up key ids becomes
    no flood of requests.
    """

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        system: System,
        fetch: Callable[[str], Mapping[str, Any]] | None = None,
    ) -> None:
        self._issuer, self._client_id, self._system = issuer, client_id, system
        self._fetch = fetch or fetch_json
        self._keys: dict[str, PyJWK] = {}
        self._asked_at: float | None = None

    def subject(self, token: str) -> str:
        """The user's `sub`. Raises TokenInvalid or TokenForeign."""
        key_id, unverified = _unverified(token)
        if unverified.get("iss") != self._issuer:
            raise TokenForeign("another user pool issued it")
        claims = self._verified(token, self._key(key_id))
        if claims["token_use"] != ID_TOKEN:
            raise TokenForeign("it is no ID token")
        if claims["exp"] <= self._system.now().timestamp():
            raise TokenInvalid("it has expired")
        return str(claims["sub"])

    def _verified(self, token: str, key: PyJWK) -> Mapping[str, Any]:
        """The claims, once the signature proves them. Of time our own clock judges."""
        import jwt

        try:
            return jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._client_id,
                issuer=self._issuer,
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub", "token_use"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.InvalidAudienceError as error:
            raise TokenForeign("it was issued for another client") from error
        except jwt.PyJWTError as error:
            raise TokenInvalid("it is malformed or forged") from error

    def _key(self, key_id: str) -> PyJWK:
        if key_id not in self._keys and self._may_ask():
            import jwt

            self._asked_at = self._system.now().timestamp()
            keys = self._fetch(f"{self._issuer}/.well-known/jwks.json")
            self._keys = {
                key.key_id: key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.key_id
            }
        if key_id not in self._keys:
            raise TokenInvalid("its key is not the user pool's")
        return self._keys[key_id]

    def _may_ask(self) -> bool:
        return (
            self._asked_at is None or self._system.now().timestamp() - self._asked_at >= ASK_AGAIN
        )


def _unverified(token: str) -> tuple[str, Mapping[str, Any]]:
    """The key's id, and what the token claims before anybody has verified it."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise TokenInvalid("it is malformed") from error
    if header.get("alg") != "RS256":
        raise TokenInvalid("it is not signed with RS256")
    if not isinstance(header.get("kid"), str):
        raise TokenInvalid("it names no key")
    return header["kid"], claims


def fetch_json(url: str) -> Mapping[str, Any]:
    """The JSON document at an address of ours."""
    import urllib.request

    with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - the address is the template's
        document: Mapping[str, Any] = json.load(answer)
    return document
