"""What a policy from a Lambda authorizer allows.

AWS page "Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Any


class Verdict(Enum):
    """What a policy says of one method ARN."""

    ALLOWED = "Allow"
    IMPLICITLY_DENIED = "no statement allows it"
    EXPLICITLY_DENIED = "Deny"


def evaluate(document: Any, arn: str) -> Verdict:
    """The verdict of a policy document. Raises ValueError when it is none.

    A Deny always wins. A condition cannot be met here: such an Allow does not count.
    """
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("a policy document has statements")
    allowed = False
    for statement in _list(document["Statement"]):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise ValueError("a statement has an Effect: Allow or Deny")
        if not _meets(_list(statement.get("Action")), "execute-api:Invoke", ignore_case=True):
            continue
        if not _meets(_list(statement.get("Resource")), arn):
            continue
        if statement["Effect"] == "Deny":
            return Verdict.EXPLICITLY_DENIED
        allowed = allowed or not statement.get("Condition")
    return Verdict.ALLOWED if allowed else Verdict.IMPLICITLY_DENIED


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _meets(patterns: Iterable[Any], text: str, *, ignore_case: bool = False) -> bool:
    return any(
        isinstance(pattern, str) and bool(_wildcard(pattern, ignore_case).fullmatch(text))
        for pattern in patterns
    )


@lru_cache(maxsize=512)
def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    """`*` is any text, `?` any one sign."""
    text = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
