"""How each reading route's cost grows with the number of images in a group.

A group is filled to 100, 1,000, 10,000 and (with BENCH_LARGE=1) 100,000 images. Each route is asked
warm; its DynamoDB calls are read from the trace, made again, and priced by AWS's rule. The exponent
is the slope of a straight line through the logarithms: 0 is flat, 1 grows with the table.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import time
from contextlib import closing
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from serverless_app.capacity import item_size, query_units
from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, udagram

SIZES = (100, 1_000, 10_000) + ((100_000,) if os.environ.get("BENCH_LARGE") else ())
ROUTES = {
    "GET /groups": "/groups",
    "GET images, newest": "/groups/{group}/images?order=newest",
    "GET images, title": "/groups/{group}/images?order=title",
    "GET images, range": "/groups/{group}/images?from=2020-01&to=2020-02",
    "GET image": "/images/{image}",
    "GET /trending": "/trending",
}
ROUNDS = 9
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


def ask(api: Udagram, path: str, root: str) -> float:
    """Milliseconds of one request under a trace id."""
    began = time.perf_counter()
    answer = api.call("GET", path, headers={"X-Amzn-Trace-Id": f"Root={root}"})
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - began) * 1000


def slope(values: list[float]) -> float:
    """The exponent: the slope of log(value) over log(size)."""
    xs = [math.log(size) for size in SIZES]
    ys = [math.log(max(value, 1e-9)) for value in values]
    return statistics.linear_regression(xs, ys).slope


def measured(api: Udagram, dynamodb: Any, paths: dict[str, str]) -> dict[str, tuple[float, float]]:
    """The median milliseconds and the read units of every route, asked in turn."""
    times: dict[str, list[float]] = {name: [] for name in paths}
    for number in range(ROUNDS):
        for name, path in paths.items():
            times[name].append(ask(api, path, f"1-5e1b4151-{number:024x}"))
    units = {}
    for name, path in paths.items():
        api.cloud.trace.clear()
        ask(api, path, "1-5e1b4151-ffffffffffffffffffffffff")
        units[name] = read_units(api.cloud, dynamodb, "1-5e1b4151-ffffffffffffffffffffffff")
    return {name: (statistics.median(times[name]), units[name]) for name in paths}


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
        paths = {name: path.format(group=group, image=image) for name, path in ROUTES.items()}
        found, before = [], 0
        for size in SIZES:
            fill(dynamodb, template, before, size)
            cloud.drain()
            before = size
            found.append(measured(api, dynamodb, paths))
    result = []
    for name in paths:
        times, units = ([one[name][part] for one in found] for part in (0, 1))
        result.append(row(f"{name}: time at {SIZES[-1]:,}", times[-1], "ms"))
        result.append(row(f"{name}: growth of time", slope(times), "exponent"))
        result.append(row(f"{name}: read units", units[-1], "units"))
        result.append(row(f"{name}: growth of units", slope(units), "exponent"))
    return result


def row(name: str, value: float, unit: str) -> dict[str, Any]:
    """One measurement."""
    return {"name": name, "value": value, "unit": unit}
