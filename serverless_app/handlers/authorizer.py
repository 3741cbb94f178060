"""The WebSocket API's authorizer: who may connect."""

from __future__ import annotations

from typing import Any

from serverless_app import operations
from serverless_app.errors import TokenForeign, TokenInvalid
from serverless_app.handlers.edges import Event, Json, invoked
from serverless_app.wiring import App


class Unauthorized(Exception):
    """API Gateway answers 401 to an authorizer that fails with just this word."""


@invoked
def authorize_connection(event: Event, app: App) -> Json:
    """$connect: a policy that allows or denies it (403); or Unauthorized (401).

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    """
    token = (event.get("queryStringParameters") or {}).get("token")
    try:
        principal = operations.authorize_connection(token=token, tokens=app.tokens)
    except TokenInvalid as error:
        app.telemetry.log("Refused", status=401, code=error.code, reason=error.reason)
        raise Unauthorized("Unauthorized") from None
    except TokenForeign as error:
        app.telemetry.log("Refused", status=403, code=error.code, reason=error.reason)
        return _policy("Deny", event["methodArn"], "unknown")
    return _policy("Allow", event["methodArn"], principal)


def _policy(effect: str, resource: str, principal: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": principal, "policyDocument": document}
