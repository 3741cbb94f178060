"""A small search engine that speaks OpenSearch's REST API and scores as Lucene does."""

from serverless_app.local.search.engine import SearchEngine

__all__ = ["SearchEngine"]
