"""A small search engine that speaks OpenSearch's REST API and scores as Lucene does.

Read it from the bottom up: `words` (a text becomes words), `postings` (the inverted index),
`scoring` (BM25 on one screen), `fuzzy`, `queries`, `filters` and `compound` (the tree of a query),
`parsing` (JSON becomes that tree), `segments` and `shards` (what a refresh shows, versions,
routing), `indices` and `cluster`, `searching` (shards asked, hits merged), and the REST calls in
`api_*`.

What the application and the lessons do not use is left out, and refused with a 400 that names it.
Different from OpenSearch, and never by accident:

- a deleted document leaves the statistics at once, as after a merge of all segments;
- `refresh=wait_for` refreshes instead of waiting, and `took` of a bulk request is 0;
- fragments of a highlight end at `.`, `!`, `?` and line ends, and the best are those with the most
  different words; a highlight of the whole field is the same as OpenSearch's;
- a terms aggregation is exact over all shards, so its error bound is 0;
- JSON nests 200 levels deep at most.
"""

from serverless_app.local.search.engine import SearchEngine

__all__ = ["SearchEngine"]
