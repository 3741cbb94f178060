"""The notebooks' lab: AWS's APIs answered by moto inside the kernel, so that a lesson is instant.

A lesson about one service needs neither a server nor an account. The lab makes four things repeat
to the byte, on any machine: the answers (moto, emptied), the time (it stands until you say
`lab.wait`), the ids (seeded) and the surroundings (no credentials, profile, region or time zone of
the person who runs it).
"""

from __future__ import annotations

import json
import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import boto3
import time_machine
from moto import mock_aws
from moto.moto_api._internal import mock_random

REGION = "us-east-1"
ACCOUNT_ID = "123456789012"
TEMPLATE = Path(__file__).parents[1] / "deployment" / "compiled" / "template.json"
START = datetime(2026, 11, 24, 9, tzinfo=UTC)

# `disabled`: botocore would send requests that carry an ARN to account-id hosts, which moto's
# DynamoDB Streams does not know (https://docs.aws.amazon.com/sdkref/latest/guide/
# feature-account-endpoints.html).
_SURROUNDINGS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "TZ": "UTC",
}


class Lab:
    """A laptop's own AWS for one kernel. There is one at a time; starting anew empties it."""

    _running: Lab | None = None

    def __init__(self, *, start: datetime = START, seed: int = 42) -> None:
        self._mock = mock_aws()
        self._travel = time_machine.travel(start, tick=False)
        self._time: Any = None
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 (ids that repeat are the point)
        self._surroundings: dict[str, str] = {}

    @classmethod
    def start(cls, *, start: datetime = START, seed: int = 42) -> Self:
        """An empty lab at `start`. Run it as often as you like: each time begins from nothing."""
        if Lab._running:
            Lab._running.stop()
        lab = cls(start=start, seed=seed)
        lab._enter()
        Lab._running = lab
        return lab

    def stop(self) -> None:
        """Give the process its own time and surroundings back; what was stored is gone."""
        if Lab._running is not self:
            return
        Lab._running = None
        self._travel.stop()
        self._mock.stop()
        for name in [name for name in os.environ if name.startswith("AWS_")] + ["TZ"]:
            os.environ.pop(name, None)
        os.environ.update(self._surroundings)
        _read_time_zone()
        boto3.DEFAULT_SESSION = None

    def client(self, service: str) -> Any:
        """A boto3 client whose calls moto answers."""
        if service == "cloudformation":
            _spare_imports()
        return boto3.client(service, region_name=REGION)

    def resource(self, service: str) -> Any:
        """A boto3 resource, as `client`: `lab.resource("dynamodb").Table("Images")`."""
        return boto3.resource(service, region_name=REGION)

    def table(self, logical_id: str) -> Any:
        """One of the application's own tables (`lab.table("ImagesTable")`), new and empty.

        Made as the compiled template describes it: a lesson asks the table that is deployed.
        """
        described = json.loads(TEMPLATE.read_text("utf-8"))["Resources"][logical_id]["Properties"]
        known = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema")
        indexes = ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        request = {name: described[name] for name in (*known, *indexes) if name in described}
        if "StreamSpecification" in described:
            request["StreamSpecification"] = {
                "StreamEnabled": True,
                **described["StreamSpecification"],
            }
        return self.resource("dynamodb").create_table(**request)

    def now(self) -> datetime:
        """The lab's time: it stands until `wait`."""
        return datetime.now(UTC)

    def wait(self, delay: timedelta | None = None, **units: float) -> datetime:
        """Let time pass, at once (`lab.wait(days=2)`), and say what time it is now."""
        self._time.shift(delay if delay is not None else timedelta(**units))
        return self.now()

    def new_id(self) -> str:
        """A UUID (version 4) from the lab's seed: the same sequence in every run."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def __repr__(self) -> str:
        return (
            f"Lab: AWS played by moto in this kernel · region {REGION} · account {ACCOUNT_ID}\n"
            f"the clock stands at {self.now():%Y-%m-%d %H:%M:%S} UTC · nothing leaves this machine"
        )

    def _enter(self) -> None:
        kept = [name for name in os.environ if name.startswith("AWS_") or name == "TZ"]
        self._surroundings = {name: os.environ.pop(name) for name in kept}
        os.environ.update(_SURROUNDINGS)
        _read_time_zone()
        boto3.DEFAULT_SESSION = None
        self._time = self._travel.start()
        self._mock.start()
        mock_random.seed(self._seed)


def _read_time_zone() -> None:
    if hasattr(time, "tzset"):  # not on Windows, where TZ is not read
        time.tzset()


def _spare_imports() -> None:
    """Before CloudFormation is loaded: moto's would import every service that it can describe."""
    from serverless_app.local.control_plane.speed import start_up

    start_up.install()
