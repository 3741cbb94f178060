"""A permission taken away: one story fails, the rest of the system does not notice."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from demos.stage import Stage, Talk
from serverless_app.local.udagram import jpeg

talk = Talk(
    "14",
    "A permission taken away",
    4,
    "One role a function, with what it needs and no more: so a mistake has an edge.",
)


@talk.step(
    "What may onUpload do?",
    say="Read the picture, write the thumbnail, update the item. Read its policy.",
)
def policy(stage: Stage) -> None:
    rows = [
        (one["Effect"], ", ".join(actions(one)), last_part(one["Resource"]))
        for one in statements(stage)
    ]
    stage.table("The role of onUpload", ("effect", "actions", "on"), *rows)
    everywhere = [row[1] for row in rows if row[2] == "*"]
    stage.claim("only tracing is allowed everywhere", [a[:4] for a in everywhere] == ["xray"])


@talk.step(
    "It works",
    say="One upload, READY.",
    look="the page",
)
def works(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Cats")["groupId"]
    stage.claim("READY", upload(stage, "First") == "READY")


@talk.step(
    "Take s3:PutObject away",
    say="Guess: what breaks, what does not, and who says so?",
    look="the console: one refused call",
)
def taken(stage: Stage) -> None:
    without(stage, "s3:PutObject")
    stage.cloud.trace.clear()
    state = upload(stage, "Second")
    refused = [hop for hop in stage.cloud.trace.hops() if hop.outcome == "refused"]
    stage.show(f"the image: {state}", *{f"{h.source} → {h.operation}: refused" for h in refused})
    stage.claim("the upload is not finished", state == "PENDING")
    stage.claim("PutObject was refused", {hop.operation for hop in refused} == {"PutObject"})
    listed = stage.api.get(f"/groups/{stage.kept.group}/images").json()["items"]
    stage.claim("everyone still reads", [item["title"] for item in listed] == ["Second", "First"])


@talk.step(
    "Give it back",
    say="A reset is a deployment's state again, roles included. The work waits for the sweep.",
    look="the page",
)
def given_back(stage: Stage) -> None:
    stage.cloud.reset(seed=False)
    stage.kept.ada = stage.api.signed_in()
    stage.kept.group = stage.kept.ada.group("Cats")["groupId"]
    stage.claim("READY", upload(stage, "Third") == "READY")


def upload(stage: Stage, title: str) -> str:
    """Upload, wait until nothing moves: the image's state."""
    image = stage.kept.ada.upload(stage.kept.group, jpeg(64, 64), title=title)
    stage.cloud.drain()
    answer = stage.kept.ada.get(f"/images/{image['imageId']}").json()
    return str(answer["item"]["state"])


def role_of(stage: Stage, iam_or_lambda: Any) -> str:
    """The name of onUpload's role."""
    name = f"{stage.cloud.stack}-onUpload"
    return str(iam_or_lambda.get_function_configuration(FunctionName=name)["Role"]).split("/")[-1]


def inline_policy(stage: Stage) -> tuple[str, str, dict[str, Any]]:
    """The role's name, its policy's name, the document."""
    with closing(stage.cloud.client("lambda")) as functions:
        role = role_of(stage, functions)
    with closing(stage.cloud.client("iam")) as iam:
        name = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
        return role, name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def statements(stage: Stage) -> list[dict[str, Any]]:
    """The statements of the role's policy."""
    return list(inline_policy(stage)[2]["Statement"])


def without(stage: Stage, action: str) -> None:
    """Take one action out of the role's policy."""
    role, name, document = inline_policy(stage)
    for statement in document["Statement"]:
        statement["Action"] = [one for one in actions(statement) if one != action]
    document["Statement"] = [one for one in document["Statement"] if one["Action"]]
    with closing(stage.cloud.client("iam")) as iam:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def actions(statement: dict[str, Any]) -> list[str]:
    """A statement's actions as a list."""
    found = statement["Action"]
    return [found] if isinstance(found, str) else list(found)


def last_part(resource: Any) -> str:
    """A resource's name without the front of its ARN."""
    found = [resource] if isinstance(resource, str) else list(resource)
    return ", ".join(one.split(":", 5)[-1] for one in found)


if __name__ == "__main__":
    talk.main()
