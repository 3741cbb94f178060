"""Query against scan while the table grows: one stays flat, the other pays for every item."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from typing import Any

from demos.stage import Stage, Talk
from serverless_app.capacity import item_size, query_units

talk = Talk(
    "07",
    "Query against scan, as the table grows",
    5,
    "The same twelve items, found by key and found by reading everything.",
)
TABLE = "DemoImages"
SIZES = (100, 1_000, 10_000)
KEY = [
    {"AttributeName": "groupId", "KeyType": "HASH"},
    {"AttributeName": "uploadedKey", "KeyType": "RANGE"},
]


@talk.step(
    "A hundred images, twelve of them cats",
    say="Two ways to ask for the cats: by the partition key, or a scan with a filter.",
)
def hundred(stage: Stage) -> None:
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        dynamodb.create_table(
            TableName=TABLE,
            KeySchema=KEY,
            AttributeDefinitions=[
                {"AttributeName": one["AttributeName"], "AttributeType": "S"} for one in KEY
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        stage.kept.rows = []
        grow(dynamodb, 0, SIZES[0])
        measure(stage, dynamodb, SIZES[0])
    stage.claim("both find twelve", stage.kept.rows[-1][1] == 12)


@talk.step(
    "Ten times, then a hundred times as many",
    say="Write down what each will cost before the number comes. Units are AWS's rule, computed.",
)
def more(stage: Stage) -> None:
    with closing(stage.cloud.client("dynamodb")) as dynamodb:
        for before, size in pairwise(SIZES):
            grow(dynamodb, before, size)
            measure(stage, dynamodb, size)
    queries = [row[2] for row in stage.kept.rows]
    scans = [row[3] for row in stage.kept.rows]
    stage.claim("the query costs the same at any size", len(set(queries)) == 1)
    stage.claim("the scan costs a hundred times more", scans[-1] > 90 * scans[0])


@talk.step(
    "And at twelve million?",
    say="Nobody waits for that, and nobody should pay it. A filter comes after the reading.",
)
def million(stage: Stage) -> None:
    _, _, query, scan = stage.kept.rows[-1]
    whole = scan / SIZES[-1] * 12_000_000
    price = 0.125 / 1_000_000  # on-demand read, us-east-1, October 2026 (AWS price list)
    stage.show(
        f"query: {query} units, {query * price:.7f} dollars",
        f"scan:  {whole:,.0f} units, {whole * price:.4f} dollars, each time that somebody looks",
    )
    stage.claim("a hundred thousand units and more", whole > 100_000)


def grow(dynamodb: Any, first: int, last: int) -> None:
    """Write the items `first` to `last`; the first twelve are cats."""
    numbers = range(first, last)
    for start in range(0, len(numbers), 25):
        batch = [{"PutRequest": {"Item": image(n)}} for n in numbers[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={TABLE: batch})


def image(number: int) -> dict[str, Any]:
    """One item of about half a kilobyte."""
    group = "cats" if number < 12 else f"group-{number % 97}"
    key, text = f"2026-11-24T09:00:00.000Z#{number:07}", "x" * 400
    return {"groupId": {"S": group}, "uploadedKey": {"S": key}, "description": {"S": text}}


def measure(stage: Stage, dynamodb: Any, size: int) -> None:
    """Both ways, their read units by the sizes of what was read, and the table so far."""
    names: dict[str, Any] = {":g": {"S": "cats"}}
    found = dynamodb.query(
        TableName=TABLE, KeyConditionExpression="groupId = :g", ExpressionAttributeValues=names
    )
    one = item_size({"groupId": "cats", "uploadedKey": "x" * 32, "description": "x" * 400})
    scanned = dynamodb.get_paginator("scan").paginate(
        TableName=TABLE, FilterExpression="groupId = :g", ExpressionAttributeValues=names
    )
    read = sum(page["ScannedCount"] for page in scanned)
    units = query_units([one] * found["ScannedCount"]), query_units([one] * read)
    stage.kept.rows.append((f"{size:,}", found["Count"], *units))
    head = ("items in the table", "cats", "query: read units", "scan: read units")
    stage.table("The same twelve cats", head, *stage.kept.rows)


if __name__ == "__main__":
    talk.main()
