"""Views: recordView, countViews, getTrending. Exactly once in effect."""

from __future__ import annotations

import base64
import itertools
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serverless_app import trending
from serverless_app.handlers import rest_api, view_stream
from serverless_app.model import Image, ImageState, View
from serverless_app.streams import views as views_in
from serverless_app.trending import Range, span_of, uncounted_runs
from serverless_app.wiring import App
from tests.application import ADA, NOBODY, Standing, call

GROUP = "99999999-0000-4000-8000-000000000000"
SHARD = "shardId-000000000000"
HOUR = "2026-11-24T21"
_shards = itertools.count()


def stored(app: App, number: int, state: ImageState = ImageState.READY) -> Image:
    image = Image(
        image_id=f"{number:08x}-1111-4111-8111-111111111111",
        group_id=GROUP,
        group_name="Cats",
        title=f"Cat {number}",
        content_type="image/png",
        size=1,
        uploaded_at="2026-11-24T20:00:00.000Z",
        owner=ADA,
        state=state,
    )
    app.images.put(image)
    return image


def view(image_id: str, number: int, *, hour: str = HOUR, shard: str = SHARD) -> View:
    return View(
        image_id=image_id,
        arrived_at=f"{hour}:15:00.000Z",
        shard_id=shard,
        sequence_number=str(10**55 + number),
    )


def ranking(app: App, hour: str = HOUR) -> dict[str, int]:
    return {key.image_id: n for key, n in app.trending.most_viewed(hour)}


def test_views_are_counted_by_image_and_by_the_hour_of_their_arrival(app: App) -> None:
    one, two = stored(app, 1), stored(app, 2)
    app.count_views(
        [
            view(one.image_id, 1),
            view(two.image_id, 2),
            view(one.image_id, 3),
            view(one.image_id, 4, hour="2026-11-24T22"),
        ]
    )

    assert ranking(app) == {one.image_id: 2, two.image_id: 1}
    assert ranking(app, "2026-11-24T22") == {one.image_id: 1}


def test_a_view_of_an_image_that_is_not_there_is_dropped(app: App) -> None:
    assert app.count_views([view(NOBODY, 1)]) == 1
    assert ranking(app) == {}


def test_more_images_than_a_transaction_takes_are_counted_in_several(app: App) -> None:
    images = [stored(app, n) for n in range(1, 151)]

    app.count_views([view(image.image_id, n) for n, image in enumerate(images)])

    assert ranking(app) == {image.image_id: 1 for image in images}
    assert app.trending.checkpoint(SHARD).revision == 2


def test_two_shards_are_counted_apart(app: App) -> None:
    image = stored(app, 1)

    app.count_views(
        [view(image.image_id, 1), view(image.image_id, 1, shard="shardId-000000000001")]
    )

    assert ranking(app) == {image.image_id: 2}


def test_who_began_from_an_older_state_writes_nothing(app: App) -> None:
    image = stored(app, 1)
    since = app.trending.checkpoint(SHARD)
    app.count_views([view(image.image_id, 1), view(image.image_id, 2)])

    late = app.trending.count([view(image.image_id, 2)], {image.image_id: image.key}, since, now=0)

    assert late is None
    assert ranking(app) == {image.image_id: 2}


def test_a_range_that_failed_is_counted_when_it_is_redriven_after_later_ones(app: App) -> None:
    image = stored(app, 1)
    views = [view(image.image_id, n) for n in range(9)]
    app.count_views(views[:3])
    app.count_views(views[6:])  # 3 to 5 were given up

    assert app.count_views(views[2:7]) == 3
    assert app.count_views(views) == 0
    assert ranking(app) == {image.image_id: 9}


@given(
    viewed=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from([20, 21])), min_size=1, max_size=12
    ),
    deliveries=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=8),
    most=st.integers(1, 3),
)
@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_whatever_is_delivered_in_whatever_batches_each_view_counts_once(
    app: App, viewed: list[tuple[int, int]], deliveries: list[tuple[int, int]], most: int
) -> None:
    round_ = next(_shards)  # a shard and days of its own for each example
    shard, day = f"shardId-{round_:012}", f"{2000 + round_}-01-01"
    images = {n: stored(app, n) for n, _ in viewed}
    records = [
        view(images[n].image_id, place, hour=f"{day}T{hour}", shard=shard)
        for place, (n, hour) in enumerate(viewed)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trending, "MOST_IMAGES", most)
        for start, length in deliveries:
            app.count_views(records[start : start + length])
        app.count_views(records)

    expected = Counter((hour, images[n].image_id) for n, hour in viewed)
    found = {(h, i): n for h in (20, 21) for i, n in ranking(app, f"{day}T{h}").items()}
    assert found == dict(expected)


@given(
    numbers=st.sets(st.integers(0, 30), min_size=1),
    counted=st.lists(st.integers(0, 30), max_size=3, unique=True),
)
def test_a_run_never_reaches_over_a_range_that_was_counted(
    numbers: set[int], counted: list[int]
) -> None:
    ranges = [Range(first=10**55 + n, last=10**55 + n) for n in counted]

    runs = list(uncounted_runs([view(NOBODY, n) for n in numbers], ranges))

    seen = [int(each.sequence_number) - 10**55 for run in runs for each in run]
    assert seen == sorted(numbers - set(counted))
    for run in runs:
        span = span_of(run)
        assert not any(span.first <= 10**55 + n <= span.last for n in counted if n in numbers)


def kinesis_record(data: bytes, number: int = 1) -> dict[str, Any]:
    return {
        "eventID": f"{SHARD}:{number}",
        "kinesis": {
            "data": base64.b64encode(data).decode(),
            "sequenceNumber": str(number),
            "approximateArrivalTimestamp": 1796160615.25,
        },
    }


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"[]", b"{}", b'{"imageId": 7}', b'{"imageId": "../x"}', b"\xff"]
)
def test_a_record_that_is_no_view_stops_nothing(app: App, data: bytes) -> None:
    image = stored(app, 1)
    good = json.dumps({"imageId": image.image_id}).encode()
    event = {"Records": [kinesis_record(data, 1), kinesis_record(good, 2)]}

    assert view_stream.count_views(event, app=app) == {"batchItemFailures": []}
    (counted,) = views_in(event["Records"])
    assert ranking(app, counted.hour) == {image.image_id: 1}


def test_trending_is_the_ten_most_viewed_of_this_hour_that_can_be_shown(
    app: App, clock: Standing
) -> None:
    images = [stored(app, n) for n in range(1, 14)]
    numbers = itertools.count()
    app.count_views(
        [view(i.image_id, next(numbers)) for n, i in enumerate(images, 1) for _ in range(n)]
    )
    app.images.mark_deleting(images[-1].key)

    answer = call(rest_api.get_trending, app)

    assert answer.status == 200
    shown = [(each["title"], each["views"]) for each in answer.body["items"]]
    assert shown == [(f"Cat {n}", n) for n in range(12, 2, -1)]
    assert "thumbnailUrl" in answer.body["items"][0]
    clock.advance(hours=1)
    assert call(rest_api.get_trending, app).body == {"items": []}
