"""Non-proxy integrations: Lambda by templates, MOCK, HTTP, and AWS services without a function."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from .house import House, RestApi

JSON = "application/json"


def by_template(house: House, handler: str = "raw", **more: Any) -> RestApi:
    """An API whose POST /{id} hands the body to a function by a template."""
    integration = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": house.uri(handler),
        "responses": [{"statusCode": "200"}],
        **more,
    }
    api = RestApi(house)
    api.method("POST", "/{id}", integration)
    return api.deploy(variables={"colour": "blue"})


def test_templates_make_the_event_and_the_answer(house: House) -> None:
    api = by_template(
        house,
        requestTemplates={JSON: '{"id": "$input.params(\'id\')", "name": $input.json(\'$.n\')}'},
        responses=[
            {
                "statusCode": "201",
                "responseTemplates": {JSON: '{"hello": "$input.path(\'$.name\')"}'},
                "responseParameters": {
                    "method.response.header.X-Static": "'yes'",
                    "method.response.header.X-Body": "integration.response.body.id",
                    "method.response.header.X-Stage": "stageVariables.colour",
                    "method.response.header.X-Id": "context.requestId",
                },
            }
        ],
    )
    answer = api.request("POST", "/7", '{"n": "Ada"}')
    assert (answer.status, answer.json) == (201, {"hello": "Ada"})
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers["X-Static"] == "yes"
    assert answer.headers["X-Body"] == "7"
    assert answer.headers["X-Stage"] == "blue"
    assert answer.headers["X-Id"] == answer.headers["x-amzn-RequestId"]


def test_an_error_is_chosen_by_the_pattern_that_fits_its_message(house: House) -> None:
    api = by_template(
        house,
        "fail",
        responses=[
            {"statusCode": "200"},
            {
                "statusCode": "404",
                "selectionPattern": "not found: .*",
                "responseTemplates": {JSON: "{\"error\": $input.json('$.errorMessage')}"},
            },
            {"statusCode": "500", "selectionPattern": "(\\n|.)+"},
        ],
    )
    answer = api.request("POST", "/7", '{"message": "not found: 7"}')
    assert (answer.status, answer.json) == (404, {"error": "not found: 7"})
    assert api.request("POST", "/7", '{"message": "boom"}').status == 500


def test_an_answer_without_error_takes_the_default_response(house: House) -> None:
    responses = [{"statusCode": "400", "selectionPattern": ".*"}, {"statusCode": "200"}]
    api = by_template(house, responses=responses)
    assert api.request("POST", "/7", "{}").status == 200


def test_without_a_fitting_response_the_configuration_is_to_blame(house: House) -> None:
    api = by_template(house, responses=[{"statusCode": "400", "selectionPattern": "Bad.*"}])
    answer = api.request("POST", "/7", "{}")
    assert (answer.status, answer.json) == (500, {"message": "Internal server error"})


def test_a_template_that_breaks_is_a_500(house: House) -> None:
    api = by_template(house, requestTemplates={JSON: "$input.json('$.a')"})
    assert api.request("POST", "/7", "no json").status == 500


def test_a_template_that_renders_no_json_is_the_clients_mistake(house: House) -> None:
    api = by_template(house, requestTemplates={JSON: '{"name": "$input.body"}'})
    answer = api.request("POST", "/7", 'a "quoted" name')
    assert answer.status == 400
    assert answer.json["message"].startswith("Could not parse request body into json")


@pytest.mark.parametrize(
    ("behaviour", "templates", "status"),
    [
        ("WHEN_NO_MATCH", {JSON: "{}"}, 200),
        ("WHEN_NO_TEMPLATES", {JSON: "{}"}, 415),
        ("WHEN_NO_TEMPLATES", {}, 200),
        ("NEVER", {}, 415),
        ("NEVER", {JSON: "{}"}, 415),
    ],
)
def test_passthrough_decides_on_content_types_without_a_template(
    house: House, behaviour: str, templates: dict[str, str], status: int
) -> None:
    api = by_template(house, passthroughBehavior=behaviour, requestTemplates=templates)
    answer = api.request("POST", "/7", '"text"', {"Content-Type": "text/plain"})
    assert answer.status == status
    if status == 415:
        assert answer.json == {"message": "Unsupported Media Type"}
    else:
        assert answer.json == "text"


def test_a_template_may_set_status_and_headers(house: House) -> None:
    template = (
        "#set($context.responseOverride.status = 418)"
        "#set($context.responseOverride.header.X-Own = 'mine'){}"
    )
    api = by_template(
        house, responses=[{"statusCode": "200", "responseTemplates": {JSON: template}}]
    )
    answer = api.request("POST", "/7", "{}")
    assert (answer.status, answer.headers["X-Own"]) == (418, "mine")


def test_with_an_event_invocation_nobody_waits(house: House) -> None:
    api = by_template(
        house,
        "remember",
        requestParameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
    )
    answer = api.request("POST", "/7", '{"kept": "for later"}')
    house.run(house.functions.drain())
    logs = house.plane.client("logs")
    lines = logs.filter_log_events(logGroupName="/aws/lambda/remember")["events"]
    assert (answer.status, answer.body) == (200, b"")
    assert '{"kept": "for later"}' in [line["message"].strip() for line in lines]


def preflight(house: House, **response: Any) -> RestApi:
    """The CORS preflight as the Serverless Framework writes it."""
    parameters = {
        "method.response.header.Access-Control-Allow-Origin": "'*'",
        "method.response.header.Access-Control-Allow-Methods": "'OPTIONS,POST'",
    }
    integration = {
        "type": "MOCK",
        "requestTemplates": {JSON: "{statusCode:200}"},
        "contentHandling": "CONVERT_TO_TEXT",
        "responses": [{"statusCode": "200", "responseParameters": parameters, **response}],
    }
    api = RestApi(house)
    api.method("OPTIONS", "/groups", integration)
    return api.deploy()


def test_a_cors_preflight_is_a_mock(house: House) -> None:
    answer = preflight(house, responseTemplates={JSON: ""}).request("OPTIONS", "/groups")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "OPTIONS,POST"


def test_a_preflight_may_choose_its_origin_by_template(house: House) -> None:
    template = (
        '#set($origin = $input.params("Origin"))\n'
        '#if($origin == "") #set($origin = $input.params("origin")) #end\n'
        '#if($origin.matches("https://.+[.]example[.]com")) '
        "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end"
    )
    api = preflight(house, responseTemplates={JSON: template})
    headers = api.request("OPTIONS", "/groups", headers={"Origin": "https://a.example.com"}).headers
    assert headers["Access-Control-Allow-Origin"] == "https://a.example.com"
    headers = api.request("OPTIONS", "/groups", headers={"Origin": "https://evil.test"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_mock_chooses_its_response_by_the_status_of_its_template(house: House) -> None:
    template = '{"statusCode": #if($input.params("fail") == "1") 500 #else 200 #end}'
    responses = [
        {"statusCode": "200", "responseTemplates": {JSON: '{"ok": "$context.stage"}'}},
        {"statusCode": "503", "selectionPattern": "5\\d{2}"},
    ]
    integration = {"type": "MOCK", "requestTemplates": {JSON: template}, "responses": responses}
    api = RestApi(house)
    api.method("GET", "/", integration)
    api.deploy()
    assert api.request("GET", "/").json == {"ok": "dev"}
    assert api.request("GET", "/?fail=1").status == 503


def test_a_mock_without_a_status_is_a_500(house: House) -> None:
    api = RestApi(house)
    integration = {"type": "MOCK", "requestTemplates": {JSON: "{}"}, "responses": []}
    api.method("GET", "/", integration)
    assert api.deploy().request("GET", "/").status == 500


# -- HTTP -------------------------------------------------------------------------------------


class Backend(BaseHTTPRequestHandler):
    """Answers what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {"path": self.path, "body": body.decode(), "own": self.headers.get("X-Own")}
        self.send_response(404 if "missing" in self.path else 201)
        self.send_header("X-Backend", "here")
        self.end_headers()
        self.wfile.write(json.dumps(seen).encode())

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_http_proxy_passes_everything_on(house: House, backend: str) -> None:
    api = RestApi(house)
    integration = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "POST",
        "uri": f"{backend}/pets/{{name}}",
        "requestParameters": {"integration.request.path.name": "method.request.path.pet"},
    }
    api.method("POST", "/{pet}", integration)
    answer = api.deploy().request("POST", "/rex?a=1", "hi", {"X-Own": "1"})
    assert answer.status == 201
    assert answer.json == {"path": "/pets/rex?a=1", "body": "hi", "own": "1"}
    assert answer.headers["X-Backend"] == "here"


