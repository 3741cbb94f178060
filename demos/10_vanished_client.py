"""A WebSocket client vanishes without a word: nobody waits for it, and it is forgotten."""

from __future__ import annotations

from contextlib import closing

from demos.stage import Stage, Talk
from serverless_app.local.udagram import jpeg, said

talk = Talk(
    "10",
    "A WebSocket client that vanishes",
    4,
    "A dead connection is found when somebody speaks to it: 410, and its row goes.",
)


@talk.step(
    "Two people watch a group",
    say="Each open connection is a row: which group, which connection.",
    look="the page, open in a second window",
)
def two_watch(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Cats")["groupId"]
    stage.kept.stays = stage.enter(ada.watching(stage.kept.group))
    first = connections(stage)
    stage.enter(ada.watching(stage.kept.group))
    (stage.kept.leaves,) = connections(stage) - first
    stage.show(f"rows in Connections: {len(connections(stage))}")
    stage.claim("two rows", len(connections(stage)) == 2)


@talk.step(
    "One laptop goes into a tunnel",
    say="No goodbye, no close frame. The row is still there, and wrong.",
    look="the console: $disconnect did not run",
)
def tunnel(stage: Stage) -> None:
    stage.cloud.trace.clear()
    stage.cloud.faults.drop(stage.kept.leaves)
    stage.claim("nothing was heard of it", stage.cloud.trace.hops() == [])
    stage.claim("a row without a client", stage.kept.leaves in connections(stage))


@talk.step(
    "An upload",
    say="notifyWatchers speaks to both. One answers 410, GoneException.",
    look="the console: PostToConnection, one ok, one refused",
)
def upload(stage: Stage) -> None:
    stage.kept.ada.upload(stage.kept.group, jpeg())
    message = said(stage.kept.stays)
    stage.cloud.drain()
    posts = [h for h in stage.cloud.trace.hops() if h.operation == "PostToConnection"]
    stage.table("Posts", ("status",), *((hop.detail["status"],) for hop in posts))
    stage.claim("whoever stayed was told", message["type"] == "image.ready")
    stage.claim("the other answered 410", 410 in {hop.detail["status"] for hop in posts})
    stage.claim("and its row is gone", stage.kept.leaves not in connections(stage))


def connections(stage: Stage) -> set[str]:
    """The ids in the Connections table."""
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        items = dynamodb.scan(TableName="Connections-dev")["Items"]
    return {item["connectionId"]["S"] for item in items}


if __name__ == "__main__":
    talk.main()
