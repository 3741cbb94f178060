"""Which AWS API a request is for: service, region, operation; all by its outside."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, unquote

from serverless_app.local.control_plane import form_uploads
from serverless_app.local.control_plane.form_uploads import FormUpload
from serverless_app.local.control_plane.model import REGION
from serverless_app.local.http.messages import Request

SCOPE = re.compile(r"Credential=([^/,]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
POOL_DOCUMENT = re.compile(r"/([\w-]+_[0-9A-Za-z]+)/\.well-known/(jwks\.json|openid-configuration)")

POOL_OPERATIONS = {"jwks.json": "GetSigningKeys", "openid-configuration": "GetOpenIdConfiguration"}

# Signing names that are not the name boto3 gives the service.
BOTO3_NAMES = {
    "monitoring": "cloudwatch",
    "es": "opensearch",
    "eventbridge": "events",
    "execute-api": "apigatewaymanagementapi",
    "elasticfilesystem": "efs",
}
# The services whose names start an X-Amz-Target that may come unsigned.
TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "AmazonSQS": "sqs",
    "Kinesis_20131202": "kinesis",
    "AWSEvents": "events",
    "Logs_20140328": "logs",
    "GraniteServiceVersion20100801": "cloudwatch",
}
# Query-protocol services (`Action=` in the form), told apart by their API version.
VERSIONS = {
    "2010-03-31": "sns",
    "2012-11-05": "sqs",
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2010-05-15": "cloudformation",
    "2010-08-01": "cloudwatch",
}


@dataclass(frozen=True)
class Call:
    """A request to an AWS API, and what it says of itself."""

    request: Request
    service: str  # as boto3 names it
    region: str
    access_key_id: str | None
    presigned: bool = False

    @cached_property
    def target(self) -> str:
        """`X-Amz-Target` of a JSON service; empty for the others."""
        return self.request.header("x-amz-target") or ""

    @cached_property
    def query(self) -> dict[str, str]:
        """The query string, decoded; the first value of each name."""
        return {k: v[0] for k, v in parse_qs(self.request.query, keep_blank_values=True).items()}

    @cached_property
    def form(self) -> dict[str, str]:
        """The form of a query-protocol request; empty for the others."""
        kind = self.request.header("content-type") or ""
        if not kind.startswith("application/x-www-form-urlencoded"):
            return {}
        text = self.request.body.decode("utf-8", "replace")
        return {k: v[0] for k, v in parse_qs(text, keep_blank_values=True).items()}

    @cached_property
    def upload(self) -> FormUpload | None:
        """The form that uploads a file into a bucket; None for every other request."""
        is_upload = self.service == "s3" and form_uploads.is_form(self.request)
        return form_uploads.parse(self.request) if is_upload else None

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body of a JSON service; empty where it is none."""
        try:
            body = json.loads(self.request.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the operation is called with: the JSON body, or the form, or the query."""
        if self.target:
            return self.json
        return {**self.query, **self.form}

    @cached_property
    def path(self) -> list[str]:
        """The segments of the path, decoded; the rest of an S3 key stays whole."""
        if self.service == "s3":
            bucket, _, key = self.request.path.lstrip("/").partition("/")
            return [unquote(part) for part in (bucket, key) if part]
        return [unquote(part) for part in self.request.path.split("/") if part]

    @cached_property
    def operation(self) -> str:
        """The API operation, as AWS names it: `PutItem`."""
        if self.target:
            return self.target.rpartition(".")[2]
        if self.service == "s3":
            return s3_operation(self)
        if document := POOL_DOCUMENT.fullmatch(self.request.path):
            return POOL_OPERATIONS[document.group(2)]
        action = self.form.get("Action") or self.query.get("Action")
        if action:
            return action
        return modelled_operation(self)


def identify(request: Request) -> Call | None:
    """The AWS call in a request, by its signature, target, action or pool document.

    None: no AWS call, unless its path names a bucket (which only S3's state can tell).
    """
    header, presigned = request.header("authorization") or "", False
    if "X-Amz-Credential=" in request.query:
        header, presigned = "Credential=" + unquote(_query_value(request, "X-Amz-Credential")), True
    if scope := SCOPE.search(header):
        key, _, region, name = scope.groups()
        return Call(request, _service(name.lower(), request), region, key, presigned)
    if target := request.header("x-amz-target"):
        return _unsigned(request, TARGETS.get(target.partition(".")[0]))
    if match := POOL_DOCUMENT.fullmatch(request.path):
        return Call(request, "cognito-idp", match.group(1).rpartition("_")[0], None)
    if request.method == "POST" or "Action=" in request.query:
        call = Call(request, "", REGION, None)
        version = call.form.get("Version") or call.query.get("Version") or ""
        if "Action" in call.form or "Action" in call.query:
            return _unsigned(request, VERSIONS.get(version))
    return None


def bucket_call(request: Request) -> Call:
    """A request to a bucket, by its path: unsigned, or a form, which is signed inside."""
    call = Call(request, "s3", REGION, None)
    credential = call.upload.fields.get("x-amz-credential", "") if call.upload else ""
    if not credential:
        return call
    key, _, region = [*credential.split("/"), "", ""][:3]
    return Call(request, "s3", region, key, presigned=True)


def _unsigned(request: Request, service: str | None) -> Call | None:
    return Call(request, service, REGION, None) if service else None


def _query_value(request: Request, name: str) -> str:
    for part in request.query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return value
    return ""


def _service(signing_name: str, request: Request) -> str:
    if signing_name == "dynamodb":
        streams = (request.header("x-amz-target") or "").startswith("DynamoDBStreams")
        return "dynamodbstreams" if streams else "dynamodb"
    if signing_name == "apigateway":
        return "apigatewayv2" if request.path.startswith("/v2/") else "apigateway"
    return BOTO3_NAMES.get(signing_name, signing_name)


OBJECT_OPERATIONS = {
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "DELETE": "DeleteObject",
    "PUT": "PutObject",
}
PLAIN_PARAMETERS = ("X-Amz-", "x-id", "response-", "versionId", "partNumber")


def s3_operation(call: Call) -> str:
    """The S3 operation. Whole objects are told apart here, the rest by the service's model."""
    special = [name for name in call.query if not name.startswith(PLAIN_PARAMETERS)]
    copied = call.request.header("x-amz-copy-source")
    if len(call.path) == 2 and not special and not copied:
        found = OBJECT_OPERATIONS.get(call.request.method)
        if found:
            return found
    if call.request.method == "OPTIONS":
        return "OPTIONS"
    if form_uploads.is_form(call.request):
        return "PostObject"
    return modelled_operation(call)


def modelled_operation(call: Call) -> str:
    """The operation that the service's model binds to this method and path."""
    from moto.core.routing import NotFound, get_service_router

    from serverless_app.local.control_plane.dispatch import moto_request

    try:
        operation, _ = get_service_router(call.service).match(moto_request(call.request))
    except (NotFound, NotImplementedError, LookupError, ValueError):
        return "UnknownOperation"
    return str(operation.name)
