"""The function behind a bucket or a table: it tells the bench that it ran, the same everywhere."""

import json
import os
import socket
from typing import Any


def tell(event: Any, context: Any) -> None:
    """Send one datagram with the object keys or item ids that were brought."""
    names = [name_of(record) for record in event.get("Records", [])]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(json.dumps(names).encode(), ("127.0.0.1", int(os.environ["EAR_PORT"])))


def name_of(record: dict[str, Any]) -> str:
    """The key of an S3 record's object, or the id of a stream record's item."""
    if "s3" in record:
        return str(record["s3"]["object"]["key"])
    return str(record["dynamodb"]["Keys"]["id"]["S"])
