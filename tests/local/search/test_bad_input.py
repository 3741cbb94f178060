"""What is refused, how, and that it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serverless_app.local.clock import Clock
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.search import SearchEngine

Send = Callable[..., tuple[int, Any]]


def answer(engine: SearchEngine, method: str, target: str, body: Any = b"") -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response: Response = engine.handle(Request(method, target, (), content))
    return response.status, json.loads(response.body) if response.body else None


@pytest.fixture
def send() -> Send:
    """An index `a` with one document, and a way to talk to it."""
    engine = SearchEngine(clock=Clock())
    properties = {
        "t": {"type": "text"},
        "k": {"type": "keyword"},
        "n": {"type": "integer"},
        "d": {"type": "date"},
        "b": {"type": "boolean"},
        "f": {"type": "float"},
    }
    answer(engine, "PUT", "/a", {"mappings": {"properties": properties}})
    answer(engine, "PUT", "/a/_doc/1?refresh=true", {"t": "dog", "n": 1})
    return lambda *arguments: answer(engine, *arguments)


def refused(send: Send, method: str, target: str, body: Any = b"") -> tuple[int, str, str]:
    """The refusal: status, type, reason; in OpenSearch's shape, and nothing has changed."""
    before = send("GET", "/a"), send("GET", "/a/_search"), send("GET", "/a/_doc/1")
    status, body = send(method, target, body)
    send("POST", "/a/_refresh")
    after = send("GET", "/a"), send("GET", "/a/_search"), send("GET", "/a/_doc/1")
    for one, other in zip(before, after, strict=True):
        one[1].pop("took", None)
        other[1].pop("took", None)
        assert one == other
    error = body["error"]
    assert body["status"] == status
    assert error["root_cause"][0]["reason"]
    cause = error["root_cause"][0]
    return status, cause["type"], cause["reason"]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"{]", b"nonsense", b'{"t": NaN}', b'{"t": Infinity}', b'{"t": 1e999}', b"\xff\xfe",
        b'{"t": "\\ud800"}', b'{"t": 1, "t": 2}', b'{"t": "a"} {"t": "b"}', b'{"t": "\x01"}',
        b'{"n": ' + b"9" * 5_000 + b"}", b'{"t":' * 5_000 + b"1" + b"}" * 5_000, b"[" * 100_000,
        b'{"t":' + b"[" * 300 + b"]" * 300 + b"}",
    ],
)  # fmt: skip
def test_malformed_json_is_refused(send: Send, body: bytes) -> None:
    assert refused(send, "PUT", "/a/_doc/2", body)[:2] == (400, "json_parse_exception")
    assert refused(send, "POST", "/a/_search", body)[:2] == (400, "json_parse_exception")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b""])
def test_a_document_is_an_object(send: Send, body: bytes) -> None:
    assert refused(send, "PUT", "/a/_doc/2", body)[0] == 400


