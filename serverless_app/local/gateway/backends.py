"""Backends other than a proxied function: MOCK, HTTP on this machine, an AWS service."""

from __future__ import annotations

import asyncio
import http.client
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from serverless_app.local.control_plane import ConnectionLost
from serverless_app.local.gateway.call import Multi, headers_of
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.parameters import Answer
from serverless_app.local.gateway.transformation import Outgoing
from serverless_app.local.http.messages import Headers, Request

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane

_STATUS = re.compile(r"""["']?statusCode["']?\s*:\s*["']?(\d{3})\b""")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SERVICE_URI = re.compile(
    r"arn:aws[\w-]*:apigateway:(?P<region>[\w-]*):(?P<service>[\w.-]+):(?P<kind>path|action)/(?P<rest>.*)",
    re.DOTALL,
)
_BOTO3_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch"}


def mock(outgoing: Outgoing) -> Answer:
    """A MOCK integration answers the status that its request template wrote.

    The template's text need not be strict JSON: `{statusCode:200}` does.
    """
    match = _STATUS.search(outgoing.body.decode("utf-8", "replace"))
    if match is None:
        raise GatewayError("API_CONFIGURATION_ERROR")
    return Answer(int(match[1]), {}, b"", match[1])


async def http_endpoint(method: str, uri: str, outgoing: Outgoing, seconds: float) -> Answer:
    """An HTTP endpoint of this machine's loopback: a laptop cloud calls nobody outside.

    Raises GatewayError (504) when nothing answers there, or it lies elsewhere.
    """
    for name, value in outgoing.path.items():
        uri = uri.replace("{" + name + "}", quote(value, safe="/"))
    try:
        return await asyncio.to_thread(_exchange, method, uri, outgoing, seconds)
    except TimeoutError:
        raise GatewayError("INTEGRATION_TIMEOUT") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable() from error


def _unreachable() -> GatewayError:
    text = "Network error communicating with endpoint"
    return GatewayError("INTEGRATION_FAILURE", text, status=504)


def _exchange(method: str, uri: str, outgoing: Outgoing, seconds: float) -> Answer:
    parts = urlsplit(uri)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise OSError(f"only http:// on loopback is called from here, not {uri}")
    query = "&".join(filter(None, (parts.query, urlencode(outgoing.query, doseq=True))))
    target = (parts.path or "/") + (f"?{query}" if query else "")
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=seconds)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers_of(outgoing.headers):
            if name.lower() not in ("host", "content-length"):
                connection.putheader(name, value.encode("latin-1", "replace"))
        if outgoing.body or method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(outgoing.body)))
        connection.endheaders(outgoing.body or None)
        response = connection.getresponse()
        return Answer(
            response.status, _multi(response.getheaders()), response.read(), str(response.status)
        )
    finally:
        connection.close()


async def aws_service(
    control_plane: ControlPlane,
    uri: str,
    method: str,
    credentials: str | None,
    outgoing: Outgoing,
    trace_id: str,
) -> Answer:
    """An AWS API, called straight: signed with the integration's role, answered by that service.

    `…:dynamodb:action/PutItem` names an operation, `…:s3:path/bucket/key` a path.
    """
    match = _SERVICE_URI.fullmatch(uri)
    if match is None or not credentials or not credentials.startswith("arn:"):
        raise GatewayError("API_CONFIGURATION_ERROR")
    target, headers, body = _service_request(
        match["service"], match["kind"], match["rest"], outgoing
    )
    headers = (*headers, ("X-Amzn-Trace-Id", f"Root={trace_id}"))
    unsigned = Request(method, target, headers, body)
    held = control_plane.credentials_for(credentials, "BackplaneAssumeRoleSession")
    region = match["region"] or control_plane.region
    signed = _signed(unsigned, held, match["service"], region, control_plane.authority)
    try:
        response = await control_plane.handle(signed)
    except ConnectionLost as error:
        raise _unreachable() from error
    return Answer(response.status, _multi(response.headers), response.body, str(response.status))


def _service_request(
    service: str, kind: str, rest: str, outgoing: Outgoing
) -> tuple[str, Headers, bytes]:
    query = urlencode(outgoing.query, doseq=True)
    mapped = headers_of(outgoing.headers)
    if kind == "path":
        for name, value in outgoing.path.items():
            rest = rest.replace("{" + name + "}", quote(value, safe="/"))
        return f"/{rest}" + (f"?{query}" if query else ""), mapped, outgoing.body
    protocol, prefix, version = _model(_BOTO3_NAMES.get(service, service))
    if protocol == "json":
        own = {
            "Content-Type": f"application/x-amz-json-{version}",
            "X-Amz-Target": f"{prefix}.{rest}",
        }
        kept = tuple((n, v) for n, v in mapped if n.lower() not in ("content-type", "x-amz-target"))
        return "/", (*kept, *own.items()), outgoing.body
    form = urlencode({"Action": rest, "Version": version}) + (f"&{query}" if query else "")
    kept = tuple((n, v) for n, v in mapped if n.lower() != "content-type")
    kind_of_form = ("Content-Type", "application/x-www-form-urlencoded")
    sent = outgoing.body.strip()
    return "/", (*kept, kind_of_form), form.encode() + (b"&" + sent if sent else b"")


@lru_cache(maxsize=64)
def _model(service: str) -> tuple[str, str, str]:
    """Protocol, target prefix and version of a service, as botocore's model has them."""
    from botocore.loaders import Loader

    try:
        metadata: dict[str, Any] = Loader().load_service_model(service, "service-2")["metadata"]
    except Exception as error:
        raise GatewayError("API_CONFIGURATION_ERROR") from error
    if metadata["protocol"] == "json":
        return "json", metadata["targetPrefix"], metadata.get("jsonVersion", "1.0")
    return "query", "", metadata["apiVersion"]


def _signed(request: Request, held: Any, service: str, region: str, authority: str) -> Request:
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    credentials = Credentials(held.access_key_id, held.secret_access_key, held.session_token)
    headers = {name: value for name, value in request.headers if name.lower() != "host"}
    url = f"http://{authority}{request.target}"
    signing = AWSRequest(request.method, url, headers=headers, data=request.body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(credentials, service, region).add_auth(signing)
    complete = (*signing.headers.items(), ("Host", authority))
    return Request(request.method, request.target, complete, request.body)


def _multi(headers: Any) -> Multi:
    multi: Multi = {}
    for name, value in headers:
        multi.setdefault(name, []).append(value)
    return multi
