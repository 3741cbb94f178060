"""Judges of notebook 02: endpoint types, integrations, a mapping template, a proxy's answer."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from exercises import Verdict, exercise, not_yet, right


@exercise(
    "02.1",
    "Which endpoint?",
    stars=1,
    hints=(
        "Two questions: may anyone from the internet come in? And do callers open a new "
        "connection from far away?",
        "Edge-optimized helps phones far away that connect anew; not those who are in the region.",
    ),
)
def endpoints(attempt: Any) -> Verdict:
    wanted = {"payroll": "private", "travel_app": "edge", "orders": "regional"}
    reasons = {
        "payroll": "payroll: who never comes from outside should not find a door there.",
        "travel_app": "travel_app: far away, and each time a new connection: its round trips are "
        "short to the nearest edge location.",
        "orders": "orders: the callers are in the region and keep their connections; a detour "
        "over the edge only adds to the way.",
    }
    return _matched(attempt, wanted, reasons, "Who may come, and from how far, anew each time.")


@exercise(
    "02.2",
    "Proxy or not?",
    stars=2,
    hints=(
        "A proxy integration passes all and wants an answer of a certain form; a non-proxy one "
        "has templates in between.",
        "Transforming, and pasting text, are what templates do.",
    ),
)
def integrations(attempt: Any) -> Verdict:
    wanted = {"whole": "proxy", "text_body": "proxy", "legacy": "non-proxy", "careful": "non-proxy"}
    reasons = {
        "whole": "whole: a proxy passes the whole request; a template only what it names.",
        "text_body": "text_body: that is the contract of a proxy's answer. Behind a template a "
        "function answers any JSON.",
        "legacy": "legacy: somebody must turn one JSON into the other: a mapping template.",
        "careful": "careful: templates paste text; behind a proxy json.dumps escapes for you.",
    }
    return _matched(attempt, wanted, reasons, "All of it and a form, or templates in between.")


def _matched(
    attempt: Any, wanted: Mapping[str, str], reasons: Mapping[str, str], praise: str
) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(wanted):
        return not_yet(f"Hand in a dict with an answer for each of {list(wanted)}.")
    given = {name: str(value).casefold().replace("_", "-") for name, value in attempt.items()}
    strange = [value for value in given.values() if value not in wanted.values()]
    if strange:
        return not_yet(f"{strange[0]!r} is none of the answers {sorted(set(wanted.values()))}.")
    wrong = [reasons[name] for name in wanted if given[name] != wanted[name]]
    return not_yet(" ".join(wrong)) if wrong else right(praise)


@exercise(
    "02.3",
    "A template",
    stars=2,
    hints=(
        "#set($answer = $input.path('$')) gives you what the function answered; then "
        "$answer.owner.name and $answer.count.",
        'The result is JSON: write {"text": "…"} around it, and escape the name.',
    ),
)
def template(attempt: Any) -> Verdict:
    if not isinstance(attempt, str) or "$" not in attempt:
        return not_yet("Hand in a template, a text in which VTL's `$` fills something in.")
    plain = _rendered(attempt, {"owner": {"name": "Ada"}, "count": 3})
    try:
        given = json.loads(plain)
    except ValueError:
        return not_yet(f"For Ada it gives {plain.strip()!r}, and that is no JSON.")
    if given != {"text": "Ada has 3 images"}:
        return not_yet(f'For Ada it gives {given}, but {{"text": "Ada has 3 images"}} was asked.')
    other = _rendered(attempt, {"owner": {"name": "Grace"}, "count": 7})
    if json.loads(other) != {"text": "Grace has 7 images"}:
        return not_yet(f"Right for Ada with 3; for Grace with 7 it gives {other.strip()!r}.")
    name = 'Ada "Countess" L.'
    try:
        given = json.loads(_rendered(attempt, {"owner": {"name": name}, "count": 3}))
    except ValueError:
        given = None
    if given != {"text": f"{name} has 3 images"}:
        return not_yet(
            f"Right for Ada; for {name} the marks break the JSON. What came from outside goes "
            "through $util.escapeJavaScript."
        )
    return right("Any name, quotation marks included.")


def _rendered(template: str, answer: Mapping[str, Any]) -> str:
    """The template as the laptop's API Gateway renders it, over a function's answer."""
    from serverless_app.local.gateway.mapping_templates import Input, Util
    from serverless_app.local.gateway.velocity import velocity_template

    call: Any = SimpleNamespace(path_parameters={}, query={}, headers=())
    namespace = {"input": Input(json.dumps(answer), call), "util": Util()}
    return velocity_template(template)(namespace)


@exercise(
    "02.4",
    "Answer a proxy",
    stars=3,
    hints=(
        "The name is in event['queryStringParameters'], which may be None.",
        "Answer a dict with statusCode, headers and body; body is text: json.dumps(…).",
        "For any origin: the header Access-Control-Allow-Origin with the value *, on the 400 too.",
    ),
)
def answer_a_proxy(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `hello`, not {attempt!r}.")
    for name, status, body in (
        ("Ada", 200, {"hello": "Ada"}),
        ('A "B"', 200, {"hello": 'A "B"'}),
        (None, 400, {"error": "name is missing"}),
    ):
        event = {"queryStringParameters": {"name": name} if name else None}
        asked = f"Of a request with the name {name!r}" if name else "Of a request without a name"
        try:
            answer = attempt(event, None)
        except (TypeError, AttributeError) as error:
            return not_yet(f"{asked}: {error}. queryStringParameters is None when there are none.")
        problem = _problem(answer, status, body)
        if problem:
            return not_yet(f"{asked}: {problem}")
    return right("Status, headers, a body that is text; on the refusal as well.")


def _problem(answer: Any, status: int, body: Mapping[str, Any]) -> str | None:
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        return f"the answer {answer!r} has no statusCode, so the gateway would say 502."
    if answer["statusCode"] != status:
        return f"the status should be {status}, not {answer['statusCode']!r}."
    if not isinstance(answer.get("body"), str):
        return (
            f"the body is {type(answer.get('body')).__name__}, and must be text, or the gateway "
            "answers 502: json.dumps(…)."
        )
    try:
        if json.loads(answer["body"]) != body:
            return f"the body should say {body}, not {answer['body']}."
    except ValueError:
        return f"the body {answer['body']!r} is no JSON: let json.dumps write it."
    headers = {name.casefold(): value for name, value in answer.get("headers", {}).items()}
    if headers.get("access-control-allow-origin") != "*":
        return "a page of another origin may not read it without Access-Control-Allow-Origin."
    return None
