"""The code of the functions in these tests: each event is written down as one line of JSON."""

import base64
import json
import os
from typing import Any


def watch(event: Any, context: Any) -> Any:
    """Write down, nothing else."""
    note(event)
    return {"ok": True}


def fail(event: Any, context: Any) -> None:
    """Fail where a record holds the word BAD."""
    note(event)
    if any(is_bad(record) for record in event["Records"]):
        raise ValueError("a bad record")


def report(event: Any, context: Any) -> Any:
    """Report the records that hold the word BAD."""
    note(event)
    failed = [identifier(record) for record in event["Records"] if is_bad(record)]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def note(event: Any) -> None:
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps(event) + "\n")


def is_bad(record: Any) -> bool:
    if "kinesis" in record:
        return b"BAD" in base64.b64decode(record["kinesis"]["data"])
    return "BAD" in json.dumps(record)


def identifier(record: Any) -> str:
    if "kinesis" in record:
        return str(record["kinesis"]["sequenceNumber"])
    return str(
        record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"]
    )
