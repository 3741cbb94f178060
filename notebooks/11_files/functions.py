"""The consumers of lesson 11: they count views, and differ in how they fail."""

import base64
import json
import os

import boto3

counts = boto3.resource("dynamodb").Table(os.environ["COUNTS"])


def whole(event, context):
    """Count a batch. A record that can't be read raises, and fails the batch as a whole."""
    for record in event["Records"]:
        count(record, context)


def one_by_one(event, context):
    """Count a batch up to the first record that can't be read, and name that one."""
    for record in event["Records"]:
        try:
            count(record, context)
        except ValueError:
            number = record["kinesis"]["sequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return {"batchItemFailures": []}


def count(record, context):
    """Add one to the view's count, naively: it does not ask whether it has done so before."""
    view = json.loads(base64.b64decode(record["kinesis"]["data"]))
    counts.update_item(
        Key={"consumer": context.function_name.rpartition("-")[2], "view": view["view"]},
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": 1},
    )
