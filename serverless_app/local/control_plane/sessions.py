"""Who holds which access key: the administrator, IAM users, and sessions of roles."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.model import ACCOUNT, REGION, Credentials

ALPHABET = string.ascii_uppercase + "234567"
# Lambda renews a function's credentials in time; ours need not expire under a moved clock.
SESSION_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever signed a request. `role` is a role's name; `expires` None: never."""

    arn: str
    credentials: Credentials
    role: str | None = None
    user: str | None = None
    session_name: str | None = None
    expires: datetime | None = None

    @property
    def is_administrator(self) -> bool:
        """Whether every action is allowed."""
        return self.role is None and self.user is None


class Sessions:
    """Keys and their holders. Sessions given out here outlive a restore of the backends."""

    def __init__(self) -> None:
        self.administrator = Credentials(
            "AKIA" + "".join(secrets.choice(ALPHABET) for _ in range(16)),
            secrets.token_urlsafe(30),
        )
        self._administrator = Caller(f"arn:aws:iam::{ACCOUNT}:root", self.administrator)
        self._given: dict[str, Any] = {}  # access key -> moto's AssumedRole
        self._by_name: dict[tuple[str, str], Credentials] = {}

    def credentials_for(self, role_arn: str, session_name: str) -> Credentials:
        """Temporary credentials of a role; the same ones for the same role and name."""
        known = self._by_name.get((role_arn, session_name))
        if known is None:
            session = backend("sts").assume_role(
                REGION, session_name, role_arn, None, SESSION_SECONDS, None
            )
            self._given[session.access_key_id] = session
            known = self._by_name[role_arn, session_name] = Credentials(
                session.access_key_id, session.secret_access_key, session.session_token
            )
        return known

    def readmit(self) -> None:
        """Make the sessions given out known to STS again, after a restore."""
        roles = backend("sts").assumed_roles
        known = {role.access_key_id for role in roles}
        roles.extend(s for key, s in self._given.items() if key not in known)

    def holder(self, access_key_id: str | None) -> Caller | None:
        """Who holds a key; None when nobody does."""
        if access_key_id is None:
            return None
        if access_key_id == self.administrator.access_key_id:
            return self._administrator
        given = self._given.get(access_key_id)
        if given is not None:
            return _role_caller(given, expires=None)
        assumed = backend("sts").get_assumed_role_from_access_key(access_key_id)
        if assumed is not None:
            return _role_caller(assumed, assumed.expiration.replace(tzinfo=UTC))
        return _user_caller(access_key_id)


def role_caller(role_arn: str) -> Caller:
    """A role as a caller, for questions about its policies."""
    name = role_arn.rpartition("/")[2]
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/question"
    return Caller(arn, Credentials("", ""), role=name, session_name="question")


def _role_caller(session: Any, expires: datetime | None) -> Caller:
    return Caller(
        session.arn,
        Credentials(session.access_key_id, session.secret_access_key, session.session_token),
        role=session.role_arn.rpartition("/")[2],
        session_name=session.session_name,
        expires=expires,
    )


def _user_caller(access_key_id: str) -> Caller | None:
    for user in backend("iam").users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id:
                held = Credentials(key.access_key_id, key.secret_access_key)
                return Caller(user.arn, held, user=user.name)
    return None
