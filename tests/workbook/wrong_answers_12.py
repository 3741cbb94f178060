"""The commonest wrong answers of notebook 12, with words of the sentence that each is told."""

import random
from typing import Any

from serverless_app.shards import shelf_of


def _one_key(image_id: str, user_id: str) -> str:
    return f"{image_id}#0"


def _a_die(image_id: str, user_id: str) -> str:
    return f"{image_id}#{random.randrange(8)}"


def _pythons_hash(image_id: str, user_id: str) -> str:
    return f"{image_id}#{hash(user_id) % 8}"


def _a_key_a_user(image_id: str, user_id: str) -> str:
    return f"{image_id}#{user_id}"


def _without_the_image(image_id: str, user_id: str) -> str:
    return f"part-{shelf_of(user_id, 8)}"


def _first_letter(image_id: str, user_id: str) -> str:
    return f"{image_id}#{user_id[:1]}"


def _the_shelves_of_groups(image_id: str, user_id: str) -> str:
    return f"{image_id}#{shelf_of(user_id)}"


def _a_number(image_id: str, user_id: str) -> int:
    return shelf_of(user_id, 8)


def _once(kinesis: Any, stream: str, entries: Any) -> int:
    kinesis.put_records(StreamName=stream, Records=entries)
    return 1


def _once_more(kinesis: Any, stream: str, entries: Any) -> int:
    answer = kinesis.put_records(StreamName=stream, Records=entries)
    pairs = zip(entries, answer["Records"], strict=True)
    again = [entry for entry, record in pairs if "ErrorCode" in record]
    kinesis.put_records(StreamName=stream, Records=again)
    return 2


def _all_again(kinesis: Any, stream: str, entries: Any) -> int:
    calls = 1
    while kinesis.put_records(StreamName=stream, Records=entries)["FailedRecordCount"]:
        calls += 1
    return calls


def _whole(kinesis: Any, stream: str, entries: Any) -> int:
    calls = 0
    while entries:
        answer = kinesis.put_records(StreamName=stream, Records=entries)
        pairs = zip(entries, answer["Records"], strict=True)
        entries = [entry for entry, record in pairs if "ErrorCode" in record]
        calls += 1
    return calls


def _one_by_one(kinesis: Any, stream: str, entries: Any) -> int:
    return sum(_whole(kinesis, stream, [entry]) for entry in entries)


def _counts_nothing(kinesis: Any, stream: str, entries: Any) -> None:
    _whole(kinesis, stream, entries)


def _one_record_a_call(kinesis: Any, stream: str, entries: list[Any]) -> int:
    for entry in entries:
        kinesis.put_record(StreamName=stream, **entry)
    return len(entries)


OWNERS = {"harbour": 0, "fog": 1, "storm": 4, "mole": 7}
WRONG: list[tuple[str, Any, str]] = [
    ("12.1", {"harbour": 0, "fog": 3, "storm": 8, "mole": 15}, "the first digits themselves"),
    ("12.1", {"harbour": 0, "fog": 0, "storm": 2, "mole": 3}, "a stream of four shards"),
    ("12.1", {"harbour": 1, "fog": 2, "storm": 5, "mole": 8}, "begin with 0"),
    ("12.1", {"harbour": 0, "fog": 3, "storm": 0, "mole": 7}, "a remainder, as Kafka does"),
    ("12.1", OWNERS | {"mole": 6}, "mole: its digest begins with f"),
    ("12.1", {key: str(owner) for key, owner in OWNERS.items()}, "by its number"),
    ("12.2", "4", "without quotes"),
    ("12.2", 2, "That is the weight alone"),
    ("12.2", 3, "Now the way out"),
    ("12.2", 8, "out it is 2 MB"),
    ("12.2", 5, "Every consumer reads every shard"),
    ("12.2", 9, "the largest of the three decides"),
    ("12.2", 3.75, "round up"),
    ("12.3", _one_key, "as hot as before"),
    ("12.3", _a_die, "not from chance"),
    ("12.3", _pythons_hash, "another number in every process"),
    ("12.3", _a_key_a_user, "800 keys for 800 users"),
    ("12.3", _without_the_image, "img-7 and img-8 share partition keys"),
    ("12.3", _first_letter, "as hot as before"),
    ("12.3", _the_shelves_of_groups, "not eight"),
    ("12.3", _a_number, "A partition key is text"),
    ("12.4", _once, "r3, r4, r11 are lost"),
    ("12.4", _once_more, "refused a second time"),
    ("12.4", _all_again, "stored more than once"),
    ("12.4", _whole, "With 1,200 entries: a call of PutRecords takes 1 to 500"),
    ("12.4", _one_by_one, "took 1,201 calls; four are enough"),
    ("12.4", _one_record_a_call, "a call of its own, 20 calls for 20 records"),
    ("12.4", _counts_nothing, "Hand back that number"),
]
