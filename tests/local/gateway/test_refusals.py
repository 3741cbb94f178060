"""What the gateway answers on its own, and how an API changes that."""

from __future__ import annotations

import pytest

from .house import House, RestApi


@pytest.fixture
def api(house: House) -> RestApi:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.proxy("ANY", "/{proxy+}")
    api.proxy("POST", "/large")
    return api.deploy()


def refused(api: RestApi, kind: str, **more: object) -> None:
    api.client.put_gateway_response(restApiId=api.id, responseType=kind, **more)


def test_an_unknown_path_needs_an_authentication_token(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    answer = api.deploy().request("GET", "/nothing")
    assert (answer.status, answer.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert answer.headers["Content-Type"] == "application/json"


def test_a_method_that_a_resource_lacks_is_unknown(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    assert api.deploy().request("DELETE", "/groups").status == 403


def test_a_greedy_resource_takes_the_methods_that_others_lack(api: RestApi) -> None:
    assert api.request("DELETE", "/groups").json["resource"] == "/{proxy+}"


@pytest.mark.parametrize("target", ["/_aws/execute-api/none/dev/x", "/_aws/execute-api//"])
def test_an_unknown_api_is_forbidden(house: House, target: str) -> None:
    answer = house.request("GET", target)
    assert (answer.status, answer.json) == (403, {"message": "Forbidden"})


def test_an_unknown_stage_is_forbidden(house: House, api: RestApi) -> None:
    answer = house.request("GET", f"/_aws/execute-api/{api.id}/prod/groups")
    assert (answer.status, answer.json) == (403, {"message": "Forbidden"})


def test_a_body_over_ten_megabytes_is_too_long(api: RestApi) -> None:
    answer = api.request("POST", "/large", b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, answer.json) == (413, {"message": "Request Too Long"})


def test_a_body_that_lambda_cannot_take_is_too_long(api: RestApi) -> None:
    answer = api.request("POST", "/large", b"x" * (6 * 1024 * 1024 + 1))
    assert (answer.status, answer.json) == (413, {"message": "Request Too Long"})


def test_an_integration_that_takes_too_long_is_a_504_and_its_function_goes_on(
    house: House,
) -> None:
    api = RestApi(house)
    integration = {
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": house.uri("sleep"),
        "timeoutInMillis": 50,
    }
    api.method("GET", "/", integration)
    api.deploy()
    answers = [api.request("GET", "/") for _ in range(2)]  # the first is a cold start
    expected = (504, {"message": "Endpoint request timed out"})
    assert [(answer.status, answer.json) for answer in answers] == [expected] * 2
    house.run(house.functions.drain())
    logs = house.plane.client("logs")
    lines = logs.filter_log_events(logGroupName="/aws/lambda/sleep")["events"]
    finished = [line["message"].split()[1] for line in lines if "finished" in line["message"]]
    assert sorted(finished) == sorted(answer.headers["x-amzn-RequestId"] for answer in answers)


def test_a_function_that_is_not_there_is_a_500(house: House) -> None:
    api = RestApi(house)
    uri = house.uri("echo").replace("function:echo", "function:gone")
    api.method("GET", "/", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri})
    answer = api.deploy().request("GET", "/")
    assert (answer.status, answer.json) == (500, {"message": "Internal server error"})


def test_a_type_of_its_own_comes_before_the_default(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    refused(api, "DEFAULT_4XX", responseTemplates={"application/json": "default"})
    refused(
        api,
        "MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseTemplates={"application/json": '{"error": {"code": "not_found"}}'},
    )
    answer = api.request("GET", "/nothing")
    assert (answer.status, answer.json) == (404, {"error": {"code": "not_found"}})


def test_templates_are_filled_by_substitution_alone(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy(variables={"colour": "blue"})
    template = (
        '{"quoted": $context.error.messageString, "plain": "$context.error.message", '
        '"type": "$context.error.responseType", "id": "$context.requestId", '
        '"asked": "$method.request.querystring.q", "stage": "${stageVariables.colour}", '
        '"no": "$context.nothing", "velocity": "#if(true)x#end $util.urlEncode(1)"}'
    )
    refused(api, "DEFAULT_4XX", responseTemplates={"application/json": template})
    answer = api.request("GET", "/nothing?q=why")
    assert answer.json == {
        "quoted": "Missing Authentication Token",
        "plain": "Missing Authentication Token",
        "type": "MISSING_AUTHENTICATION_TOKEN",
        "id": answer.headers["x-amzn-RequestId"],
        "asked": "why",
        "stage": "blue",
        "no": "",
        "velocity": "#if(true)x#end $util.urlEncode(1)",
    }


def test_headers_are_static_or_come_from_the_request_or_its_context(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    parameters = {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
        "gatewayresponse.header.X-Asked": "method.request.header.X-Ask",
        "gatewayresponse.header.X-Query": "method.request.querystring.q",
        "gatewayresponse.header.X-Id": "context.requestId",
        "gatewayresponse.header.X-None": "method.request.header.X-None",
    }
    refused(api, "DEFAULT_4XX", responseParameters=parameters)
    headers = api.request("GET", "/nothing?q=1", headers={"x-ask": "a"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["X-Asked"] == "a"
    assert headers["X-Query"] == "1"
    assert headers["X-Id"] == headers["x-amzn-RequestId"]
    assert "X-None" not in headers


def test_a_default_for_5xx_leaves_4xx_alone(house: House) -> None:
    api = RestApi(house)
    api.proxy("POST", "/fail", "fail")
    api.deploy()
    refused(api, "DEFAULT_5XX", responseTemplates={"application/json": '{"sorry": true}'})
    answer = api.request("POST", "/fail", "{}")
    assert (answer.status, answer.json) == (502, {"sorry": True})
    assert api.request("GET", "/none").json == {"message": "Missing Authentication Token"}


def test_the_template_is_chosen_by_what_the_client_accepts(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    templates = {"application/json": "{}", "text/plain": "no"}
    refused(api, "DEFAULT_4XX", responseTemplates=templates)
    answer = api.request("GET", "/nothing", headers={"Accept": "text/plain"})
    assert (answer.body, answer.headers["Content-Type"]) == (b"no", "text/plain")


def test_a_change_of_an_api_counts_at_once(house: House) -> None:
    api = RestApi(house)
    api.proxy("GET", "/groups")
    api.deploy()
    assert api.request("GET", "/later").status == 403
    api.proxy("GET", "/later")
    assert api.request("GET", "/later").status == 200


@pytest.mark.parametrize(
    "path", ["/%", "/%zz", "/a/../../b", "/\x01", "/a?%ff=%", "/;x", "/a//b", "/a?&&=&=x"]
)
def test_odd_addresses_are_answered(api: RestApi, path: str) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", api.house.port), 10) as wire:
        target = (api.base + path).encode("latin-1")
        wire.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = wire.makefile("rb").read()
    assert answer.split()[1] in (b"200", b"400", b"403")
