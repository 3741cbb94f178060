"""Queries made of queries: `bool` adds scores up, `dis_max` takes the best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from serverless_app.local.search.queries import Mark, Query, Scores, add
from serverless_app.local.search.reader import Reader
from serverless_app.local.search.scoring import Explanation


@dataclass(frozen=True)
class Bool:
    """Clauses that must, may, or must not match; `filter` must match and adds nothing."""

    must: tuple[Query, ...] = ()
    filter: tuple[Query, ...] = ()
    should: tuple[Query, ...] = ()
    must_not: tuple[Query, ...] = ()
    needed: int = 0  # minimum_should_match
    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        boost *= self.boost
        total = self._required(reader, boost)
        if self.needed > len(self.should):
            return {}
        if self.should:
            total = self._with_optional(reader, boost, total)
        elif total is None:
            total = dict.fromkeys(reader.segment.documents, 0.0)
        for query in self.must_not:
            for doc in query.scores(reader):
                total.pop(doc, None)
        return total

    def _required(self, reader: Reader, boost: float) -> Scores | None:
        """The scores of what `must` and `filter` leave over; None when there is neither."""
        if not self.must and not self.filter:
            return None
        scored = [query.scores(reader, boost) for query in self.must]
        allowed = [found.keys() for found in scored]
        allowed += [query.scores(reader).keys() for query in self.filter]
        allowed.sort(key=len)
        left = set(allowed[0]).intersection(*allowed[1:])
        return {doc: sum((found[doc] for found in scored), 0.0) for doc in sorted(left)}

    def _with_optional(self, reader: Reader, boost: float, required: Scores | None) -> Scores:
        optional: Scores = {}
        counts: dict[int, int] = {}
        for query in self.should:
            found = query.scores(reader, boost)
            add(optional, found)
            if self.needed > 1:
                for doc in found:
                    counts[doc] = counts.get(doc, 0) + 1
        if self.needed > 1:
            optional = {doc: s for doc, s in optional.items() if counts[doc] >= self.needed}
        if required is None:
            return optional
        if self.needed:
            return {doc: required[doc] + s for doc, s in optional.items() if doc in required}
        return {doc: score + optional.get(doc, 0.0) for doc, score in required.items()}

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        if doc not in self.scores(reader, boost):
            return None
        boost *= self.boost
        found = [query.explain(reader, doc, boost) for query in (*self.must, *self.should)]
        parts = [part for part in found if part is not None]
        for query in self.filter:
            match = query.explain(reader, doc)
            if match is not None:
                nothing = Explanation(0.0, "# clause")
                product = "match on required clause, product of:"
                parts.append(Explanation(0.0, product, (nothing, match)))
        if len(parts) == 1 and not self.filter:
            return parts[0]
        return Explanation(sum(part.value for part in parts), "sum of:", tuple(parts))

    def marks(self, reader: Reader) -> Iterator[Mark]:
        for query in (*self.must, *self.filter, *self.should):
            yield from query.marks(reader)


@dataclass(frozen=True)
class DisMax:
    """The best of several scores: what `multi_match` makes of its fields."""

    queries: tuple[Query, ...]
    boost: float = 1.0

    def scores(self, reader: Reader, boost: float = 1.0) -> Scores:
        best: Scores = {}
        for query in self.queries:
            found = query.scores(reader, boost * self.boost)
            if not best:
                best = found
                continue
            for doc, score in found.items():
                if score > best.get(doc, -1.0):
                    best[doc] = score
        return best

    def explain(self, reader: Reader, doc: int, boost: float = 1.0) -> Explanation | None:
        found = [query.explain(reader, doc, boost * self.boost) for query in self.queries]
        parts = tuple(part for part in found if part is not None)
        if len(parts) <= 1:
            return parts[0] if parts else None
        return Explanation(max(part.value for part in parts), "max of:", parts)

    def marks(self, reader: Reader) -> Iterator[Mark]:
        for query in self.queries:
            yield from query.marks(reader)
