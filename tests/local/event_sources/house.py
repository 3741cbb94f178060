"""The three rooms that events pass through, and functions that write down what they were sent."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.event_sources import EventSources
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaService
from serverless_app.local.trace import Trace, current_trace

LIMIT = 60  # seconds, for what takes milliseconds: only a broken thing meets it


class TellingClock(Clock):
    """A clock that tells when somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: dict[float, asyncio.Event] = {}

    async def sleep(self, seconds: float) -> None:
        self._begun.setdefault(seconds, asyncio.Event()).set()
        await super().sleep(seconds)

    def forget(self) -> None:
        self._begun.clear()

    async def asleep(self, seconds: float) -> None:
        await self._begun.setdefault(seconds, asyncio.Event()).wait()


class House:
    """Control plane, functions and event sources, joined as the laptop cloud joins them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trace, self.clock, self.faults = Trace(), TellingClock(), Faults()
        shared: dict[str, Any] = {"trace": self.trace, "clock": self.clock, "faults": self.faults}
        self.plane = ControlPlane(**shared, authority="127.0.0.1:45660")
        self.functions = LambdaService(control_plane=self.plane, **shared, retry_waits=(0.01, 0.02))
        self.sources = EventSources(control_plane=self.plane, functions=self.functions, **shared)
        shutil.copy(Path(__file__).with_name("consumer.py"), folder / "app.py")

    def client(self, service: str) -> Any:
        return self.plane.client(service)

    def function(self, name: str, handler: str = "watch", **settings: Any) -> str:
        """A function with a role of its own; its ARN."""
        role = self.client("iam").create_role(
            RoleName=f"{name}-role", AssumeRolePolicyDocument="{}"
        )["Role"]["Arn"]
        made = self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler=f"app.{handler}",
            Role=role,
            Code={"ZipFile": self._archive()},
            Environment={"Variables": {"NOTES": str(self.folder / f"{name}.notes")}},
            **{"Timeout": 30, **settings},
        )
        return str(made["FunctionArn"])

    def table(self, name: str = "images") -> str:
        """A table with a stream; the stream's ARN."""
        made = self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        return str(made["TableDescription"]["LatestStreamArn"])

    def put(self, *ids: str, table: str = "images", **attributes: Any) -> None:
        for each in ids:
            self.client("dynamodb").put_item(
                TableName=table, Item={"id": {"S": each}, **attributes}
            )

    def stream(self, name: str = "views", shards: int = 1) -> str:
        """A Kinesis stream; its ARN."""
        self.client("kinesis").create_stream(StreamName=name, ShardCount=shards)
        return f"arn:aws:kinesis:us-east-1:123456789012:stream/{name}"

    def view(self, *data: str, key: str = "one", stream: str = "views") -> None:
        """Put records onto a Kinesis stream, in one call."""
        records = [{"Data": each.encode(), "PartitionKey": key} for each in data]
        self.client("kinesis").put_records(StreamName=stream, Records=records)

    def queue(self, name: str, **attributes: str) -> str:
        """A queue; its ARN."""
        self.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def send(self, queue: str, *bodies: str, **more: Any) -> None:
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        for body in bodies:
            sqs.send_message(QueueUrl=url, MessageBody=body, **more)

    def received(self, queue: str) -> list[Any]:
        """The bodies of a queue's messages, as JSON; they are taken out."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        bodies = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def map(self, source_arn: str, function: str, **settings: Any) -> str:
        """An event source mapping; its UUID."""
        if ":sqs:" not in source_arn:
            settings.setdefault("StartingPosition", "TRIM_HORIZON")
        made = self.client("lambda").create_event_source_mapping(
            EventSourceArn=source_arn, FunctionName=function, **settings
        )
        return str(made["UUID"])

    def events(self, function: str) -> list[Any]:
        """What the function was invoked with, so far."""
        notes = self.folder / f"{function}.notes"
        return (
            [json.loads(line) for line in notes.read_text().splitlines()]
            if (notes.exists())
            else []
        )

    def batches(self, function: str, of: Callable[[Any], str]) -> list[list[str]]:
        """The events of a function, each as a list of what `of` makes of its records."""
        return [[of(record) for record in event["Records"]] for event in self.events(function)]

    async def invoked(self, function: str, times: int = 1) -> None:
        """Wait until so many invocations of a function have ended."""

        def enough() -> bool:
            hops = [h for h in self.trace.hops() if h.target == function]
            ended = [h for h in hops if h.operation == "Invoke" and h.outcome != "running"]
            return len(ended) >= times

        await self.until(enough)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something that shows when a hop of the trace begins or ends."""
        loop, moved = asyncio.get_running_loop(), asyncio.Event()
        stop = self.trace.listen(lambda _: _tell(loop, moved))
        try:
            async with asyncio.timeout(LIMIT):
                while not reached():
                    await moved.wait()
                    moved.clear()
        finally:
            stop()

    def in_trace(self, trace_id: str, action: Callable[[], None]) -> None:
        """Do something as a part of a trace."""
        token = current_trace.set(trace_id)
        try:
            action()
        finally:
            current_trace.reset(token)

    async def asleep(self, seconds: float) -> None:
        """Wait until somebody waits for the clock to run on by so much."""
        await asyncio.wait_for(self.clock.asleep(seconds), LIMIT)

    async def drained(self) -> None:
        await asyncio.wait_for(self.sources.drain(), LIMIT)

    def _archive(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(".local-source", str(self.folder))
        return buffer.getvalue()


def _tell(loop: asyncio.AbstractEventLoop, moved: asyncio.Event) -> None:
    loop.call_soon_threadsafe(moved.set)


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    """A house with everything started, and stopped in the end."""
    house = House(folder)
    await house.functions.start()
    await house.sources.start()
    try:
        yield house
    finally:
        await house.sources.stop()
        await house.functions.stop()
        house.clock.reset()
        house.plane.close()


def live_in(folder: Path, story: Callable[[House], Awaitable[None]]) -> None:
    """Run a story in a house of its own."""

    async def main() -> None:
        async with open_house(folder) as house:
            await story(house)

    asyncio.run(main())


def key(record: Any) -> str:
    """The id of a DynamoDB record's item."""
    return str(record["dynamodb"]["Keys"]["id"]["S"])


def data(record: Any) -> str:
    """The data of a Kinesis record, as text."""
    import base64

    return base64.b64decode(record["kinesis"]["data"]).decode()


def body(record: Any) -> str:
    """The body of a message."""
    return str(record["body"])
