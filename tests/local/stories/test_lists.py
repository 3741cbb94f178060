"""Lists of groups and images: pages, orders, ranges, prefixes, and cursors that stay at home."""

from __future__ import annotations

import pytest

from serverless_app.local.udagram import Udagram

PICTURE = 1_000


def titles(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [item["title"] for item in answer["items"]]


def test_groups_are_listed_newest_first(ada: Udagram) -> None:
    for name in ("One", "Two", "Three"):
        ada.group(name)
    answer = ada.anyone().get("/groups")
    assert answer.status_code == 200
    assert [group["name"] for group in answer.json()["items"]] == ["Three", "Two", "One"]


def test_pages_of_groups_hold_every_group_once(ada: Udagram) -> None:
    wanted = [ada.group(f"Group {number}")["groupId"] for number in range(7)]
    found: list[str] = []
    path = "/groups?limit=3"
    while path:
        page = ada.get(path)
        assert page.status_code == 200
        found += [group["groupId"] for group in page.json()["items"]]
        key = page.json().get("nextKey")
        path = f"/groups?limit=3&nextKey={key}" if key else ""
    assert found == wanted[::-1]


def test_images_are_listed_in_each_order(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    for title in ("banana", "Apple", "cherry"):
        ada.create_image(group, PICTURE, title=title)
    for order, expected in {
        "newest": ["cherry", "Apple", "banana"],
        "oldest": ["banana", "Apple", "cherry"],
        "title": ["Apple", "banana", "cherry"],
    }.items():
        answer = ada.get(f"/groups/{group}/images?order={order}")
        assert answer.status_code == 200
        assert titles(answer.json()) == expected


def test_a_prefix_finds_titles_whatever_their_case(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    for title in ("Tabby", "tiger", "Siamese"):
        ada.create_image(group, PICTURE, title=title)
    answer = ada.get(f"/groups/{group}/images?order=title&prefix=T")
    assert answer.status_code == 200
    assert titles(answer.json()) == ["Tabby", "tiger"]


def test_a_time_range_holds_its_ends(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    day = ada.create_image(group, PICTURE)["newItem"]["uploadedAt"][:10]
    inside = ada.get(f"/groups/{group}/images?from={day}&to={day}")
    outside = ada.get(f"/groups/{group}/images?to=2020-01-01")
    assert (inside.status_code, len(inside.json()["items"])) == (200, 1)
    assert (outside.status_code, outside.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=many",
        "order=sideways",
        "prefix=T",
        "order=title&from=2026",
        "from=yesterday",
        "nextKey=made-up",
    ],
)
def test_a_parameter_that_is_wrong_is_a_400_that_names_it(ada: Udagram, query: str) -> None:
    group = ada.group()["groupId"]
    answer = ada.get(f"/groups/{group}/images?{query}")
    assert answer.status_code == 400
    name = query.rpartition("&")[2].partition("=")[0]
    assert name in answer.json()["error"]["message"]


def test_a_cursor_of_another_list_is_a_400(ada: Udagram) -> None:
    one, other = ada.group()["groupId"], ada.group()["groupId"]
    for _ in range(2):
        ada.create_image(one, PICTURE)
    key = ada.get(f"/groups/{one}/images?limit=1").json()["nextKey"]
    assert ada.get(f"/groups/{one}/images?limit=1&nextKey={key}").status_code == 200
    assert ada.get(f"/groups/{other}/images?limit=1&nextKey={key}").status_code == 400
    assert ada.get(f"/groups/{one}/images?limit=1&order=oldest&nextKey={key}").status_code == 400


def test_a_parameter_that_means_nothing_is_ignored(ada: Udagram) -> None:
    assert ada.get("/groups?utm_source=mail").status_code == 200
