"""What a policy from an authorizer allows."""

from __future__ import annotations

from typing import Any

import pytest

from serverless_app.local.gateway.policy import Verdict, evaluate

ARN = "arn:aws:execute-api:us-east-1:123456789012:abc/dev/GET/pets/rex"


def statement(effect: str, resource: Any = ARN, action: Any = "execute-api:Invoke") -> Any:
    return {"Effect": effect, "Resource": resource, "Action": action}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([statement("Allow")], Verdict.ALLOWED),
        ([statement("Allow", "*", "*")], Verdict.ALLOWED),
        ([statement("Allow", ["none", "arn:aws:execute-api:*:*:*/dev/GET/*"])], Verdict.ALLOWED),
        ([statement("Allow", "arn:*/pets/re?")], Verdict.ALLOWED),
        ([statement("Allow", action=["execute-api:invoke"])], Verdict.ALLOWED),
        ([statement("Allow", "arn:*/dev/POST/*")], Verdict.IMPLICITLY_DENIED),
        ([statement("Allow", action="s3:*")], Verdict.IMPLICITLY_DENIED),
        ([statement("Allow", "*"), statement("Deny")], Verdict.EXPLICITLY_DENIED),
        ([statement("Deny", "arn:*/none"), statement("Allow")], Verdict.ALLOWED),
        ([], Verdict.IMPLICITLY_DENIED),
        (statement("Allow"), Verdict.ALLOWED),
        ([{**statement("Allow"), "Condition": {"Bool": {"a": "b"}}}], Verdict.IMPLICITLY_DENIED),
    ],
)
def test_a_deny_wins_and_nothing_is_allowed_by_itself(statements: Any, verdict: Verdict) -> None:
    assert evaluate({"Statement": statements}, ARN) is verdict


@pytest.mark.parametrize("document", [None, "text", {}, {"Statement": [{"Effect": "Maybe"}]}])
def test_what_is_no_policy_is_an_error(document: Any) -> None:
    with pytest.raises(ValueError, match=r"policy|statement"):
        evaluate(document, ARN)
