"""Whatever arrives, the gateway answers, and never with an error of its own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serverless_app.local.http.messages import Request

from .house import House, RestApi

TEXT = st.text(st.characters(max_codepoint=255), max_size=40)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Content-Type",
                "Accept",
                "Authorization",
                "Host",
                "X-Forwarded-For",
                "X-Amzn-Trace-Id",
                "User-Agent",
                "x-api-key",
                "X-Odd",
            ]
        ),
        TEXT,
    ),
    max_size=6,
).map(tuple)
PATHS = st.one_of(TEXT, st.sampled_from(["mock", "checked", "checked/", "%", "mock?%ff=%", "?"]))


@pytest.fixture(scope="module")
def api(built_house: House) -> RestApi:
    """A mock that shows everything in its template, and a validated one."""
    api = RestApi(built_house)
    template = (
        "$input.params() $input.params('X-Odd') $util.escapeJavaScript($input.body)"
        "$context.path $context.identity.userAgent"
    )
    integration = {
        "type": "MOCK",
        "passthroughBehavior": "NEVER",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": [
            {
                "statusCode": "200",
                "responseTemplates": {"application/json": template},
                "responseParameters": {
                    "method.response.header.X-Odd": "method.request.header.X-Odd"
                },
            }
        ],
    }
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    api.client.create_model(
        restApiId=api.id, name="A", contentType="application/json", schema=json.dumps(schema)
    )
    validator = api.client.create_request_validator(
        restApiId=api.id, name="v", validateRequestBody=True, validateRequestParameters=True
    )["id"]
    api.method("ANY", "/mock", integration)
    api.method(
        "ANY",
        "/checked",
        integration,
        requestValidatorId=validator,
        requestModels={"$default": "A"},
        requestParameters={"method.request.querystring.q": True},
    )
    template = '{"error": $context.error.messageString, "path": "$context.path"}'
    api.client.put_gateway_response(
        restApiId=api.id,
        responseType="DEFAULT_4XX",
        responseTemplates={"application/json": template},
    )
    return api.deploy()


@settings(max_examples=300)
@given(
    method=st.sampled_from(["GET", "POST", "OPTIONS", "HEAD", "PATCH", "PURGE"]),
    path=PATHS,
    headers=HEADERS,
    body=st.one_of(st.binary(max_size=60), st.sampled_from([b'{"a": "b"}', b"{", b"[[[["])),
)
def test_no_request_makes_an_error_of_the_gateway(
    api: RestApi, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    request = Request(method, f"{api.base}/{path}", headers, body)
    response = api.house.run(api.house.gateway.http(request))
    assert response.status in (200, 400, 403, 415)


@given(target=st.text(st.characters(max_codepoint=255), max_size=30))
@settings(max_examples=100)
def test_no_address_makes_an_error_of_the_gateway(api: RestApi, target: str) -> None:
    request = Request("GET", f"/_aws/execute-api/{target}")
    assert api.house.run(api.house.gateway.http(request)).status == 403
