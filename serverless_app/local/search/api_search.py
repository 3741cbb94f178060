"""REST calls that search: _search, _count, _explain, _search_shards, _analyze."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from serverless_app.local.search.aggregations import parse_aggregations
from serverless_app.local.search.errors import (
    IllegalArgument,
    ParsingError,
    QueryShardError,
)
from serverless_app.local.search.highlighting import parse_highlight
from serverless_app.local.search.indices import Index, build_analyzer
from serverless_app.local.search.rest import Call, route
from serverless_app.local.search.scoring import Explanation
from serverless_app.local.search.searching import MATCH_ALL, Search, count, parts_of, run
from serverless_app.local.search.shards import shard_of
from serverless_app.local.search.sorting import parse_sort
from serverless_app.local.search.sources import SourceFilter
from serverless_app.local.search.words import ANALYZERS, Analyzer

WHERE = "preference routing"
BODY = {
    "query", "from", "size", "sort", "search_after", "_source", "highlight", "aggs",
    "aggregations", "explain", "track_total_hits",
}  # fmt: skip


@route(
    "GET POST",
    "/_search /{index}/_search",
    f"{WHERE} from size sort search_type explain track_total_hits _source _source_includes "
    "_source_excludes",
)
def search(call: Call) -> Any:
    """The documents that match, ranked."""
    started = time.perf_counter()
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    wanted = _search(call)
    for index in indices:
        _check_window(wanted, index)
    body = run(wanted, indices, call.cluster.clock.time())
    return {"took": round((time.perf_counter() - started) * 1000), **body}


@route("GET POST", "/_count /{index}/_count", WHERE)
def count_documents(call: Call) -> Any:
    """How many documents match."""
    body = call.object({"query"})
    asked = replace(Search(query=body.get("query", MATCH_ALL)), **_where(call))
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    return count(asked, indices, call.cluster.clock.time())


@route("GET POST", "/{index}/_explain/{id}", "routing")
def explain(call: Call) -> Any:
    """Why one document has the score that it has, or does not match."""
    index, document_id = call.cluster.one(call.path["index"]), call.path["id"]
    body = call.object({"query"})
    if "query" not in body:
        raise ParsingError("query is missing")
    number = index.shard(document_id, call.parameters.get("routing")).number
    asked = Search(query=body["query"], shards=frozenset((number,)))
    (part,) = parts_of(asked, [index], call.cluster.clock.time())
    doc = part.reader.segment.numbers.get(document_id)
    answer = {"_index": index.name, "_id": document_id}
    if doc is None:
        return 404, {**answer, "matched": False}
    found = part.query.explain(part.reader, doc)
    shown = found or Explanation(0.0, "no matching clause")
    return {**answer, "matched": found is not None, "explanation": shown.body()}


@route("GET POST", "/_search_shards /{index}/_search_shards", WHERE)
def search_shards(call: Call) -> Any:
    """The shards that a search with these parameters would ask."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    where = _where(call)
    shards = [
        [_shard_body(index, number)]
        for index in indices
        for number in _numbers(index, where["shards"], where["routing"])
    ]
    nodes = {"local": {"name": call.cluster.name, "transport_address": "127.0.0.1:9300"}}
    return {"nodes": nodes, "indices": {index.name: {} for index in indices}, "shards": shards}


def _numbers(index: Index, only: frozenset[int] | None, routing: tuple[str, ...]) -> list[int]:
    numbers = {shard_of(r, len(index.shards), index.routing_shards) for r in routing}
    every = range(len(index.shards))
    return [n for n in every if (only is None or n in only) and (not routing or n in numbers)]


def _shard_body(index: Index, number: int) -> dict[str, Any]:
    where = {"state": "STARTED", "primary": True, "node": "local", "relocating_node": None}
    return {**where, "shard": number, "index": index.name}


@route("GET POST", "/_analyze /{index}/_analyze")
def analyze(call: Call) -> Any:
    """The words that a text is split into."""
    body = call.object({"analyzer", "field", "tokenizer", "filter", "text"})
    texts = body.get("text")
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise IllegalArgument("text is missing: a text or a list of texts")
    index = call.cluster.one(call.path["index"]) if "index" in call.path else None
    analyzer, tokens, shift = _analyzer(body, index), [], 0
    for text in texts:
        found = analyzer.tokens(text)
        tokens += [
            {
                "token": token.text,
                "start_offset": _units(text[: token.start]),
                "end_offset": _units(text[: token.end]),
                "type": _type(token.text),
                "position": token.position + shift,
            }
            for token in found
        ]
        shift += found[-1].position + 101 if found else 0
    return {"tokens": tokens}


