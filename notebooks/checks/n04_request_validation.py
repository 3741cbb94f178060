"""Judges of notebook 04: what a schema accepts, a schema, whose job a check is, naming faults."""

from collections.abc import Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right
from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError

_WHY_NOT = {
    "B": "B has no description, and it is required",
    "D": "D says `Name`: names of properties are exact, so `name` is missing and `Name` too many",
    "E": "E brings `public`, and additionalProperties is false",
    "F": "F's description is null, which is no string",
}
_WHY = {
    "A": "A: an empty description is a string of at most 1,000 characters; only name has a minimum",
    "C": "C: a space in front is allowed; the pattern asks for one character that is no space",
}


@exercise(
    "04.1",
    "Which pass?",
    stars=1,
    hints=(
        "Go through the schema once for each body: are both properties there, are they strings, "
        "is there anything else?",
        "Try one: list(Draft4Validator(create_group).iter_errors({...})) is empty when it fits.",
    ),
)
def passing(attempt: Any) -> Verdict:
    letters = {letter for letter in "".join(map(str, attempt)).upper() if letter.isalpha()}
    if not letters or not letters <= set("ABCDEF"):
        return not_yet('Hand in the letters of the bodies that pass, for example "AB".')
    wrong = [_WHY_NOT[letter] for letter in sorted(letters & set(_WHY_NOT))]
    missed = [_WHY[letter] for letter in sorted(set(_WHY) - letters)]
    if not wrong and not missed:
        return right("Both there, both strings, nothing else; the rest is length and pattern.")
    says = ["Refused: " + "; ".join(wrong) + "."] if wrong else []
    says += ["Accepted all the same. " + "; ".join(missed) + "."] if missed else []
    return not_yet(" ".join(says))


GOOD: tuple[tuple[Any, str], ...] = (
    ({"text": "Fine."}, "a text alone"),
    ({"text": "x" * 500, "stars": 5}, "500 characters and 5 stars"),
    ({"text": "x", "stars": 1}, "one character and 1 star"),
)
BAD: tuple[tuple[Any, str], ...] = (
    ({"stars": 3}, "no text (`required` is a list beside `properties`)"),
    ({"text": ""}, "an empty text (minLength)"),
    ({"text": "x" * 501}, "501 characters (maxLength)"),
    ({"text": 7}, "a text that is a number (type)"),
    ({"text": "x", "stars": 0}, "0 stars (minimum)"),
    ({"text": "x", "stars": 6}, "6 stars (maximum)"),
    ({"text": "x", "stars": 2.5}, "2.5 stars (a whole number is of type integer)"),
    ({"text": "x", "stars": "3"}, 'stars "3", which is text (type)'),
    ({"text": "x", "author": "me"}, "a property too many (additionalProperties)"),
    (["text"], "an array (type: object)"),
)


@exercise(
    "04.2",
    "A schema for a comment",
    stars=2,
    hints=(
        "Take create-group.json as a pattern: type, properties, required, additionalProperties.",
        "stars: type integer, minimum 1, maximum 5, and not in `required`.",
    ),
)
def comment_schema(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or not attempt:
        return not_yet('Hand in a schema, a dict such as {"type": "object", "properties": …}.')
    try:
        Draft4Validator.check_schema(attempt)
    except SchemaError as error:
        where = ".".join(map(str, error.absolute_path)) or "at the top"
        if error.message == "True is not of type 'array'":
            return not_yet(
                f"{where}: in draft 4 `required` is no mark on a property. It is a list of names, "
                "and stands beside `properties`."
            )
        return not_yet(f"That is no valid schema of draft 4: {where}: {error.message}.")
    validator = Draft4Validator(attempt)
    for body, says in GOOD:
        for problem in validator.iter_errors(body):
            return not_yet(f"It refuses {says}, which should pass: {problem.message[:80]}.")
    for body, says in BAD:
        if validator.is_valid(body):
            return not_yet(f"It accepts {says}. Which keyword forbids that?")
    return right(f"{len(GOOD)} bodies accepted, {len(BAD)} refused, as asked.")


@exercise(
    "04.3",
    "Whose job?",
    stars=2,
    hints=(
        "Ask what each one can see: the authorizer the token, the validator the body's form, the "
        "function the data, the page what is shown.",
        "To know the owner of an image somebody must read it from the table.",
    ),
)
def whose_job(attempt: Any) -> Verdict:
    jobs = {
        "size_is_a_number": "validator",
        "token_is_valid": "authorizer",
        "is_the_owner": "function",
        "shows_as_text": "page",
    }
    if not isinstance(attempt, Mapping) or set(attempt) != set(jobs):
        return not_yet(f"Hand in a dict with an answer for each of {list(jobs)}.")
    reasons = {
        "size_is_a_number": "size_is_a_number: form of the body, so the schema says it; a page may "
        "help, but anyone can send without your page.",
        "token_is_valid": "token_is_valid: before anything else, by the authorizer, so that a "
        "stranger learns nothing.",
        "is_the_owner": "is_the_owner: only the item says who owns it. The authorizer knows who "
        "asks, not what belongs to whom; the function reads both.",
        "shows_as_text": "shows_as_text: `<b>` is a fine title. It becomes dangerous where HTML is "
        "written, so it is made harmless there.",
    }
    wrong = [reasons[name] for name in jobs if attempt[name] != jobs[name]]
    if wrong:
        return not_yet(" ".join(wrong))
    return right(
        "Form at the gate, identity before it, meaning in the function, looks in the page."
    )


@exercise(
    "04.4",
    "Name the fields",
    stars=3,
    hints=(
        "For a fault of a field, problem.path[0] is its name. For which faults is the path empty?",
        "Missing: required without what the body has. Too many: what the body has without "
        "schema['properties'], if additionalProperties is False.",
        "Three sets, united, then sorted.",
    ),
)
def name_the_fields(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `wrong_fields`, not {attempt!r}.")
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string", "minLength": 1}, "size": {"type": "integer"}},
        "required": ["title", "size"],
        "additionalProperties": False,
    }
    cases: tuple[tuple[dict[str, Any], list[str], str], ...] = (
        ({"title": "Fog", "size": 3}, [], "a body that fits has none"),
        ({"title": "", "size": 3}, ["title"], "an empty title is the fault of `title`"),
        ({"title": "Fog"}, ["size"], "`size` is missing, and what is missing has no path"),
        ({"title": "Fog", "size": 3, "owner": "me"}, ["owner"], "`owner` is one too many"),
        ({"size": "big", "owner": "me"}, ["owner", "size", "title"], "three faults, each named"),
    )
    for body, wanted, says in cases:
        try:
            given = attempt(schema, body)
        except IndexError:
            return not_yet(
                f"Of {body} your function asked for the first step of an empty path. The fault of "
                "the whole object has no path: look whether there is one before you take `[0]`."
            )
        if given is None:
            return not_yet("Your function ends without `return`, so it answers None.")
        if list(given) != wanted:
            return not_yet(f"Of {body} you gave {given!r}; {says}: {wanted}.")
    loose = {name: value for name, value in schema.items() if name != "additionalProperties"}
    if list(attempt(loose, {"title": "Fog", "size": 3, "owner": "me"})):
        return not_yet("Where the schema does not forbid more properties, one more is no fault.")
    return right("Faults of a field have a path; missing and too many are asked for by name.")
