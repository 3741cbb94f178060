"""Confirmation codes: six digits, for one purpose of one user, until they expire.

They are kept with the user, so a snapshot has them. Their lifetimes are those of the Cognito
developer guide ("Quotas"): a day for a sign-up, an hour for a forgotten password.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any, Literal

from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.model import ConfirmationCode

Purpose = Literal["sign_up", "forgot_password", "verify_attribute"]
LIFETIMES = {"sign_up": 86_400, "forgot_password": 3_600, "verify_attribute": 86_400}


def send(pool: Any, user: Any, purpose: Purpose) -> None:
    """A new code for a user, instead of the one before."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    codes = user.__dict__.setdefault("codes", {})
    codes[purpose] = (code, time.time())


def redeem(user: Any, purpose: Purpose, code: str | None) -> None:
    """Use up a code; raises where it is wrong, or too old."""
    from moto.core.exceptions import JsonRESTError

    right, sent = getattr(user, "codes", {}).get(purpose, ("", 0.0))
    if not right or time.time() > sent + LIFETIMES[purpose]:
        raise expired()
    if not code or not secrets.compare_digest(right.encode(), code.encode()):
        message = "Invalid verification code provided, please try again."
        raise JsonRESTError("CodeMismatchException", message)
    del user.codes[purpose]


def expired() -> Exception:
    """What Cognito says of a code that counts no longer."""
    from moto.core.exceptions import JsonRESTError

    message = "Invalid code provided, please request a code again."
    return JsonRESTError("ExpiredCodeException", message)  # type: ignore[no-any-return]


def confirmation_codes() -> list[ConfirmationCode]:
    """Every code that waits to be used, the newest first."""
    found = [
        (
            sent,
            ConfirmationCode(
                user_pool_id=pool.id,
                username=user.username,
                destination=user.attribute_lookup.get("email", user.username),
                code=code,
                purpose=purpose,
                sent=datetime.fromtimestamp(sent, UTC).isoformat(timespec="seconds"),
            ),
        )
        for pool in list(backend("cognito-idp").user_pools.values())
        for user in list(pool.users.values())
        for purpose, (code, sent) in list(getattr(user, "codes", {}).items())
    ]
    return [code for _, code in sorted(found, key=lambda pair: -pair[0])]
