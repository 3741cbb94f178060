"""What is measured, made by boto3: the same calls for everybody that has these services."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from tests.bench.peers.peer import HELLO

Client = Callable[[str], Any]
RUNTIME = "python3.11"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
MAY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["logs:*", "dynamodb:*"], "Resource": "*"}],
}


def archive() -> bytes:
    """The zip of the functions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for file in sorted(HELLO.glob("*.py")):
            out.write(file, file.name)
    return buffer.getvalue()


def role(client: Client) -> None:
    """The role of all of them, `bench`."""
    iam = client("iam")
    iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="bench", PolicyName="may", PolicyDocument=json.dumps(MAY))


def everything(client: Client, handlers: dict[str, str]) -> str:
    """The role, these functions and an API with a route for each; the API's id."""
    role(client)
    return rest_api(client, functions(client, handlers))


def functions(client: Client, handlers: dict[str, str], **variables: str) -> dict[str, str]:
    """Functions from a zip, name → handler; their ARNs."""
    role_arn, found = client("iam").get_role(RoleName="bench")["Role"]["Arn"], {}
    for name, handler in handlers.items():
        made = client("lambda").create_function(
            FunctionName=name,
            Runtime=RUNTIME,
            Role=role_arn,
            Handler=handler,
            Code={"ZipFile": archive()},
            Timeout=30,
            Environment={"Variables": variables},
        )
        client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
        found[name] = str(made["FunctionArn"])
    return found


def telling(client: Client, name: str, ear_port: int) -> str:
    """A function that tells the bench that it ran; its ARN."""
    return functions(client, {name: "tell.tell"}, EAR_PORT=str(ear_port))[name]


def rest_api(client: Client, functions: dict[str, str]) -> str:
    """An API with GET /name for each function (name → ARN), deployed as `dev`; its id."""
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="hello")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    for name, arn in functions.items():
        resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=name)["id"]
        where = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
        gateway.put_method(**where, authorizationType="NONE")
        gateway.put_integration(
            **where,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        )
        account = arn.split(":")[4]
        source = f"arn:aws:execute-api:us-east-1:{account}:{api}/*/GET/{name}"
        permit(client, name, "apigateway.amazonaws.com", source)
    gateway.create_deployment(restApiId=api, stageName="dev")
    return str(api)


def permit(client: Client, name: str, principal: str, source_arn: str) -> None:
    """Let a service invoke a function."""
    client("lambda").add_permission(
        FunctionName=name,
        StatementId="bench",
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceArn=source_arn,
    )


def bucket(client: Client, ear_port: int) -> Callable[[str], None]:
    """A bucket whose new objects wake a function; how an object of 1 kB is put."""
    s3 = client("s3")
    s3.create_bucket(Bucket="photos")
    woken = telling(client, "on-photo", ear_port)
    permit(client, "on-photo", "s3.amazonaws.com", "arn:aws:s3:::photos")
    told = {"LambdaFunctionArn": woken, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
    )
    return lambda name: s3.put_object(Bucket="photos", Key=name, Body=b"x" * 1_000)


def table(client: Client, ear_port: int) -> Callable[[str], None]:
    """A table whose stream wakes a function, batches of one; how an item is put."""
    dynamodb = client("dynamodb")
    made = dynamodb.create_table(
        TableName="images",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    telling(client, "on-image", ear_port)
    client("lambda").create_event_source_mapping(
        EventSourceArn=made["TableDescription"]["LatestStreamArn"],
        FunctionName="on-image",
        StartingPosition="TRIM_HORIZON",
        BatchSize=1,
    )
    return lambda name: dynamodb.put_item(TableName="images", Item={"id": {"S": name}})
