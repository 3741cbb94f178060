"""A record that no consumer can take: it is set aside, the rest goes on, nothing is lost."""

from __future__ import annotations

from contextlib import closing

from demos.stage import Stage, Talk
from serverless_app.local.udagram import jpeg

talk = Talk(
    "11",
    "A poison record in a stream",
    5,
    "A stream is in order, so one bad record could hold up all that follow. It does not.",
)


@talk.step(
    "The index follows the table",
    say="An upload, and a search that finds it. In between: the table's stream.",
    look="the page: type fox into its search field",
)
def follows(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Foxes")["groupId"]
    ada.upload(stage.kept.group, jpeg(64, 64), title="First fox")
    stage.cloud.drain()
    stage.claim("found", found(stage) == ["First fox"])


@talk.step(
    "A record that makes its consumer fail, every time",
    say="Tried again and again, then halved, until the bad record stands alone. Is it lost?",
    look="the console, with the filter error: indexImages fails again and again",
)
def poisoned(stage: Stage) -> None:
    stage.cloud.trace.clear()
    stage.cloud.faults.poison("indexImages")
    stage.kept.ada.upload(stage.kept.group, jpeg(64, 64, seed=2), title="Bad fox")
    stage.kept.ada.upload(stage.kept.group, jpeg(64, 64, seed=3), title="Good fox")
    stage.cloud.drain()
    failed = [
        h for h in stage.cloud.trace.hops() if (h.target, h.outcome) == ("indexImages", "error")
    ]
    stage.show(f"failed deliveries: {len(failed)}")
    stage.claim("the poison was tried more than once", len(failed) > 1)


@talk.step(
    "Where did it go?",
    say="To the failure queue: shard and sequence numbers, no data. A function reads it back.",
    look="the console, with the filter redriveFailures",
)
def redriven(stage: Stage) -> None:
    sent = [h for h in stage.cloud.trace.hops() if h.target == "udagram-stream-failures"]
    ran = [h for h in stage.cloud.trace.hops() if h.target == "redriveFailures"]
    stage.claim("it was sent to the failure queue", len(sent) > 0)
    stage.claim("redriveFailures took it up", len(ran) > 0)
    stage.claim("the queue is empty", waiting(stage) == 0)
    stage.show(*found(stage))
    stage.claim("all three foxes are found", len(found(stage)) == 3)


def found(stage: Stage) -> list[str]:
    """The titles that a search for fox finds."""
    return [hit["title"] for hit in stage.api.get("/search?q=fox").json()["items"]]


def waiting(stage: Stage) -> int:
    """Messages in the failure queue."""
    with closing(stage.cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName="udagram-stream-failures-dev")["QueueUrl"]
        name = "ApproximateNumberOfMessages"
        return int(
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        )


if __name__ == "__main__":
    talk.main()
