"""A typo finds the image: the table cannot, the index can."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote

from demos.stage import Stage, Talk
from serverless_app.local.seed import GROUPS
from serverless_app.local.udagram import jpeg

talk = Talk(
    "13",
    "A typo finds the image",
    4,
    "Two databases: one finds by key, the other by what people type.",
)


@talk.step(
    "Six pictures",
    say="Titles and descriptions, in the table and, a moment later, in the index.",
    look="the page",
)
def pictures(stage: Stage) -> None:
    ada = stage.api.signed_in()
    for (name, description), found in GROUPS.items():
        group = ada.group(name, description)["groupId"]
        for number, picture in enumerate(found):
            ada.upload(group, jpeg(64, 64, seed=number), title=picture.title)
    stage.cloud.drain()
    stage.claim("six images", count(stage) == 6)


@talk.step(
    "Ask the table",
    say="A scan with contains(): exact letters, exact case, and it reads everything.",
)
def table(stage: Stage) -> None:
    rows = []
    for text in ("Harbour", "harbour", "harbuor"):
        with closing(stage.cloud.client("dynamodb")) as dynamodb:
            answer = dynamodb.scan(
                TableName="Images-dev",
                FilterExpression="contains(title, :t)",
                ExpressionAttributeValues={":t": {"S": text}},
            )
        rows.append((text, answer["Count"], answer["ScannedCount"]))
    stage.table("contains(title, …)", ("typed", "found", "read"), *rows)
    stage.claim("only the exact word, and all six read", [row[1] for row in rows] == [1, 0, 0])


@talk.step(
    "Ask the index",
    say="Type it wrong. Fuzziness AUTO allows one or two edits, by the word's length.",
    look="the page: search as you type",
)
def index(stage: Stage) -> None:
    rows, firsts = [], []
    for text in ("harbour", "harbuor", "norhtern ligths", "mountian"):
        hits = stage.api.get(f"/search?q={quote(text)}").json()["items"]
        first = hits[0] if hits else {"title": "–", "score": 0.0}
        firsts.append(first["title"])
        rows.append((text, first["title"], f"{first['score']:.2f}"))
    stage.table("GET /search", ("typed", "first hit", "score"), *rows)
    stage.claim("the typo finds it", firsts[1] == "Harbour at sunset")
    stage.claim("two typos find it", firsts[2] == "Northern lights")
    stage.claim("the name of a group finds its images", firsts[3] != "–")


def count(stage: Stage) -> int:
    """Items in the Images table."""
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        return int(dynamodb.scan(TableName="Images-dev", Select="COUNT")["Count"])


if __name__ == "__main__":
    talk.main()
