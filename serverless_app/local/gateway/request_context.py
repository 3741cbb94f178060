"""`requestContext` of an event, which is also what `$context` knows.

Its fields: AWS pages "Input format of a Lambda function for proxy integration" and
"API Gateway mapping template and access logging variable reference".
"""

from __future__ import annotations

from typing import Any

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.identifiers import request_time

_NOBODY: dict[str, Any] = dict.fromkeys(
    (
        "cognitoIdentityPoolId",
        "accountId",
        "cognitoIdentityId",
        "caller",
        "principalOrgId",
        "accessKey",
        "cognitoAuthenticationType",
        "cognitoAuthenticationProvider",
        "userArn",
        "user",
    )
)


def request_context(call: Call, account_id: str) -> dict[str, Any]:
    """The context of a call, as far as it has come."""
    method = call.method
    host = call.header("Host") or ""
    context: dict[str, Any] = {
        "resourceId": method.resource_id if method else None,
        "resourcePath": method.resource_path if method else None,
        "httpMethod": call.request.method,
        "extendedRequestId": call.extended_request_id,
        "requestTime": request_time(call.started),
        "path": f"/{call.stage.name}{call.path}",
        "accountId": account_id,
        "protocol": "HTTP/1.1",
        "stage": call.stage.name,
        "domainPrefix": call.api.id,
        "requestTimeEpoch": int(call.started * 1000),
        "requestId": call.request_id,
        "identity": _identity(call),
        "domainName": host,
        "deploymentId": call.stage.deployment_id,
        "apiId": call.api.id,
    }
    if method and method.operation_name:
        context["operationName"] = method.operation_name
    if call.authorizer is not None:
        context["authorizer"] = call.authorizer
    return context


def _identity(call: Call) -> dict[str, Any]:
    identity = {
        **_NOBODY,
        "sourceIp": call.request.peer,
        "userAgent": call.header("User-Agent"),
    }
    if call.api_key:
        identity["apiKeyId"], identity["apiKey"] = call.api_key
    return identity
