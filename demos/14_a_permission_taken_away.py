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
        (", ".join(actions(one)), last_part(one["Resource"]))
        for one in statements(stage)
        if one["Effect"] == "Allow"
    ]
    stage.table("What the role of onUpload allows", ("actions", "on"), *rows)
    everywhere = [row[0] for row in rows if row[1] == "*"]
    stage.claim("only tracing is allowed everywhere", [a[:4] for a in everywhere] == ["xray"])


@talk.step(
    "It works",
    say="One upload, READY.",
    look="the page",
)
def works(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Cats")["groupId"]
    stage.open_group(stage.kept.group)
    stage.claim("READY", upload(stage, "First")[1] == "READY")


@talk.step(
    "Take s3:PutObject away",
    say="Guess: what breaks, what does not, and who says so?",
    look="the page, and the console with the filter refused",
)
def taken(stage: Stage) -> None:
    stage.kept.policy = inline_policy(stage)
    without(stage, "s3:PutObject")
    stage.cloud.trace.clear()
    stage.kept.second, state = upload(stage, "Second")
    refused = [
        hop
        for hop in stage.cloud.trace.hops()
        if (hop.source, hop.outcome) == ("onUpload", "refused")
    ]
    stage.show(f"the image: {state}", *{f"{h.source} → {h.operation}: refused" for h in refused})
    stage.claim("the upload is not finished", state == "PENDING")
    stage.claim("PutObject was refused", {hop.operation for hop in refused} == {"PutObject"})
    listed = stage.api.get(f"/groups/{stage.kept.group}/images").json()["items"]
    stage.claim("everyone still reads", [item["title"] for item in listed] == ["Second", "First"])


@talk.step(
    "Give it back",
    say="The policy as it was. Nobody uploads again: the hourly sweep finishes what was left.",
    look="the page: the second one is ready",
)
def given_back(stage: Stage) -> None:
    put_policy(stage, *stage.kept.policy)
    stage.cloud.clock.advance(hours=3)
    stage.cloud.drain()
    stage.claim("READY, three hours later", state_of(stage, stage.kept.second) == "READY")


def upload(stage: Stage, title: str) -> tuple[str, str]:
    """Upload, wait until nothing moves: the image's id and its state."""
    image = stage.kept.ada.upload(stage.kept.group, jpeg(64, 64, seed=len(title)), title=title)
    stage.cloud.drain()
    return image["imageId"], state_of(stage, image["imageId"])


def state_of(stage: Stage, image_id: str) -> str:
    """An image's state, as the API says it."""
    return str(stage.api.get(f"/images/{image_id}").json()["item"]["state"])


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
    put_policy(stage, role, name, document)


def put_policy(stage: Stage, role: str, name: str, document: dict[str, Any]) -> None:
    """Put a policy into a role."""
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
