"""A function's resource policy: which services may invoke it, for which of their resources.

https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
"""

from __future__ import annotations

import re
from typing import Any

from serverless_app.local.functions.catalog import Target
from serverless_app.local.functions.errors import AccessDenied
from serverless_app.local.functions.model import Permission

ACTION = "lambda:InvokeFunction"


def check(target: Target, permission: Permission, account_id: str) -> None:
    """AccessDenied unless a statement of the function's policy allows this."""
    if permission in target.admitted:
        return
    statements = target.latest.policy.statements
    if any(_allows(statement, permission, account_id) for statement in statements):
        target.admitted.add(permission)
        return
    raise AccessDenied(
        f"User: {permission.principal} is not authorized to perform: {ACTION} "
        f"on resource: {target.configuration.arn} "
        f"because no resource-based policy allows the {ACTION} action"
    )


def _allows(statement: dict[str, Any], permission: Permission, account_id: str) -> bool:
    principal = statement.get("Principal", {})
    service = principal.get("Service") if isinstance(principal, dict) else principal
    if service not in (permission.principal, "*") or statement.get("Effect") != "Allow":
        return False
    if not any(matches(pattern, ACTION) for pattern in listed(statement.get("Action"))):
        return False
    asked = {"aws:sourcearn": permission.source_arn, "aws:sourceaccount": account_id}
    conditions = statement.get("Condition", {})
    return all(
        any(matches(pattern, asked.get(key.lower(), "")) for pattern in listed(wanted))
        for operator in conditions.values()
        for key, wanted in operator.items()
    )


def listed(value: Any) -> list[str]:
    """One value or several, as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with `*` and `?`."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None