def _analyzer(body: dict[str, Any], index: Index | None) -> Analyzer:
    known = index.mapping.analyzers if index else ANALYZERS
    if "tokenizer" in body:
        return build_analyzer("custom", body["tokenizer"], body.get("filter", []))
    if "field" in body and index is not None:
        field = index.mapping.fields.get(str(body["field"]))
        exact = field is not None and not field.is_text
        return known["keyword"] if exact else field.analyzer if field else known["standard"]
    name = body.get("analyzer", "standard")
    if not isinstance(name, str) or name not in known:
        raise IllegalArgument(f"failed to find global analyzer [{name}]")
    return known[name]


def _units(text: str) -> int:
    """A length in UTF-16 units, in which Lucene counts offsets."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _type(word: str) -> str:
    return "<NUM>" if re.fullmatch(r"[\d.,;']+", word) else "<ALPHANUM>"


def _search(call: Call) -> Search:
    """A search from its body and its parameters; the parameters win."""
    body = {**call.object(BODY), **_from_parameters(call)}
    keys = parse_sort(body["sort"]) if "sort" in body else ()
    after = body.get("search_after")
    if after is not None and (not isinstance(after, list) or not keys):
        raise IllegalArgument("Sort must contain at least one field, search_after their values")
    if after is not None and body.get("from", 0) not in (0, -1):
        raise IllegalArgument("`from` parameter must be set to 0 when `search_after` is used.")
    kind = call.parameters.get("search_type", "query_then_fetch")
    if kind not in ("query_then_fetch", "dfs_query_then_fetch"):
        raise IllegalArgument(f"No search type for [{kind}]")
    source = SourceFilter.of_body(body["_source"]) if "_source" in body else SourceFilter()
    if call.parameters.keys() & {"_source", "_source_includes", "_source_excludes"}:
        source = SourceFilter.of_parameters(call.parameters)
    return Search(
        query=body.get("query", MATCH_ALL),
        start=_number(body, "from", 0),
        size=_number(body, "size", 10),
        keys=keys,
        search_after=after,
        source=source,
        highlight=parse_highlight(body["highlight"]) if "highlight" in body else {},
        aggregations=parse_aggregations(body.get("aggs", body.get("aggregations", {}))),
        explain=_true(body, "explain"),
        track_total_hits=_track(body.get("track_total_hits", 10_000)),
        dfs=kind.startswith("dfs"),
        **_where(call),
    )


def _from_parameters(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {n: call.whole(n) for n in ("from", "size") if n in call.parameters}
    if "explain" in call.parameters:
        found["explain"] = call.flag("explain")
    if "track_total_hits" in call.parameters:
        text = call.parameters["track_total_hits"]
        found["track_total_hits"] = {"true": True, "": True, "false": False}.get(text, text)
        if isinstance(found["track_total_hits"], str):
            found["track_total_hits"] = call.whole("track_total_hits")
    if "sort" in call.parameters:
        pairs = [each.partition(":") for each in call.parameters["sort"].split(",")]
        found["sort"] = [{name: order} if order else name for name, _, order in pairs]
    return found


def _where(call: Call) -> dict[str, Any]:
    """Which shards `routing` and `preference=_shards:0,1` choose.

    Any other preference names a copy of a shard; there is one, so `_local` and words of one's own
    make no difference.
    """
    routing = tuple(filter(None, call.parameters.get("routing", "").split(",")))
    preference = call.parameters.get("preference", "_local")
    chosen = re.fullmatch(r"_shards:(\d{1,4}(?:,\d{1,4})*)(?:\|.*)?", preference)
    if chosen:
        return {"shards": frozenset(map(int, chosen[1].split(","))), "routing": routing}
    if preference.startswith("_") and preference not in ("_local", "_primary"):
        raise IllegalArgument(f"no Preference for [{preference}]")
    return {"shards": None, "routing": routing}


def _number(body: dict[str, Any], name: str, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ParsingError(f"[{name}] must be a whole number, not [{str(value)[:100]}]")
    if value < 0:
        raise IllegalArgument(f"[{name}] parameter cannot be negative, found [{value}]")
    return value


def _true(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise ParsingError(f"[{name}] must be true or false")
    return value


def _track(value: Any) -> int | None:
    if isinstance(value, bool):
        return 2**62 if value else None
    if not isinstance(value, int) or value < 0:
        raise IllegalArgument(f"[track_total_hits] parameter must be positive, got [{value}]")
    return value


def _check_window(search: Search, index: Index) -> None:
    most = index.number("max_result_window")
    if search.start + search.size > most:
        raise QueryShardError(
            "Result window is too large, from + size must be less than or equal to: "
            f"[{most}] but was [{search.start + search.size}]. See the scroll api for a more "
            "efficient way to request large data sets. This limit can be set by changing the "
            "[index.max_result_window] index level setting.",
            index=index.name,
            kind=IllegalArgument.type,
        )
