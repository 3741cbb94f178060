"""What an invocation gives: answers, errors, and the environment that a handler finds."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime

import pytest

from serverless_app.local.functions import RequestTooLarge, ResourceNotFound, TooManyRequests
from tests.local.functions.house import House, archive

pytestmark = pytest.mark.anyio

CONTEXT = """
def handler(event, context):
    identity = context.identity
    return {
        "function_name": context.function_name,
        "function_version": context.function_version,
        "invoked_function_arn": context.invoked_function_arn,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "aws_request_id": context.aws_request_id,
        "log_group_name": context.log_group_name,
        "log_stream_name": context.log_stream_name,
        "remaining": context.get_remaining_time_in_millis(),
        "identity": [identity.cognito_identity_id, identity.cognito_identity_pool_id],
        "client_context": context.client_context,
    }
"""


async def test_a_function_answers_its_event(house: House) -> None:
    house.create("def handler(event, context): return {'hello': event['name']}")
    assert await house.answer({"name": "Ada"}) == {"hello": "Ada"}


async def test_an_answer_may_go_before_its_log_is_written(house: House) -> None:
    house.create("def handler(event, context): print('noted')")
    invocation = await house.invoke(answer_first=True)
    (hop,) = house.trace.hops()
    assert (invocation.payload, invocation.log_tail, hop.outcome) == (b"null", "", "running")
    await asyncio.sleep(0)  # the event loop's next turn
    assert (hop.outcome, hop.detail["log"].splitlines()[1]) == ("ok", "noted")


async def test_the_next_invocation_finds_the_environment_of_an_answer_that_went_first(
    house: House,
) -> None:
    house.create("def handler(event, context): print(event)")
    first = await house.invoke(1, answer_first=True)
    second = await house.invoke(2, answer_first=True)
    assert (first.cold, second.cold) == (True, False)
    assert [hop.outcome for hop in house.trace.hops()] == ["ok", "running"]
    await house.functions.drain()
    assert [line for line in house.logged() if line in ("1\n", "2\n")] == ["1\n", "2\n"]


async def test_a_handler_may_lie_in_a_package(house: House) -> None:
    files = {"shop/handlers/__init__.py": "", "shop/handlers/orders.py": "def get(e, c): return 7"}
    house.create(files, Handler="shop/handlers/orders.get")
    assert await house.answer() == 7


async def test_the_context_object_is_true_in_every_field(house: House) -> None:
    arn = house.create(CONTEXT, MemorySize=256, Timeout=9)
    invocation = await house.invoke()
    context = json.loads(invocation.payload)
    remaining, stream = context.pop("remaining"), context.pop("log_stream_name")
    assert context == {
        "function_name": "greet",
        "function_version": "$LATEST",
        "invoked_function_arn": arn,
        "memory_limit_in_mb": "256",
        "aws_request_id": invocation.request_id,
        "log_group_name": "/aws/lambda/greet",
        "identity": [None, None],
        "client_context": None,
    }
    assert 0 < remaining <= 9_000
    assert stream.startswith(datetime.now(UTC).strftime("%Y/%m/%d/[$LATEST]"))


async def test_a_process_finds_lambdas_variables_and_its_own_and_none_of_the_users(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET", "do not tell")
    house.create(
        "import os\ndef handler(event, context): return dict(os.environ)",
        Environment={"Variables": {"GREETING": "hello"}},
    )
    found = await house.answer()
    assert not {"MY_SECRET", "LAMBDA_LOCAL_CONNECTION"} & found.keys()
    assert found["GREETING"] == "hello"
    assert found["AWS_REGION"] == "us-east-1"
    assert found["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert found["AWS_ENDPOINT_URL"] == house.control_plane.endpoint_url
    assert found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert found["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert found["AWS_ACCESS_KEY_ID"] != house.control_plane.administrator.access_key_id


async def test_an_exception_is_answered_with_type_message_and_stack(house: House) -> None:
    house.create("def handler(event, context):\n    raise KeyError('nope')\n")
    error = await house.error()
    assert error["errorType"] == "KeyError"
    assert error["errorMessage"] == "'nope'"
    (frame,) = error["stackTrace"]
    assert "app.py\", line 2, in handler\n    raise KeyError('nope')\n" in frame


@pytest.mark.parametrize(
    ("source", "handler", "kind", "message"),
    [
        (
            "import nowhere",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        (
            "",
            "app.handler",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app'",
        ),
        (
            "",
            "other.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'other': No module named 'other'",
        ),
        (
            "def handler(:",
            "app.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        ("", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler': it has no dot"),
        ("raise ValueError('at import')", "app.handler", "ValueError", "at import"),
    ],
)
async def test_a_handler_that_cannot_be_loaded_is_an_error(
    house: House, source: str, handler: str, kind: str, message: str
) -> None:
    house.create(source, Handler=handler)
    invocation = await house.invoke()
    error = json.loads(invocation.payload)
    assert (error["errorType"], error["errorMessage"]) == (kind, message)
    assert error["requestId"] == invocation.request_id
    assert house.functions.environments() == []


async def test_an_answer_that_is_no_json_is_a_marshal_error(house: House) -> None:
    house.create("def handler(event, context): return {1, 2}")
    error = await house.error()
    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"] == (
        "Unable to marshal response: Object of type set is not JSON serializable"
    )


async def test_a_decimal_is_answered_as_a_number(house: House) -> None:
    source = "from decimal import Decimal\ndef handler(e, c): return [Decimal(3), Decimal('0.5')]"
    house.create(source)
    assert await house.answer() == [3, 0.5]


async def test_an_answer_over_six_megabytes_is_an_error(house: House) -> None:
    house.create("def handler(event, context): return 'x' * 6_291_555")
    error = await house.error()
    assert error == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        "(6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


async def test_a_payload_of_six_megabytes_goes_through_and_one_byte_more_does_not(
    house: House,
) -> None:
    house.create("def handler(event, context): return len(event)")
    largest = b'"' + b"x" * (6_291_456 - 2) + b'"'
    invocation = await house.functions.invoke("greet", largest, source="test")
    assert invocation.payload == b"6291454"
    with pytest.raises(RequestTooLarge) as refused:
        await house.functions.invoke("greet", largest + b" ", source="test")
    assert refused.value.message == (
        "6291457 byte payload is too large for the RequestResponse invocation type "
        "(limit 6291456 bytes)"
    )


async def test_an_unknown_function_is_not_found(house: House) -> None:
    with pytest.raises(ResourceNotFound) as refused:
        await house.invoke(name="nobody")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:nobody"
    assert refused.value.message == f"Function not found: {arn}"


async def test_versions_and_aliases_are_told_apart(house: House) -> None:
    source = "def handler(e, c): return [{!r}, c.function_version, c.invoked_function_arn[-9:]]"
    house.create(source.format("old"))
    client = house.control_plane.client("lambda")
    client.publish_version(FunctionName="greet")
    client.create_alias(FunctionName="greet", Name="live", FunctionVersion="1")
    client.update_function_code(
        FunctionName="greet", ZipFile=archive({"app.py": source.format("new")})
    )
    assert await house.answer() == ["new", "$LATEST", "ion:greet"]
    assert await house.answer(name="greet:1") == ["old", "1", "n:greet:1"]
    assert await house.answer(name="greet:live") == ["old", "1", "reet:live"]
    with pytest.raises(ResourceNotFound):
        await house.invoke(name="greet:2")


async def test_a_function_is_found_by_name_partial_arn_and_arn(house: House) -> None:
    arn = house.create("def handler(event, context): return 1")
    names = ["greet", "123456789012:function:greet", arn, f"{arn}:$LATEST"]
    assert [await house.answer(name=name) for name in names] == [1, 1, 1, 1]


async def test_a_layer_is_importable(house: House) -> None:
    layer = house.control_plane.client("lambda").publish_layer_version(
        LayerName="words", Content={"ZipFile": archive({"python/words.py": "HELLO = 'ciao'"})}
    )
    house.create(
        "import words\ndef handler(event, context): return words.HELLO",
        Layers=[layer["LayerVersionArn"]],
    )
    assert await house.answer() == "ciao"


async def test_a_function_follows_the_moved_clock(house: House) -> None:
    house.create("import time\ndef handler(event, context): return time.time()", Timeout=10)
    before = await house.answer()
    house.clock.advance(86_400)
    moved = await house.answer()
    assert moved - before == pytest.approx(86_400, abs=60)
    house.clock.reset()
    assert await house.answer() - before == pytest.approx(0, abs=60)


async def test_an_invocation_is_a_hop_with_its_figures(house: House) -> None:
    house.create("def handler(event, context): return 'done'")
    invocation = await house.invoke({"a": 1}, trace_id="1-00000000-aaaaaaaaaaaaaaaaaaaaaaaa")
    (hop,) = [hop for hop in house.trace.hops() if hop.operation == "Invoke"]
    assert (hop.source, hop.target, hop.kind, hop.attempt) == ("test", "greet", "call", 1)
    assert (hop.outcome, hop.request, hop.answer) == ("ok", '{"a": 1}', '"done"')
    assert hop.trace_id == "1-00000000-aaaaaaaaaaaaaaaaaaaaaaaa"
    assert hop.detail["request_id"] == invocation.request_id
    assert hop.detail["cold"] is True
    assert hop.detail["init_ms"] == invocation.init_ms


async def test_the_trace_id_reaches_the_function(house: House) -> None:
    house.create("import os\ndef handler(event, context): return os.environ['_X_AMZN_TRACE_ID']")
    root = "1-00000000-bbbbbbbbbbbbbbbbbbbbbbbb"
    header = await house.answer(trace_id=root)
    assert header.split(";")[0] == f"Root={root}"


async def test_the_caller_of_a_refused_invocation_sees_it_in_the_trace(house: House) -> None:
    house.create("def handler(event, context): return 1")
    house.control_plane.client("lambda").put_function_concurrency(
        FunctionName="greet", ReservedConcurrentExecutions=0
    )
    with pytest.raises(TooManyRequests):
        await house.invoke()
    (hop,) = [hop for hop in house.trace.hops() if hop.operation == "Invoke"]
    assert (hop.outcome, hop.detail["code"]) == ("refused", "TooManyRequestsException")
