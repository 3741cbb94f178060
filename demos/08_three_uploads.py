"""Upload three ways: through a function, and past it with a presigned URL."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from typing import Any

from botocore.exceptions import ClientError

from demos.stage import Stage, Talk
from serverless_app.local.udagram import jpeg, said

talk = Talk(
    "08",
    "Upload three ways",
    5,
    "A server of your own, a function, a presigned URL: two of them carry the bytes themselves.",
)
MEGABYTE = 1024 * 1024


@talk.step(
    "Through a server of your own",
    say="It works, and it runs all night: what does waiting cost?",
)
def server(stage: Stage) -> None:
    hours = 24 * 30
    price = hours * 0.0104  # t3.micro, us-east-1, 2026 (AWS price list)
    stage.show(f"one t3.micro, {hours} hours: {price:.2f} dollars a month, with no upload at all")
    stage.claim("it costs while it waits", price > 5)


@talk.step(
    "Through a function",
    say="A function takes its whole event in memory, 6 MB at most. Which photographs arrive?",
    look="the console, with the filter getGroups: it ran for two of the four",
)
def function(stage: Stage) -> None:
    rows = []
    for megabytes in (1, 4, 5, 8):
        answer = invoke(stage, b"\xff" * megabytes * MEGABYTE)
        rows.append((f"{megabytes} MB", f"{megabytes * 4 / 3:.1f} MB", answer))
    stage.table("One event", ("photograph", "as base64", "Lambda says"), *rows)
    stage.claim("1 and 4 MB arrive", [row[2] for row in rows[:2]] == ["taken"] * 2)
    stage.claim("5 MB do not: base64 makes them 6.7", "RequestTooLarge" in rows[2][2])


@talk.step(
    "With a presigned URL",
    say="The function signs, and S3 takes the bytes. The function never sees them.",
    look="the console, with the filter PutObject: the file goes to s3, past every function",
)
def presigned(stage: Stage) -> None:
    ada = stage.api.signed_in()
    group = ada.group("Large")["groupId"]
    content = jpeg(4000, 3000)
    content += b"\0" * (8 * MEGABYTE - len(content))
    with ada.watching(group) as socket:
        created = ada.create_image(group, len(content), title="Eight megabytes")
        signed = len(json.dumps(created))
        answer = ada.put(created, content)
        news = said(socket)
    stage.show(
        f"what the function carried: {signed:,} bytes",
        f"what S3 took: {len(content):,} bytes, {answer.status_code}",
        f"what the watcher heard: {news['type']}",
    )
    stage.claim("8 MB arrived", answer.status_code == 200 and news["type"] == "image.ready")
    stage.claim("the function carried less than 10 kB", signed < 10_000)


def invoke(stage: Stage, content: bytes) -> str:
    """Send bytes to a function inside its event, as a proxy integration would."""
    body = base64.b64encode(content).decode()
    event: dict[str, Any] = {"requestContext": {}, "isBase64Encoded": True, "body": body}
    with closing(stage.cloud.client("lambda")) as functions:
        name = f"{stage.cloud.stack}-getGroups"
        try:
            answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
    return str(answer.get("FunctionError", "taken"))


if __name__ == "__main__":
    talk.main()
