"""The WebSocket API's authorizer, and the tokens that it judges."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from serverless_app.errors import TokenForeign, TokenInvalid
from serverless_app.handlers.authorizer import Unauthorized, authorize_connection
from serverless_app.tokens import Tokens
from serverless_app.wiring import App
from tests.application import ADA, SETTINGS, Standing

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORGERS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ARN = "arn:aws:execute-api:us-east-1:123456789012:abc123/dev/$connect"


class Keys:
    """The pool's published keys; counts who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, url: str) -> Mapping[str, Any]:
        self.asked.append(url)
        key = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**key, "kid": "k1", "alg": "RS256", "use": "sig"}]}


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def tokens(keys: Keys, clock: Standing) -> Tokens:
    return Tokens(
        issuer=SETTINGS.user_pool_issuer,
        client_id=SETTINGS.user_pool_client_id,
        system=clock.system(),
        fetch=keys,
    )


def claims(clock: Standing, **other: Any) -> dict[str, Any]:
    now = int(clock.now.timestamp())
    all_of_them = {
        "sub": ADA,
        "iss": SETTINGS.user_pool_issuer,
        "aud": SETTINGS.user_pool_client_id,
        "token_use": "id",
        "iat": now,
        "exp": now + 3_600,
        **other,
    }
    return {name: value for name, value in all_of_them.items() if value is not None}


def signed(claims: dict[str, Any], *, key: Any = KEY, kid: str = "k1") -> str:
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def test_a_good_token_says_who_it_is(tokens: Tokens, clock: Standing) -> None:
    assert tokens.subject(signed(claims(clock))) == ADA


def test_keys_are_asked_for_once(tokens: Tokens, keys: Keys, clock: Standing) -> None:
    for _ in range(3):
        tokens.subject(signed(claims(clock)))

    assert keys.asked == [f"{SETTINGS.user_pool_issuer}/.well-known/jwks.json"]


def test_unknown_keys_are_asked_for_once_a_minute(
    tokens: Tokens, keys: Keys, clock: Standing
) -> None:
    for number in range(5):
        with pytest.raises(TokenInvalid, match="not the user pool's"):
            tokens.subject(signed(claims(clock), kid=f"made-up-{number}"))
    clock.advance(seconds=61)
    assert tokens.subject(signed(claims(clock))) == ADA
    with pytest.raises(TokenInvalid):
        tokens.subject(signed(claims(clock), kid="made-up"))

    assert len(keys.asked) == 2


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "malformed or forged"),
        ({"sub": None}, "malformed or forged"),
    ],
)
def test_a_token_out_of_order_is_invalid(
    tokens: Tokens, clock: Standing, other: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TokenInvalid, match=reason):
        tokens.subject(signed(claims(clock, **other)))


def test_a_token_expires_by_our_clock(tokens: Tokens, clock: Standing) -> None:
    token = signed(claims(clock))
    clock.advance(hours=1)

    with pytest.raises(TokenInvalid, match="expired"):
        tokens.subject(token)


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "another client"},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
        {"token_use": "access"},
    ],
)
def test_a_token_for_somebody_else_is_foreign(
    tokens: Tokens, clock: Standing, other: dict[str, Any]
) -> None:
    with pytest.raises(TokenForeign):
        tokens.subject(signed(claims(clock, **other)))


def test_a_forged_signature_is_invalid(tokens: Tokens, clock: Standing) -> None:
    with pytest.raises(TokenInvalid, match="forged"):
        tokens.subject(signed(claims(clock), key=FORGERS))


def test_claims_changed_after_signing_are_invalid(tokens: Tokens, clock: Standing) -> None:
    header, _, signature = signed(claims(clock)).split(".")
    body = json.dumps(claims(clock, sub="somebody else")).encode()
    changed = base64.urlsafe_b64encode(body).decode().rstrip("=")

    with pytest.raises(TokenInvalid, match="forged"):
        tokens.subject(f"{header}.{changed}.{signature}")


def test_an_unsigned_token_is_invalid(tokens: Tokens, clock: Standing) -> None:
    token = jwt.encode(claims(clock), "", algorithm="none", headers={"kid": "k1"})

    with pytest.raises(TokenInvalid, match="not signed with RS256"):
        tokens.subject(token)


def test_a_token_signed_with_the_public_key_as_a_secret_is_invalid(
    tokens: Tokens, clock: Standing
) -> None:
    token = jwt.encode(claims(clock), "x" * 64, algorithm="HS256", headers={"kid": "k1"})

    with pytest.raises(TokenInvalid, match="not signed with RS256"):
        tokens.subject(token)


@pytest.mark.parametrize("token", ["", "hello", "a.b.c", "é.é.é", "..", "x" * 10_000])
def test_what_is_no_token_is_invalid(tokens: Tokens, token: str) -> None:
    with pytest.raises(TokenInvalid, match="malformed"):
        tokens.subject(token)


def decided(app: App, tokens: Tokens, token: str | None) -> Any:
    app.__dict__["tokens"] = tokens  # as if it had been used before
    query = {"token": token} if token is not None else None
    return authorize_connection({"methodArn": ARN, "queryStringParameters": query}, app=app)


def statement(answer: Any) -> dict[str, str]:
    (only,) = answer["policyDocument"]["Statement"]
    return dict(only)


@pytest.fixture
def lone_app(clock: Standing) -> App:
    """An application without AWS: the authorizer needs none."""
    return App(SETTINGS, clock.system())


def test_without_a_token_anybody_may_connect(lone_app: App, tokens: Tokens) -> None:
    answer = decided(lone_app, tokens, None)

    assert answer["principalId"] == "anonymous"
    assert statement(answer) == {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": ARN,
    }


def test_with_a_good_token_its_subject_connects(
    lone_app: App, tokens: Tokens, clock: Standing
) -> None:
    answer = decided(lone_app, tokens, signed(claims(clock)))

    assert (answer["principalId"], statement(answer)["Effect"]) == (ADA, "Allow")


def test_a_foreign_token_is_denied(lone_app: App, tokens: Tokens, clock: Standing) -> None:
    answer = decided(lone_app, tokens, signed(claims(clock, aud="another client")))

    assert statement(answer)["Effect"] == "Deny"


@pytest.mark.parametrize("token", ["", "hello"])
def test_a_malformed_token_is_unauthorized(lone_app: App, tokens: Tokens, token: str) -> None:
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        decided(lone_app, tokens, token)


def test_no_token_gets_into_the_logs(
    lone_app: App, tokens: Tokens, clock: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    token = signed(claims(clock, aud="another client"))
    decided(lone_app, tokens, token)

    lines = capsys.readouterr().out
    assert '"code": "token_foreign"' in lines
    assert token.split(".")[1] not in lines
    assert ADA not in lines
