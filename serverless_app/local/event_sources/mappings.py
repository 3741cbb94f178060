"""The pollers of all event source mappings, kept in step with what the control plane stores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import Change, ControlPlane
from serverless_app.local.event_sources.checkpoints import Checkpoints
from serverless_app.local.event_sources.delivery import Delivery
from serverless_app.local.event_sources.destinations import failure_record, send_to_destination
from serverless_app.local.event_sources.mapping import Mapping, UnsupportedMapping, read_mapping
from serverless_app.local.event_sources.queue_poller import QueuePoller
from serverless_app.local.event_sources.settling import Discard
from serverless_app.local.event_sources.shard_poller import Call
from serverless_app.local.event_sources.stream_poller import Means, StreamPoller
from serverless_app.local.event_sources.streams import DynamoDBStream, KinesisStream
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaService
from serverless_app.local.trace import Trace

Poller = StreamPoller | QueuePoller
# The boto3 client that reads a source.
_CLIENTS = {"dynamodb": "dynamodbstreams", "kinesis": "kinesis", "sqs": "sqs"}


class Mappings:
    """One poller for each enabled mapping; a changed mapping gets a new one, at its checkpoint."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        clock: Clock,
        faults: Faults,
        call: Call,
        delivered: Callable[[], None],
    ) -> None:
        self._control_plane = control_plane
        self._functions = functions
        self._trace = trace
        self._clock = clock
        self._faults = faults
        self._call = call
        self._delivered = delivered
        self._pollers: dict[str, Poller] = {}
        self._leaving: set[Poller] = set()
        self._finishing: dict[str, asyncio.Task[None]] = {}
        self._refusals: dict[str, str] = {}

    def refresh(self) -> None:
        """Start, replace and stop pollers as the stored mappings say."""
        stored = dict(self._stored())
        for uuid in [uuid for uuid in self._pollers if uuid not in stored]:
            self._finish(uuid)
        for uuid, each in stored.items():
            mapping = self._read(each)
            running = self._pollers.get(uuid)
            if running and running.mapping != mapping:
                self._finish(uuid)
            if mapping and uuid not in self._pollers:
                self._begin(mapping, each)

    def wake(self, change: Change) -> None:
        """A source was written to."""
        for poller in self._pollers.values():
            if poller.mapping.source_arn == change.arn:
                poller.wake()

    async def caught_up(self) -> None:
        """Wait until no poller finds anything more."""
        await asyncio.gather(*self._finishing.values())
        await asyncio.gather(*(poller.caught_up() for poller in list(self._pollers.values())))

    async def cancel(self) -> None:
        """Stop every poller at once."""
        pollers, self._pollers = [*self._pollers.values(), *self._leaving], {}
        await asyncio.gather(*(poller.cancel() for poller in pollers))
        await asyncio.gather(*self._finishing.values())
        self._refusals.clear()

    def skip_what_is_there(self) -> None:
        """Every shard's checkpoint is its last record: only what comes from now on is read."""
        for _, stored in self._stored():
            ends = self._control_plane.last_sequence_numbers(stored.event_source_arn)
            for shard_id, sequence in ends.items():
                Checkpoints(stored).set(shard_id, sequence)

    def _stored(self) -> list[tuple[str, Any]]:
        return list(self._control_plane.backend("lambda")._event_source_mappings.items())

    def _read(self, stored: Any) -> Mapping | None:
        """The mapping, when it is enabled and can be honoured."""
        try:
            mapping = read_mapping(stored)
        except UnsupportedMapping as error:
            self._refuse(stored.uuid, stored.event_source_arn, stored.function_arn, str(error))
            return None
        return mapping if mapping.enabled else None

    def _begin(self, mapping: Mapping, stored: Any) -> None:
        poller = self._poller(mapping, stored)
        self._pollers[mapping.uuid] = poller
        if before := self._finishing.get(mapping.uuid):
            before.add_done_callback(lambda _: self._start(poller))
        else:
            poller.start()

    def _start(self, poller: Poller) -> None:
        if self._pollers.get(poller.mapping.uuid) is poller:
            poller.start()

    def _finish(self, uuid: str) -> None:
        """Stop a poller when its work in flight has ended; a successor waits for that."""
        leaving = self._finished(self._pollers.pop(uuid), self._finishing.get(uuid))
        self._finishing[uuid] = task = asyncio.create_task(leaving)
        task.add_done_callback(lambda _: self._forget(uuid, task))

    async def _finished(self, poller: Poller, before: asyncio.Task[None] | None) -> None:
        self._leaving.add(poller)
        if before:
            await before
        await poller.finish()
        self._leaving.discard(poller)

    def _forget(self, uuid: str, task: asyncio.Task[None]) -> None:
        if self._finishing.get(uuid) is task:
            del self._finishing[uuid]

    def _poller(self, mapping: Mapping, stored: Any) -> Poller:
        client = self._client_maker(mapping)
        means = Means(
            clock=self._clock,
            call=self._call,
            delivery=self._delivery(mapping),
            give_up=self._give_up,
            refused=self._read_failed,
            revision=self._control_plane.revision,
        )
        service = _CLIENTS[mapping.source]
        if mapping.source == "sqs":
            return QueuePoller(mapping, lambda: client(service), means)
        if mapping.source == "kinesis":
            reader = KinesisStream(mapping, lambda: client(service), lambda: self._role(mapping))
            return StreamPoller(mapping, reader, Checkpoints(stored), means)
        stream = DynamoDBStream(mapping, lambda: client(service))
        return StreamPoller(mapping, stream, Checkpoints(stored), means)

    def _delivery(self, mapping: Mapping) -> Delivery:
        return Delivery(
            mapping,
            functions=self._functions,
            trace=self._trace,
            clock=self._clock,
            faults=self._faults,
            trace_of=self._control_plane.trace_of,
            metric=self._metric,
            delivered=self._delivered,
        )

    def _client_maker(self, mapping: Mapping) -> Callable[[str], Any]:
        """Clients with the function's role: Lambda reads with the permissions of its function."""

        def client(service: str) -> Any:
            return self._control_plane.client(
                service, role_arn=self._role(mapping), session_name=mapping.source_name
            )

        return client

    def _role(self, mapping: Mapping) -> str:
        function = self._control_plane.backend("lambda").get_function(mapping.function_name)
        return str(function.role)

    async def _give_up(self, mapping: Mapping, shard_id: str, discard: Discard) -> None:
        """Tell the on-failure destination, if the mapping has one."""
        if not mapping.on_failure:
            return
        record = failure_record(mapping, shard_id, discard, at=self._clock.time())
        client = self._client_maker(mapping)
        try:
            await self._call(send_to_destination, client, mapping.on_failure, record)
        except Exception as error:
            self._refuse("", mapping.function_arn, mapping.on_failure, str(error))

    def _read_failed(self, mapping: Mapping, error: Exception) -> None:
        self._refuse(mapping.uuid, mapping.source_arn, mapping.function_arn, str(error))

    def _refuse(self, uuid: str, source_arn: str, target_arn: str, why: str) -> None:
        """Say in the trace why nothing is delivered; once, while the reason stays the same."""
        if uuid and self._refusals.get(uuid) == why:
            return
        self._refusals[uuid] = why
        source, target = _short(source_arn), _short(target_arn)
        hop = self._trace.begin(source, target, "EventSourceMapping", kind="event")
        self._trace.end(hop, "refused", why)

    def _metric(self, function: str, name: str, milliseconds: float) -> None:
        datum = {
            "MetricName": name,
            "Value": milliseconds,
            "Unit": "Milliseconds",
            "Dimensions": [{"Name": "FunctionName", "Value": function}],
        }
        self._control_plane.backend("cloudwatch").put_metric_data("AWS/Lambda", [datum])


def _short(arn: str) -> str:
    """The table, stream, queue, topic or function of an ARN."""
    _, _, service, _, _, resource = arn.split(":", 5)
    if service == "lambda":
        return resource.split(":")[1]
    return resource.split("/")[1] if "/" in resource else resource
