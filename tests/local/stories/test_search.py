"""Full-text search: the index follows the table, and bears what a bad day brings."""

from __future__ import annotations

from serverless_app.local.udagram import Udagram, jpeg


def upload(ada: Udagram, group: str, *titles: str) -> None:
    for number, title in enumerate(titles):
        ada.upload(group, jpeg(64, 64, seed=number), title=title)
    ada.cloud.drain()


def test_a_typo_finds_the_image_and_the_hit_is_marked(ada: Udagram) -> None:
    upload(ada, ada.group("Boats")["groupId"], "Harbour at sunset", "Market day")
    answer = ada.anyone().get("/search?q=harbuor")
    assert answer.status_code == 200
    assert answer.json()["total"] == 1
    hit = answer.json()["items"][0]
    assert hit["title"] == "Harbour at sunset"
    assert hit["highlights"]["title"] == ["<mark>Harbour</mark> at sunset"]
    assert hit["score"] > 0


def test_the_name_of_the_group_finds_its_images(ada: Udagram) -> None:
    upload(ada, ada.group("Lighthouses")["groupId"], "Number one")
    assert ada.get("/search?q=lighthouse").json()["total"] == 1


def test_a_title_that_is_markup_is_shown_as_text(ada: Udagram) -> None:
    upload(ada, ada.group()["groupId"], "<img src=x onerror=alert(1)> tiger")
    hit = ada.get("/search?q=tiger").json()["items"][0]
    assert hit["highlights"]["title"] == ["&lt;img src=x onerror=alert(1)&gt; <mark>tiger</mark>"]


def test_pages_of_hits_follow_each_other(ada: Udagram) -> None:
    upload(ada, ada.group()["groupId"], "fox one", "fox two", "fox three")
    pages = [ada.get(f"/search?q=fox&limit=2&offset={offset}").json() for offset in (0, 2)]
    assert [len(page["items"]) for page in pages] == [2, 1]
    found = {hit["title"] for page in pages for hit in page["items"]}
    assert found == {"fox one", "fox two", "fox three"}


def test_a_search_for_nothing_is_a_400(anyone: Udagram) -> None:
    assert anyone.get("/search").status_code == 400
    assert anyone.get("/search?q=").status_code == 400
    assert anyone.get("/search?q=a&offset=9999&limit=2").status_code == 400


def test_without_its_search_service_the_route_says_so(ada: Udagram) -> None:
    upload(ada, ada.group()["groupId"], "A fox")
    ada.cloud.faults.lose("opensearch", times=10)
    answer = ada.get("/search?q=fox")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "search_unavailable"


def test_changes_that_were_lost_on_the_way_reach_the_index_when_it_is_back(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    ada.cloud.faults.lose("opensearch", times=2)
    upload(ada, group, "A patient fox")
    assert ada.get("/search?q=patient").json()["total"] == 1