def test_an_http_integration_sees_what_is_mapped(house: House, backend: str) -> None:
    api = RestApi(house)
    integration = {
        "type": "HTTP",
        "integrationHttpMethod": "POST",
        "uri": f"{backend}/missing",
        "requestParameters": {"integration.request.querystring.q": "'static'"},
        "requestTemplates": {JSON: '{"wrapped": $input.json("$")}'},
        "responses": [
            {"statusCode": "200"},
            {
                "statusCode": "410",
                "selectionPattern": "4\\d{2}",
                "responseParameters": {
                    "method.response.header.X-Seen": "integration.response.header.X-Backend"
                },
            },
        ],
    }
    api.method("POST", "/", integration)
    answer = api.deploy().request("POST", "/?other=1", "[1]", {"X-Own": "1"})
    assert (answer.status, answer.headers["X-Seen"]) == (410, "here")
    assert answer.json == {"path": "/missing?q=static", "body": '{"wrapped": [1]}', "own": None}


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9/", "http://example.com/"])
def test_an_endpoint_that_cannot_be_reached_is_a_504(house: House, uri: str) -> None:
    api = RestApi(house)
    api.method("GET", "/", {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri})
    answer = api.deploy().request("GET", "/")
    assert answer.status == 504
    assert answer.json == {"message": "Network error communicating with endpoint"}


