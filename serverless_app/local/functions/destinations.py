"""Where events go after their last try: destinations, and the older dead-letter queue.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from serverless_app.local.functions.catalog import Target
from serverless_app.local.functions.errors import AccessDenied, LambdaError
from serverless_app.local.functions.model import Invocation
from serverless_app.local.functions.policy import ACTION
from serverless_app.local.trace import Trace

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane

MESSAGE_CHARACTERS = 1_024  # "ErrorMessage (String) – The first 1 KB of the error message"


@dataclass(frozen=True, slots=True)
class Result:
    """How an event's way ended."""

    condition: str
    request_id: str
    payload: bytes
    deliveries: int
    invocation: Invocation | None
    now: datetime

    @property
    def succeeded(self) -> bool:
        """Whether the function answered."""
        return self.condition == "Success"


class Destinations:
    """Sends with the credentials of the function's role: a missing permission shows here too."""

    def __init__(
        self, control_plane: ControlPlane, trace: Trace, accept: Callable[..., str]
    ) -> None:
        self._control_plane = control_plane
        self._trace = trace
        self._accept = accept

    async def send(self, target: Target, settings: dict[str, Any], result: Result) -> None:
        """Send the record to the destination, and the event to the dead-letter queue."""
        side = "OnSuccess" if result.succeeded else "OnFailure"
        arn = settings.get("DestinationConfig", {}).get(side, {}).get("Destination")
        if arn:
            await self._attempt(
                target, arn, "destination", lambda: self._record(target, arn, result)
            )
        queue = dead_letter_arn(target)
        if queue and not result.succeeded:
            await self._attempt(
                target, queue, "dead-letter queue", lambda: self._letter(target, queue, result)
            )

    async def _attempt(self, target: Target, arn: str, what: str, send: Callable[[], Any]) -> None:
        """Run a boto3 call on a thread; a refusal stands in the trace, as AWS counts it in a

        metric only.
        """
        name = target.configuration.name
        try:
            if arn.split(":")[2] == "lambda":
                send()
            else:
                await asyncio.to_thread(contextvars.copy_context().run, send)
        except (ClientError, BotoCoreError, LambdaError) as error:
            hop = self._trace.begin(name, arn, "Send", kind="event", request=what)
            self._trace.end(hop, "error", str(error))

    def _client(self, target: Target, service: str) -> Any:
        role, name = target.configuration.role, target.configuration.name
        return self._control_plane.client(service, role_arn=role, session_name=name)

    def _record(self, target: Target, arn: str, result: Result) -> None:
        record = json.dumps(invocation_record(target, result))
        service = arn.split(":")[2]
        if service == "lambda":
            self._pass_on(target, arn, record)
            return
        client = self._client(target, service)
        if service == "sqs":
            client.send_message(QueueUrl=self._queue_url(arn), MessageBody=record)
        elif service == "sns":
            client.publish(TopicArn=arn, Message=record)
        elif service == "events":
            client.put_events(Entries=[bus_entry(target, arn, record, result)])
        elif service == "s3":
            client.put_object(Bucket=arn.split(":")[5], Key=object_key(target, result), Body=record)

    def _pass_on(self, target: Target, arn: str, record: str) -> None:
        """Invoke the next function, if the role of this one may."""
        name, role = target.configuration.name, target.configuration.role
        if not self._control_plane.allows(role, ACTION, arn):
            raise AccessDenied(f"{role} is not authorized to perform: {ACTION} on resource: {arn}")
        self._accept(arn, record.encode(), source=name)

    def _queue_url(self, arn: str) -> str:
        """The URL of a queue, which is what the SQS API wants; asking for it is no part of it."""
        account, name = arn.split(":")[4:6]
        return f"{self._control_plane.endpoint_url}/{account}/{name}"

    def _letter(self, target: Target, arn: str, result: Result) -> None:
        service, body = arn.split(":")[2], result.payload.decode("utf-8", "replace")
        client = self._client(target, service)
        if service == "sqs":
            client.send_message(
                QueueUrl=self._queue_url(arn),
                MessageBody=body,
                MessageAttributes=letter_attributes(result),
            )
        else:
            client.publish(TopicArn=arn, Message=body, MessageAttributes=letter_attributes(result))


def dead_letter_arn(target: Target) -> str | None:
    """The function's DeadLetterConfig.TargetArn."""
    config = getattr(target.latest, "dead_letter_config", None) or {}
    arn = config.get("TargetArn")
    return str(arn) if arn else None


def letter_attributes(result: Result) -> dict[str, dict[str, str]]:
    """RequestID, ErrorCode and ErrorMessage, as Lambda attaches them to a dead letter."""
    told: dict[str, Any] = {}
    code = "429"
    if result.invocation:
        code = "200"
        answer = json_or_text(result.invocation.payload)
        told = answer if isinstance(answer, dict) else {}
    message = str(told.get("errorMessage", result.condition))[:MESSAGE_CHARACTERS]
    return {
        "RequestID": {"DataType": "String", "StringValue": result.request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": code},
        "ErrorMessage": {"DataType": "String", "StringValue": message or " "},
    }


def invocation_record(target: Target, result: Result) -> dict[str, Any]:
    """What a destination gets."""
    version, last = target.configuration.version, result.invocation
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": timestamp(result.now),
        "requestContext": {
            "requestId": result.request_id,
            "functionArn": f"{target.configuration.arn}:{version}",
            "condition": result.condition,
            "approximateInvokeCount": result.deliveries,
        },
        "requestPayload": json_or_text(result.payload),
    }
    if last:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": last.version}
        if last.function_error:
            context["functionError"] = last.function_error
        record["responseContext"] = context
        record["responsePayload"] = json_or_text(last.payload)
    return record


def bus_entry(target: Target, arn: str, record: str, result: Result) -> dict[str, Any]:
    """The record as an EventBridge event."""
    outcome = "Success" if result.succeeded else "Failure"
    function = f"{target.configuration.arn}:{target.configuration.version}"
    return {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {outcome}",
        "Detail": record,
        "Resources": [arn, function],
        "EventBusName": arn.rpartition("/")[2],
    }


def object_key(target: Target, result: Result) -> str:
    """The key of a record in a bucket."""
    day, second = result.now.strftime("%Y/%m/%d"), result.now.strftime("%Y-%m-%dT%H.%M.%S")
    return f"aws/lambda/async/{target.configuration.name}/{day}/{second}-{uuid.uuid4()}"


def json_or_text(payload: bytes) -> Any:
    """A payload as JSON, or as its text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")


def timestamp(moment: datetime) -> str:
    """`2026-11-24T21:00:00.000Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
