"""A request straight to moto's response class: no Flask, no socket, no botocore on the way."""

from __future__ import annotations

import functools
import io
import re
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from moto.core.request import Request as MotoRequest

from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.model import ACCOUNT, REGION
from serverless_app.local.http.messages import Headers, Request, Response

# Names of moto's packages where they are not boto3's name of the service.
MOTO_NAMES = {
    "lambda": "awslambda",
    "cognito-idp": "cognitoidp",
    "cognito-identity": "cognitoidentity",
    "apigatewaymanagementapi": "apigatewaymanagementapi",
}
# Host names that moto's URL patterns know, where they are not `{service}.{region}`.
HOSTS = {
    "dynamodbstreams": "streams.dynamodb.{region}",
    "cloudwatch": "monitoring.{region}",
    "opensearch": "es.{region}",
    "apigatewayv2": "apigateway.{region}",
}
DIRECT = frozenset(
    {
        "dynamodb", "dynamodbstreams", "s3", "sqs", "sns", "kinesis", "events", "iam", "sts",
        "lambda", "apigateway", "apigatewayv2", "cloudformation", "logs", "cloudwatch",
        "cognito-idp", "cognito-identity", "opensearch", "scheduler", "kms", "secretsmanager",
        "ssm",
    }
)  # fmt: skip

OUR_SERVER_S = ("content-length", "connection", "date")  # headers that the server adds


class DirectRequest(MotoRequest):  # type: ignore[misc] # moto is not typed for us
    """A request that the laptop cloud's own server received."""

    from_wsgi_server = True  # the server adds Date


def environ(request: Request) -> dict[str, Any]:
    """The request as a WSGI environment (PEP 3333): what werkzeug's request is made of."""
    host = request.header("host") or "127.0.0.1"
    name, _, port = host.partition(":")
    variables: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.peer,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    preserved: dict[str, str] = {}
    for header, value in request.headers:
        key = environ_key_for_header(header)
        if key not in ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
            variables[key] = value
        if should_preserve_original_header_name(header):
            preserved[key] = header
    variables[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = preserved
    return variables


def moto_request(request: Request) -> MotoRequest:
    """The request as moto's response classes take it."""
    return DirectRequest(environ(request))


def moto_name(service: str) -> str:
    """The name of the moto package that plays a service."""
    return MOTO_NAMES.get(service, service)


def backend(service: str, region: str = REGION) -> Any:
    """moto's state of a service in our account: by region, or for the whole partition."""
    regions = _accounts(service)[ACCOUNT]
    return regions[region] if region in regions else regions["aws"]


@functools.cache
def _accounts(service: str) -> Any:
    from moto.backends import get_backend

    return get_backend(moto_name(service))


@functools.cache
def _routes(service: str) -> list[tuple[re.Pattern[str], Callable[..., Any]]]:
    return [(re.compile(url), handler) for url, handler in backend(service).urls.items()]


def dispatch(call: Call) -> Response:
    """moto's answer to a call."""
    from werkzeug.exceptions import HTTPException

    if call.service not in DIRECT:
        return fall_back(call.request)
    host = HOSTS.get(call.service, call.service + ".{region}").format(region=call.region)
    url = f"https://{host}.amazonaws.com{call.request.path}"
    for pattern, handler in _routes(call.service):
        if pattern.match(url):
            request = moto_request(call.request)
            try:
                status, headers, body = handler(request, request.raw_url, request.headers)
            except HTTPException as error:
                status, body = error.code or 500, error.get_body()
                headers = dict(error.get_headers())
            except NotImplementedError as error:
                return _failed(call, 501, f"The laptop cloud does not play this: {error}")
            except Exception as error:
                return _failed(call, 500, f"{type(error).__name__}: {error}")
            return response(status, headers, body, head=call.request.method == "HEAD")
    return Response(404, b"", ())


def _failed(call: Call, status: int, why: str) -> Response:
    """moto broke: what broke it, as the service would say InternalFailure."""
    from serverless_app.local.control_plane.errors import Refusal, respond

    return respond(call, Refusal("InternalFailure", why, status))


def response(status: int, headers: Any, body: Any, *, head: bool = False) -> Response:
    """moto's triple as a response. The answer to a HEAD keeps the length of what it leaves out."""
    dropped = ("status", "connection", "date") if head else ("status", *OUR_SERVER_S)
    pairs: Headers = tuple(
        (str(name), str(value)) for name, value in headers.items() if name.lower() not in dropped
    )
    content = body if isinstance(body, bytes) else str(body or "").encode()
    return Response(int(status), content, pairs)


@functools.cache
def _werkzeug_application() -> Any:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    return DomainDispatcherApplication(create_backend_app)


def fall_back(request: Request) -> Response:
    """Every other service that moto plays, through its own WSGI application."""
    answer: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        answer.extend((int(status.split()[0]), dict(headers)))

    parts = _werkzeug_application()(environ(request), start_response)
    body = b"".join(parts)
    return response(answer[0], answer[1], body)


def reset() -> None:
    """Empty every backend that was used."""
    from moto.core.base_backend import BackendDict

    BackendDict.reset()
