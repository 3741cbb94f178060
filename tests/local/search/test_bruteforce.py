"""After any sequence of writes, deletes and refreshes, a search is a scan of what was refreshed."""

from __future__ import annotations

import json
from collections import Counter
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serverless_app.local.clock import Clock
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine

WORDS = ["dog", "cat", "bird", "dig"]
IDS = ["1", "2", "3", "4", "5"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
numbers = st.integers(-3, 3)
writes = st.tuples(st.just("put"), st.sampled_from(IDS), texts, numbers)
deletes = st.tuples(st.just("delete"), st.sampled_from(IDS))
steps = st.lists(st.one_of(writes, writes, deletes, st.just(("refresh",))), max_size=25)

MAPPING = {
    "dynamic": "strict",
    "properties": {
        "t": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
        "n": {"type": "integer"},
    },
}


class Both:
    """The engine, and beside it a plain dictionary of what should be found."""

    def __init__(self) -> None:
        self.engine = SearchEngine(clock=Clock())
        self.written: dict[str, dict[str, Any]] = {}
        self.visible: dict[str, dict[str, Any]] = {}
        settings = {"refresh_interval": "-1", "number_of_shards": 1}
        self.call("PUT", "/a", {"settings": settings, "mappings": MAPPING})

    def call(self, method: str, target: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        return json.loads(self.engine.handle(Request(method, target, (), content)).body)

    def do(self, action: str, *arguments: Any) -> None:
        if action == "put":
            document_id, text, number = arguments
            source = {"t": text, "n": number}
            answer = self.call("PUT", f"/a/_doc/{document_id}", source)
            new = document_id not in self.written
            assert answer["result"] == ("created" if new else "updated")
            self.written[document_id] = source
        elif action == "delete":
            answer = self.call("DELETE", f"/a/_doc/{arguments[0]}")
            gone = self.written.pop(arguments[0], None)
            assert answer["result"] == ("not_found" if gone is None else "deleted")
        else:
            self.call("POST", "/a/_refresh")
            self.visible = dict(self.written)

    def search(self, query: Any) -> dict[str, float]:
        found = self.call("POST", "/a/_search", {"query": query, "size": 100})["hits"]
        assert found["total"]["value"] == len(found["hits"])
        return {hit["_id"]: hit["_score"] for hit in found["hits"]}

    def scan(self, word: str) -> dict[str, float]:
        """BM25 from nothing but the documents."""
        split = {key: source["t"].split() for key, source in self.visible.items()}
        split = {key: words for key, words in split.items() if words}
        having = {key: Counter(words)[word] for key, words in split.items() if word in words}
        if not having:
            return {}
        average = sum(map(len, split.values())) / len(split)
        rarity = log(1 + (len(split) - len(having) + 0.5) / (len(having) + 0.5))
        return {
            key: rarity * freq / (freq + 1.2 * (0.25 + 0.75 * len(split[key]) / average))
            for key, freq in having.items()
        }


@settings(max_examples=150)
@given(steps)
def test_a_search_equals_a_scan(actions: list[tuple[Any, ...]]) -> None:
    both = Both()
    for action in actions:
        both.do(*action)
    for word in WORDS:
        assert both.search({"match": {"t": word}}) == pytest.approx(both.scan(word), rel=1e-5)
    for key in IDS:
        assert (both.call("GET", f"/a/_doc/{key}").get("_source")) == both.written.get(key)
    low = {k for k, source in both.visible.items() if -1 <= source["n"] < 2}
    assert set(both.search({"range": {"n": {"gte": -1, "lt": 2}}})) == low
    phrase = {k for k, s in both.visible.items() if "dog cat" in s["t"]}
    assert set(both.search({"match_phrase": {"t": "dog cat"}})) == phrase
    exact = {k for k, s in both.visible.items() if s["t"] == "dog"}
    assert set(both.search({"term": {"t.raw": "dog"}})) == exact
    without = {k for k, s in both.visible.items() if "dog" not in s["t"].split()}
    assert set(both.search({"bool": {"must_not": {"match": {"t": "dog"}}}})) == without
    assert set(both.search({"match_all": {}})) == both.visible.keys()


@settings(max_examples=60)
@given(steps)
def test_sorting_by_a_number_equals_sorting_the_documents(actions: list[tuple[Any, ...]]) -> None:
    both = Both()
    for action in [*actions, ("refresh",)]:
        both.do(*action)
    body = {"sort": [{"n": "desc"}, "t.raw"], "size": 100}
    found = both.call("POST", "/a/_search", body)["hits"]["hits"]
    values = [(hit["_source"]["n"], hit["_source"]["t"]) for hit in found]
    expected = sorted((-s["n"], s["t"]) for s in both.visible.values())
    assert values == [(-number, text) for number, text in expected]


@settings(max_examples=60)
@given(steps, st.sampled_from(WORDS))
def test_fuzzy_finds_what_is_within_one_edit(actions: list[tuple[Any, ...]], word: str) -> None:
    both = Both()
    for action in [*actions, ("refresh",)]:
        both.do(*action)
    close = {"dog": {"dog", "dig"}, "dig": {"dig", "dog"}}.get(word, {word})
    expected = {k for k, s in both.visible.items() if close & set(s["t"].split())}
    assert set(both.search({"match": {"t": {"query": word, "fuzziness": 1}}})) == expected