@pytest.mark.parametrize(
    "source",
    [
        {"n": "many"}, {"n": 2**40}, {"n": {"x": 1}}, {"n": True}, {"n": [1, "x"]}, {"b": "yes"},
        {"b": 1}, {"d": "yesterday"}, {"d": "2026-13-01"}, {"d": 1.5}, {"f": 1e300}, {"f": "x"},
        {"t": {"x": 1}}, {"k": {"x": 1}}, {"": 1}, {" ": 1}, {"new": 1, "new.x": 2},
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_field_is_refused(send: Send, source: Any) -> None:
    assert refused(send, "PUT", "/a/_doc/2", source)[:2] == (400, "mapper_parsing_exception")


def test_an_object_nested_too_deeply_is_refused(send: Send) -> None:
    source: Any = 1
    for _ in range(25):
        source = {"x": source}
    status, kind, reason = refused(send, "PUT", "/a/_doc/2", source)
    assert (status, kind) == (400, "illegal_argument_exception")
    assert reason == "Limit of mapping depth [20] has been exceeded"


def test_a_document_with_too_many_new_fields_is_refused(send: Send) -> None:
    source = {f"field{number}": 1 for number in range(1_001)}
    reason = refused(send, "PUT", "/a/_doc/2", source)[2]
    assert reason == "Limit of total fields [1000] has been exceeded"


def test_an_immense_keyword_is_refused(send: Send) -> None:
    status, kind, reason = refused(send, "PUT", "/a/_doc/2", {"k": "é" * 16_384})
    assert (status, kind) == (400, "illegal_argument_exception")
    assert 'immense term in field="k"' in reason


def test_an_immense_word_of_a_text_is_cut_not_refused(send: Send) -> None:
    assert send("PUT", "/a/_doc/2?refresh=true", {"t": "x" * 100_000})[0] == 201
    assert send("GET", "/a/_count", {"query": {"term": {"t": "x" * 255}}})[1]["count"] == 1


def test_an_id_of_600_bytes_is_refused_and_one_of_512_is_not(send: Send) -> None:
    status, kind, reason = refused(send, "PUT", f"/a/_doc/{'x' * 600}", {})
    assert (status, kind) == (400, "action_request_validation_exception")
    assert reason.endswith("is too long, must be no longer than 512 bytes but was: 600;")
    assert send("PUT", f"/a/_doc/{'x' * 512}", {})[0] == 201


def test_control_characters_in_an_id_are_only_characters(send: Send) -> None:
    assert send("PUT", "/a/_doc/%00%1F%0A", {"t": "x"})[0] == 201
    assert send("GET", "/a/_doc/%00%1F%0A")[1]["_id"] == "\x00\x1f\n"


def test_an_address_that_is_no_utf8_is_refused(send: Send) -> None:
    assert refused(send, "GET", "/a/_doc/%ff")[:2] == (400, "illegal_argument_exception")
    assert refused(send, "GET", "/a/_search?routing=%ff")[0] == 400


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"fuzzy": {"t": "x"}}, "unknown query [fuzzy]"),
        ({"match": {"t": {"query": "x", "slop": 1}}}, "[match] query does not support [slop]"),
        ({"match": {"t": {"query": "x", "fuzziness": 3}}},
         "Valid edit distances are [0, 1, 2] but was [3]"),
        ({"match": {"t": {"query": "x", "operator": "xor"}}},
         "operator needs to be either and or or, but not [xor]"),
        ({"match": {"t": {}}}, "[match] requires query value"),
        ({"match": {"t": "x", "k": "y"}},
         "[match] query doesn't support multiple fields, found ['t', 'k']"),
        ({"multi_match": {"query": "x", "fields": ["t"], "type": "cross_fields"}},
         "[multi_match] type [cross_fields] is not supported"),
        ({"multi_match": {"query": "x"}}, "[multi_match] requires fields, a list of names"),
        ({"multi_match": {"query": "x", "fields": ["t^big"]}}, "failed to parse boost [big]"),
        ({"match": {"t": {"query": "x", "boost": -1}}},
         "negative [boost] are not allowed in [query], but was [-1]"),
        ({"term": {"n": "x"}}, 'failed to create query: For input string: "x"'),
        ({"term": {"t": None}}, "[term] value cannot be null, an object or a list"),
        ({"terms": {"t": "x"}}, "[terms] query requires a list of values"),
        ({"range": {"n": {"from": 1}}}, "[range] query does not support [from]"),
        ({"range": {"d": {"gte": "now-1d"}}},
         "failed to create query: failed to parse date field [now-1d] with format "
         "[strict_date_optional_time||epoch_millis]"),
        ({"prefix": {"n": "1"}},
         "Can only use prefix queries on keyword, text and wildcard fields - not on [n] which is "
         "of type [integer]"),
        ({"bool": {"must": [{}]}}, "query malformed, empty clause found"),
        ({"bool": {"shall": []}}, "[bool] query does not support [shall]"),
        ({"bool": []}, "[bool] query malformed, no start_object after query name"),
        ({"match_all": {}, "term": {}}, "query malformed, no field or more than one found"),
        ([], "[_na] query malformed, must start with start_object"),
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused_by_name(
    send: Send, query: Any, reason: str
) -> None:
    status, _, found = refused(send, "POST", "/a/_search", {"query": query})
    assert (status, found) == (400, reason)


