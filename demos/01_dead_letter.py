"""A function fails into the dead-letter queue, and the sweep brings its work to an end."""

from __future__ import annotations

from contextlib import closing

from demos.stage import Stage, Talk
from serverless_app.local.udagram import jpeg

talk = Talk(
    "01",
    "A function fails into the dead-letter queue",
    4,
    "An asynchronous event is tried three times, then kept where somebody finds it.",
)


@talk.step(
    "An upload that works",
    say="A group, a photograph. S3 tells onUpload, and nobody waits for it.",
    look="the console, with the filter onUpload: ⇢ is an event",
)
def works(stage: Stage) -> None:
    ada = stage.kept.ada = stage.api.signed_in()
    stage.kept.group = ada.group("Cats")["groupId"]
    stage.open_group(stage.kept.group)
    image = ada.upload(stage.kept.group, jpeg(), title="The good cat")
    stage.cloud.drain()
    state = ada.get(f"/images/{image['imageId']}").json()["item"]["state"]
    stage.claim("one upload, one invocation, READY", state == "READY" and tries(stage) == [1])


@talk.step(
    "The same, with a function that fails three times",
    say="Who hears of the error? Not the browser: its PUT was answered long ago.",
    look="the console: three red tries (on AWS one and two minutes lie between)",
)
def fails(stage: Stage) -> None:
    stage.cloud.trace.clear()
    stage.cloud.faults.fail("onUpload", times=3)
    stage.kept.image = stage.kept.ada.upload(stage.kept.group, jpeg(seed=2), title="The bad cat")
    stage.cloud.drain()
    stage.show(f"tries: {tries(stage)}")
    stage.claim("three tries and no more", tries(stage) == [1, 2, 3])


@talk.step(
    "Where is the event now?",
    say="Lambda put it into the dead-letter queue, with the error beside it.",
)
def waits(stage: Stage) -> None:
    with closing(stage.cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName="udagram-dead-letters-dev")["QueueUrl"]
        message = sqs.receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0
        )["Messages"][0]
    attributes = {k: v["StringValue"] for k, v in message["MessageAttributes"].items()}
    stage.table("The dead letter", ("attribute", "value"), *sorted(attributes.items()))
    stage.claim("the letter says why", "ErrorMessage" in attributes)
    stage.claim("the image still waits", state(stage) == "PENDING")


@talk.step(
    "Three hours later",
    say="The hourly sweep looks at what is unfinished and has a file: it finishes it.",
    look="the page: the bad cat is ready, without a reload",
)
def swept(stage: Stage) -> None:
    stage.cloud.clock.advance(hours=3)
    stage.cloud.drain()
    stage.claim("nothing was lost: READY", state(stage) == "READY")


def tries(stage: Stage) -> list[int]:
    """The tries of onUpload, from the trace."""
    return [hop.attempt for hop in stage.cloud.trace.hops() if hop.target == "onUpload"]


def state(stage: Stage) -> str:
    """The bad cat's state."""
    image = stage.kept.ada.get(f"/images/{stage.kept.image['imageId']}").json()["item"]
    return str(image["state"])


if __name__ == "__main__":
    talk.main()
