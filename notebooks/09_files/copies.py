"""The function of lesson 09 that calls itself, by way of the bucket."""

import os
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")


def copy(event, context):
    """Write a copy below the prefix that calls this function: the trap. FUSE ends it."""
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        number = int(unquote_plus(key).rpartition("-")[2])
        if number < int(os.environ["FUSE"]):
            s3.put_object(Bucket=bucket, Key=f"loop/copy-{number + 1}", Body=b"smaller")