@pytest.mark.parametrize(
    "body",
    [
        {"unknown": 1}, {"script_fields": {}}, {"size": "x"}, {"size": -1}, {"from": -1},
        {"size": 1.5}, {"sort": ["t"]}, {"sort": ["unmapped"]}, {"sort": [{"n": "up"}]},
        {"sort": [{"n": {"mode": "avg"}}]}, {"search_after": [1]},
        {"sort": ["n"], "search_after": [1, 2]}, {"sort": ["n"], "search_after": ["x"]},
        {"sort": ["n"], "search_after": [1], "from": 1}, {"_source": 5}, {"explain": "x"},
        {"track_total_hits": "x"}, {"highlight": {"fields": {"t": {"type": "fvh"}}}},
        {"highlight": {"tags_schema": "styled", "fields": {}}}, {"highlight": []},
        {"highlight": {"fields": {"*": {}}}}, {"aggs": {"x": {"avg": {"field": "n"}}}},
        {"aggs": {"x": {"terms": {"field": "t"}}}}, {"aggs": {"x": {"terms": {}}}},
        {"aggs": {"x": {"terms": {"field": "n"}, "aggs": {}}}},
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(send: Send, body: Any) -> None:
    assert refused(send, "POST", "/a/_search", body)[0] == 400


def test_no_more_than_ten_thousand_hits_are_paged_through(send: Send) -> None:
    reason = refused(send, "POST", "/a/_search", {"from": 9_999, "size": 2})[2]
    assert reason.startswith(
        "Result window is too large, from + size must be less than or equal to: [10000] but was "
        "[10001]."
    )
    assert send("POST", "/a/_search", {"from": 9_990, "size": 10})[0] == 200
    assert refused(send, "POST", "/a/_search", {"size": 2**70})[0] == 400


def test_a_query_nested_too_deeply_is_refused(send: Send) -> None:
    query: Any = {"match_all": {}}
    for _ in range(31):
        query = {"bool": {"must": query}}
    assert "nested depth" in refused(send, "POST", "/a/_search", {"query": query})[2]


def test_a_query_of_too_many_words_is_refused(send: Send) -> None:
    text = " ".join(f"w{number}" for number in range(1_025))
    status, kind, _ = refused(send, "POST", "/a/_search", {"query": {"match": {"t": text}}})
    assert (status, kind) == (400, "too_many_clauses")


@pytest.mark.parametrize(
    ("method", "target", "reason"),
    [
        ("GET", "/a/_search?q=dog", "contains unrecognized parameter: [q]"),
        ("GET", "/a/_search?scroll=1m", "contains unrecognized parameter: [scroll]"),
        ("GET", "/a/_search?size=x", "Failed to parse int parameter [size] with value [x]"),
        ("GET", "/a/_search?explain=maybe", "Failed to parse value [maybe] as only"),
        ("GET", "/a/_search?preference=_only_nodes:x", "no Preference for [_only_nodes:x]"),
        ("GET", "/a/_search?search_type=scan", "No search type for [scan]"),
        ("PUT", "/a/_doc/2?refresh=soon", "Unknown value for refresh: [soon]."),
        ("PUT", "/a/_doc/2?version=1", "internal versioning can not be used"),
        ("PUT", "/a/_doc/2?version=x&version_type=external", "Failed to parse int parameter"),
        ("PUT", "/a/_doc/2?version=-1&version_type=external", "illegal version value [-1]"),
        ("PUT", "/a/_doc/2?version_type=external", "a version is needed"),
        ("PUT", "/a/_doc/2?version_type=force", "No version type match [force]"),
        ("PUT", "/a/_doc/2?op_type=replace", "opType must be 'create' or 'index'"),
        ("PUT", "/a/_doc/2?if_seq_no=1", "contains unrecognized parameter: [if_seq_no]"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(
    send: Send, method: str, target: str, reason: str
) -> None:
    status, _, found = refused(send, method, target, {} if method == "PUT" else b"")
    assert status == 400
    assert reason in found


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"index": {"_id": "2"}}\n{"t": "x"}', "must be terminated by a newline"),
        (b'{"index": {"_id": "2"}}\n', "its source is missing"),
        (b'{"index": {"_id": "2"}}\n{"t": "x"}\n{"move": {}}\n{}\n', "found [move]"),
        (b'{"index": {"_id": "2"}}\n{"t": "x"}\n[]\n', "expected one action"),
        (b'{"index": {"_id": "2"}}\n{"t": "x"}\n{"delete"\n', "malformed JSON"),
        (b'{"index": {"_id": "2", "pipeline": "x"}}\n{}\n', "unknown parameter [pipeline]"),
        (b"\n", "no requests added"),
    ],
)
def test_a_malformed_bulk_does_nothing_at_all(send: Send, body: bytes, reason: str) -> None:
    assert reason in refused(send, "POST", "/a/_bulk", body)[2]


@pytest.mark.parametrize(
    "name", ["Upper", "_x", "-x", "+x", "a%20b", "a%23b", "a%2Ab", "..", "x" * 256, "a%3Ab"]
)
def test_a_name_that_no_index_can_have_is_refused(send: Send, name: str) -> None:
    status, body = send("PUT", f"/{name}", {})
    assert status == 400
    assert send("GET", "/_cat/indices?format=json&h=index")[1] == [{"index": "a"}]
    assert body


@pytest.mark.parametrize(
    "body",
    [
        {"settings": {"number_of_shards": 0}}, {"settings": {"number_of_shards": 1_025}},
        {"settings": {"number_of_shards": "x"}}, {"settings": {"codec": "zstd"}},
        {"settings": {"refresh_interval": "soon"}}, {"settings": {"index.gc_deletes": "1"}},
        {"settings": {"analysis": {"char_filter": {"x": {"type": "html_strip"}}}}},
        {"settings": {"analysis": {"analyzer": {"x": {"type": "french"}}}}},
        {"mappings": {"properties": {"x": {"type": "geo_point"}}}},
        {"mappings": {"properties": {"x": {"type": "text", "analyzer": "french"}}}},
        {"mappings": {"properties": {"x": {"type": "keyword", "null_value": "x"}}}},
        {"mappings": {"properties": {"x": {}}}}, {"mappings": {"_source": {"enabled": False}}},
        {"mappings": {"dynamic": "runtime"}}, {"mappings": []}, {"templates": {}}, {"settings": []},
        {"aliases": {"x": {"filter": {}}}}, {"aliases": {"a": {}}},
    ],
)  # fmt: skip
def test_an_index_that_this_engine_cannot_be_is_not_made(send: Send, body: Any) -> None:
    assert refused(send, "PUT", "/b", body)[0] == 400
    assert send("HEAD", "/b")[0] == 404


@pytest.mark.parametrize("target", ["/_snapshot", "/a/_unknown", "/_cat/nodes", "/a/b/c/d/e"])
def test_an_address_that_means_nothing_is_refused(send: Send, target: str) -> None:
    status, body = send("GET", target)
    assert status == 400
    assert body["error"].startswith("no handler found for uri")


def test_a_method_that_an_address_does_not_take_is_405(send: Send) -> None:
    assert send("DELETE", "/a/_search")[0] == 405


def test_pretty_is_for_people(send: Send) -> None:
    assert send("GET", "/a/_count?pretty")[1]["count"] == 1


WRITES = [
    "PUT /a/_doc/1", "PUT /b", "PUT /a/_mapping", "POST /_aliases", "PUT /a/_settings",
    "POST /_reindex", "POST /a/_update/1", "POST /_mget", "POST /_analyze", "PUT /a/_alias/x",
]  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["t", "k", "n", "query", "x", "boost", "fields"]), inner)
    ),
    max_leaves=8,
)
names = st.sampled_from(
    [
        "match",
        "multi_match",
        "match_phrase",
        "term",
        "terms",
        "range",
        "prefix",
        "ids",
        "exists",
        "bool",
    ]
)
parts = st.sampled_from(["sort", "highlight", "aggs", "_source", "search_after", "size", "from"])


@settings(max_examples=300)
@given(
    st.dictionaries(names, json_values, max_size=1), st.dictionaries(parts, json_values, max_size=2)
)
def test_any_search_is_answered_or_refused(query: Any, rest: Any) -> None:
    engine = SearchEngine(clock=Clock())
    answer(engine, "PUT", "/a/_doc/1?refresh=true", {"t": "dog", "k": "x", "n": 1})
    status, _ = answer(engine, "POST", "/a/_search", {"query": query, **rest})
    assert status in (200, 400)


@settings(max_examples=200)
@given(json_values, st.sampled_from(WRITES))
def test_any_body_is_answered_or_refused(body: Any, where: str) -> None:
    engine = SearchEngine(clock=Clock())
    answer(engine, "PUT", "/a/_doc/1?refresh=true", {"t": "dog", "k": "x", "n": 1})
    method, target = where.split()
    status, _ = answer(engine, method, target, body)
    assert status < 500
    assert answer(engine, "GET", "/a/_search")[0] == 200
