"""What the engine refuses, in OpenSearch's own words: one tree of errors.

OpenSearchError
├── IllegalArgument     400  a value that makes no sense, or that this engine does not have
├── ParsingError        400  JSON or a query that does not parse
├── InvalidRequest      400  a request that is incomplete (action_request_validation_exception)
├── MapperParsing       400  a mapping or a document that does not fit its mapping
├── QueryShardError     400  a query that parses but does not fit the index
├── IndexNotFound       404
└── VersionConflict     409
"""

from __future__ import annotations

from typing import Any


class OpenSearchError(Exception):
    """Carries what goes into the JSON body: `type`, `reason`, `status` and further `details`."""

    status = 400
    type = "exception"

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details

    def cause(self) -> dict[str, Any]:
        """The error by itself, as it stands in `root_cause` or in an item of a bulk answer."""
        return {"type": self.type, "reason": self.reason, **self.details}

    def body(self) -> dict[str, Any]:
        """The whole body of the answer."""
        cause = self.cause()
        root = {name: value for name, value in cause.items() if name != "caused_by"}
        return {"error": {"root_cause": [root], **cause}, "status": self.status}


class IllegalArgument(OpenSearchError):
    """A value that its parameter cannot have."""

    type = "illegal_argument_exception"


class ParsingError(OpenSearchError):
    """A body whose shape is not that of a query or an option."""

    type = "parsing_exception"


class InvalidRequest(OpenSearchError):
    """A request that lacks something, or asks for too much: every problem by its number."""

    type = "action_request_validation_exception"

    def __init__(self, *problems: str) -> None:
        numbered = "".join(f"{n}: {problem};" for n, problem in enumerate(problems, 1))
        super().__init__(f"Validation Failed: {numbered}")


class MapperParsing(OpenSearchError):
    """A document or a mapping that does not fit."""

    type = "mapper_parsing_exception"


class StrictDynamicMapping(MapperParsing):
    """A field that is not in the mapping, where `dynamic` is `strict`."""

    type = "strict_dynamic_mapping_exception"


class QueryShardError(OpenSearchError):
    """Answered as OpenSearch does: every shard failed, and for the same reason."""

    type = "query_shard_exception"

    def __init__(self, reason: str, *, index: str = "", kind: str | None = None) -> None:
        super().__init__(reason)
        self.index = index
        if kind:
            self.type = kind

    def body(self) -> dict[str, Any]:
        cause = {**self.cause(), "index": self.index}
        failed = {"shard": 0, "index": self.index, "node": None, "reason": cause}
        return {
            "error": {
                "root_cause": [cause],
                "type": "search_phase_execution_exception",
                "reason": "all shards failed",
                "phase": "query",
                "grouped": True,
                "failed_shards": [failed],
            },
            "status": self.status,
        }


class InvalidIndexName(OpenSearchError):
    """A name that no index may have."""

    type = "invalid_index_name_exception"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Invalid index name [{name}], {problem}", index=name)


class ResourceAlreadyExists(OpenSearchError):
    """An index or an alias whose name is taken."""

    type = "resource_already_exists_exception"


class IndexNotFound(OpenSearchError):
    """An index or an alias that is not there."""

    status = 404
    type = "index_not_found_exception"

    def __init__(self, name: str) -> None:
        super().__init__(f"no such index [{name}]", index=name, **{"resource.id": name})


class AliasRequired(IndexNotFound):
    """An alias that is not there, where the request will have no index made for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.reason += f" and [require_alias] request flag is [true] and [{name}] is not an alias"


class AliasesNotFound(OpenSearchError):
    """An alias to be removed that is not there."""

    status = 404
    type = "aliases_not_found_exception"


class DocumentMissing(OpenSearchError):
    """A document to be updated that is not there."""

    status = 404
    type = "document_missing_exception"


class VersionConflict(OpenSearchError):
    """A write that comes too late: the document is newer, or exists already."""

    status = 409
    type = "version_conflict_engine_exception"


def unsupported(what: str) -> IllegalArgument:
    """The refusal of something that OpenSearch has and this engine leaves out."""
    return IllegalArgument(f"[{what}] is not supported by this search engine")
