"""Once permissions are enforced, the gateway asks for them as AWS does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from websockets.sync.client import connect

from .house import TRUST, House, RestApi, WebSocketApi

JSON = "application/json"


@pytest.fixture
def strict(house: House) -> Iterator[House]:
    """The house with permissions enforced, for one test."""
    house.plane.enforce_permissions()
    yield house
    house.plane._permissions.enforced = False


def a_role(house: House, name: str, **statement: Any) -> str:
    """A role with one statement in its policy."""
    iam = house.plane.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return str(arn)


def permit(house: House, handler: str, api_id: str, path: str) -> None:
    """API Gateway may invoke a function for one method."""
    house.plane.client("lambda").add_permission(
        FunctionName=house.function(handler),
        StatementId=f"for-{api_id}",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/{path}",
    )


def test_without_its_permission_a_function_is_not_invoked(strict: House) -> None:
    api = RestApi(strict)
    api.proxy("GET", "/pets/{pet}", "hello")
    api.deploy()
    answer = api.request("GET", "/pets/rex")
    assert (answer.status, answer.json) == (500, {"message": "Internal server error"})
    permit(strict, "hello", api.id, "*/GET/pets/*")
    assert api.request("GET", "/pets/rex").status == 200


def test_an_integrations_role_may_invoke_where_no_policy_of_the_function_does(
    strict: House,
) -> None:
    arn = strict.function("hello")
    api = RestApi(strict)
    for path, allowed in (("/may", arn), ("/maynot", "arn:aws:lambda:us-east-1:1:function:x")):
        role = a_role(strict, path[1:], Action="lambda:InvokeFunction", Resource=allowed)
        integration = {
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": strict.uri("hello"),
            "credentials": role,
        }
        api.method("GET", path, integration)
    api.deploy()
    assert [api.request("GET", path).status for path in ("/may", "/maynot")] == [200, 500]


def test_an_integrations_role_needs_the_action(strict: House) -> None:
    strict.plane.client("dynamodb").create_table(
        TableName="Strict",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/Strict"
    role = a_role(strict, "reader", Action="dynamodb:GetItem", Resource=table)
    api = RestApi(strict)
    for method, action in (("GET", "GetItem"), ("PUT", "PutItem")):
        integration = {
            "type": "AWS",
            "integrationHttpMethod": "POST",
            "uri": f"arn:aws:apigateway:us-east-1:dynamodb:action/{action}",
            "credentials": role,
            "requestTemplates": {
                JSON: '{"TableName": "Strict", "Key": {"name": {"S": "a"}}, '
                '"Item": {"name": {"S": "a"}}}'
                if action == "PutItem"
                else '{"TableName": "Strict", "Key": {"name": {"S": "a"}}}'
            },
            "responses": [
                {"statusCode": "200"},
                {"statusCode": "403", "selectionPattern": "400"},
            ],
        }
        api.method(method, "/", integration)
    api.deploy()
    assert api.request("GET", "/").status == 200
    refused = api.request("PUT", "/")
    assert refused.status == 403
    assert refused.json["__type"].endswith("AccessDeniedException")


def management(house: House, api: WebSocketApi, role: str) -> Any:
    keys = house.plane.credentials_for(role, "test")
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=api.address.replace("ws://", "http://"),
        region_name="us-east-1",
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_only_who_may_manage_connections_reaches_them(strict: House) -> None:
    api = WebSocketApi(strict).deploy()
    arn = f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/dev/POST/@connections/*"
    may = a_role(strict, "notifier", Action="execute-api:ManageConnections", Resource=arn)
    may_not = a_role(strict, "onlooker", Action="s3:GetObject", Resource="*")
    with connect(api.address) as client:
        identity = strict.call(strict.gateway.connections)[-1].id
        allowed = management(strict, api, may)
        allowed.post_to_connection(ConnectionId=identity, Data=b"hello")
        assert client.recv(10) == "hello"
        with pytest.raises(ClientError) as refused:
            allowed.delete_connection(ConnectionId=identity)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        with pytest.raises(ClientError) as refused:
            management(strict, api, may_not).post_to_connection(ConnectionId=identity, Data=b"x")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
        path = f"/_aws/execute-api/{api.id}/dev/@connections/{identity}"
        assert strict.request("POST", path, b"unsigned").status == 403


def signed(house: House, role: str, address: str, secret: str | None = None) -> dict[str, str]:
    """The headers of a signed GET; with a `secret` that may not be the role's."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    keys = house.plane.credentials_for(role, "test")
    held = Credentials(keys.access_key_id, secret or keys.secret_access_key, keys.session_token)
    request = AWSRequest("GET", f"http://127.0.0.1:{house.port}{address}")
    SigV4Auth(held, "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers)


def test_iam_lets_a_signed_request_through(strict: House) -> None:
    api = RestApi(strict)
    api.proxy("GET", "/pets", "hello", authorizationType="AWS_IAM")
    api.deploy()
    permit(strict, "hello", api.id, "dev/GET/pets")
    arn = f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/dev/GET/pets"
    caller = a_role(strict, "caller", Action="execute-api:Invoke", Resource=arn)
    bystander = a_role(strict, "bystander", Action="execute-api:Invoke", Resource="arn:aws:none")
    address = f"{api.base}/pets"
    answers = [
        api.request("GET", "/pets", headers=headers)
        for headers in (
            signed(strict, caller, address),
            signed(strict, bystander, address),
            signed(strict, caller, address, secret="wrong"),
        )
    ]
    assert [answer.status for answer in answers] == [200, 403, 403]
    assert answers[1].headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert answers[2].headers["x-amzn-ErrorType"] == "InvalidSignatureException"
