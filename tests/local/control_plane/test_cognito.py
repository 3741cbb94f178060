"""A user pool: codes that confirm, passwords by policy, tokens that verify."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.http.messages import Request

ADA = "ada@example.com"
PASSWORD = "correct horse 1"
Refused = Callable[..., tuple[int, str, str]]


class Pool:
    """A pool with one public client, and what a page does with it."""

    def __init__(self, plane: ControlPlane) -> None:
        self.cognito = plane.client("cognito-idp")
        policy = {"MinimumLength": 8, "RequireLowercase": True, "RequireNumbers": True}
        switches = {"RequireUppercase": False, "RequireSymbols": False}
        pool = self.cognito.create_user_pool(
            PoolName="people",
            UsernameAttributes=["email"],
            AutoVerifiedAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
            Policies={"PasswordPolicy": policy | switches},
        )["UserPool"]
        self.id = pool["Id"]
        self.client_id = self.cognito.create_user_pool_client(
            UserPoolId=self.id,
            ClientName="page",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            PreventUserExistenceErrors="ENABLED",
            IdTokenValidity=60,
            TokenValidityUnits={"IdToken": "minutes"},
        )["UserPoolClient"]["ClientId"]
        self.plane = plane

    def sign_up(self, name: str = ADA, password: str = PASSWORD) -> Any:
        return self.cognito.sign_up(ClientId=self.client_id, Username=name, Password=password)

    def confirm(self, code: str, name: str = ADA) -> Any:
        return self.cognito.confirm_sign_up(
            ClientId=self.client_id, Username=name, ConfirmationCode=code
        )

    def code(self) -> str:
        return self.plane.confirmation_codes()[0].code

    def sign_in(self, name: str = ADA, password: str = PASSWORD) -> Any:
        parameters = {"USERNAME": name, "PASSWORD": password}
        return self.cognito.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )

    def refresh(self, token: str) -> Any:
        return self.cognito.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
        )


@pytest.fixture
def pool(plane: ControlPlane) -> Pool:
    return Pool(plane)


@pytest.fixture
def member(pool: Pool) -> Pool:
    """A pool with Ada in it, confirmed."""
    pool.sign_up()
    pool.confirm(pool.code())
    return pool


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_that_was_sent_confirms(pool: Pool) -> None:
    assert pool.sign_up()["UserConfirmed"] is False
    sent = pool.plane.confirmation_codes()[0]
    assert (sent.destination, sent.purpose, sent.user_pool_id) == (ADA, "sign_up", pool.id)
    assert len(sent.code) == 6
    pool.confirm(sent.code)
    assert pool.sign_in()["AuthenticationResult"]["TokenType"] == "Bearer"
    assert pool.plane.confirmation_codes() == []


def test_any_other_code_does_not_confirm(pool: Pool, refused: Refused) -> None:
    pool.sign_up()
    assert refused(pool.confirm, code=wrong(pool.code()))[1] == "CodeMismatchException"
    assert refused(pool.sign_in)[1] == "UserNotConfirmedException"


def test_a_code_expires_after_a_day(pool: Pool, clock: Clock, refused: Refused) -> None:
    pool.sign_up()
    clock.advance(86_401)
    assert refused(pool.confirm, code=pool.code())[1] == "ExpiredCodeException"


def test_a_new_code_replaces_the_one_before(pool: Pool, refused: Refused) -> None:
    pool.sign_up()
    before = pool.code()
    while pool.code() == before:
        answer = pool.cognito.resend_confirmation_code(ClientId=pool.client_id, Username=ADA)
    assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    assert refused(pool.confirm, code=before)[1] == "CodeMismatchException"
    assert pool.confirm(pool.code())["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_nobody_is_confirmed_twice(member: Pool, refused: Refused) -> None:
    assert refused(member.confirm, code="000000") == (
        400,
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    )


def test_an_address_signs_up_once_in_any_case(member: Pool, refused: Refused) -> None:
    answer = refused(member.sign_up, name=ADA.upper())
    assert answer == (400, "UsernameExistsException", "User already exists")


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("short1", "Password not long enough"),
        ("longenough", "Password must have numeric characters"),
        ("12345678", "Password must have lowercase characters"),
    ],
)
def test_a_password_that_breaks_the_policy_is_refused_with_the_reason(
    pool: Pool, refused: Refused, password: str, missing: str
) -> None:
    assert refused(pool.sign_up, password=password) == (
        400,
        "InvalidPasswordException",
        f"Password did not conform with policy: {missing}",
    )


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(
    member: Pool, refused: Refused
) -> None:
    expected = (400, "NotAuthorizedException", "Incorrect username or password.")
    assert refused(member.sign_in, password="wrong horse 1") == expected
    assert refused(member.sign_in, name="nobody@example.com") == expected


def test_an_unknown_client_is_named(pool: Pool, refused: Refused) -> None:
    pool.client_id = "none"
    assert refused(pool.sign_in) == (
        400,
        "ResourceNotFoundException",
        "User pool client none does not exist.",
    )


def test_a_flow_that_the_client_does_not_allow_is_refused(member: Pool, refused: Refused) -> None:
    answer = refused(
        member.cognito.initiate_auth,
        ClientId=member.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": ADA, "SRP_A": "1"},
    )
    assert answer[2] == "USER_SRP_AUTH flow not enabled for this client"


def test_tokens_verify_against_the_pool_s_keys_at_its_own_address(
    member: Pool, plane: ControlPlane
) -> None:
    tokens = member.sign_in()["AuthenticationResult"]
    issuer = f"http://127.0.0.1:45660/{member.id}"
    document = json.loads(read(plane, f"/{member.id}/.well-known/openid-configuration"))
    assert document["issuer"] == issuer
    keys = read(plane, document["jwks_uri"].removeprefix("http://127.0.0.1:45660"))
    key = jwt.PyJWKSet.from_json(keys.decode()).keys[0].key
    claims = jwt.decode(
        tokens["IdToken"], key, algorithms=["RS256"], issuer=issuer, audience=member.client_id
    )
    assert (claims["token_use"], claims["email"], claims["email_verified"]) == ("id", ADA, True)
    assert claims["exp"] - claims["iat"] == 3600
    access = jwt.decode(tokens["AccessToken"], key, algorithms=["RS256"], issuer=issuer)
    assert (access["token_use"], access["client_id"]) == ("access", member.client_id)
    assert access["sub"] == claims["sub"]


def read(plane: ControlPlane, path: str) -> bytes:
    response = plane.answer(Request("GET", path, (("Host", plane.authority),)))
    assert response.status == 200
    return response.body


def test_a_refresh_token_gives_new_tokens_until_it_is_revoked(
    member: Pool, refused: Refused
) -> None:
    token = member.sign_in()["AuthenticationResult"]["RefreshToken"]
    assert "IdToken" in member.refresh(token)["AuthenticationResult"]
    member.cognito.revoke_token(Token=token, ClientId=member.client_id)
    assert refused(member.refresh, token=token)[2] == "Refresh Token has been revoked"


def test_an_invented_refresh_token_is_refused(member: Pool, refused: Refused) -> None:
    assert refused(member.refresh, token="invented")[2] == "Invalid Refresh Token"


def test_signing_out_everywhere_ends_every_token(member: Pool, refused: Refused) -> None:
    tokens = member.sign_in()["AuthenticationResult"]
    member.cognito.global_sign_out(AccessToken=tokens["AccessToken"])
    answer = refused(member.cognito.get_user, AccessToken=tokens["AccessToken"])
    assert answer[1] == "NotAuthorizedException"
    assert refused(member.refresh, token=tokens["RefreshToken"])[1] == "NotAuthorizedException"


def reset_password(member: Pool, code: str, password: str = "new horse 12") -> Any:
    return member.cognito.confirm_forgot_password(
        ClientId=member.client_id, Username=ADA, ConfirmationCode=code, Password=password
    )


def test_a_forgotten_password_is_chosen_anew_with_the_code(member: Pool, refused: Refused) -> None:
    member.cognito.forgot_password(ClientId=member.client_id, Username=ADA)
    assert member.plane.confirmation_codes()[0].purpose == "forgot_password"
    wrong_code = refused(reset_password, member=member, code=wrong(member.code()))
    assert wrong_code[1] == "CodeMismatchException"
    weak = refused(reset_password, member=member, code=member.code(), password="short")
    assert weak[1] == "InvalidPasswordException"
    reset_password(member, member.code())
    assert refused(member.sign_in)[1] == "NotAuthorizedException"
    assert "IdToken" in member.sign_in(password="new horse 12")["AuthenticationResult"]


def test_a_reset_code_expires_after_an_hour(member: Pool, clock: Clock, refused: Refused) -> None:
    member.cognito.forgot_password(ClientId=member.client_id, Username=ADA)
    clock.advance(3_601)
    answer = refused(reset_password, member=member, code=member.code())
    assert answer[1] == "ExpiredCodeException"


def test_a_client_that_hides_its_users_also_hides_who_is_missing(
    pool: Pool, refused: Refused
) -> None:
    nobody = {"ClientId": pool.client_id, "Username": "nobody@example.com"}
    assert pool.cognito.forgot_password(**nobody)["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert pool.plane.confirmation_codes() == []


def test_the_newest_code_comes_first(pool: Pool, clock: Clock) -> None:
    pool.sign_up("first@example.com")
    clock.advance(1)
    pool.sign_up("second@example.com")
    addresses = [code.destination for code in pool.plane.confirmation_codes()]
    assert addresses == ["second@example.com", "first@example.com"]


def test_what_a_page_calls_passes_unsigned_once_permissions_are_enforced(
    pool: Pool, plane: ControlPlane
) -> None:
    plane.enforce_permissions()

    def call(operation: str, **parameters: Any) -> Any:
        headers = (
            ("Host", plane.authority),
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", f"AWSCognitoIdentityProviderService.{operation}"),
        )
        body = json.dumps(parameters).encode()
        response = plane.answer(Request("POST", "/", headers, body))
        assert response.status == 200, response.body
        return json.loads(response.body or b"{}")

    user = {"ClientId": pool.client_id, "Username": ADA}
    call("SignUp", **user, Password=PASSWORD)
    call("ResendConfirmationCode", **user)
    call("ConfirmSignUp", **user, ConfirmationCode=pool.code())
    call("ForgotPassword", **user)
    call("ConfirmForgotPassword", **user, ConfirmationCode=pool.code(), Password=PASSWORD)
    tokens = call(
        "InitiateAuth",
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert call("GetUser", AccessToken=tokens["AccessToken"])["Username"]
    call("RevokeToken", ClientId=pool.client_id, Token=tokens["RefreshToken"])
    call("GlobalSignOut", AccessToken=tokens["AccessToken"])


def test_an_operation_of_the_pool_s_owner_needs_a_signature(plane: ControlPlane) -> None:
    plane.enforce_permissions()
    target = (("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools"),)
    assert plane.answer(Request("POST", "/", target, b'{"MaxResults": 1}')).status == 400
