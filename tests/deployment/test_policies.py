"""Every role's policies, read by parliament: actions that exist, on resources they can have."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from serverless_app.local.cloud import LocalCloud

# No stream can be named for it, but Lambda wants it "on your stream" of a stream function's role.
LISTING = [{"action": "dynamodb:ListStreams", "required_format": "*"}]


def write_policies(iam: Any, folder: Path) -> None:
    """A file for each policy of a role of the stack.

    A stream's label is a time, and parliament takes the colons in it for an ARN's.
    """
    for role in iam.list_roles()["Roles"]:
        for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            found = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=policy)
            text = re.sub(r"(/stream/)[^\"]+", r"\1label", json.dumps(found["PolicyDocument"]))
            (folder / f"{role['RoleName']}-{policy}.json").write_text(text, "utf-8")


def findings(folder: Path) -> list[str]:
    """What parliament has to say: in a process of its own, which may warn as it likes."""
    command = [sys.executable, "-m", "parliament.cli", "--json", "--directory", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [f"{each['issue']}: {each['detail']}" for each in found if each["detail"] != LISTING]


def test_parliament_finds_nothing(cloud: LocalCloud, tmp_path: Path) -> None:
    with closing(cloud.client("iam")) as iam:
        write_policies(iam, tmp_path)

    assert len(list(tmp_path.glob("*.json"))) == 25
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("action", "resource", "issue"),
    [
        (
            "dynamodb:GetItems",
            "arn:aws:dynamodb:us-east-1:123456789012:table/Groups",
            "UNKNOWN_ACTION",
        ),
        ("dynamodb:GetItem", "arn:aws:s3:::bucket/*", "RESOURCE_MISMATCH"),
        ("s3:PutObject", "arn:aws:s3:::bucket", "RESOURCE_MISMATCH"),
    ],
)
def test_parliament_finds_what_is_wrong(
    tmp_path: Path, action: str, resource: str, issue: str
) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    (tmp_path / "policy.json").write_text(json.dumps(policy), "utf-8")

    assert [each.partition(":")[0] for each in findings(tmp_path)] == [issue]
