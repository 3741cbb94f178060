"""authorizeConnection."""

from __future__ import annotations

from serverless_app.tokens import Tokens

ANONYMOUS = "anonymous"


def authorize_connection(*, token: str | None, tokens: Tokens) -> str:
    """Whose connection this will be. Without a token anybody may watch.

    Raises TokenInvalid, TokenForeign.
    """
    return ANONYMOUS if token is None else tokens.subject(token)
