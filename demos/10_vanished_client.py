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
    look="the terminal; open the group on the page too, if you like",
)
def two_watch(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Cats")["groupId"]
    stage.open_group(stage.kept.group)
    stage.kept.stays = stage.enter(ada.watching(stage.kept.group))
    first = connections(stage)
    stage.enter(ada.watching(stage.kept.group))
    (stage.kept.leaves,) = connections(stage) - first
    stage.show(f"rows in Connections: {len(connections(stage))}")
    stage.claim("two rows", len(connections(stage)) == 2)


@talk.step(
    "One laptop goes into a tunnel",
    say="No goodbye, no close frame. The row is still there, and wrong.",
    look="the console, with the filter disconnect: it hears nothing",
)
def tunnel(stage: Stage) -> None:
    stage.cloud.trace.clear()
    stage.cloud.faults.drop(stage.kept.leaves)
    heard = [hop for hop in stage.cloud.trace.hops() if hop.target == "disconnect"]
    stage.claim("nothing was heard of it", heard == [])
    stage.claim("a row without a client", stage.kept.leaves in connections(stage))


@talk.step(
    "An upload",
    say="notifyWatchers speaks to both. What does it hear from the one in the tunnel?",
    look="the console, with the filter PostToConnection: one is refused",
)
def upload(stage: Stage) -> None:
    stage.kept.ada.upload(stage.kept.group, jpeg())
    message = said(stage.kept.stays)
    stage.cloud.drain()
    posts = [h for h in stage.cloud.trace.hops() if h.operation == "PostToConnection"]
    statuses = sorted(hop.detail["status"] for hop in posts)
    meanings = {200: "told", 410: "GoneException: forget this connection"}
    stage.table("Posts", ("status", "means"), *((one, meanings[one]) for one in statuses))
    stage.claim("whoever stayed was told", message["type"] == "image.ready")
    stage.claim("the other answered 410", statuses[-1] == 410)
    stage.claim("and its row is gone", stage.kept.leaves not in connections(stage))


def connections(stage: Stage) -> set[str]:
    """The ids in the Connections table that watch this demo's group."""
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        items = dynamodb.scan(TableName="Connections-dev")["Items"]
    mine = [item for item in items if item["groupId"]["S"] == stage.kept.group]
    return {item["connectionId"]["S"] for item in mine}


if __name__ == "__main__":
    talk.main()
