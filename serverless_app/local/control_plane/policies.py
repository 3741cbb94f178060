"""IAM's policy language: whether documents allow an action (IAM user guide, "Policy evaluation

logic": an explicit deny wins, then an allow, else nothing is allowed).
"""

from __future__ import annotations

import functools
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from serverless_app.local.control_plane.model import ACCOUNT

Verdict = Literal["allow", "deny"] | None


@dataclass(frozen=True)
class Ask:
    """May `principal` do `action` to `resource`? `context` has the condition keys, lower case."""

    action: str
    resource: str
    principal: str = "*"  # an ARN, a service ("s3.amazonaws.com"), or * for nobody in particular
    context: Mapping[str, str] = field(default_factory=dict)


def decide(documents: Iterable[str], ask: Ask) -> Verdict:
    """The verdict of policies together."""
    verdict: Verdict = None
    for document in documents:
        for statement in statements(document):
            if applies(statement, ask):
                if statement.get("Effect") == "Deny":
                    return "deny"
                verdict = "allow"
    return verdict


@functools.lru_cache(maxsize=1024)
def statements(document: str) -> tuple[dict[str, Any], ...]:
    """The statements of a policy."""
    found = json.loads(document).get("Statement", []) if document else []
    return tuple(found if isinstance(found, list) else [found])


def applies(statement: dict[str, Any], ask: Ask) -> bool:
    """Whether a statement speaks of what is asked."""
    return (
        _names(statement, "Action", ask.action.lower(), str.lower)
        and _names(statement, "Resource", ask.resource, str)
        and _is_principal(statement, ask)
        and all(
            condition_holds(operator, key.lower(), values, ask.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _names(statement: dict[str, Any], element: str, value: str, form: Callable[[str], str]) -> bool:
    """Whether Action, NotAction, Resource or NotResource covers a value; absent, it does."""
    if element in statement:
        return any(matches(form(p), value) for p in as_list(statement[element]))
    if f"Not{element}" in statement:
        return not any(matches(form(p), value) for p in as_list(statement[f"Not{element}"]))
    return True


def _is_principal(statement: dict[str, Any], ask: Ask) -> bool:
    """Whether a resource policy's principal is the asking one; identity policies have none."""
    principal = statement.get("Principal")
    if principal is None or principal == "*":
        return True
    for kind, names in principal.items():
        for name in as_list(names):
            if name == "*" or name == ask.principal:
                return True
            if kind == "AWS" and ask.principal.startswith("arn:") and _is_account(name):
                return True
            if kind == "AWS" and name == role_of(ask.principal):
                return True
    return False


def _is_account(name: str) -> bool:
    return name in (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")


def role_of(principal: str) -> str:
    """The role's ARN behind a session's: policies name roles."""
    match = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/([^/]+)/.+", principal)
    return f"arn:aws:iam::{match.group(1)}:role/{match.group(2)}" if match else principal


def as_list(value: Any) -> list[str]:
    """One or many, as many."""
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


@functools.lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def matches(pattern: str, value: str) -> bool:
    """`*` any text, `?` one character."""
    return pattern == "*" or _pattern(pattern).fullmatch(value) is not None


# -- conditions ------------------------------------------------------------------------------


def _number(text: str) -> float:
    return float(text)


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringEqualsIgnoreCase": lambda given, wanted: given.lower() == wanted.lower(),
    "StringLike": lambda given, wanted: matches(wanted, given),
    "ArnEquals": lambda given, wanted: matches(wanted, given),
    "ArnLike": lambda given, wanted: matches(wanted, given),
    "Bool": lambda given, wanted: given.lower() == wanted.lower(),
    "IpAddress": lambda given, wanted: (
        ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
    ),
    "NumericEquals": lambda given, wanted: _number(given) == _number(wanted),
    "NumericLessThan": lambda given, wanted: _number(given) < _number(wanted),
    "NumericLessThanEquals": lambda given, wanted: _number(given) <= _number(wanted),
    "NumericGreaterThan": lambda given, wanted: _number(given) > _number(wanted),
    "NumericGreaterThanEquals": lambda given, wanted: _number(given) >= _number(wanted),
}
NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
}


def condition_holds(operator: str, key: str, values: Any, context: Mapping[str, str]) -> bool:
    """One condition. A key that is absent holds only for a negation, IfExists, or Null true.

    An operator that is not known here never holds: nothing is allowed by mistake.
    """
    name = operator.rpartition(":")[2]
    given, wanted = context.get(key), as_list(values)
    if name == "Null":
        return (given is None) == (wanted[0].lower() == "true")
    optional, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    negated = name in NEGATIONS
    test = OPERATORS.get(NEGATIONS.get(name, name))
    if test is None:
        return False
    if given is None:
        return optional or negated
    return any(test(given, value) for value in wanted) != negated
