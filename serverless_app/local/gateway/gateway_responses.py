"""What a refusal looks like: `DEFAULT_4XX` and its kin, filled by substitution.

AWS page "Gateway responses in API Gateway": templates know variables only, no Velocity.
"""

from __future__ import annotations

import json
import re
from typing import Any

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.parameters import lookup, one, resolve
from serverless_app.local.gateway.rest_records import GatewayResponse, RestApi
from serverless_app.local.http.messages import Response

DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_NAME = r"(?:context|stageVariables|method\.request)(?:\.[A-Za-z0-9_:-]+)+"
_VARIABLE = re.compile(rf"\$(?:\{{({_NAME})\}}|({_NAME}))")


def gateway_response(error: GatewayError, call: Call) -> Response:
    """The answer to a refused call, customised as its API says."""
    custom = _find(call.api, error)
    call.context["error"] = describe(error)
    media_type, template = _template(custom, call)
    headers = [("Content-Type", media_type), ("x-amzn-ErrorType", error.error_type)]
    for name, expression in custom.parameters.items() if custom else ():
        if name.startswith("gatewayresponse.header."):
            value = one(resolve(expression, call))
            if value is not None:
                headers.append((name.removeprefix("gatewayresponse.header."), value))
    status = custom.status if custom and custom.status else error.status
    return Response(status, substitute(template, call).encode("utf-8", "replace"), tuple(headers))


def describe(error: GatewayError) -> dict[str, Any]:
    """`$context.error`. The message string comes quoted. The validation error comes without

    quotes around it, and with those inside it escaped: between quotes it makes good JSON.
    """
    return {
        "message": error.message,
        "messageString": json.dumps(error.message),
        "responseType": error.response_type,
        "validationErrorString": json.dumps(error.validation, ensure_ascii=False)[1:-1],
    }


def substitute(template: str, call: Call) -> str:
    """A template with its variables replaced; an unknown one by nothing."""

    def replace(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name.startswith("method."):
            return one(resolve(name, call)) or ""
        source, _, path = name.partition(".")
        values = call.context if source == "context" else dict(call.stage.variables)
        return _text(lookup(values, path))

    return _VARIABLE.sub(replace, template)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _find(api: RestApi, error: GatewayError) -> GatewayResponse | None:
    """The customised response of this type, or the default for its class of status."""
    own = api.gateway_responses.get(error.response_type)
    family = "DEFAULT_4XX" if error.status < 500 else "DEFAULT_5XX"
    return own or api.gateway_responses.get(family)


def _template(custom: GatewayResponse | None, call: Call) -> tuple[str, str]:
    templates = custom.templates if custom else {}
    if not templates:
        template = DEFAULT_TEMPLATE
        if call.context["error"]["responseType"] == "ACCESS_DENIED":
            template = template.replace("message", "Message", 1)
        return "application/json", template
    accepted = (call.header("Accept") or "").partition(",")[0].partition(";")[0].strip()
    for media_type in (accepted, "application/json"):
        if media_type in templates:
            return media_type, templates[media_type]
    return next(iter(templates.items()))
