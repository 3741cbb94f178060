"""Groups and images: paging, orders, ranges, while others write."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serverless_app.images import Selection, title_key
from serverless_app.model import Group, Image
from serverless_app.system import timestamp
from serverless_app.wiring import App
from tests.application import ADA

START = datetime(2026, 11, 24, tzinfo=UTC)
_ids = itertools.count(1)
ROUNDS = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def new_id() -> str:
    return f"{next(_ids) * 2654435761 % 2**32:08x}-1111-4111-8111-111111111111"


def new_group(app: App, created_at: str) -> str:
    group = Group(group_id=new_id(), name="G", description="", created_at=created_at, owner=ADA)
    app.groups.put(group)
    return group.group_id


def new_image(app: App, group_id: str, uploaded_at: str, title: str = "A cat") -> Image:
    image = Image(
        image_id=new_id(),
        group_id=group_id,
        group_name="G",
        title=title,
        content_type="image/png",
        size=1,
        uploaded_at=uploaded_at,
        owner=ADA,
    )
    app.images.put(image)
    return image


def all_groups(app: App, limit: int, meanwhile: int = 0) -> list[list[str]]:
    """All pages; between two of them, new groups are made."""
    pages, token = [], None
    while True:
        page = app.groups.newest(limit=limit, next_key=token)
        pages.append([group.group_id for group in page.items])
        token = page.next_key
        if token is None:
            return pages
        for _ in range(meanwhile):
            new_group(app, timestamp(START + timedelta(days=1)))


@given(
    times=st.lists(st.integers(0, 5), min_size=1, max_size=14),
    limit=st.integers(1, 5),
    meanwhile=st.integers(0, 2),
)
@ROUNDS
def test_each_group_comes_once_newest_first_while_others_are_made(
    app: App, times: list[int], limit: int, meanwhile: int
) -> None:
    empty(app)
    made = {new_group(app, timestamp(START + timedelta(milliseconds=t))): t for t in times}

    pages = all_groups(app, limit, meanwhile)

    shown = [group_id for page in pages for group_id in page]
    assert sorted(shown) == sorted(made)
    assert [made[each] for each in shown] == sorted(times, reverse=True)
    assert all(len(page) == limit for page in pages[:-1])


def empty(app: App) -> None:
    table = app.groups._table
    for item in table.scan()["Items"]:
        table.delete_item(Key={"groupId": item["groupId"]})


@given(
    times=st.lists(st.integers(0, 9), min_size=1, max_size=14),
    limit=st.integers(1, 5),
    order=st.sampled_from(["newest", "oldest", "title"]),
    elsewhere=st.lists(st.integers(0, 9), max_size=3),
)
@ROUNDS
def test_each_image_comes_once_in_order_while_others_come_and_go(
    app: App, times: list[int], limit: int, order: str, elsewhere: list[int]
) -> None:
    group_id = new_id()
    made = [
        new_image(app, group_id, timestamp(START + timedelta(milliseconds=t)), f"Cat {t}")
        for t in times
    ]
    shown, token = list[Image](), None
    while True:
        page = app.images.in_group(group_id, Selection(order=order), limit=limit, next_key=token)
        shown += page.items
        token = page.next_key
        if token is None:
            break
        assert len(page.items) == limit
        for t in elsewhere:  # the cursor's own image may go, and others may come
            new_image(app, group_id, timestamp(START + timedelta(milliseconds=t)), f"Cat {t}")
        app.images.mark_deleting(page.items[-1].key)
        app.images.remove(page.items[-1].key)

    ids = [image.image_id for image in shown]
    assert len(set(ids)) == len(ids)
    assert {image.image_id for image in made} <= set(ids)
    keys = [image.title if order == "title" else image.uploaded_at for image in shown]
    assert keys == sorted(keys, reverse=order == "newest")


@pytest.fixture
def calendar(app: App) -> str:
    """A group with an image a month, and some more in November."""
    group_id = new_id()
    times = ["2026-09-30T23:59:59.999Z", "2026-10-01T00:00:00.000Z", "2026-11-24T21:30:26.123Z"]
    for each in [*times, "2026-11-24T21:30:26.124Z", "2026-12-01T00:00:00.000Z"]:
        new_image(app, group_id, each)
    return group_id


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("", "", [30, 1, 24, 24, 1]),
        ("2026-10", "", [1, 24, 24, 1]),
        ("", "2026-10", [30, 1]),
        ("2026-11", "2026-11", [24, 24]),
        ("2026-11-24T21:30:26.124", "", [24, 1]),
        ("2026-11-24T21:30:26.123", "2026-11-24T21:30:26.123", [24]),
        ("2026-11-24T21", "2026-11-24T21:30", [24, 24]),
        ("2027", "", []),
        ("", "2025", []),
    ],
)
def test_a_range_takes_in_all_of_its_ends(
    app: App, calendar: str, since: str, until: str, days: list[int]
) -> None:
    selection = Selection(order="oldest", since=since, until=until)

    page = app.images.in_group(calendar, selection, limit=100, next_key=None)

    assert [int(image.uploaded_at[8:10]) for image in page.items] == days


def test_a_range_has_pages(app: App, calendar: str) -> None:
    selection = Selection(since="2026-10", until="2026-11")

    first = app.images.in_group(calendar, selection, limit=2, next_key=None)
    second = app.images.in_group(calendar, selection, limit=2, next_key=first.next_key)

    assert [len(first.items), len(second.items)] == [2, 1]
    assert second.next_key is None


def test_a_page_is_full_even_over_a_megabyte(app: App) -> None:
    group_id = new_id()
    for number in range(12):
        image = new_image(app, group_id, timestamp(START + timedelta(seconds=number)))
        big = {**app.images._table.get_item(Key=_key(image))["Item"], "padding": "x" * 200_000}
        app.images._table.put_item(Item=big)

    page = app.images.in_group(group_id, Selection(), limit=11, next_key=None)

    assert len(page.items) == 11
    assert page.next_key is not None


def _key(image: Image) -> dict[str, str]:
    return {"groupId": image.group_id, "uploadedKey": image.uploaded_key}


@pytest.mark.parametrize("prefix", ["STRASSE", "strasse", "Straße", "straß"])
def test_a_title_is_found_whatever_its_case(app: App, prefix: str) -> None:
    group_id = new_id()
    new_image(app, group_id, timestamp(START), "Straße am See")
    new_image(app, group_id, timestamp(START), "Stra")

    selection = Selection(order="title", prefix=prefix)
    page = app.images.in_group(group_id, selection, limit=10, next_key=None)

    assert [image.title for image in page.items] == ["Straße am See"]


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
def test_a_title_key_fits_and_is_cut_between_characters(title: str) -> None:
    key = title_key(title)

    assert 0 < len(key.encode()) <= 1_024
    assert title_key(title + "x").startswith(key[:-1])


def test_a_title_key_of_two_hundred_long_characters_is_cut() -> None:
    assert len(title_key("ΐ" * 200).encode()) == 1_024  # 2 bytes, 6 when folded


def test_two_images_of_the_same_instant_are_two(app: App) -> None:
    group_id = new_id()
    new_image(app, group_id, timestamp(START))
    new_image(app, group_id, timestamp(START))

    page = app.images.in_group(group_id, Selection(), limit=10, next_key=None)

    assert len(page.items) == 2


def test_many_images_come_in_the_order_of_their_keys(app: App) -> None:
    group_id = new_id()
    images = [new_image(app, group_id, timestamp(START)) for _ in range(120)]
    keys = [image.key for image in reversed(images)]

    assert [image.key for image in app.images.many(keys)] == keys