# -- AWS services -----------------------------------------------------------------------------


def test_a_request_goes_straight_to_dynamodb_without_a_function(house: House) -> None:
    dynamodb = house.plane.client("dynamodb")
    dynamodb.create_table(
        TableName="Pets",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    api = RestApi(house)
    put = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
        "credentials": house.role,
        "requestTemplates": {
            JSON: '{"TableName": "Pets", "Item": {"name": {"S": "$input.params(\'name\')"}, '
            '"by": {"S": "$context.requestId"}}}'
        },
        "responses": [
            {"statusCode": "201", "responseTemplates": {JSON: '{"id": "$context.requestId"}'}},
            {"statusCode": "400", "selectionPattern": "4\\d{2}"},
        ],
    }
    api.method("PUT", "/{name}", put)
    answer = api.deploy().request("PUT", "/rex", "{}")
    item = dynamodb.get_item(TableName="Pets", Key={"name": {"S": "rex"}})["Item"]
    assert answer.status == 201
    assert item["by"]["S"] == answer.json["id"] == answer.headers["x-amzn-RequestId"]


def test_a_services_refusal_is_chosen_by_its_status(house: House) -> None:
    get = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem",
        "credentials": house.role,
        "requestTemplates": {JSON: '{"TableName": "None", "Key": {"a": {"S": "1"}}}'},
        "responses": [
            {"statusCode": "200"},
            {
                "statusCode": "404",
                "selectionPattern": "400",
                "responseTemplates": {JSON: "$input.json('$.__type')"},
            },
        ],
    }
    api = RestApi(house)
    api.method("GET", "/", get)
    answer = api.deploy().request("GET", "/")
    assert answer.status == 404
    assert answer.json.endswith("ResourceNotFoundException")


def test_a_service_that_a_fault_took_away_is_a_504(house: House) -> None:
    get = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": "arn:aws:apigateway:us-east-1:dynamodb:action/ListTables",
        "credentials": house.role,
        "responses": [{"statusCode": "200"}],
    }
    api = RestApi(house)
    api.method("GET", "/", get)
    api.deploy()
    house.faults.add("lose", where={"service": "dynamodb"})
    assert [api.request("GET", "/", headers={}).status for _ in range(2)] == [504, 200]


def test_a_message_goes_straight_to_a_queue(house: House) -> None:
    sqs = house.plane.client("sqs")
    url = sqs.create_queue(QueueName="pets")["QueueUrl"]
    send = {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": "arn:aws:apigateway:us-east-1:sqs:path/123456789012/pets",
        "credentials": house.role,
        "requestParameters": {
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
        },
        "requestTemplates": {
            JSON: "Action=SendMessage&Version=2012-11-05&MessageBody=$util.urlEncode($input.body)"
        },
        "responses": [{"statusCode": "202"}],
    }
    api = RestApi(house)
    api.method("POST", "/", send)
    assert api.deploy().request("POST", "/", '{"a": 1}').status == 202
    messages = sqs.receive_message(QueueUrl=url)["Messages"]
    assert [message["Body"] for message in messages] == ['{"a": 1}']


def test_a_service_integration_without_a_role_is_a_500(house: House) -> None:
    uri = "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem"
    api = RestApi(house)
    api.method("GET", "/", {"type": "AWS", "integrationHttpMethod": "POST", "uri": uri})
    assert api.deploy().request("GET", "/").status == 500


def test_a_stage_variable_may_name_the_function(house: House) -> None:
    house.function("hello")
    uri = house.uri("echo").replace(":function:echo/", ":function:${stageVariables.target}/")
    api = RestApi(house)
    api.method("GET", "/", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri})
    assert api.deploy(variables={"target": "hello"}).request("GET", "/").body == b"{}"


def test_text_in_base64_is_converted_to_binary_and_back(house: House) -> None:
    api = by_template(
        house,
        contentHandling="CONVERT_TO_BINARY",
        passthroughBehavior="WHEN_NO_MATCH",
    )
    assert api.request("POST", "/7", base64.b64encode(b'{"a": 1}')).json == {"a": 1}
    assert api.request("POST", "/7", "not base64!").status == 500
