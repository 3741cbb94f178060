"""A body that does not validate is refused at the entrance: no function runs, nothing is paid."""

from __future__ import annotations

from demos.stage import Stage, Talk

talk = Talk(
    "04",
    "A body that does not validate",
    3,
    "API Gateway holds the body against a JSON Schema before any function runs.",
)
WRONG = (
    ({"description": "no name"}, "a required name is missing"),
    ({"name": "", "description": "x"}, "the name is empty"),
    ({"name": 7, "description": "x"}, "the name is a number"),
    ({"name": "x" * 101, "description": "x"}, "the name is too long"),
    ({"name": "Cats", "description": "x", "colour": "red"}, "a field that nobody asked for"),
)


@talk.step(
    "A body that fits",
    say="201, and one function ran.",
    look="the console, with the filter createGroup",
)
def fits(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    answer = ada.call("POST", "/groups", {"name": "Cats", "description": "Only cats."})
    stage.show(f"{answer.status_code} {answer.json()['newItem']['name']}")
    stage.claim(
        "it was created", answer.status_code == 201 and invocations(stage, "createGroup") == 1
    )


@talk.step(
    "Five bodies that do not",
    say="Guess each answer before it comes. Watch how many functions run.",
    look="the console, with the filter refused: five of one hop each, no function",
)
def do_not_fit(stage: Stage) -> None:
    stage.cloud.trace.clear()
    rows, statuses = [], []
    for body, what in WRONG:
        answer = stage.kept.ada.call("POST", "/groups", body)
        statuses.append(answer.status_code)
        details = answer.json()["error"]["details"][1:-1].replace("x" * 101, "xx…x")
        rows.append((what, answer.status_code, details))
    stage.table("Refused", ("the body", "status", "the gateway says"), *rows)
    stage.claim("five times 400", statuses == [400] * 5)
    stage.claim("no function ran", invocations(stage, "createGroup") == 0)


@talk.step(
    "What a schema cannot see",
    say="The schema knows the shape of a body, not the world. Is there such a group?",
    look="the console, with the filter createImage: now a function runs",
)
def beyond(stage: Stage) -> None:
    body = {"title": "A cat", "contentType": "image/jpeg", "size": 1000}
    path = "/groups/00000000-0000-4000-8000-000000000000/images"
    answer = stage.kept.ada.call("POST", path, body)
    stage.show(f"{answer.status_code} {answer.json()['error']['code']}")
    stage.claim("the function had to find out", answer.status_code == 404)
    stage.claim("so it ran", invocations(stage, "createImage") == 1)


def invocations(stage: Stage, function: str) -> int:
    """How often a function was invoked, by the trace. (An open page invokes others.)"""
    hops = stage.cloud.trace.hops()
    return sum((hop.operation, hop.target) == ("Invoke", function) for hop in hops)


if __name__ == "__main__":
    talk.main()
