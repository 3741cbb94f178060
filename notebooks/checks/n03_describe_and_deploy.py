"""Judges of notebook 03: what YAML reads, what a change does, a template, and references."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from exercises import Verdict, exercise, not_yet, right

COMPILED = "serverless_app/deployment/compiled/template.json"


@exercise(
    "03.1",
    "What does it read?",
    stars=1,
    hints=(
        "Look again at the six values under 'Where YAML thinks it knows better'.",
        'Ask the reader: yaml.safe_load("mode: 0644"). A leading 0 means base 8.',
    ),
)
def what_it_reads(attempt: Any) -> Verdict:
    wanted = {"country": False, "version": 3.1, "mode": 420, "name": "no"}
    if not isinstance(attempt, Mapping) or set(attempt) != set(wanted):
        return not_yet("Hand in a dict with country, version, mode and name.")
    reasons = {
        "country": "country: `no` without quotes is the truth value False, not text.",
        "version": "version: 3.10 without quotes is a number, and 3.10 = 3.1.",
        "mode": "mode: a leading 0 makes it octal: 6 × 64 + 4 × 8 + 4.",
        "name": "name: in quotes it is text, whatever it says.",
    }
    wrong = [
        reasons[name]
        for name, value in wanted.items()
        if attempt[name] != value or isinstance(attempt[name], bool) != isinstance(value, bool)
    ]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("Three of the four were meant as text; only one said so.")


@exercise(
    "03.2",
    "Change or replacement?",
    stars=2,
    hints=(
        "The table under 'The one line that deletes a table' has the answer for each property.",
        "Two of the four are the table's identity: how an item is named, how the table is.",
    ),
)
def replacements(attempt: Any) -> Verdict:
    letters = {letter for letter in "".join(map(str, attempt)).upper() if letter.isalpha()}
    if not letters or not letters <= set("ABCD"):
        return not_yet('Hand in the letters of the edits, for example "AC".')
    if letters == {"B", "D"}:
        return right("Its key and its name. Since this table has a name, AWS would refuse both.")
    if "A" in letters or "C" in letters:
        return not_yet(
            "How it is paid (A) and whether it has a stream (C) are settings: the table stays, "
            "with its items. Look for what is its identity."
        )
    if "B" not in letters:
        return not_yet(
            "D, yes. And B: every item would need another key, so it would be another item. A "
            "table's key cannot change."
        )
    return not_yet("B, yes. And D: a table cannot be renamed, only made anew.")


@exercise(
    "03.3",
    "Write a template",
    stars=2,
    hints=(
        "Take the resource `Watchers` of the lesson's template, and add the sort key.",
        "KeySchema: a second entry, KeyType RANGE. AttributeDefinitions: each key attribute once, "
        "AttributeType S.",
    ),
)
def connections_template(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping):
        return not_yet("Hand in the template, a dict with `Resources`.")
    resource = attempt.get("Resources", {}).get("Connections")
    if not isinstance(resource, Mapping):
        return not_yet("The template has no resource `Connections` under `Resources`.")
    if resource.get("Type") != "AWS::DynamoDB::Table":
        return not_yet("`Type` says what the resource is: AWS::DynamoDB::Table.")
    properties = resource.get("Properties")
    if not isinstance(properties, Mapping):
        return not_yet("What the table is like stands under `Properties`, not beside `Type`.")
    keys = [key["AttributeName"] for key in properties.get("KeySchema", [])]
    kinds = [key["KeyType"] for key in properties.get("KeySchema", [])]
    if sorted(keys) != ["connectionId", "groupId"]:
        return not_yet(f"The key should be groupId and connectionId; yours has {keys}.")
    if dict(zip(kinds, keys, strict=True)) != {"HASH": "groupId", "RANGE": "connectionId"}:
        return not_yet(
            "Here the old words are needed: HASH is the partition key (groupId), RANGE the sort "
            "key (connectionId)."
        )
    if "AttributeDefinitions" not in properties:
        return not_yet(
            "The key is right. What kind of value is groupId, text or number? `KeySchema` does not "
            "say; AttributeDefinitions does, for each attribute of the key."
        )
    defined = {a["AttributeName"]: a["AttributeType"] for a in properties["AttributeDefinitions"]}
    if defined != {"groupId": "S", "connectionId": "S"}:
        return not_yet(
            "AttributeDefinitions names each attribute of a key once, with its type S, and no "
            f"other attribute; yours has {defined}."
        )
    if properties.get("BillingMode") != "PAY_PER_REQUEST":
        return not_yet(
            "Without BillingMode a table is PROVISIONED, and then wants its units. On demand is "
            "BillingMode: PAY_PER_REQUEST."
        )
    return _deployed(attempt)


def _deployed(template: Mapping[str, Any]) -> Verdict:
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName="Exercise-03-3", TemplateBody=json.dumps(template))
    made = cloudformation.list_stack_resources(StackName="Exercise-03-3")["StackResourceSummaries"]
    cloudformation.delete_stack(StackName="Exercise-03-3")
    return right(f"Deployed: {', '.join(r['ResourceType'] for r in made)}.")


@exercise(
    "03.4",
    "Who needs whom?",
    stars=3,
    hints=(
        "References hide in lists and dicts inside each other: let the function call itself on "
        "what it finds inside.",
        "Three cases: a list (unite what its members refer to), a dict (look at each key), "
        "anything else (nothing).",
        'In a dict: "Ref" gives its value, unless that begins with AWS::; "Fn::GetAtt" gives the '
        "first of its two; any other key: look inside its value.",
    ),
)
def references(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `refers_to`, not {attempt!r}.")
    try:
        simple = attempt({"Properties": {"Queue": {"Ref": "Failures"}}})
    except (LookupError, TypeError, AttributeError) as error:
        return not_yet(
            'Of {"Properties": {"Queue": {"Ref": "Failures"}}} your function ended in a '
            f"{type(error).__name__}: {error}. A reference seldom stands at the top: look at each "
            "value, and inside it, and ask what it is before you take it apart."
        )
    if not isinstance(simple, (set, frozenset)):
        return not_yet(f"The function should answer a set of logical names; it gave {simple!r}.")
    if simple != {"Failures"}:
        return not_yet(
            f'Of {{"Properties": {{"Queue": {{"Ref": "Failures"}}}}}} you gave {simple!r}: look '
            "inside the values, at any depth."
        )
    if attempt({"Role": {"Fn::GetAtt": ["OnUploadRole", "Arn"]}}) != {"OnUploadRole"}:
        return not_yet('`Fn::GetAtt` is ["Name", "Attribute"]: the first of the two is the name.')
    if attempt({"Id": {"Ref": "AWS::AccountId"}}):
        return not_yet("AWS::AccountId is built in, not a resource of the template: leave it out.")
    if attempt([{"Ref": "A"}, [{"Ref": "B"}]]) != {"A", "B"}:
        return not_yet("References stand in lists, too, and in lists inside lists.")
    template = json.loads((Path(__file__).parents[2] / COMPILED).read_text("utf-8"))
    for name, resource in template["Resources"].items():
        if attempt(resource) != _refers_to(resource):
            return not_yet(
                f"Right for small ones, but of {name} you gave {sorted(attempt(resource))}; it is "
                f"{sorted(_refers_to(resource))}."
            )
    return right("Right for every resource of the compiled template: the order of a deployment.")


def _refers_to(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_refers_to, value))
    if not isinstance(value, dict):
        return set()
    names: set[str] = set()
    for key, inner in value.items():
        if key == "Ref":
            names |= set() if inner.startswith("AWS::") else {inner}
        elif key == "Fn::GetAtt":
            names.add(inner[0])
        else:
            names |= _refers_to(inner)
    return names


TOOLS = {"shop": "Zappa", "bank": "SAM", "three_clouds": "Terraform", "course": "Serverless"}
_WHY_NOT = {
    ("shop", "Serverless"): "It wants a function for each route, or a plugin that does what "
    "another tool here does by itself.",
    ("shop", "SAM"): "It wants a handler that takes an event. This is a web application, and shall "
    "stay one.",
    ("shop", "Terraform"): "It makes the function, but what turns an event into a request of WSGI "
    "you would have to bring along.",
    ("bank", "Serverless"): "It ends as CloudFormation, but AWS does not support it.",
    ("bank", "Terraform"): "HashiCorp supports it, not AWS.",
    ("bank", "Zappa"): "It is for web applications, and AWS does not support it.",
    ("three_clouds", "Serverless"): "Version 4 is for AWS in effect, and so is osls here.",
    ("three_clouds", "SAM"): "What it writes is CloudFormation, which only AWS reads.",
    ("three_clouds", "Zappa"): "It knows Lambda and nothing beside it.",
    ("course", "SAM"): "It can, but you would write 22 functions again.",
    ("course", "Terraform"): "It can, but you would write every resource again, each by itself.",
    ("course", "Zappa"): "22 functions would become one, with a web framework around it.",
}


@exercise(
    "03.5",
    "Which tool?",
    stars=2,
    hints=(
        "Read the table above 'Plugins' once more: what have you, what may you not change?",
        "Each of the four tools is the answer once. Begin with the one that is not for AWS only.",
    ),
)
def which_tool(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(TOOLS):
        return not_yet(f"Hand in a dict with a tool for each of {', '.join(TOOLS)}.")
    names = {tool.casefold(): tool for tool in TOOLS.values()}
    names |= {"osls": "Serverless", "serverless framework": "Serverless"}
    given = {case: names.get(str(tool).strip().casefold()) for case, tool in attempt.items()}
    strange = [attempt[case] for case, tool in given.items() if tool is None]
    if strange:
        return not_yet(f"{strange[0]!r} is none of the four: {', '.join(TOOLS.values())}.")
    wrong = [case for case, tool in TOOLS.items() if given[case] != tool]
    if wrong:
        return not_yet(" ".join(f"{c}: {given[c]}? {_WHY_NOT[c, given[c] or '']}" for c in wrong))
    return right("What you have decides, and what you must not change; popularity does not.")
