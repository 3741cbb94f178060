"""Asynchronous events: what S3 tells of objects, and what SNS, EventBridge and Logs deliver."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane, ObjectEvent
from serverless_app.local.event_sources.records import queue_url
from serverless_app.local.event_sources.s3_events import (
    Destination,
    destinations,
    s3_event,
    s3_test_event,
)
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaError, LambdaService, Permission
from serverless_app.local.trace import Trace, new_trace_id

_TOLD = "test_event_sent"


# Runs a blocking AWS call on a thread: the call, its source, its target, its trace.
Send = Callable[[Callable[[], Any], str, str, str], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one destination."""

    destination: Destination
    source: str
    source_arn: str
    event: Any
    trace_id: str
    principal: str = "s3.amazonaws.com"


class Notifications:
    """Sends events on at once, at least once.

    Faults: `duplicate` sends one twice; `reorder` holds one back until the next of its source has
    gone (or nothing else is left). A poisoned record is for pollers: an asynchronous invocation
    fails by the `fail` fault of its function.
    """

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        send: Send,
    ) -> None:
        self._control_plane = control_plane
        self._functions = functions
        self._trace = trace
        self._clock = clock
        self._faults = faults
        self._send = send
        self._held: dict[tuple[str, str], Delivery] = {}

    def object_changed(self, change: Change) -> None:
        """Notify every destination that the bucket's configuration names for this event."""
        event: ObjectEvent = change.detail
        bucket = self._control_plane.backend("s3").buckets.get(event.bucket)
        for destination in destinations(bucket and bucket.notification_configuration):
            if destination.wants(event):
                message = s3_event(
                    event,
                    destination.configuration_id,
                    region=self._control_plane.region,
                    at=self._clock.time(),
                )
                delivery = Delivery(destination, event.bucket, change.arn, message, change.trace_id)
                self._deliver(delivery)

    def delivered(self, change: Change) -> None:
        """Pass on what SNS, EventBridge or a Logs subscription sends to a function."""
        detail = change.detail
        source_arn = detail["source_arn"]
        name = source_arn.split(":", 5)[5].rpartition("/")[2] or source_arn
        destination = Destination("function", change.arn, "", ())
        self._deliver(
            Delivery(
                destination, name, source_arn, detail["event"], change.trace_id, detail["principal"]
            )
        )

    def send_test_events(self) -> None:
        """Queues and topics get `s3:TestEvent` once, when a configuration first names them."""
        for bucket in list(self._control_plane.backend("s3").buckets.values()):
            configuration = bucket.notification_configuration
            if configuration is not None and not hasattr(configuration, _TOLD):
                setattr(configuration, _TOLD, True)  # kept with the configuration, so in snapshots
                self._send_test_events(bucket, configuration)

    def release(self) -> bool:
        """Send what `reorder` holds back, since nothing else comes; whether there was any."""
        held, self._held = list(self._held.values()), {}
        for delivery in held:
            self._go(delivery)
        return bool(held)

    def forget(self) -> None:
        """Drop what is held back."""
        self._held.clear()

    def _send_test_events(self, bucket: Any, configuration: Any) -> None:
        arns = {d.arn: d for d in destinations(configuration) if d.kind != "function"}
        for destination in arns.values():
            message = s3_test_event(
                bucket.name, request_id=new_trace_id()[-16:].upper(), at=self._clock.time()
            )
            trace_id = new_trace_id()
            self._go(Delivery(destination, bucket.name, bucket.arn, message, trace_id))

    def _deliver(self, delivery: Delivery) -> None:
        place = {"source": delivery.source, "function": _name(delivery.destination.arn)}
        key = delivery.source, delivery.destination.arn
        if key not in self._held and self._faults.take("reorder", **place):
            self._held[key] = delivery
            return
        self._go(delivery)
        if self._faults.take("duplicate", **place):
            self._go(delivery)
        if held := self._held.pop(key, None):
            self._go(held)

    def _go(self, delivery: Delivery) -> None:
        kind = delivery.destination.kind
        if kind == "function":
            self._invoke(delivery)
        else:
            put = self._to_queue if kind == "queue" else self._to_topic
            target = _name(delivery.destination.arn)
            self._send(lambda: put(delivery), delivery.source, target, delivery.trace_id)

    def _invoke(self, delivery: Delivery) -> None:
        payload = json.dumps(delivery.event, ensure_ascii=False).encode()
        try:
            self._functions.accept(
                delivery.destination.arn,
                payload,
                source=delivery.source,
                trace_id=delivery.trace_id,
                permission=Permission(delivery.principal, delivery.source_arn),
            )
        except LambdaError as error:
            self._refuse(delivery, f"{error.code}: {error.message}")

    def _refuse(self, delivery: Delivery, why: str) -> None:
        hop = self._trace.begin(
            delivery.source,
            _name(delivery.destination.arn),
            "Deliver",
            trace_id=delivery.trace_id,
            kind="event",
            request=json.dumps(delivery.event),
        )
        self._trace.end(hop, "refused", why)

    def _to_queue(self, delivery: Delivery) -> None:
        self._control_plane.client("sqs").send_message(
            QueueUrl=queue_url(delivery.destination.arn), MessageBody=json.dumps(delivery.event)
        )

    def _to_topic(self, delivery: Delivery) -> None:
        self._control_plane.client("sns").publish(
            TopicArn=delivery.destination.arn,
            Subject="Amazon S3 Notification",
            Message=json.dumps(delivery.event),
        )


def _name(arn: str) -> str:
    """The function, queue or topic of an ARN, without qualifier."""
    parts = arn.split(":")
    return parts[6] if parts[2] == "lambda" else parts[5]
