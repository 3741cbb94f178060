"""A search: ask every shard, merge what they found, fetch the page that was asked for.

https://docs.opensearch.org/latest/api-reference/search-apis/search/
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import neg
from typing import Any

from serverless_app.local.search.aggregations import Terms, buckets, kind_of
from serverless_app.local.search.highlighting import Highlight, highlight
from serverless_app.local.search.indices import Index
from serverless_app.local.search.parsing import QueryParser
from serverless_app.local.search.queries import Mark, Query
from serverless_app.local.search.reader import Reader
from serverless_app.local.search.scoring import single
from serverless_app.local.search.segments import Document
from serverless_app.local.search.sorting import Key, after, sort_hits
from serverless_app.local.search.sources import SourceFilter

MATCH_ALL: dict[str, Any] = {"match_all": {}}


@dataclass(frozen=True)
class Search:
    """What was asked for."""

    query: Any = field(default_factory=lambda: MATCH_ALL)
    start: int = 0
    size: int = 10
    keys: tuple[Key, ...] = ()
    search_after: list[Any] | None = None
    source: SourceFilter = field(default_factory=SourceFilter)
    highlight: dict[str, Highlight] = field(default_factory=dict)
    aggregations: dict[str, Terms] = field(default_factory=dict)
    explain: bool = False
    track_total_hits: int | None = 10_000  # how far to count; None: not at all
    dfs: bool = False
    shards: frozenset[int] | None = None  # preference=_shards:0,1
    routing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One shard of the search, with the query as it is for this shard's index."""

    index: Index
    shard: int
    reader: Reader
    query: Query

    @cached_property
    def marks(self) -> list[Mark]:
        """What there is to highlight: the same for every hit of the shard."""
        return list(self.query.marks(self.reader))


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matched; `part` and `doc` say where it is."""

    score: float
    part: int
    doc: int


def parts_of(search: Search, indices: list[Index], now: float) -> list[Part]:
    """The shards to ask, each with its parsed query."""
    parts = []
    for index in indices:
        query = QueryParser(index.mapping, index.name).parse(search.query)
        routed = {index.shard(each, None).number for each in search.routing}
        for number, reader in enumerate(index.readers(now, dfs=search.dfs)):
            asked = search.shards is None or number in search.shards
            if asked and (not search.routing or number in routed):
                parts.append(Part(index, number, reader, query))
    if search.dfs and len(indices) > 1:
        everything = [part.reader.segment for part in parts]
        parts = [
            Part(p.index, p.shard, Reader(p.reader.segment, everything), p.query) for p in parts
        ]
    return parts


def run(search: Search, indices: list[Index], now: float) -> dict[str, Any]:
    """The body that answers a search, but for the time it took."""
    parts = parts_of(search, indices, now)
    found = [part.query.scores(part.reader) for part in parts]
    total = sum(map(len, found))
    hits = _page(search, parts, found)
    by_score = not search.keys or any(key.field == "_score" for key in search.keys)
    top = max((max(scores.values()) for scores in found if scores), default=None)
    body: dict[str, Any] = {
        "timed_out": False,
        "_shards": {"total": len(parts), "successful": len(parts), "skipped": 0, "failed": 0},
        "hits": {
            **_total(total, search.track_total_hits),
            "max_score": single(top) if top is not None and by_score and search.size else None,
            "hits": [_fetch(search, parts[hit.part], hit, by_score) for hit in hits],
        },
    }
    for name, terms in search.aggregations.items():
        kind = kind_of(terms, (part.index.mapping.fields.get(terms.field) for part in parts))
        docs = [(part.reader.segment, scores) for part, scores in zip(parts, found, strict=True)]
        body.setdefault("aggregations", {})[name] = buckets(terms, kind, docs)
    return body


def count(search: Search, indices: list[Index], now: float) -> dict[str, Any]:
    """How many documents match."""
    parts = parts_of(search, indices, now)
    shards = {"total": len(parts), "successful": len(parts), "skipped": 0, "failed": 0}
    return {"count": sum(len(p.query.scores(p.reader)) for p in parts), "_shards": shards}


def _page(search: Search, parts: list[Part], found: list[dict[int, float]]) -> list[Hit]:
    """The hits asked for: best score first, ties in the order of shards and documents."""
    wanted = search.start + search.size
    if search.keys:
        every = [hit for number, scores in enumerate(found) for hit in _hits(number, scores)]
        keys = [key.bound(parts) for key in search.keys]
        ordered = sort_hits(every, keys)
        if search.search_after is not None:
            ordered = after(ordered, keys, search.search_after)
        return ordered[search.start : wanted]
    best: list[tuple[float, int, int]] = []
    for number, scores in enumerate(found):
        losses = array("f", map(neg, scores.values()))  # Lucene compares 32-bit floats
        entries = zip(losses, scores, strict=True)
        best += [(loss, number, doc) for loss, doc in heapq.nsmallest(wanted, entries)]
    best.sort()
    page = best[search.start : wanted]
    return [Hit(found[number][doc], number, doc) for _, number, doc in page]


def _hits(number: int, scores: dict[int, float]) -> Iterator[Hit]:
    for doc in sorted(scores):
        yield Hit(scores[doc], number, doc)


def _total(total: int, limit: int | None) -> dict[str, Any]:
    if limit is None:
        return {}
    relation = "eq" if total <= limit else "gte"
    return {"total": {"value": min(total, limit), "relation": relation}}


def _fetch(search: Search, part: Part, hit: Hit, by_score: bool) -> dict[str, Any]:
    """One hit as it is answered."""
    document: Document = part.reader.segment.documents[hit.doc]
    body: dict[str, Any] = {"_index": part.index.name, "_id": document.id}
    body["_score"] = single(hit.score) if by_score else None
    if document.routing is not None:
        body["_routing"] = document.routing
    source = document.json() if search.source.shown or search.highlight else {}
    if search.source.shown:
        body["_source"] = search.source.apply(source)
    if search.highlight:
        snippets = highlight(source, part.index.mapping, search.highlight, part.marks)
        if snippets:
            body["highlight"] = snippets
    if search.keys:
        body["sort"] = [key.bound([part]).value(Hit(hit.score, 0, hit.doc)) for key in search.keys]
    if search.explain:
        explanation = part.query.explain(part.reader, hit.doc)
        body = {"_shard": f"[{part.index.name}][{part.shard}]", "_node": "local", **body}
        body["_explanation"] = explanation.body() if explanation else None
    return body
