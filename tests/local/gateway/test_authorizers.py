"""Who may call a method: Cognito user pools and Lambda authorizers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from .house import House, RestApi


@dataclass(frozen=True)
class Pool:
    """A user pool with one client and one user who has signed in."""

    id: str
    arn: str
    client_id: str
    id_token: str
    access_token: str


def a_pool(house: House) -> Pool:
    cognito = house.plane.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="page", ExplicitAuthFlows=["USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    name, password = "ada@example.com", "Correct-horse-1"
    cognito.admin_create_user(UserPoolId=pool["Id"], Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool["Id"], Username=name, Password=password, Permanent=True
    )
    tokens = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )["AuthenticationResult"]
    return Pool(pool["Id"], pool["Arn"], client, tokens["IdToken"], tokens["AccessToken"])


@pytest.fixture(scope="module")
def pool(built_house: House) -> Pool:
    return a_pool(built_house)


def guarded(house: House, pool: Pool, **more: Any) -> RestApi:
    """An API whose GET / wants a token of the pool."""
    api = RestApi(house)
    authorizer = api.client.create_authorizer(
        restApiId=api.id,
        name="people",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool.arn],
        identitySource="method.request.header.Authorization",
    )["id"]
    api.proxy("GET", "/", authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer, **more)
    return api.deploy()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_without_a_token_a_call_is_unauthorized(house: House, pool: Pool) -> None:
    answer = guarded(house, pool).request("GET", "/")
    assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')
    assert answer.headers["x-amzn-ErrorType"] == "UnauthorizedException"


def test_claims_of_a_good_token_reach_the_function(house: House, pool: Pool) -> None:
    answer = guarded(house, pool).request("GET", "/", headers=bearer(pool.id_token))
    claims = answer.json["requestContext"]["authorizer"]["claims"]
    assert answer.status == 200
    assert claims["iss"] == f"http://127.0.0.1:{house.port}/{pool.id}"
    assert claims["aud"] == pool.client_id
    assert claims["email"] == "ada@example.com"
    assert claims["token_use"] == "id"
    assert claims["exp"].endswith(" UTC 2026")
    assert all(isinstance(value, str) for value in claims.values())


def test_the_word_bearer_may_be_left_out(house: House, pool: Pool) -> None:
    answer = guarded(house, pool).request("GET", "/", headers={"Authorization": pool.id_token})
    assert answer.status == 200


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_tampered_token_is_unauthorized(house: House, pool: Pool, part: int) -> None:
    parts = pool.id_token.split(".")
    parts[part] = parts[part][:-6] + ("A" if parts[part][-6] != "A" else "B") + parts[part][-5:]
    answer = guarded(house, pool).request("GET", "/", headers=bearer(".".join(parts)))
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize("token", ["x", "a.b.c", "Bearer", ".", "é" * 10])
def test_what_is_no_token_is_unauthorized(house: House, pool: Pool, token: str) -> None:
    assert guarded(house, pool).request("GET", "/", headers=bearer(token)).status == 401


def test_a_token_that_signs_itself_is_unauthorized(house: House, pool: Pool) -> None:
    import jwt

    claims = jwt.decode(pool.id_token, options={"verify_signature": False})
    for token in (
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": "dummy"}),
    ):
        assert guarded(house, pool).request("GET", "/", headers=bearer(token)).status == 401


def test_another_pools_token_is_unauthorized(house: House, pool: Pool) -> None:
    other = a_pool(house)
    answer = guarded(house, pool).request("GET", "/", headers=bearer(other.id_token))
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})


def test_a_token_expires_with_the_clock(house: House, pool: Pool) -> None:
    api = guarded(house, pool)
    assert api.request("GET", "/", headers=bearer(pool.id_token)).status == 200
    house.call(house.clock.advance, 86_401)
    answer = api.request("GET", "/", headers=bearer(pool.id_token))
    assert (answer.status, answer.json) == (401, {"message": "The incoming token has expired"})


def test_scopes_want_an_access_token_that_has_one(house: House, pool: Pool) -> None:
    scope = "aws.cognito.signin.user.admin"
    api = guarded(house, pool, authorizationScopes=[scope])
    assert api.request("GET", "/", headers=bearer(pool.id_token)).status == 401
    api = guarded(house, pool, authorizationScopes=["pets/read"])
    assert api.request("GET", "/", headers=bearer(pool.access_token)).status == 401


# -- Lambda authorizers -----------------------------------------------------------------------


def by_function(house: House, kind: str, ttl: int = 0, **more: Any) -> RestApi:
    """An API whose methods ask a Lambda authorizer."""
    api = RestApi(house)
    settings: dict[str, Any] = {
        "name": "mine",
        "type": kind,
        "authorizerUri": house.uri(f"{kind.lower()}_authorizer"),
        "authorizerResultTtlInSeconds": ttl,
        "identitySource": "method.request.header.Authorization",
    }
    authorizer = api.client.create_authorizer(restApiId=api.id, **{**settings, **more})["id"]
    for path in ("/pets/{pet}", "/other"):
        api.proxy("GET", path, authorizationType="CUSTOM", authorizerId=authorizer)
    return api.deploy()


def with_token(api: RestApi, token: str, path: str = "/pets/rex") -> Any:
    return api.request("GET", path, headers={"Authorization": token})


def test_a_token_authorizers_context_reaches_the_function_as_text(house: House) -> None:
    answer = with_token(by_function(house, "TOKEN"), "allow")
    authorizer = answer.json["requestContext"]["authorizer"]
    assert answer.status == 200
    assert authorizer["principalId"] == "user-1"
    assert (authorizer["level"], authorizer["admin"]) == ("7", "true")
    assert isinstance(authorizer["integrationLatency"], int)


@pytest.mark.parametrize(
    ("token", "status", "body"),
    [
        (
            "deny",
            403,
            {"Message": "User is not authorized to access this resource with an explicit deny"},
        ),
        ("elsewhere", 403, {"Message": "User is not authorized to access this resource"}),
        ("stranger", 401, {"message": "Unauthorized"}),
        ("", 401, {"message": "Unauthorized"}),
        ("breaks", 500, {"message": None}),
        ("nonsense", 500, {"message": None}),
    ],
)
def test_what_a_token_authorizer_may_answer(
    house: House, token: str, status: int, body: dict[str, Any]
) -> None:
    answer = with_token(by_function(house, "TOKEN"), token)
    assert (answer.status, answer.json) == (status, body)


def test_a_decision_is_remembered_for_its_time(house: House) -> None:
    api = by_function(house, "TOKEN", ttl=60)

    def asked() -> str:
        context = with_token(api, "allow").json["requestContext"]
        return str(context["authorizer"]["asked"])

    first = asked()
    assert asked() == first
    house.call(house.clock.advance, 61)
    assert asked() != first


def test_a_remembered_policy_is_judged_anew_for_another_method(house: House) -> None:
    api = by_function(house, "TOKEN", ttl=60)
    assert with_token(api, "allow").status == 200
    assert with_token(api, "allow", "/other").status == 403


def test_without_a_time_to_live_every_call_asks(house: House) -> None:
    api = by_function(house, "TOKEN", ttl=0)
    first, second = (with_token(api, "allow").json["requestContext"] for _ in range(2))
    assert first["authorizer"]["asked"] != second["authorizer"]["asked"]


def test_a_token_of_another_form_asks_nobody(house: House) -> None:
    api = by_function(house, "TOKEN")
    authorizer = api.client.get_authorizers(restApiId=api.id)["items"][0]["id"]
    pattern = {"op": "replace", "path": "/identityValidationExpression", "value": "allow|deny"}
    api.client.update_authorizer(
        restApiId=api.id, authorizerId=authorizer, patchOperations=[pattern]
    )
    assert with_token(api, "breaks").status == 401
    assert with_token(api, "allow").status == 200


def test_a_request_authorizer_sees_the_request(house: House) -> None:
    api = by_function(house, "REQUEST", identitySource="method.request.querystring.who")
    answer = api.request("GET", "/pets/rex?who=ada", headers={"X-Own": "1"})
    event = json.loads(answer.json["requestContext"]["authorizer"]["event"])
    assert event["type"] == "REQUEST"
    assert event["methodArn"] == (
        f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/dev/GET/pets/rex"
    )
    assert (event["resource"], event["path"]) == ("/pets/{pet}", "/pets/rex")
    assert event["pathParameters"] == {"pet": "rex"}
    assert event["queryStringParameters"] == {"who": "ada"}
    assert event["headers"]["X-Own"] == "1"
    assert event["requestContext"]["stage"] == "dev"
    assert "body" not in event


def test_a_request_authorizer_without_its_identity_source_asks_nobody(house: House) -> None:
    api = by_function(house, "REQUEST", identitySource="method.request.querystring.who")
    assert api.request("GET", "/pets/rex").status == 401
    assert api.request("GET", "/pets/rex?who=deny").status == 403


def test_iam_without_a_signature_needs_an_authentication_token(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/", authorizationType="AWS_IAM")
    answer = api.deploy().request("GET", "/")
    assert (answer.status, answer.json) == (403, {"message": "Missing Authentication Token"})


def test_an_authorizer_may_choose_the_api_key(house: House) -> None:
    api = RestApi(house, apiKeySource="AUTHORIZER")
    authorizer = api.client.create_authorizer(
        restApiId=api.id,
        name="keys",
        type="TOKEN",
        authorizerUri=house.uri("key_authorizer"),
        authorizerResultTtlInSeconds=0,
        identitySource="method.request.header.Authorization",
    )["id"]
    api.proxy("GET", "/", authorizationType="CUSTOM", authorizerId=authorizer, apiKeyRequired=True)
    api.deploy()
    key = api.client.create_api_key(name="chosen", enabled=True, value="k" * 30)
    plan = api.client.create_usage_plan(name="plan", apiStages=[{"apiId": api.id, "stage": "dev"}])[
        "id"
    ]
    api.client.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    assert with_token(api, "k" * 30, "/").status == 200
    assert with_token(api, "another", "/").status == 403
