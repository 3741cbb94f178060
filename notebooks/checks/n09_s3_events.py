"""Judges of notebook 09: filters, rounds, loops, sequencers, a notification configuration."""

from collections.abc import Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right


def _letters(attempt: Any, known: str) -> set[str] | None:
    """The letters of an attempt; None when it is something else."""
    if not isinstance(attempt, (str, list, tuple, set)):
        return None
    given = set("".join(map(str, attempt)).upper()) - set(" ,")
    return given if given and given <= set(known) else None


KEYS = {
    "A": "A begins with images/ and ends with .png.",
    "B": "B ends with .PNG, and capitals count.",
    "C": "C has images/ in its middle; a prefix begins the whole key.",
    "D": "D has slashes in between, and there are no folders: only the two ends are compared.",
    "E": "E is odd, but it begins with images/ and ends with .png.",
    "F": "F ends with .txt.",
}


@exercise(
    "09.1",
    "Who calls?",
    stars=1,
    hints=(
        "Two questions for each key: how does the whole of it begin, and how does it end?",
        'In Python: key.startswith("images/") and key.endswith(".png").',
    ),
)
def who_calls(attempt: Any) -> Verdict:
    given = _letters(attempt, "ABCDEF")
    if given is None:
        return not_yet('The keys are A to F; hand in letters, for example "AF".')
    wrong = [KEYS[letter] for letter in sorted(given ^ set("ADE"))]
    return not_yet(" ".join(wrong)) if wrong else right("Two ends compared, nothing else.")


