"""The policy language, by its rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from serverless_app.local.control_plane.policies import Ask, condition_holds, decide, matches

ASK = Ask("s3:GetObject", "arn:aws:s3:::b/k", "arn:aws:sts::123456789012:assumed-role/r/s")


def policy(**statement: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow"} | statement]})


def test_nothing_is_allowed_by_default() -> None:
    assert decide([], ASK) is None


def test_an_allow_allows() -> None:
    assert decide([policy(Action="s3:Get*", Resource="*")], ASK) == "allow"


def test_a_deny_wins_wherever_it_stands() -> None:
    allow, deny = policy(Action="*", Resource="*"), policy(Effect="Deny", Action="*", Resource="*")
    assert decide([allow, deny], ASK) == decide([deny, allow], ASK) == "deny"


def test_one_statement_may_stand_without_a_list() -> None:
    document = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    assert decide([document], ASK) == "allow"


def test_actions_are_compared_in_any_case() -> None:
    assert decide([policy(Action="S3:getobject", Resource="*")], ASK) == "allow"


def test_not_action_covers_everything_else() -> None:
    assert decide([policy(NotAction="s3:Put*", Resource="*")], ASK) == "allow"
    assert decide([policy(NotAction="s3:Get*", Resource="*")], ASK) is None


def test_not_resource_covers_everything_else() -> None:
    assert decide([policy(Action="*", NotResource="arn:aws:s3:::other/*")], ASK) == "allow"
    assert decide([policy(Action="*", NotResource="arn:aws:s3:::b/*")], ASK) is None


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("a*c", "abbc", True),
        ("a?c", "abc", True),
        ("a?c", "abbc", False),
        ("a.c", "abc", False),
        ("table/Images", "table/Images/index/x", False),
    ],
)
def test_patterns(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", "allow"),
        ({"AWS": "*"}, "allow"),
        ({"AWS": "arn:aws:iam::123456789012:role/r"}, "allow"),
        ({"AWS": ["arn:aws:iam::123456789012:root"]}, "allow"),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, None),
        ({"Service": "lambda.amazonaws.com"}, None),
    ],
)
def test_principals_of_a_resource_policy(principal: Any, expected: str | None) -> None:
    assert decide([policy(Action="*", Resource="*", Principal=principal)], ASK) == expected


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringLike", "a*", "abc", True),
        ("ArnLike", "arn:*:x", "arn:aws:x", True),
        ("Bool", True, "true", True),
        ("NumericLessThan", "10", "9", True),
        ("IpAddress", "127.0.0.0/8", "127.0.0.1", True),
        ("NotIpAddress", "127.0.0.0/8", "127.0.0.1", False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEquals", "a", None, False),
        ("StringNotEquals", "a", None, True),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("ForAnyValue:StringEquals", "a", "a", True),
        ("BinaryEquals", "a", "a", False),
    ],
)
def test_conditions(operator: str, wanted: Any, given: str | None, expected: bool) -> None:
    context = {} if given is None else {"key": given}
    assert condition_holds(operator, "key", wanted, context) is expected
