"""Cognito as a user pool needs it: codes that confirm, passwords by policy.

moto takes any code. Here only the code that was sent confirms; there is no e-mail on a laptop,
so `codes.confirmation_codes` says what was sent.
"""

from __future__ import annotations

import functools
from typing import Any

from serverless_app.local.control_plane import codes, cognito_tokens
from serverless_app.local.control_plane.changes import serving

WRONG = "Incorrect username or password."
# What a password must have: the policy's switch, a test, AWS's words.
REQUIREMENTS = (
    ("RequireLowercase", str.islower, "Password must have lowercase characters"),
    ("RequireUppercase", str.isupper, "Password must have uppercase characters"),
    ("RequireNumbers", str.isdigit, "Password must have numeric characters"),
    (
        "RequireSymbols",
        lambda character: character in "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ",
        "Password must have symbol characters",
    ),
)


def refuse(code: str, message: str) -> Exception:
    """An error of the service: `raise refuse(…)`."""
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError(code, message)  # type: ignore[no-any-return]


def install() -> None:
    """Patch moto's operations of users, and its tokens."""
    from moto.cognitoidp import models, responses

    models.CognitoIdpBackend._validate_password = validate_password
    cognito_tokens.install()
    _users(models.CognitoIdpUserPool)
    operations = (
        sign_up,
        confirm_sign_up,
        resend_confirmation_code,
        forgot_password,
        confirm_forgot_password,
        initiate_auth,
        revoke_token,
    )
    for operation in operations:
        _add(responses.CognitoIdpResponse, operation)


def _add(response: Any, operation: Any) -> None:
    """An operation of ours, where a control plane serves; elsewhere moto's own, if it has one."""
    stock = getattr(response, operation.__name__, None)

    @functools.wraps(operation)
    def perform(self: Any) -> Any:
        from moto.core.responses import ActionResult

        if stock is not None and serving.get() is None:
            return stock(self)
        return ActionResult(operation(self) or {})

    setattr(response, operation.__name__, perform)


# -- pools and users -------------------------------------------------------------------------


def pool_of(response: Any) -> tuple[Any, Any]:
    """The pool and the client that a request names."""
    client_id = response._get_param("ClientId")
    for pool in response.backend.user_pools.values():
        if client_id in pool.clients:
            return pool, pool.clients[client_id]
    raise refuse("ResourceNotFoundException", f"User pool client {client_id} does not exist.")


def hides_users(client: Any) -> bool:
    """Whether a client must not learn who exists (PreventUserExistenceErrors)."""
    return str(client.extended_config.get("PreventUserExistenceErrors")) == "ENABLED"


def _users(pool: Any) -> None:
    stock = pool._get_user

    @functools.wraps(stock)
    def get_user(self: Any, username: str) -> Any:
        """Where case does not count, any spelling of an address finds its user."""
        found = stock(self, username)
        settings = self.extended_config.get("UsernameConfiguration") or {}
        if found or str(settings.get("CaseSensitive", True)).lower() == "true":
            return found or self.users.get(username)
        names = (self.extended_config.get("UsernameAttributes") or []) + ["sub"]
        for user in self.users.values():
            known = [user.username, *(user.attribute_lookup.get(name) for name in names)]
            if username.lower() in [str(name).lower() for name in known if name]:
                return user
        return None

    pool._get_user = get_user


def validate_password(self: Any, user_pool_id: str, password: str) -> None:
    """The pool's password policy, in AWS's words (its default: 8 characters of every kind)."""
    config = self.describe_user_pool(user_pool_id).extended_config
    policy = config.get("Policies", {}).get("PasswordPolicy", {})
    prefix = "Password did not conform with policy: "
    if len(password) < policy.get("MinimumLength", 8):
        raise refuse("InvalidPasswordException", prefix + "Password not long enough")
    for name, test, words in REQUIREMENTS:
        if policy.get(name, True) and not any(test(character) for character in password):
            raise refuse("InvalidPasswordException", prefix + words)


# -- operations ------------------------------------------------------------------------------


def sign_up(self: Any) -> dict[str, Any]:
    """A new user, unconfirmed, and the code that confirms it."""
    from moto.cognitoidp.exceptions import UsernameExistsException

    pool, client = pool_of(self)
    username = self._get_param("Username")
    attributes = self._get_param("UserAttributes", [])
    try:
        user, _ = self.backend.sign_up(client.id, username, self._get_param("Password"), attributes)
    except UsernameExistsException:
        raise refuse("UsernameExistsException", "User already exists") from None
    codes.send(pool, user, "sign_up")
    return {"UserConfirmed": False, "UserSub": user.id, "CodeDeliveryDetails": _delivery(username)}


