"""The functions of lesson 09: what S3 calls, and what goes wrong when it calls twice or late."""

import os
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table("Lesson09")


def process(event, context):
    """Do nothing: to be called is enough here."""


def count(event, context):
    """Add one for each record: right as long as S3 says everything once."""
    table.update_item(
        Key={"id": "uploads"},
        UpdateExpression="ADD seen :new",
        ExpressionAttributeValues={":new": len(event["Records"])},
    )


def remember(event, context):
    """Keep the size that the last event said: right as long as events come in order."""
    for record in event["Records"]:
        told = record["s3"]["object"]
        table.put_item(Item={"id": told["key"], "size": told["size"]})


def copy(event, context):
    """Write a copy below the prefix that calls this function: the trap. FUSE ends it."""
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        number = int(unquote_plus(key).rpartition("-")[2])
        if number < int(os.environ["FUSE"]):
            s3.put_object(Bucket=bucket, Key=f"loop/copy-{number + 1}", Body=b"smaller")
