"""Judges of notebook 14: what costs while idle, a least-privilege statement, what breaks first."""

from collections.abc import Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right

NAMES = ("API Gateway", "Cognito", "DynamoDB", "Kinesis", "Lambda", "OpenSearch")
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Images-dev"


@exercise(
    "14.1",
    "The floor",
    stars=1,
    hints=(
        "Ask of each: is there something that stands there by the hour, or is it paid by use?",
        "The cell `prices` has a dictionary IDLE. Alarms cost too, but are not among the names.",
    ),
)
def the_floor(attempt: Any) -> Verdict:
    if isinstance(attempt, str):
        attempt = attempt.split(",")
    if not isinstance(attempt, set | frozenset | list | tuple):
        return not_yet('The attempt should be a set of names, such as {"Lambda"}.')
    given = {str(name).strip().casefold() for name in attempt}
    named = {name for name in NAMES if name.casefold() in given}
    if strange := sorted(given - {name.casefold() for name in NAMES}):
        return not_yet(f"Choose among the six names: {', '.join(NAMES)}; {strange[0]} is none.")
    if named == {"Kinesis", "OpenSearch"}:
        return right("A shard and a search domain stand there by the hour.")
    if "DynamoDB" in named:
        return not_yet(
            "The tables are on demand (PAY_PER_REQUEST) and empty: no request, no storage, no "
            "price. Provisioned tables would cost by the hour."
        )
    if "Lambda" in named or "API Gateway" in named:
        return not_yet("Lambda and the REST API are paid by request. Nobody came: nothing.")
    if "Cognito" in named:
        return not_yet("Cognito is paid by users who were active in the month. Nobody was.")
    missing = sorted({"Kinesis", "OpenSearch"} - named)
    return not_yet(
        f"{' and '.join(missing)} still cost: see the table 'per month, idle', and ask what stands "
        "there by the hour."
    )


@exercise(
    "14.2",
    "A role",
    stars=2,
    hints=(
        "Which operation of DynamoDB does the function call? The action has its name, with the "
        "service in front.",
        "The resource is the table itself, by its whole ARN. An index has an ARN of its own, and "
        "this query asks none.",
    ),
)
def a_role(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or not {"Action", "Resource"} <= set(attempt):
        return not_yet("Keep the dictionary with Effect, Action and Resource.")
    actions, resources = (_several(attempt[name]) for name in ("Action", "Resource"))
    if any("*" in str(action) for action in actions):
        return not_yet(
            "An action with a star allows deletions too, some day. Name the one operation."
        )
    if "dynamodb:Scan" in actions:
        return not_yet("A Scan reads the whole table. It asks one group: that is a Query.")
    if set(actions) == {"Query"}:
        return not_yet("The right operation. An action names its service too: dynamodb:Query.")
    if set(actions) != {"dynamodb:Query"}:
        return not_yet("Counting is a Query with Select=COUNT: dynamodb:Query, alone.")
    if "*" in resources:
        return not_yet("A star allows every table of the account. Name the one table by its ARN.")
    if any("/index/" in str(resource) or str(resource).endswith("*") for resource in resources):
        return not_yet("This query asks no index, so none is named: the table's own ARN is enough.")
    if set(resources) != {TABLE}:
        return not_yet(f"The resource should be the table's whole ARN: {TABLE}.")
    if attempt.get("Effect") != "Allow":
        return not_yet('The effect of a permission is "Allow".')
    return right("One operation on one table.")


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


@exercise(
    "14.3",
    "The first to break",
    stars=2,
    hints=(
        "A load alone says nothing, nor does a limit: divide one by the other.",
        "max(limits, key=…) gives the name for which the key is largest.",
    ),
)
def first_to_break(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `first_to_break`, not {attempt!r}.")
    limits = {"requests": 10_000, "shard": 1_000, "functions": 1_000}
    loads = {"requests": 5_000, "shard": 900, "functions": 100}
    answer = attempt(dict(limits), dict(loads))
    if answer == "requests":
        return not_yet(
            "5,000 requests is the largest load, and half of its limit. The shard's 900 are nine "
            "tenths of its own: divide by the limit."
        )
    if answer == "functions":
        return not_yet("You found what is farthest from its limit. Look for the largest share.")
    if answer is None:
        return not_yet("The function returned None: give the name back with `return`.")
    if answer != "shard":
        return not_yet(f"For {loads} under {limits} it gave {answer!r}: a name was asked for.")
    if attempt({"a": 1, "b": 2}, {"a": 3, "b": 4}) != "a":
        return not_yet("Loads may be over their limits: 3 of 1 is worse than 4 of 2.")
    return right("The largest share of a limit, whatever the limit is.")


SAVED = 20 * 1_000_000 * 2 * 0.001 * 0.09


@exercise(
    "14.4",
    "Where to save",
    stars=3,
    hints=(
        "Take each line of the table for a million users and see what part of it the change takes.",
        "Transfer out: 20 visits × 2 photographs × 1 MB less × a million users × 0.09 a GB.",
    ),
)
def where_to_save(attempt: Any) -> Verdict:
    if not isinstance(attempt, list | tuple) or len(attempt) != 2:
        return not_yet("The attempt should be a pair: (name, dollars).")
    name, dollars = attempt
    if not isinstance(name, str):
        return not_yet("First the name of the change, as the exercise spells it.")
    if "Lambda" in name:
        return not_yet(
            "Half of Lambda's line is about a hundred dollars at a million users. Look at the "
            "longest number of the table."
        )
    if "HTTP" in name:
        return not_yet(
            "160 million requests at 2.50 less a million are 400 dollars: good, and there is more."
        )
    if "search" in name:
        return not_yet("Search is 27.50 a month at any number of users: large for one, not here.")
    if "photograph" not in name:
        return not_yet("Take one of the four names of the exercise.")
    if not isinstance(dollars, int | float):
        return not_yet(f"The right change. Now the dollars, as a number; {dollars!r} is none.")
    if abs(dollars - SAVED) > 1:
        return not_yet(
            f"The right change. The saving: 40 photographs a user, 1 MB less each, a million "
            f"users, 0.09 dollars a GB (1 MB = 0.001 GB here). You have {dollars}."
        )
    return right("3,600 dollars a month, for one number in a program.")
