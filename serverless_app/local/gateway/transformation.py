"""A request on its way to a non-proxy integration, and the answer on its way back.

AWS pages "Data transformations for REST APIs in API Gateway" and "Integration passthrough
behaviors".
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from serverless_app.local.gateway.call import Call, Multi
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.mapping_templates import render
from serverless_app.local.gateway.parameters import Answer, Value, resolve
from serverless_app.local.gateway.proxy import is_binary, remapped
from serverless_app.local.gateway.rest_records import Integration, IntegrationResponse
from serverless_app.local.http.messages import Response


@dataclass(slots=True)
class Outgoing:
    """The integration request."""

    body: bytes
    headers: Multi = field(default_factory=dict)
    query: Multi = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)


def integration_request(call: Call, integration: Integration) -> Outgoing:
    """What the backend is sent: mapped parameters, and the body by template or as it came.

    Raises GatewayError (415) where the passthrough behaviour lets no such content type in.
    """
    outgoing = mapped_parameters(call, integration)
    template = _request_template(call, integration)
    if template is None:
        binary = is_binary(call.header("Content-Type"), call.api.binary_media_types)
        outgoing.body = converted(call.request.body, integration.content_handling, binary)
        return outgoing
    text, overrides = render(template, call.body, call)
    outgoing.body = text.encode("utf-8", "replace")
    requested = overrides["requestOverride"]
    outgoing.headers |= {name: _values(v) for name, v in requested["header"].items()}
    outgoing.query |= {name: _values(v) for name, v in requested["querystring"].items()}
    outgoing.path |= {name: str(v) for name, v in requested["path"].items()}
    call.context["responseOverride"] = overrides["responseOverride"]
    return outgoing


def mapped_parameters(call: Call, integration: Integration) -> Outgoing:
    """An integration request with its parameters: `integration.request.header.X` and so on."""
    outgoing = Outgoing(call.request.body)
    for target, expression in integration.parameters.items():
        value = resolve(expression, call)
        place, _, name = target.removeprefix("integration.request.").partition(".")
        if value is None:
            continue
        if place == "header":
            outgoing.headers[name] = _values(value)
        elif place == "querystring":
            outgoing.query[name] = _values(value)
        elif place == "path":
            outgoing.path[name] = _values(value)[-1]
    return outgoing


def _values(value: Value | Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _request_template(call: Call, integration: Integration) -> str | None:
    """The template of the content type; None where the body passes through as it is."""
    media_type = (call.header("Content-Type") or "application/json").partition(";")[0].strip()
    for known, template in integration.templates.items():
        if known.lower() == media_type.lower():
            return template
    closed = integration.passthrough == "NEVER" or (
        integration.passthrough == "WHEN_NO_TEMPLATES" and integration.templates
    )
    if closed:
        raise GatewayError("UNSUPPORTED_MEDIA_TYPE")
    return None


def converted(body: bytes, handling: str | None, binary: bool) -> bytes:
    """AWS page "Content type conversions in API Gateway": base64 between binary and text."""
    if handling == "CONVERT_TO_TEXT" and binary:
        return base64.b64encode(body)
    if handling == "CONVERT_TO_BINARY" and not binary:
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error:
            raise GatewayError("API_CONFIGURATION_ERROR") from None
    return body


def integration_response(call: Call, integration: Integration, answer: Answer) -> Response:
    """The method response that an integration's answer becomes.

    Raises GatewayError (500) when no integration response fits.
    """
    chosen = select(integration.responses, answer.error)
    headers = [
        (name.removeprefix("method.response.header."), each)
        for name, expression in chosen.parameters.items()
        if (value := resolve(expression, call, answer)) is not None
        for each in _values(value)
    ]
    media_type, body, overrides = _response_body(call, chosen, answer)
    status = _override_status(overrides) or chosen.status
    changed: Mapping[str, Any] = overrides.get("header") or {}
    lower = {name.lower() for name in changed}
    headers = [(name, value) for name, value in headers if name.lower() not in lower]
    headers += [(name, value) for name, v in changed.items() for value in _values(v)]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", media_type))
    return Response(status, body, tuple((remapped(n), v) for n, v in headers))


def select(responses: tuple[IntegrationResponse, ...], error: str) -> IntegrationResponse:
    """The first response whose pattern fits the whole text; else the default one."""
    for response in responses:
        if response.pattern and error and _fits(response.pattern, error):
            return response
    for response in responses:
        if not response.pattern:
            return response
    raise GatewayError("API_CONFIGURATION_ERROR")


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        raise GatewayError("API_CONFIGURATION_ERROR") from error


def _response_body(
    call: Call, chosen: IntegrationResponse, answer: Answer
) -> tuple[str, bytes, dict[str, Any]]:
    """Media type and body of the response, and what `$context.responseOverride` says."""
    earlier = call.context.pop("responseOverride", {})
    kind = next((v[-1] for k, v in answer.headers.items() if k.lower() == "content-type"), None)
    media_type, template = _response_template(call, chosen)
    if template is None:
        binary = is_binary(kind, call.api.binary_media_types)
        body = converted(answer.body, chosen.content_handling, binary)
        return kind or "application/json", body, earlier
    text, overrides = render(template, answer.text, call)
    response = overrides["responseOverride"]
    merged = {
        "status": response["status"] or earlier.get("status"),
        "header": {**earlier.get("header", {}), **response["header"]},
    }
    return media_type, text.encode("utf-8", "replace"), merged


def _response_template(call: Call, chosen: IntegrationResponse) -> tuple[str, str | None]:
    """The template of the type that the client accepts, else JSON's, else the first."""
    templates = chosen.templates
    accepted = (call.header("Accept") or "").partition(",")[0].partition(";")[0].strip()
    for media_type in (accepted, "application/json", *templates):
        if media_type in templates:
            return media_type, templates[media_type] or None
    return "application/json", None


def _override_status(overrides: Mapping[str, Any]) -> int | None:
    """A status from 100 to 599; anything else is ignored."""
    status = overrides.get("status")
    try:
        number = int(status) if status is not None else 0
    except (TypeError, ValueError):
        return None
    return number if 100 <= number <= 599 else None
