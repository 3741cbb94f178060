"""The consumer of lesson 12."""

import base64


def watch(event, context):
    """Say what a batch brings. All of it is from one shard, in the shard's order."""
    for record in event["Records"]:
        print(record["eventID"], base64.b64decode(record["kinesis"]["data"]).decode())
