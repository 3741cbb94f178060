"""A typo finds the image: the table cannot, the index can."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import quote

from demos.stage import Stage, Talk
from serverless_app.local.seed import GROUPS, HERE

talk = Talk(
    "13",
    "A typo finds the image",
    4,
    "Two databases: one finds by key, the other by what people type.",
)


@talk.step(
    "Six pictures",
    say="Six titles in two groups: in the table and, a moment later, in the index.",
    look="the page: two groups, reload it",
)
def pictures(stage: Stage) -> None:
    ada = stage.api.signed_in()
    for (name, description), found in GROUPS.items():
        group = ada.group(name, description)["groupId"]
        for picture in found:
            content = (HERE / f"{picture.file}.jpg").read_bytes()
            ada.upload(group, content, title=picture.title)
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
    stage.claim(
        "only the exact word, and all six read",
        [row[1:] for row in rows] == [(1, 6), (0, 6), (0, 6)],
    )


@talk.step(
    "Ask the index",
    say="Type it wrong. Fuzziness AUTO allows one or two edits, by the word's length.",
    look="the page: type one of these into its search field",
)
def index(stage: Stage) -> None:
    rows, firsts = [], []
    for text in ("harbour", "harbuor", "norhtern ligths", "mountian"):
        hits = stage.api.get(f"/search?q={quote(text)}").json()["items"]
        first = hits[0] if hits else {"title": "–", "groupName": "–", "score": 0.0}
        firsts.append(first)
        rows.append((text, first["title"], first["groupName"], f"{first['score']:.2f}"))
    stage.table("GET /search", ("typed", "first hit", "in the group", "score"), *rows)
    stage.claim("the typo finds it", firsts[1]["title"] == "Harbour at sunset")
    stage.claim("two typos find it", firsts[2]["title"] == "Northern lights")
    stage.claim(
        "the name of a group finds its images", firsts[3]["groupName"].startswith("Mountains")
    )


def count(stage: Stage) -> int:
    """Items in the Images table."""
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        return int(dynamodb.scan(TableName="Images-dev", Select="COUNT")["Count"])


if __name__ == "__main__":
    talk.main()
