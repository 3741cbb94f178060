"""The poller of one SQS mapping: receive, deliver, delete; what fails comes back by itself.

"Using Lambda with Amazon SQS" in the developer guide: Lambda deletes what was processed, and leaves
the rest to the queue's visibility timeout and redrive policy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from serverless_app.local.event_sources.batches import cut
from serverless_app.local.event_sources.delivery import Outcome
from serverless_app.local.event_sources.filters import passes
from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.progress import Progress
from serverless_app.local.event_sources.records import Record, queue_url, sqs_record
from serverless_app.local.event_sources.stream_poller import Means

RECEIVE_LIMIT = 10  # messages a ReceiveMessage, entries a DeleteMessageBatch
# While messages are hidden or delayed, nothing tells when they appear: the queue is asked.
LOOK_AGAIN = 1.0
RETRY_RECEIVE = 5.0


class QueuePoller:
    """Polls a queue, with several batches under way at a time."""

    def __init__(self, mapping: Mapping, client: Callable[[], Any], means: Means) -> None:
        self.mapping = mapping
        self._client = client
        self._means = means
        self._progress = Progress()
        self._task: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()
        self._url = queue_url(mapping.source_arn)
        self._wanted = False
        self._flush = False
        self._receives = 0
        self._empty = 0
        self._settled = 0
        self._ended = False

    def start(self) -> None:
        """Begin to poll."""
        self._task = asyncio.create_task(self._poll())

    def wake(self) -> None:
        """A message was sent."""
        self._wanted = True
        self._progress.moved()

    async def caught_up(self) -> None:
        """Wait until the queue has no message to receive and no batch is under way.

        Messages hidden by their visibility timeout, or delayed, are not waited for.
        """
        begun = self._receives
        self._flush = True
        self.wake()
        await self._progress.until(
            lambda: self._ended or (self._empty > max(begun, self._settled) and not self._batches)
        )
        self._flush = False

    async def finish(self) -> None:
        """Receive no more; let the batches under way end."""
        await self._stop_polling()
        await asyncio.gather(*self._batches, return_exceptions=True)

    async def cancel(self) -> None:
        """Stop at once."""
        for batch in self._batches:
            batch.cancel()
        await self.finish()

    async def _stop_polling(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._ended = True
        self._progress.moved()

    async def _poll(self) -> None:
        while True:
            await self._progress.until(self._may_send)
            self._wanted = False
            self._receives += 1
            number = self._receives
            try:
                batch = await self._gather()
                hidden = not batch and await self._hidden()
            except Exception as error:
                self._means.refused(self.mapping, error)
                await self._rest(number, RETRY_RECEIVE)
                continue
            if batch:
                self._begin(batch)
            else:
                await self._rest(number, LOOK_AGAIN if hidden else None)

    def _may_send(self) -> bool:
        return len(self._batches) < self.mapping.maximum_concurrency

    async def _rest(self, number: int, seconds: float | None) -> None:
        """Until a message is sent, or for some seconds of the clock where it is worth a look."""
        self._empty = number
        self._progress.moved()
        if seconds is None:
            await self._progress.until(lambda: self._wanted)
            return
        await self._progress.within(seconds, self._means.clock, lambda: self._wanted)

    async def _gather(self) -> list[Record]:
        """A batch: as large as the mapping, the payload limit and the batching window let it be."""
        batch = more = await self._receive(self.mapping.batch_size)
        ends = self._means.clock.monotonic() + self.mapping.window
        while batch and not self._complete(batch):
            left = ends - self._means.clock.monotonic()
            if len(more) < RECEIVE_LIMIT:  # no more there for now
                if left <= 0 or self._flush:
                    break
                await self._progress.within(left, self._means.clock, self._disturbed)
            self._wanted = False
            more = await self._receive(self.mapping.batch_size - len(batch))
            batch = batch + more
        return batch

    def _complete(self, batch: Sequence[Record]) -> bool:
        return len(batch) >= self.mapping.batch_size or cut(batch, len(batch)) < len(batch)

    def _disturbed(self) -> bool:
        return self._wanted or self._flush

    async def _receive(self, count: int) -> list[Record]:
        """Messages that a filter wants; the others are deleted. None: the queue has none."""
        while True:
            answer = await self._means.call(self._receive_message, min(count, RECEIVE_LIMIT))
            arn = self.mapping.source_arn
            records = [sqs_record(each, arn) for each in answer.get("Messages", [])]
            wanted = [r for r in records if passes(self.mapping.patterns, r.filterable)]
            await self._delete([record for record in records if record not in wanted])
            if wanted or not records:
                return wanted

    def _receive_message(self, count: int) -> Any:
        return self._client().receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=count,
            WaitTimeSeconds=0,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )

    async def _hidden(self) -> bool:
        """Whether messages are there that can't be received yet."""
        names = ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
        answer = await self._means.call(
            lambda: self._client().get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        )
        return any(int(answer["Attributes"].get(name, 0)) for name in names)

    def _begin(self, batch: list[Record]) -> None:
        task = asyncio.create_task(self._settle(batch))
        self._batches.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._batches.discard(task)
        # A batch that ends frees its groups' next messages: what was empty before may not be now.
        self._settled = self._receives
        self.wake()
        if not task.cancelled() and (error := task.exception()):
            self._means.refused(self.mapping, Exception(str(error)))

    async def _settle(self, batch: list[Record]) -> None:
        attempt = max(int(each.event["attributes"]["ApproximateReceiveCount"]) for each in batch)
        outcome = await self._means.delivery.send(batch, attempt)
        await self._delete(_processed(batch, outcome))

    async def _delete(self, records: Sequence[Record]) -> None:
        for start in range(0, len(records), RECEIVE_LIMIT):
            entries = [
                {"Id": str(number), "ReceiptHandle": record.receipt}
                for number, record in enumerate(records[start : start + RECEIVE_LIMIT])
            ]
            await self._means.call(
                lambda entries=entries: self._client().delete_message_batch(
                    QueueUrl=self._url, Entries=entries
                )
            )


def _processed(batch: Sequence[Record], outcome: Outcome) -> list[Record]:
    """What a batch's outcome lets the poller delete."""
    if outcome.kind == "ok":
        return list(batch)
    if outcome.kind == "partial":
        return [record for record in batch if record.identifier not in outcome.failed]
    return []
