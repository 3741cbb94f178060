"""The on-failure destination of a stream mapping: where the notice of given-up records goes.

The record is the one of "Using dead-letter queues and on-failure destinations" ("Retain discarded
records for a DynamoDB event source", and its twin for Kinesis): positions, no data.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.records import Record, queue_url
from serverless_app.local.event_sources.s3_events import iso_milliseconds
from serverless_app.local.event_sources.settling import Discard

_INFO = {"dynamodb": "DDBStreamBatchInfo", "kinesis": "KinesisBatchInfo"}


def failure_record(mapping: Mapping, shard_id: str, discard: Discard, *, at: float) -> Any:
    """The invocation record. Records that never reached the function have no response context."""
    first, last = discard.records[0], discard.records[-1]
    response: dict[str, Any] = {}
    if discard.last is not None and discard.invocations:
        response["responseContext"] = {
            "statusCode": 200,
            "executedVersion": discard.last.version,
            "functionError": "Unhandled" if discard.last.kind == "error" else None,
        }
    return {
        "requestContext": {
            "requestId": _request_id(discard),
            "functionArn": mapping.function_arn,
            "condition": discard.condition,
            "approximateInvokeCount": discard.invocations,
        },
        **response,
        "version": "1.0",
        "timestamp": iso_milliseconds(at),
        _INFO[mapping.source]: {
            "shardId": shard_id,
            "startSequenceNumber": first.identifier,
            "endSequenceNumber": last.identifier,
            "approximateArrivalOfFirstRecord": _arrival(mapping, first),
            "approximateArrivalOfLastRecord": _arrival(mapping, last),
            "batchSize": len(discard.records),
            "streamArn": mapping.source_arn,
        },
    }


def send_to_destination(client: Any, arn: str, record: Any) -> None:
    """Send the record to a queue or a topic; `client` makes a client of a service."""
    message = json.dumps(record)
    if arn.split(":")[2] == "sns":
        client("sns").publish(TopicArn=arn, Message=message)
        return
    client("sqs").send_message(QueueUrl=queue_url(arn), MessageBody=message)


def _request_id(discard: Discard) -> str:
    return (discard.last and discard.last.request_id) or str(uuid.uuid4())


def _arrival(mapping: Mapping, record: Record) -> str:
    """Kinesis knows the millisecond, DynamoDB Streams the second."""
    text = iso_milliseconds(record.arrived)
    return text if mapping.source == "kinesis" else f"{text[:19]}Z"
