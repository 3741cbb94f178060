"""A hot shard, split while it runs: order is kept, the load is shared, nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from typing import Any

from demos.stage import Stage, Talk
from serverless_app.shards import hash_key

talk = Talk(
    "12",
    "A hot shard, split while it runs",
    5,
    "A key is hashed, a range of hashes is a shard, and a shard that is too hot is cut in two.",
)
STREAM = "demo-views"
KEYS = [f"image-{number}" for number in range(40)]


@talk.step(
    "One shard takes everything",
    say="A shard takes 1,000 records a second. All keys are its own.",
)
def one(stage: Stage) -> None:
    with closing(stage.cloud.client("kinesis")) as kinesis:
        kinesis.create_stream(StreamName=STREAM, ShardCount=1)
        placed = Counter(put(kinesis).values())
    stage.table("Records a shard", ("shard", "records"), *sorted(placed.items()))
    stage.claim("one shard, forty records", list(placed.values()) == [40])


@talk.step(
    "Split it in the middle",
    say="Its range of 2^128 hashes is halved. The old shard closes; what it holds stays readable.",
)
def split(stage: Stage) -> None:
    with closing(stage.cloud.client("kinesis")) as kinesis:
        kinesis.split_shard(
            StreamName=STREAM, ShardToSplit=shards(kinesis)[0]["ShardId"],
            NewStartingHashKey=str(2**127),
        )  # fmt: skip
        stage.kept.shard_of = put(kinesis)
        parents = [shard.get("ParentShardId", "–") for shard in shards(kinesis)]
    placed = Counter(stage.kept.shard_of.values())
    stage.table("Records a shard, after the split", ("shard", "records"), *sorted(placed.items()))
    stage.claim("two children share them", len(placed) == 2 and sum(placed.values()) == 40)
    stage.claim("both say whose children they are", parents.count("–") == 1)


@talk.step(
    "Work it out by hand",
    say="MD5 of the key, in hexadecimal. First digit 0 to 7: the left half. 8 to f: the right.",
)
def by_hand(stage: Stage) -> None:
    left, right = sorted(set(stage.kept.shard_of.values()))
    mine = {key: left if hash_key(key) < 2**127 else right for key in KEYS}
    stage.show(*(f"{key}  {hash_key(key):032x}  → {mine[key]}" for key in KEYS[:4]))
    stage.claim("all forty as the service did", mine == stage.kept.shard_of)


@talk.step(
    "Read it all",
    say="Parents first, then children: so the views of one image stay in order.",
)
def read(stage: Stage) -> None:
    with closing(stage.cloud.client("kinesis")) as kinesis:
        records = [record for shard in shards(kinesis) for record in read_shard(kinesis, shard)]
    rounds = [json.loads(record["Data"])["round"] for record in records]
    stage.claim("eighty records, none lost", len(records) == 80)
    stage.claim("no image's second view came before its first", in_order(records))
    for number, views in sorted(Counter(rounds).items()):
        stage.show(f"views of round {number + 1}: {views}")


def put(kinesis: Any) -> dict[str, str]:
    """One view of every image: the shard that each went to."""
    number = sum(len(list(read_shard(kinesis, shard))) for shard in shards(kinesis)) // len(KEYS)
    entries = [
        {"Data": json.dumps({"image": key, "round": number}).encode(), "PartitionKey": key}
        for key in KEYS
    ]
    answer = kinesis.put_records(StreamName=STREAM, Records=entries)
    found = [str(record["ShardId"]) for record in answer["Records"]]
    return dict(zip(KEYS, found, strict=True))


def shards(kinesis: Any) -> list[dict[str, Any]]:
    """The stream's shards, oldest first."""
    found: list[dict[str, Any]] = kinesis.list_shards(StreamName=STREAM)["Shards"]
    return sorted(found, key=lambda shard: str(shard["ShardId"]))


def read_shard(kinesis: Any, shard: dict[str, Any]) -> list[dict[str, Any]]:
    """Every record of one shard."""
    iterator = kinesis.get_shard_iterator(
        StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    found: list[dict[str, Any]] = kinesis.get_records(ShardIterator=iterator)["Records"]
    return found


def in_order(records: list[dict[str, Any]]) -> bool:
    """Whether each image's rounds come in order."""
    rounds: dict[str, list[int]] = {}
    for record in records:
        data = json.loads(record["Data"])
        rounds.setdefault(data["image"], []).append(data["round"])
    return all(found == sorted(found) for found in rounds.values())


if __name__ == "__main__":
    talk.main()
