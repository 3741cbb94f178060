"""OpenSearch's contract, searches: runs against any URL (`OPENSEARCH_URL`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opensearchpy import OpenSearch

Make = Callable[..., str]
IMAGES = {
    "1": {"title": "Running dogs", "tag": "animal", "n": 3, "at": "2026-11-01", "ok": True},
    "2": {"title": "A dog in the park", "tag": "animal", "n": 1, "at": "2026-11-02T10:00:00Z"},
    "3": {"title": "City lights", "tag": ["city", "night"], "n": 2, "ok": False},
    "4": {"title": "City park at night", "n": 2.0, "at": "2026-12-01"},
}
PROPERTIES = {
    "title": {"type": "text", "analyzer": "english"},
    "tag": {"type": "keyword"},
    "n": {"type": "integer"},
    "at": {"type": "date"},
    "ok": {"type": "boolean"},
}


@pytest.fixture
def images(make_index: Make) -> str:
    return make_index(IMAGES, PROPERTIES)


def ids(client: OpenSearch, index: str, query: Any, **body: Any) -> list[str]:
    found = client.search(index=index, body={"query": query, **body})
    return [hit["_id"] for hit in found["hits"]["hits"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"match": {"title": "dog"}}, "12"),
        ({"match": {"title": {"query": "dog park", "operator": "and"}}}, "2"),
        ({"match": {"title": {"query": "dog park city", "minimum_should_match": 2}}}, "24"),
        ({"match": {"title": "the"}}, ""),
        ({"match": {"title": {"query": "cuty lihgts", "fuzziness": "AUTO"}}}, "34"),
        ({"match": {"title": {"query": "bity", "fuzziness": 1, "prefix_length": 1}}}, ""),
        ({"match": {"tag": "night"}}, "3"),
        ({"match": {"n": "2"}}, "34"),
        ({"match": {"unknown": "x"}}, ""),
        ({"multi_match": {"query": "city animal", "fields": ["title", "tag"]}}, "34"),
        ({"multi_match": {"query": "animal", "fields": ["title^2", "tag"]}}, "12"),
        ({"match_phrase": {"title": "city park"}}, "4"),
        ({"match_phrase": {"title": "park city"}}, ""),
        ({"match_phrase": {"title": "dog in the park"}}, "2"),
        ({"match_phrase": {"title": "dog park"}}, ""),
        ({"term": {"tag": "animal"}}, "12"),
        ({"term": {"title": "dog"}}, "12"),
        ({"term": {"title": "Dogs"}}, ""),
        ({"term": {"ok": True}}, "1"),
        ({"term": {"_id": "3"}}, "3"),
        ({"terms": {"tag": ["city", "animal"]}}, "123"),
        ({"terms": {"n": [1, 3]}}, "12"),
        ({"range": {"n": {"gt": 1, "lte": 2}}}, "34"),
        ({"range": {"at": {"gte": "2026-11-02"}}}, "24"),
        ({"range": {"at": {"lte": "2026-11-02"}}}, "12"),
        ({"range": {"tag": {"gte": "b", "lt": "d"}}}, "3"),
        ({"prefix": {"tag": "ni"}}, "3"),
        ({"prefix": {"title": "li"}}, "3"),
        ({"ids": {"values": ["4", "9"]}}, "4"),
        ({"exists": {"field": "tag"}}, "123"),
        ({"exists": {"field": "title"}}, "1234"),
        ({"match_all": {}}, "1234"),
        ({"bool": {}}, "1234"),
        ({"bool": {"must": {"match": {"title": "park"}}, "must_not": {"term": {"n": 1}}}}, "4"),
        ({"bool": {"filter": [{"term": {"n": 2}}], "should": {"match": {"title": "x"}}}}, "34"),
        ({"bool": {"must_not": [{"exists": {"field": "at"}}]}}, "3"),
        (
            {
                "bool": {
                    "should": [
                        {"match": {"title": "city"}},
                        {"term": {"n": 2}},
                        {"term": {"tag": "city"}},
                    ],
                    "minimum_should_match": 3,
                }
            },
            "3",
        ),
    ],
)
def test_a_query_finds(client: OpenSearch, images: str, query: Any, found: str) -> None:
    assert sorted(ids(client, images, query)) == [*found]
    assert client.count(index=images, body={"query": query})["count"] == len(found)


def test_a_page_is_cut_from_all_that_match(client: OpenSearch, make_index: Make) -> None:
    index = make_index([{"n": number} for number in range(25)])
    body = {"sort": ["n"], "from": 20, "size": 10, "track_total_hits": True}
    found = client.search(index=index, body=body)["hits"]
    assert [hit["_source"]["n"] for hit in found["hits"]] == [20, 21, 22, 23, 24]
    assert found["total"] == {"value": 25, "relation": "eq"}


def test_the_total_is_counted_as_far_as_asked(client: OpenSearch, make_index: Make) -> None:
    index = make_index([{}] * 5)
    hits = client.search(index=index, body={"track_total_hits": 3, "size": 0})["hits"]
    assert hits["total"]["value"] in (3, 4, 5)
    assert hits["max_score"] is None
    assert "total" not in client.search(index=index, body={"track_total_hits": False})["hits"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ([{"n": "asc"}, {"at": "asc"}], "2431"),
        ([{"n": {"order": "desc"}}, {"at": {"order": "desc", "missing": "_first"}}], "1342"),
        ([{"tag": "asc"}, {"n": "desc"}], "1234"),
        ([{"tag": "desc"}, "n"], "3214"),
        (["at"], "1243"),
        ([{"at": {"order": "asc", "missing": "_first"}}], "3124"),
    ],
)
def test_hits_are_sorted_by_fields(client: OpenSearch, images: str, sort: Any, order: str) -> None:
    found = client.search(index=images, body={"sort": sort})["hits"]
    assert [hit["_id"] for hit in found["hits"]] == [*order]
    assert found["max_score"] is None
    assert [hit["_score"] for hit in found["hits"]] == [None] * 4


def test_search_after_goes_on_where_a_page_ended(client: OpenSearch, images: str) -> None:
    seen: list[str] = []
    body: dict[str, Any] = {"sort": [{"n": "desc"}, {"tag": "asc"}], "size": 1}
    while hits := client.search(index=images, body=body)["hits"]["hits"]:
        seen += [hit["_id"] for hit in hits]
        body["search_after"] = hits[-1]["sort"]
    assert seen == ["1", "3", "4", "2"]


def test_dates_sort_as_milliseconds(client: OpenSearch, images: str) -> None:
    found = client.search(index=images, body={"sort": ["at"], "size": 2})["hits"]["hits"]
    assert [hit["sort"] for hit in found] == [[1793491200000], [1793613600000]]


def test_a_source_is_shown_in_part_or_not_at_all(client: OpenSearch, images: str) -> None:
    def source(wanted: Any) -> Any:
        body = {"query": {"ids": {"values": ["1"]}}, "_source": wanted}
        return client.search(index=images, body=body)["hits"]["hits"][0].get("_source")

    assert source(["title", "n"]) == {"title": "Running dogs", "n": 3}
    assert source({"excludes": ["t*", "a*"]}) == {"n": 3, "ok": True}
    assert source(False) is None


def test_the_applications_search_finds_typos_and_marks_them(
    client: OpenSearch, images: str
) -> None:
    body = {
        "query": {
            "multi_match": {"query": "runing prak", "fields": ["title^3"], "fuzziness": "AUTO"}
        },
        "highlight": {
            "encoder": "html",
            "pre_tags": ["<mark>"],
            "post_tags": ["</mark>"],
            "number_of_fragments": 0,
            "fields": {"title": {}},
        },
    }
    found = client.search(index=images, body=body)["hits"]["hits"]
    assert {hit["_id"]: hit["highlight"]["title"] for hit in found} == {
        "1": ["<mark>Running</mark> dogs"],
        "2": ["A dog in the <mark>park</mark>"],
        "4": ["City <mark>park</mark> at night"],
    }


def test_a_highlight_is_safe_html(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"t": '<b>dog</b> & "cat\'s"'}})
    body = {
        "query": {"match": {"t": "dog"}},
        "highlight": {"encoder": "html", "number_of_fragments": 0, "fields": {"t": {}}},
    }
    (hit,) = client.search(index=index, body=body)["hits"]["hits"]
    assert hit["highlight"]["t"] == [
        "&lt;b&gt;<em>dog</em>&lt;&#x2F;b&gt; &amp; &quot;cat&#x27;s&quot;"
    ]


def test_a_long_text_is_shown_in_fragments(client: OpenSearch, make_index: Make) -> None:
    text = "The first has a dog. " + "Nothing here at all. " * 10 + "The last has a dog too."
    index = make_index({"1": {"t": text}})
    highlight = {"fields": {"t": {"fragment_size": 30, "number_of_fragments": 2}}}
    body = {"query": {"match": {"t": "dog"}}, "highlight": highlight}
    (hit,) = client.search(index=index, body=body)["hits"]["hits"]
    first, last = hit["highlight"]["t"]
    assert first.startswith("The first has a <em>dog</em>.")
    assert last.startswith("The last has a <em>dog</em>")


def test_a_field_that_did_not_match_has_no_highlight(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"a": "dog", "b": "dog"}})
    body = {"query": {"match": {"a": "dog"}}, "highlight": {"fields": {"a": {}, "b": {}}}}
    (hit,) = client.search(index=index, body=body)["hits"]["hits"]
    assert hit["highlight"] == {"a": ["<em>dog</em>"]}


def test_values_are_counted(client: OpenSearch, images: str) -> None:
    body = {"size": 0, "aggs": {"tags": {"terms": {"field": "tag", "size": 2}}}}
    found = client.search(index=images, body=body)["aggregations"]["tags"]
    assert found == {
        "doc_count_error_upper_bound": 0,
        "sum_other_doc_count": 1,
        "buckets": [{"key": "animal", "doc_count": 2}, {"key": "city", "doc_count": 1}],
    }


def test_several_indices_are_searched_as_one(client: OpenSearch, make_index: Make) -> None:
    one, two = make_index({"1": {"t": "dog"}}), make_index({"2": {"t": "dog"}})
    body = {"query": {"match": {"t": "dog"}}}
    found = client.search(index=f"{one},{two}", body=body)
    assert {(hit["_index"], hit["_id"]) for hit in found["hits"]["hits"]} == {
        (one, "1"),
        (two, "2"),
    }
    assert found["_shards"] == {"total": 2, "successful": 2, "skipped": 0, "failed": 0}


def test_documents_are_spread_over_all_shards(client: OpenSearch, make_index: Make) -> None:
    index = make_index([{"n": n} for n in range(60)], number_of_shards=3, number_of_replicas=0)
    counts = [
        client.count(index=index, preference=f"_shards:{number}")["count"] for number in range(3)
    ]
    assert sum(counts) == 60
    assert min(counts) > 5
    rows = client.cat.shards(index=index, format="json", h="shard,docs")
    assert sorted(rows, key=lambda row: row["shard"]) == [
        {"shard": str(number), "docs": str(docs)} for number, docs in enumerate(counts)
    ]