def confirm_sign_up(self: Any) -> None:
    """Only the code that was sent confirms a user."""
    pool, _ = pool_of(self)
    user = pool._get_user(self._get_param("Username"))
    if user is None:
        raise refuse("UserNotFoundException", "Username/client id combination not found.")
    if str(getattr(user.status, "value", user.status)) == "CONFIRMED":
        status = "User cannot be confirmed. Current status is CONFIRMED"
        raise refuse("NotAuthorizedException", status)
    codes.redeem(user, "sign_up", self._get_param("ConfirmationCode"))
    _confirm(user)
    user.update_attributes([{"Name": "email_verified", "Value": "true"}])


def resend_confirmation_code(self: Any) -> dict[str, Any]:
    """A new code; the one before no longer confirms."""
    pool, client = pool_of(self)
    user = pool._get_user(self._get_param("Username"))
    if user is None:
        if not hides_users(client):
            raise refuse("UserNotFoundException", "Username/client id combination not found.")
        return {"CodeDeliveryDetails": _delivery(self._get_param("Username"))}
    if str(getattr(user.status, "value", user.status)) == "CONFIRMED":
        raise refuse("InvalidParameterException", "User is already confirmed.")
    codes.send(pool, user, "sign_up")
    return {"CodeDeliveryDetails": _delivery(self._get_param("Username"))}


def forgot_password(self: Any) -> dict[str, Any]:
    """A code that lets a user choose a new password."""
    pool, client = pool_of(self)
    user = pool._get_user(self._get_param("Username"))
    if user is None and not hides_users(client):
        raise refuse("UserNotFoundException", "Username/client id combination not found.")
    if user is not None:
        if user.attribute_lookup.get("email_verified") != "true":
            raise refuse(
                "InvalidParameterException",
                "Cannot reset password for the user as there is no registered/verified email "
                "or phone_number",
            )
        codes.send(pool, user, "forgot_password")
    return {"CodeDeliveryDetails": _delivery(self._get_param("Username"))}


def confirm_forgot_password(self: Any) -> None:
    """A new password, for the code."""
    pool, client = pool_of(self)
    user = pool._get_user(self._get_param("Username"))
    if user is None:
        if hides_users(client):
            raise codes.expired()
        raise refuse("UserNotFoundException", "Username/client id combination not found.")
    password = self._get_param("Password")
    self.backend._validate_password(pool.id, password)
    codes.redeem(user, "forgot_password", self._get_param("ConfirmationCode"))
    user.password = password
    _confirm(user)


def initiate_auth(self: Any) -> dict[str, Any]:
    """Sign in with a password or a refresh token, as far as the client allows it."""
    pool, client = pool_of(self)
    flow = self._get_param("AuthFlow")
    allowed = client.extended_config.get("ExplicitAuthFlows") or []
    wanted = "REFRESH_TOKEN_AUTH" if flow == "REFRESH_TOKEN" else flow
    if allowed and wanted not in allowed and f"ALLOW_{wanted}" not in allowed:
        raise refuse("InvalidParameterException", f"{flow} flow not enabled for this client")
    parameters = self._get_param("AuthParameters") or {}
    if wanted == "REFRESH_TOKEN_AUTH":
        token = parameters.get("REFRESH_TOKEN")
        if token not in pool.refresh_tokens:
            raise refuse("NotAuthorizedException", "Invalid Refresh Token")
    elif pool._get_user(parameters.get("USERNAME", "")) is None:
        if hides_users(client):
            raise refuse("NotAuthorizedException", WRONG)
        raise refuse("UserNotFoundException", "User does not exist.")
    answer: dict[str, Any] = self.backend.initiate_auth(client.id, flow, parameters)
    return answer


def revoke_token(self: Any) -> None:
    """A refresh token counts no longer."""
    pool, _ = pool_of(self)
    token = self._get_param("Token")
    if token in pool.refresh_tokens:
        pool.refresh_tokens[token] = None


def _confirm(user: Any) -> None:
    from moto.cognitoidp.models import UserStatus

    user.status = UserStatus.CONFIRMED


def _delivery(address: str) -> dict[str, str]:
    """Where a code went, hidden as Cognito hides it: `a***@e***`."""
    name, _, host = address.partition("@")
    hidden = f"{name[:1]}***@{host[:1]}***"
    return {"Destination": hidden, "DeliveryMedium": "EMAIL", "AttributeName": "email"}
