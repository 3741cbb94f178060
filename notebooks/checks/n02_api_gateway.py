"""Judges of notebook 02: endpoint types, where a call ended, a template, a bill, an adapter."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.mapping_templates import render
from serverless_app.local.gateway.proxy import proxy_response
from serverless_app.local.gateway.rest_records import RestApi, Stage
from serverless_app.local.gateway.routing import Routes
from serverless_app.local.http.messages import Request

ENTRANCES = {"phones": "edge", "batch": "regional", "wages": "private", "shop": "regional"}
_ENTRANCE = {
    "phones": "phones: each call opens a connection from far away, and that is what an edge "
    "shortens. A Regional endpoint makes them go three times round the world.",
    "batch": "batch: the clients are in the region. An edge would be a detour, and a VPC is not "
    "asked for.",
    "wages": "wages: only a private endpoint is not on the internet; the others are, whoever they "
    "let in.",
    "shop": "shop: there is a CloudFront already, yours. Edge-optimized would put AWS's own behind "
    "it, which you cannot configure.",
}


@exercise(
    "02.1",
    "Which entrance?",
    stars=1,
    hints=(
        "Ask three things: may the internet see it? Are the callers near? Is there a CloudFront?",
        "Two of the four are regional, for two reasons.",
    ),
)
def which_entrance(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(ENTRANCES):
        return not_yet(f"Keep the dictionary, with a type for each of {', '.join(ENTRANCES)}.")
    given = {api: str(attempt[api]).lower().removesuffix("-optimized") for api in ENTRANCES}
    unknown = sorted(set(given.values()) - {"edge", "regional", "private"})
    if unknown:
        return not_yet(f'{unknown[0]!r} is no type: "edge", "regional" or "private".')
    wrong = [_ENTRANCE[api] for api in ENTRANCES if given[api] != ENTRANCES[api]]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("Far and seldom: edge. Inside only: private. Everything else: regional.")


STATUSES = {
    "typo": 403,
    "stranger": 500,
    "raises": 502,
    "raises_too": 200,
    "slow": 504,
    "large": 413,
}
_STATUS = {
    "typo": "typo: look again at the call of `/grups`. A request that fits no method is taken for "
    "an unsigned call of AWS.",
    "stranger": "stranger: the very first call of this lesson. 403 would be for a client that may "
    "not; here the gateway may not, and the client is told only that something is wrong.",
    "raises": "raises: the gateway got an answer that it could not pass on. 500 is what it says "
    "when it could not call at all.",
    "raises_too": "raises_too: no pattern fits, so the default response takes it. See the cell in "
    "which the function failed and all seemed well.",
    "slow": "slow: the gateway stopped waiting for what stands behind it. HTTP's number for that "
    "is a timeout of a *gateway*.",
    "large": "large: more than a function's event may have. HTTP's word is 'content too large'.",
}


@exercise(
    "02.2",
    "Where did it end?",
    stars=2,
    hints=(
        "Five of the six you have seen in this lesson; go back to the cells.",
        "4xx: the client could do something about it. 5xx: you could. One of the six looks like "
        "neither, and that is the worst of them.",
    ),
)
def where_did_it_end(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(STATUSES):
        return not_yet(f"Keep the dictionary, with a number for each of {', '.join(STATUSES)}.")
    wrong = [_STATUS[name] for name in STATUSES if attempt[name] != STATUSES[name]]
    if wrong:
        done = len(STATUSES) - len(wrong)
        return not_yet(f"{done} of {len(STATUSES)} are right. " + " ".join(wrong))
    return right("Each number is a place on the way.")


def called(group: str, query: Mapping[str, str]) -> Call:
    """A GET as a mapping template sees it."""
    stage = Stage(name="dev", deployment_id="", variables={}, method_settings={}, access_log=None)
    api = RestApi(
        id="lesson",
        name="lesson-02",
        edge=False,
        binary_media_types=(),
        key_source="HEADER",
        routes=Routes(()),
        stages={},
        models={},
        gateway_responses={},
    )
    return Call(
        request=Request("GET", "/", (), b"", "127.0.0.1"),
        api=api,
        stage=stage,
        path="/",
        headers={},
        query={name: [value] for name, value in query.items()},
        request_id="",
        extended_request_id="",
        trace_id="",
        started=0.0,
        path_parameters={"groupId": group},
    )


SEARCHES: tuple[tuple[str, dict[str, str], dict[str, Any], str], ...] = (
    (
        "cats",
        {"text": "in the box", "newest": "yes"},
        {"group": "cats", "text": "in the box", "newest": True},
        "newest=yes",
    ),
    (
        "dogs",
        {"text": "wet", "newest": "no"},
        {"group": "dogs", "text": "wet", "newest": False},
        "newest=no (and another group)",
    ),
    (
        "cats",
        {"text": "wet"},
        {"group": "cats", "text": "wet", "newest": False},
        "no newest at all",
    ),
    (
        "cats",
        {"text": 'the "box"'},
        {"group": "cats", "text": 'the "box"', "newest": False},
        'text=the "box", with its quotation marks',
    ),
)


@exercise(
    "02.3",
    "A template",
    stars=2,
    hints=(
        "Take REQUEST from the lesson. A value of the query is $input.params('text').",
        "true and false stand without quotation marks: "
        '"newest": #if($input.params(\'newest\') == "yes")…#{else}…#end',
        "A visitor may type a quotation mark: $util.escapeJavaScript(…) around what they typed.",
    ),
)
def a_template(attempt: Any) -> Verdict:
    if not isinstance(attempt, str) or "$" not in attempt:
        return not_yet("Hand in the template, as text: '''{\"group\": \"$input.params(…)\", …}'''.")
    for group, query, wanted, says in SEARCHES:
        try:
            text, _ = render(attempt, "", called(group, query))
        except GatewayError as error:
            return not_yet(
                f"The template does not render for {says}: {error.__cause__}. Has every #if its "
                "#end, every parenthesis its partner?"
            )
        try:
            given = json.loads(text)
        except ValueError:
            return not_yet(
                f"For {says} it writes {' '.join(text.split())}, which is no JSON. "
                + (
                    "What ends the string too early?"
                    if '"' in query["text"]
                    else "What is missing?"
                )
            )
        if given != wanted:
            return not_yet(f"For {says} it writes {given}; the function wants {wanted}.")
    return right("Four requests, four events, and the quotation marks stayed inside their string.")


@exercise(
    "02.4",
    "A month of both",
    stars=2,
    hints=(
        "A REST API counts requests. An HTTP API counts a request for each 512 KB, begun.",
        "1.2 MB is three times 512 KB, begun: month(HTTP, 400 * 3).",
    ),
)
def a_month_of_both(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != {"REST", "HTTP"}:
        return not_yet('Hand in a dictionary with the two bills: {"REST": …, "HTTP": …}.')
    rest, http = round(float(attempt["REST"]), 2), round(float(attempt["HTTP"]), 2)
    if rest == 1400.00:
        return not_yet(
            "REST: 400 × 3.50 prices all at the first tier; from 333 million on it is 2.80."
        )
    if rest != 1353.10:
        return not_yet(f"REST: not {rest:,.2f}. A request is a request there, whatever its size.")
    if http == 390.00:
        return not_yet(
            "HTTP: 390.00 counts each request once; one of 1.2 MB is counted by its size."
        )
    if http == 750.00:
        return not_yet("HTTP: 750.00 takes 1.2 MB for two pieces of 512 KB. What about the rest?")
    if http != 1110.00:
        return not_yet(f"HTTP: not {http:,.2f}. How many pieces of 512 KB, begun, has 1.2 MB?")
    return right("243 dollars apart, not 963: the meter matters as much as the price.")


def titles(event: Mapping[str, Any], context: Any) -> list[str]:
    """A function that knows no HTTP, for an adapter to be tried on."""
    known = {"cats": ["Asleep", "In the box", "At the window"]}
    if event["group"] not in known:
        raise LookupError(f"no group {event['group']}")
    return known[event["group"]][: event["limit"]]


ASKED: tuple[tuple[str, dict[str, str] | None, int, Any, str], ...] = (
    ("cats", {"limit": "2"}, 200, {"titles": ["Asleep", "In the box"]}, "limit=2"),
    ("cats", None, 200, {"titles": ["Asleep", "In the box", "At the window"]}, "no query at all"),
    ("cows", None, 404, {"error": "no group cows"}, "a group that is not there"),
    ("cats", {"limit": "two"}, 400, None, "limit=two"),
)


@exercise(
    "02.5",
    "An adapter",
    stars=3,
    hints=(
        "as_proxy makes a function inside and returns it: def handler(event, context): …",
        "event['queryStringParameters'] is None when there is no query; its values are text.",
        "body is text: json.dumps. Catch ValueError around int(…), LookupError around the call.",
    ),
)
def an_adapter(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `as_proxy`, not {attempt!r}.")
    handler = attempt(titles)
    if not callable(handler):
        return not_yet(
            f"as_proxy(titles) gave {handler!r}. It should give handler(event, context)."
        )
    for group, query, status, body, says in ASKED:
        problem = _tried(handler, group, query, status, body)
        if problem:
            return not_yet(f"For {says}: {problem}")
    return right("One function, two entrances: the domain knows no HTTP, the adapter nothing else.")


def _tried(
    handler: Callable[[Any, Any], Any],
    group: str,
    query: dict[str, str] | None,
    status: int,
    body: Any,
) -> str | None:
    """What is wrong with a handler's answer to one request."""
    event = {"pathParameters": {"groupId": group}, "queryStringParameters": query}
    try:
        answer = handler(event, None)
    except Exception as error:  # what Lambda would report, and a proxy turn into a 502
        return f"your handler raises {type(error).__name__}: {error}. The client gets 502."
    if answer is None:
        return "your handler returns None. Is a `return` missing?"
    try:
        response = proxy_response(called(group, query or {}), json.dumps(answer).encode())
    except (GatewayError, TypeError):
        return (
            f"the answer {str(answer)[:80]} is malformed, 502. Allowed are statusCode, headers and "
            "body, and body is text."
        )
    if response.status != status:
        return f"the client gets {response.status}, and should get {status}."
    try:
        said = json.loads(response.body)
    except ValueError:
        return f"the body is {response.body.decode()!r}, which is no JSON."
    if body is not None and said != body:
        return f"the client reads {said}, and should read {body}."
    if body is None and (not isinstance(said, dict) or "error" not in said):
        return f"the body {said} has no `error` that says what is wrong."
    return None
