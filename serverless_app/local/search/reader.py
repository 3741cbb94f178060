"""One shard as one search sees it: its segment, and the statistics that scores are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from serverless_app.local.search.fuzzy import Fuzziness, expand
from serverless_app.local.search.scoring import Statistics
from serverless_app.local.search.segments import Segment


@dataclass
class Reader:
    """`group` is the segments whose statistics count: this one alone, as `query_then_fetch` does,

    or those of all shards (`dfs_query_then_fetch`), which makes scores comparable between shards.
    """

    segment: Segment
    group: Sequence[Segment] = ()
    _statistics: dict[str, Statistics] = field(default_factory=dict)
    _expansions: dict[tuple[str, str, Fuzziness], dict[str, tuple[float, int]]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.group = self.group or (self.segment,)

    def statistics(self, path: str) -> Statistics:
        """How many documents have a field, and its average length in words."""
        if path not in self._statistics:
            indices = [segment.fields[path] for segment in self.group if path in segment.fields]
            documents = sum(index.document_count for index in indices)
            length = sum(index.total_length for index in indices)
            self._statistics[path] = Statistics(documents, length / documents if documents else 0)
        return self._statistics[path]

    def document_frequency(self, path: str, word: str) -> int:
        """How many documents have a word."""
        return sum(
            len(index.words[word].docs)
            for segment in self.group
            if (index := segment.fields.get(path)) and word in index.words
        )

    def expansions(
        self, path: str, word: str, fuzziness: Fuzziness
    ) -> dict[str, tuple[float, int]]:
        """The close words of this shard: the boost of each, and how many documents count for it.

        Lucene's TopTermsBlendedFreqScoringRewrite lets the most frequent one count for all, so
        that a rare misspelling does not win by being rare.
        """
        key = (path, word, fuzziness)
        if key not in self._expansions:
            counts: dict[str, int] = {}
            mine: dict[str, float] = {}
            for segment in self.group:
                index = segment.fields.get(path)
                boosts = expand(index, word, fuzziness) if index else {}
                top = max((len(index.words[w].docs) for w in boosts), default=0) if index else 0
                for other in boosts:
                    counts[other] = counts.get(other, 0) + top
                if segment is self.segment:
                    mine = boosts
            self._expansions[key] = {w: (boost, counts[w]) for w, boost in mine.items()}
        return self._expansions[key]
