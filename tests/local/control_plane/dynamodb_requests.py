"""Requests straight to moto's DynamoDB, answered with the speed-ups or as moto is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

REGION = "eu-central-1"
ENDPOINT = f"https://dynamodb.{REGION}.amazonaws.com/"
SCOPE = f"test/20260101/{REGION}/dynamodb/aws4_request"
Answer = tuple[int, Any]


def call(operation: str, **body: Any) -> Answer:
    """The status and the body of an answer; 500 and the exception's name where moto raises."""
    from moto.core.request import Request
    from moto.dynamodb.responses import DynamoHandler

    headers = {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}",
    }
    request = Request.from_primitives("POST", ENDPOINT, headers, json.dumps(body).encode())
    try:
        status, _, answer = DynamoHandler.dispatch(request, request.raw_url, request.headers)
    except Exception as error:
        return 500, type(error).__name__
    return status, json.loads(answer)


def backend() -> Any:
    """moto's backend that the requests reach: no other test uses its region."""
    from moto.dynamodb.models import dynamodb_backends

    return dynamodb_backends["123456789012"][REGION]


@contextmanager
def stock() -> Iterator[None]:
    """moto's own Query."""
    from moto.dynamodb.models.table import Table

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Table, "query", Table.query.__wrapped__)
        patched.setattr(Table, "all_items", Table.all_items.__wrapped__)
        yield


def both(operation: str, **body: Any) -> tuple[Answer, Answer]:
    """Our answer, and moto's."""
    ours = call(operation, **body)
    with stock():
        return ours, call(operation, **body)