@exercise(
    "09.2",
    "How many?",
    stars=2,
    hints=(
        "Round 0 is one run, round 1 three, round 2 nine. Write them down.",
        "The runs of round 5 happen. What they don't do is write. Add up all six rounds.",
    ),
)
def how_many(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in a number: all invocations, the first one too.")
    near = {
        243: "That is the last round alone. The rounds before it were invocations, too.",
        121: "Those are rounds 0 to 4. The runs of round 5 happen as well; they write nothing.",
        363: "Those are the copies. The upload itself called the function, too.",
        6: "One a round would be six. But each run writes three files, and each file is an event.",
        16: "You added three a round. Every one of the three calls again: it multiplies.",
        18: "You added three a round. Every one of the three calls again: it multiplies.",
        1093: "Round 6 does not happen: the runs of round 5 write nothing.",
        729: "Round 6 does not happen: the runs of round 5 write nothing.",
    }
    if attempt == 364:
        return right("(3⁶ − 1) / 2. At round 12 it would be 797,161.")
    return not_yet(near.get(int(attempt), "Add up 1, 3, 9 … to round 5; each is three times more."))


LOOPS = {
    "A": "A writes below thumbnails/, and its rule says images/: it is not called again.",
    "B": "B's rule fits every key, thumbnails/ too.",
    "C": "C writes .webp, and its rule asks for .png: the suffix keeps it apart.",
    "D": "D's images/small/ begins with images/.",
    "E": "E: neither calls itself, but each calls the other.",
    "F": "F writes into another bucket, and that one calls nobody.",
}


@exercise(
    "09.3",
    "Which ones loop?",
    stars=2,
    hints=(
        "For each key that is written, ask: is there a rule that fits it?",
        "A loop may have two members. And a rule without prefix fits everything.",
    ),
)
def which_loop(attempt: Any) -> Verdict:
    given = _letters(attempt, "ABCDEF")
    if given is None:
        return not_yet('The cases are A to F; hand in letters, for example "AF".')
    wrong = [LOOPS[letter] for letter in sorted(given ^ set("BDE"))]
    return not_yet(" ".join(wrong)) if wrong else right("Look at what is written, not at names.")


def _record(key: str, size: int, sequencer: str) -> dict[str, Any]:
    return {"s3": {"object": {"key": key, "size": size, "sequencer": sequencer}}}


@exercise(
    "09.4",
    "The newest",
    stars=2,
    hints=(
        "Sort the records by their sequencer, then let the last of each key win.",
        'sequencer.ljust(64, "0") fills up at the right. Keys: unquote_plus.',
    ),
)
def newest(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `sizes_now`, not {attempt!r}.")
    first = _asked(attempt, [_record("a", 5, "0A"), _record("a", 1, "05"), _record("b", 7, "01")])
    if first is None:
        return not_yet("Your function ends without `return`, so it answers None.")
    if not isinstance(first, Mapping):
        return not_yet(f"A dict from key to size was asked, not {type(first).__name__}.")
    if first == {"a": 1, "b": 7}:
        return not_yet(
            "Of a's two writes the later one (sequencer 0A) came first, and you kept the one that "
            "came last. The order of the list says nothing."
        )
    if first != {"a": 5, "b": 7}:
        return not_yet(f"a was written last with 5 bytes, b with 7; you gave {dict(first)}.")
    if _asked(attempt, [_record("a", 1, "0055"), _record("a", 5, "006")]) != {"a": 5}:
        return not_yet(
            "0055 and 006 have different lengths. Filled up at the right, 006 is 0060, the later "
            "one. As a number, or filled up at the left, it would seem the earlier."
        )
    if _asked(attempt, [_record("my+cat%26.png", 3, "1")]) != {"my cat&.png": 3}:
        return not_yet("The key came as my+cat%26.png; its true name is 'my cat&.png'.")
    if _asked(attempt, [_record("a", 3, "1"), _record("a", 3, "1")]) != {"a": 3}:
        return not_yet("An event that came twice changed the answer.")
    return right("Any order, any number of times: the answer is the same.")


def _asked(attempt: Any, records: list[dict[str, Any]]) -> Any:
    return attempt([dict(record) for record in records])


@exercise(
    "09.5",
    "Write the rules",
    stars=3,
    hints=(
        "Look at the Bucket of 09_files/template.json: it has both kinds of rules.",
        "An entry has Event (one, as text), Function or Topic, and perhaps Filter.",
        'Filter: {"S3Key": {"Rules": [{"Name": "prefix", "Value": …}, …]}}',
    ),
)
def write_the_rules(attempt: Any) -> Verdict:
    kinds = ("LambdaConfigurations", "TopicConfigurations")
    if not isinstance(attempt, Mapping) or set(attempt) != set(kinds):
        return not_yet(f"Hand in a dict with {kinds[0]} and {kinds[1]}, each a list.")
    for kind in kinds:
        entries = attempt[kind]
        if (
            not isinstance(entries, list)
            or len(entries) != 1
            or not isinstance(entries[0], Mapping)
        ):
            return not_yet(f"{kind} is to be a list with one rule, a dict.")
    load, news = (attempt[kind][0] for kind in kinds)
    complaint = (
        _event(load, "s3:ObjectCreated:*", "Load's rule")
        or _event(news, "s3:ObjectRemoved:*", "the topic's rule")
        or _destinations(load, news)
        or _filter(load, news)
    )
    return not_yet(complaint) if complaint else right("Now the permission for Load, and DependsOn.")


def _event(rule: Mapping[str, Any], wanted: str, whose: str) -> str | None:
    if "Events" in rule:
        return (
            f"In {whose} you wrote Events: that is the API's word. CloudFormation's is Event, and "
            "it takes one."
        )
    said = rule.get("Event")
    if said == wanted:
        return None
    if said == wanted.removesuffix(":*"):
        return f"In {whose}: {said!r} is no kind of event; with ':*' at its end it means all of it."
    return f"In {whose} the Event is {said!r}. Created or removed, and every way of it?"


def _destinations(load: Mapping[str, Any], news: Mapping[str, Any]) -> str | None:
    match load.get("Function"):
        case {"Fn::GetAtt": ["Load", "Arn"] | "Load.Arn"}:
            pass
        case {"Ref": "Load"}:
            return "A function's Ref is its name. The rule needs its ARN: Fn::GetAtt [Load, Arn]."
        case other:
            return f"Load's rule needs Function: the ARN of Load. You wrote {other!r}."
    match news.get("Topic"):
        case {"Ref": "News"} | {"Fn::GetAtt": ["News", "TopicArn"] | "News.TopicArn"}:
            return None
    return "The topic's rule needs Topic: {'Ref': 'News'}, which is its ARN."


def _filter(load: Mapping[str, Any], news: Mapping[str, Any]) -> str | None:
    if "Filter" in news:
        return "Removed objects are told from anywhere: the topic's rule has no Filter."
    match load.get("Filter"):
        case {"S3Key": {"Rules": [*rules]}}:
            said = {str(rule["Name"]).lower(): rule["Value"] for rule in rules}
        case None:
            return "Load's rule has no Filter: every new object would call it."
        case _:
            return 'A Filter is {"S3Key": {"Rules": [{"Name": …, "Value": …}, …]}}.'
    if said == {"prefix": "incoming/", "suffix": ".csv"}:
        return None
    if said.get("prefix") == "incoming":
        return "The prefix incoming fits incoming-old/ as well: end it with the slash."
    if "*" in "".join(map(str, said.values())):
        return "There are no wildcards in a rule: a prefix and a suffix, as they are."
    return f"Load is called below incoming/ for names that end in .csv; you filter {said}."
