"""Request validators: AWS's words for what is missing or wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .house import House, RestApi

GROUP = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "size": {"type": "integer", "minimum": 1, "maximum": 10, "exclusiveMaximum": True},
        "kind": {"enum": ["a", "b"]},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "tags": {"type": "array", "maxItems": 2, "uniqueItems": True},
    },
}


def validated(house: House, models: dict[str, str], **more: Any) -> RestApi:
    """An API whose POST / is validated, with one model `Group`."""
    api = RestApi(house)
    api.client.create_model(
        restApiId=api.id, name="Group", contentType="application/json", schema=json.dumps(GROUP)
    )
    validator = api.client.create_request_validator(
        restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )["id"]
    api.proxy("POST", "/", requestValidatorId=validator, requestModels=models, **more)
    template = '{"why": "$context.error.validationErrorString"}'
    api.client.put_gateway_response(
        restApiId=api.id, responseType="BAD_REQUEST_PARAMETERS", responseParameters={}
    )
    api.client.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        responseTemplates={"application/json": template, "text/plain": "$context.error.message"},
    )
    return api.deploy()


@pytest.fixture(scope="module")
def api(built_house: House) -> RestApi:
    return validated(built_house, {"application/json": "Group"})


def refusal(api: RestApi, body: str, **headers: str) -> str:
    """The validation error of a refused body."""
    answer = api.request("POST", "/", body, headers)
    assert answer.status == 400
    return answer.body.decode()


def test_a_good_body_reaches_the_function(api: RestApi) -> None:
    answer = api.request("POST", "/", '{"name": "Alps", "size": 9}')
    assert (answer.status, answer.json["body"]) == (200, '{"name": "Alps", "size": 9}')


def test_a_bad_body_is_refused_in_awss_words(house: House) -> None:
    api = validated(house, {"application/json": "Group"})
    api.client.delete_gateway_response(restApiId=api.id, responseType="BAD_REQUEST_BODY")
    answer = api.request("POST", "/", "{}")
    assert (answer.status, answer.body) == (400, b'{"message":"Invalid request body"}')
    assert answer.headers["x-amzn-ErrorType"] == "BadRequestException"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{}", 'object has missing required properties (["name"])'),
        ("", 'object has missing required properties (["name"])'),
        (
            "[]",
            'instance type (array) does not match any allowed primitive type (allowed: ["object"])',
        ),
        ('{"name": ""}', 'string "" is too short (length: 0, required minimum: 1)'),
        ('{"name": "123456"}', 'string "123456" is too long (length: 6, maximum allowed: 5)'),
        (
            '{"name": "a", "more": 1, "and": 2}',
            'object instance has properties which are not allowed by the schema: ["and","more"]',
        ),
        (
            '{"name": "a", "size": 0}',
            "numeric instance is lower than the required minimum (minimum: 1, found: 0)",
        ),
        (
            '{"name": "a", "size": 10}',
            "numeric instance is not strictly lower than the required maximum 10",
        ),
        (
            '{"name": "a", "kind": "c"}',
            'instance value ("c") not found in enum (possible values: ["a","b"])',
        ),
        (
            '{"name": "a", "code": "A1"}',
            'ECMA 262 regex "^[a-z]+$" does not match input string "A1"',
        ),
        ('{"name": "a", "tags": [1, 1]}', "array must not contain duplicate elements"),
        (
            '{"name": "a", "tags": [1, 2, 3]}',
            "array is too long: must have at most 2 elements but instance has 3 elements",
        ),
        (
            '{"name": 5}',
            "instance type (integer) does not match any allowed primitive type "
            '(allowed: ["string"])',
        ),
    ],
)
def test_the_validation_error_says_what_is_wrong(api: RestApi, body: str, why: str) -> None:
    assert json.loads(refusal(api, body)) == {"why": f"[{why}]"}


def test_two_missing_properties_are_one_message(house: House) -> None:
    api = validated(house, {"application/json": "Pair"})
    schema = json.dumps({"type": "object", "required": ["left", "right"]})
    api.client.create_model(
        restApiId=api.id, name="Pair", contentType="application/json", schema=schema
    )
    assert json.loads(refusal(api, "{}")) == {
        "why": '[object has missing required properties (["left","right"])]'
    }


def test_two_mistakes_are_told_in_one_list(api: RestApi) -> None:
    assert json.loads(refusal(api, '{"kind": "c"}'))["why"] == (
        '[object has missing required properties (["name"]), '
        'instance value ("c") not found in enum (possible values: ["a","b"])]'
    )


@pytest.mark.parametrize("body", ["{", "\xff", "NaN", "[" * 100_000])
def test_a_body_that_is_no_json_is_invalid(api: RestApi, body: str) -> None:
    assert refusal(api, body, Accept="text/plain") == "Invalid request body"


def test_without_a_model_for_its_content_type_a_body_is_not_validated(api: RestApi) -> None:
    answer = api.request("POST", "/", "name=1", {"Content-Type": "text/plain"})
    assert answer.status == 200


def test_a_charset_makes_no_other_content_type(api: RestApi) -> None:
    assert refusal(api, "{}", **{"Content-Type": "application/json; charset=utf-8"})


def test_the_default_model_is_for_every_content_type(house: House) -> None:
    api = validated(house, {"$default": "Group"})
    assert refusal(api, "{}", **{"Content-Type": "text/plain"})
    assert refusal(api, "name=1", **{"Content-Type": "application/x-www-form-urlencoded"})


def test_missing_parameters_are_named(house: House) -> None:
    required = {
        "method.request.querystring.q": True,
        "method.request.header.X-Need": True,
        "method.request.querystring.limit": False,
    }
    api = validated(house, {}, requestParameters=required)
    api.client.delete_gateway_response(restApiId=api.id, responseType="BAD_REQUEST_PARAMETERS")
    answer = api.request("POST", "/")
    assert (answer.status, answer.json) == (
        400,
        {"message": "Missing required request parameters: [X-Need, q]"},
    )
    assert api.request("POST", "/?q=1", headers={"x-need": "1"}).status == 200


def test_an_empty_parameter_is_missing(house: House) -> None:
    api = validated(house, {}, requestParameters={"method.request.querystring.q": True})
    assert api.request("POST", "/?q=").status == 400


def test_a_model_may_refer_to_another(house: House) -> None:
    api = RestApi(house)
    address = f"https://apigateway.amazonaws.com/restapis/{api.id}/models/Item"
    models = {"Item": {"type": "integer"}, "List": {"type": "array", "items": {"$ref": address}}}
    for name, schema in models.items():
        api.client.create_model(
            restApiId=api.id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    validator = api.client.create_request_validator(
        restApiId=api.id, name="body", validateRequestBody=True
    )["id"]
    api.proxy("POST", "/", requestValidatorId=validator, requestModels={"application/json": "List"})
    api.deploy()
    assert api.request("POST", "/", "[1, 2]").status == 200
    assert api.request("POST", "/", '["a"]').status == 400


def test_a_method_without_a_validator_checks_nothing(house: House) -> None:
    api = RestApi(house)
    api.proxy("POST", "/", requestParameters={"method.request.querystring.q": True})
    assert api.deploy().request("POST", "/", "not json").status == 200
