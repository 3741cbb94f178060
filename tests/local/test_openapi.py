"""The published OpenAPI document, in schemathesis' hands: what it allows, and what it forbids.

The same requests every time, a few of each kind. `schemathesis run` with the document and `--url`
asks for longer, and at random.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from serverless_app.deployment.openapi import DOCUMENT
from serverless_app.local.udagram import Udagram

PATHS: dict[str, dict[str, Any]] = json.loads(DOCUMENT.read_text("utf-8"))["paths"]
ROUTES = [
    (method, path, mode)
    for path, methods in PATHS.items()
    for method, route in methods.items()
    # A request without a parameter and without a body cannot be against the document.
    for mode in (
        ["positive", "negative"] if route["parameters"] or "requestBody" in route else ["positive"]
    )
]
repeatable = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "mode"), ROUTES)
def test_no_request_of_the_document_s_shape_or_against_it_breaks_a_route(
    ada: Udagram, method: str, path: str, mode: str
) -> None:
    import schemathesis
    from schemathesis.checks import not_a_server_error

    document = schemathesis.openapi.from_path(DOCUMENT)
    requests = document[path][method.upper()].as_strategy(schemathesis.GenerationMode(mode))
    answered: list[int] = []

    @repeatable
    @given(case=requests)
    def ask(case: schemathesis.Case[Any]) -> None:
        answer = case.call(
            base_url=ada.cloud.api_url, headers={"Authorization": f"Bearer {ada.token}"}
        )
        case.validate_response(answer, checks=[not_a_server_error])
        answered.append(answer.status_code)

    ask()
    assert answered
