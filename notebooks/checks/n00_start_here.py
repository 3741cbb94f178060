"""Judges of notebook 00: who does what, who waits, what one missing piece changes, a trace."""

from collections.abc import Iterable, Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right

from serverless_app.local.trace import Hop

JOBS = {
    "keeps the photograph": "S3",
    "refuses a request without a token": "API Gateway",
    "checks that the file is a photograph": "Lambda",
    "knows Ada's password": "Cognito",
    "remembers who watches which group": "DynamoDB",
}


@exercise(
    "00.1",
    "Who does what?",
    stars=1,
    hints=(
        "In the diagram a box's colour says its service: functions are orange, tables blue, the "
        "bucket green, the entrance violet.",
        "One job needs code that somebody wrote: deciding whether bytes are a photograph. Code "
        "runs in Lambda.",
    ),
)
def who_does_what(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping):
        return not_yet("Keep the dictionary as it is, and write a service behind each job.")
    given = {job: _service(attempt.get(job)) for job in JOBS}
    wrong = {job: given[job] for job, service in JOBS.items() if given[job] != service}
    if not wrong:
        return right("Lambda runs your code; the other four you configure.")
    if wrong.get("refuses a request without a token") == "Cognito":
        return not_yet(
            "Cognito made the token, but the request never went there. Who stood in the way, "
            "before any function ran? See 'Knock without a name'."
        )
    if wrong.get("checks that the file is a photograph") == "S3":
        return not_yet(
            "S3 answered 200 to eleven bytes of text: it stores bytes and looks at none. Who read "
            "them afterwards? See 'Put something else'."
        )
    if wrong.get("refuses a request without a token") == "Lambda":
        return not_yet(
            "The cell printed how many functions had started when the refusal came: none. See "
            "'Knock without a name'."
        )
    jobs = ", ".join(f"'{job}'" for job in wrong)
    return not_yet(f"{len(JOBS) - len(wrong)} of 5 are right. Look again at {jobs}.")


def _service(written: Any) -> str:
    """The service that is meant: "aws lambda" is Lambda."""
    plain = str(written).casefold().strip().removeprefix("aws ").removeprefix("amazon ")
    return next((name for name in JOBS.values() if name.casefold() == plain), str(written))


@exercise(
    "00.2",
    "Who waits?",
    stars=1,
    hints=(
        "A solid arrow waits for its answer, so everything inside it has happened when it ends. "
        "Which arrows are dashed?",
        "6 is dashed: it comes later. Nothing from 6 on is certain when 5 is answered.",
    ),
)
def who_waits(attempt: Any) -> Verdict:
    if isinstance(attempt, Iterable) and not isinstance(attempt, str):
        attempt = set(attempt)
    if attempt == {1, 2, 3, 4, 5}:
        return right("S3 answers as soon as the object is stored; the event comes after.")
    if not isinstance(attempt, set):
        return not_yet("The attempt should be a set of numbers, such as {1, 6}.")
    if attempt == {5}:
        return not_yet(
            "5 has happened, certainly. So has what came before: without 1 to 4 Ada would have "
            "had no address to put the file to."
        )
    if max(attempt, default=0) >= 6 and {1, 2, 3, 4, 5} <= attempt:
        return not_yet(
            "You count on the function that S3 starts. Its arrow (6) is dashed: S3 answers the PUT "
            "first and sends the event later, on AWS up to seconds later."
        )
    return not_yet("Go through the diagram from the top and stop at the first dashed arrow.")


@exercise(
    "00.3",
    "One piece missing",
    stars=2,
    hints=(
        "Find the arrow that marks the item as READY, and the one that starts notifyWatchers. "
        "Which comes first?",
        "A reload does not ask notifyWatchers. It asks the table for the group's images.",
    ),
)
def one_piece_missing(attempt: Any) -> Verdict:
    match attempt:
        case "ready":
            return right("What is told is written down first: only the telling is missing.")
        case "pending":
            return not_yet(
                "PENDING ends at 10, when onUpload updates the item. notifyWatchers is started by "
                "that very change, so it comes too late to matter for it."
            )
        case "nothing":
            return not_yet(
                "A watcher hears nothing, true. A reload asks anew: GET …/images reads the table, "
                "and no arrow of a reload touches notifyWatchers."
            )
    return not_yet('One of "nothing", "pending", "ready".')


def _hop(source: str, target: str, operation: str, kind: str) -> Hop:
    return Hop(1, "1-x", source, target, operation, kind)  # type: ignore[arg-type]


HOPS = [
    _hop("client", "apigateway", "POST /groups/{groupId}/images", "call"),
    _hop("apigateway", "createImage", "Invoke", "call"),
    _hop("udagram-images", "onUpload", "Invoke", "event"),
    _hop("udagram-images", "onUpload", "Invoke", "event"),
    _hop("Images", "notifyWatchers", "Invoke", "event"),
    _hop("apigateway", "client", "message", "event"),
    _hop("Images", "indexImages", "Invoke", "event"),
]


@exercise(
    "00.4",
    "Read a trace",
    stars=3,
    hints=(
        'Keep the hops whose kind is "event" and whose operation is "Invoke"; take their target.',
        "An event may come twice, and the name is wanted once: dict.fromkeys(names) keeps the "
        "first of each, in order.",
    ),
)
def started_by_events(attempt: Any) -> Verdict:
    names = attempt(list(HOPS))
    if names is None:
        return not_yet("The function returned None: give the list back with `return`.")
    names = list(names)
    if names == ["onUpload", "notifyWatchers", "indexImages"]:
        return right("Three functions that nobody called: each was started by what happened.")
    if "createImage" in names:
        return not_yet(
            "createImage was called: API Gateway waited for its answer, so its hop's kind is "
            '"call". Keep the events only.'
        )
    if "client" in names:
        return not_yet(
            "The message to the client is an event, but starts no function: its operation is not "
            '"Invoke".'
        )
    if names.count("onUpload") > 1:
        return not_yet(
            "S3 told onUpload twice in this trace, as it may ('at least once'). Each name once, in "
            "the order of its first appearance."
        )
    if sorted(names) == ["indexImages", "notifyWatchers", "onUpload"]:
        return not_yet("The right three, in another order: keep the order of the trace.")
    return not_yet(f"For a trace of seven hops it gave {names}. See the hint.")
