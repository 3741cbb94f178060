"""How each route's cost grows with the number of images in a group, and so in the whole.

A group is filled to 100, 1,000, 10,000 and (with BENCH_LARGE=1) 100,000 images. Each route is asked
warm, the quickest of its rounds counts (the others shared the processor with somebody); the
DynamoDB reads of a GET are taken from the trace, made again, and priced by AWS's rule. The exponent
is the slope of a line through the logarithms: 0 is flat, 1 grows with the table. Search, whose
cost grows with what it finds, is measured by bench_search.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from serverless_app.capacity import item_size, query_units
from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, udagram
from tests.bench.exponents import exponent

SIZES = (100, 1_000, 10_000) + ((100_000,) if os.environ.get("BENCH_LARGE") else ())


@dataclass(frozen=True)
class Route:
    """A request, and the status that it answers with."""

    path: str
    method: str = "GET"
    status: int = 200
    body: dict[str, Any] | None = None


IMAGE = {"title": "A cat", "contentType": "image/jpeg", "size": 1000}
ROUTES = {
    "GET /groups": Route("/groups"),
    "GET images, newest": Route("/groups/{group}/images?order=newest"),
    "GET images, title": Route("/groups/{group}/images?order=title"),
    "GET images, prefix": Route("/groups/{group}/images?order=title&prefix=title%2000000"),
    "GET images, range": Route("/groups/{group}/images?from=2020-01&to=2020-02"),
    "GET image": Route("/images/{image}"),
    "GET /trending": Route("/trending"),
    "POST group": Route("/groups", "POST", 201, {"name": "Dogs", "description": "Only dogs."}),
    "POST image": Route("/groups/{group}/images", "POST", 201, IMAGE),
    "POST view": Route("/images/{image}/views", "POST", 202),
    "DELETE image": Route("/images/{fresh}", "DELETE", 204),
}
READS = [name for name, route in ROUTES.items() if route.method == "GET"]
ROUNDS = 9
LAST_ROOT = "1-5e1b4151-ffffffffffffffffffffffff"
deserialize = TypeDeserializer().deserialize


def fill(dynamodb: Any, template: dict[str, Any], first: int, last: int) -> None:
    """Copies of one stored image, each with a key of its own."""
    for start in range(first, last, 25):
        requests = []
        for number in range(start, min(last, start + 25)):
            image_id = f"00000000-0000-4000-8000-{number:012}"
            key = f"2020-01-01T00:00:00.000Z#{image_id}"
            item = template | {
                "imageId": {"S": image_id},
                "uploadedKey": {"S": key},
                "titleKey": {"S": f"title {number:07}"},
            }
            requests.append({"PutRequest": {"Item": item}})
        dynamodb.batch_write_item(RequestItems={"Images-dev": requests})


def read_units(cloud: LocalCloud, dynamodb: Any, root: str) -> float:
    """The read units of one request: its Query calls made again, what they read weighed."""
    units = 0.0
    for hop in cloud.trace.hops(root):
        if hop.operation not in ("Query", "GetItem"):
            continue
        call = json.loads(hop.request)
        if hop.operation == "GetItem":
            found = [dynamodb.get_item(**call).get("Item", {})]
        else:
            found = dynamodb.query(**call)["Items"]
        plain = [{k: deserialize(v) for k, v in item.items()} for item in found]
        units += query_units([item_size(item) for item in plain])
    return units


@dataclass(frozen=True)
class Client:
    """A user who asks every route, of one group and one image."""

    api: Udagram
    group: str
    image: str

    def ask(self, route: Route, root: str) -> float:
        """Milliseconds of one request under a trace id."""
        path = route.path.format(group=self.group, image=self.image, fresh=self._fresh(route))
        trace = {"X-Amzn-Trace-Id": f"Root={root}"}
        began = time.perf_counter()
        answer = self.api.call(route.method, path, route.body, headers=trace)
        took = time.perf_counter() - began
        assert answer.status_code == route.status, answer.text
        return took * 1000

    def _fresh(self, route: Route) -> str:
        """An image to delete."""
        if "{fresh}" not in route.path:
            return ""
        return str(self.api.create_image(self.group, 1000)["newItem"]["imageId"])


def measured(client: Client, dynamodb: Any) -> dict[str, tuple[float, float]]:
    """The quickest milliseconds and the read units of every route, asked in turn."""
    times: dict[str, list[float]] = {name: [] for name in ROUTES}
    for number in range(ROUNDS):
        for name, route in ROUTES.items():
            times[name].append(client.ask(route, f"1-5e1b4151-{number:024x}"))
    units = dict.fromkeys(ROUTES, 0.0)
    for name in READS:
        client.api.cloud.trace.clear()
        client.ask(ROUTES[name], LAST_ROOT)
        units[name] = read_units(client.api.cloud, dynamodb, LAST_ROOT)
    return {name: (min(times[name]), units[name]) for name in ROUTES}


def rows() -> list[dict[str, Any]]:
    """The exponents, and what each route costs in the largest group."""
    with (
        LocalCloud.start() as cloud,
        udagram(cloud) as api,
        closing(cloud.client("dynamodb")) as dynamodb,
    ):
        ada = api.signed_in()
        group = ada.group()["groupId"]
        image = ada.create_image(group, 1000)["newItem"]["imageId"]
        stored = dynamodb.scan(TableName="Images-dev")["Items"][0]
        template = {k: v for k, v in stored.items() if not k.startswith("unfinished")}
        client = Client(ada, group, image)
        found, before = [], 0
        for size in SIZES:
            fill(dynamodb, template, before, size)
            cloud.drain()
            before = size
            found.append(measured(client, dynamodb))
    result = []
    for name in ROUTES:
        times, units = ([one[name][part] for one in found] for part in (0, 1))
        result.append(row(f"{name}: time at {SIZES[-1]:,}", times[-1], "ms"))
        result.append(row(f"{name}: growth of time", exponent(SIZES, times), "exponent"))
        if name in READS:
            result.append(row(f"{name}: read units", units[-1], "units"))
            result.append(row(f"{name}: growth of units", exponent(SIZES, units), "exponent"))
    return result


def row(name: str, value: float, unit: str) -> dict[str, Any]:
    """One measurement."""
    return {"name": name, "value": value, "unit": unit}
