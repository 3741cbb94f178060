"""Writing and reading single documents: versions, conflicts, updates.

https://docs.opensearch.org/latest/api-reference/document-apis/index-document/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from serverless_app.local.search.cluster import Cluster
from serverless_app.local.search.dynamic import nested
from serverless_app.local.search.errors import (
    DocumentMissing,
    IllegalArgument,
    InvalidRequest,
    MapperParsing,
    VersionConflict,
)
from serverless_app.local.search.indices import Index
from serverless_app.local.search.jsons import parse
from serverless_app.local.search.segments import Document
from serverless_app.local.search.shards import Shard, Tombstone

MAX_ID_BYTES = 512
EXTERNAL = ("external", "external_gte")
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Write:
    """What a write asks for besides its content. `version` only with an external version type."""

    index: str
    id: str | None = None
    routing: str | None = None
    version: int | None = None
    version_type: str = "internal"
    create: bool = False
    require_alias: bool = False  # of a deletion: the name is not to become an index


class Documents:
    """The document API over a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def index(self, write: Write, source: bytes) -> Answer:
        """Store a document: 201 when it is new, 200 when it took another's place."""
        check(write)
        document_id = write.id or self._cluster.new_id()
        body = _object(source)
        index = self._cluster.for_write(write.index, require_alias=write.require_alias)
        shard = index.shard(document_id, write.routing)
        existed = document_id in shard.documents
        version = self._next_version(index, shard, document_id, write)
        values, additions = index.mapping.read(body, document_id)
        if additions:
            index.mapping.learn(nested(additions))
        values = index.mapping.spread(values)
        due, hold = self._cluster.visible_at(index)
        seq_no = shard.next_seq_no
        document = Document(document_id, source, version, seq_no, write.routing)
        shard.put(document, values, due=due, hold=hold)
        result = "updated" if existed else "created"
        return (200 if existed else 201), outcome(index, document_id, version, seq_no, result)

    def delete(self, write: Write) -> Answer:
        """Delete a document. What is not there is a 404, and yet its version is remembered."""
        check(write)
        remembered = write.version_type in EXTERNAL and not write.require_alias
        find = self._cluster.for_write if remembered else self._cluster.one
        index = find(write.index)
        document_id = str(write.id)
        shard = index.shard(document_id, write.routing)
        existed = document_id in shard.documents
        version = self._next_version(index, shard, document_id, write)
        due, hold = self._cluster.visible_at(index)
        seq_no = shard.next_seq_no
        grave = Tombstone(version, seq_no, self._cluster.clock.time())
        shard.delete(document_id, grave, due=due, hold=hold)
        result = "deleted" if existed else "not_found"
        return (200 if existed else 404), outcome(index, document_id, version, seq_no, result)

    def update(self, write: Write, body: Any) -> Answer:
        """Merge `doc` into a document; `doc_as_upsert` stores it where there is none."""
        check(write)
        part, upsert = _update_body(body)
        index = self._cluster.for_write(write.index) if upsert else self._cluster.one(write.index)
        document_id = str(write.id)
        shard = index.shard(document_id, write.routing)
        document = shard.documents.get(document_id)
        if document is None and not upsert:
            raise DocumentMissing(
                f"[{document_id}]: document missing",
                index=index.name,
                shard=str(shard.number),
                index_uuid=index.uuid,
            )
        old = document.json() if document else {}
        new = merged(old, part)
        if document is not None and new == old:
            found = outcome(index, document_id, document.version, document.seq_no, "noop")
            return 200, {**found, "_shards": {"total": 0, "successful": 0, "failed": 0}}
        return self.index(write, json.dumps(new, ensure_ascii=False).encode())

    def get(
        self, name: str, document_id: str, routing: str | None
    ) -> tuple[Index, Document | None]:
        """The newest version, refreshed or not."""
        index = self._cluster.one(name)
        return index, index.shard(document_id, routing).documents.get(document_id)

    def _next_version(self, index: Index, shard: Shard, document_id: str, write: Write) -> int:
        """The version that a write makes. Raises VersionConflict where it comes too late."""
        now = self._cluster.clock.time()
        current = shard.version_of(document_id, now, index.seconds("gc_deletes"))
        if write.version_type in EXTERNAL:
            again = write.version_type == "external_gte"
            given = int(write.version or 0)
            if current is not None and (current > given or (current == given and not again)):
                than = "higher than" if again else "higher or equal to"
                problem = f"current version [{current}] is {than} the one provided [{given}]"
                raise conflict(index, shard, document_id, problem)
            return given
        if write.create and document_id in shard.documents:
            problem = f"document already exists (current version [{current}])"
            raise conflict(index, shard, document_id, problem)
        return (current or 0) + 1


def check(write: Write) -> None:
    """Refuse what no index would take. Raises InvalidRequest."""
    problems = []
    if write.id == "":
        problems.append("if _id is specified it must not be empty")
    if write.id is not None and len(write.id.encode()) > MAX_ID_BYTES:
        size = len(write.id.encode())
        shown = write.id[:MAX_ID_BYTES]
        problems.append(
            f"id [{shown}] is too long, must be no longer than {MAX_ID_BYTES} bytes but was: {size}"
        )
    if write.version_type == "internal" and write.version is not None:
        problems.append(
            "internal versioning can not be used for optimistic concurrency control. Please use "
            "`if_seq_no` and `if_primary_term` instead"
        )
    if write.version_type in EXTERNAL and write.version is None:
        problems.append(f"a version is needed for version type [{write.version_type.upper()}]")
    if write.version is not None and not 0 <= write.version < 2**63:
        problems.append(f"illegal version value [{write.version}] for version type")
    if write.create and write.version_type != "internal":
        problems.append("create operations only support internal versioning")
    if problems:
        raise InvalidRequest(*problems)


def conflict(index: Index, shard: Shard, document_id: str, problem: str) -> VersionConflict:
    """The refusal of a write that another one overtook."""
    return VersionConflict(
        f"[{document_id}]: version conflict, {problem}",
        index=index.name,
        shard=str(shard.number),
        index_uuid=index.uuid,
    )


def outcome(
    index: Index, document_id: str, version: int, seq_no: int, result: str
) -> dict[str, Any]:
    """The body that answers a write."""
    copies = 1 + index.number("number_of_replicas")
    return {
        "_index": index.name,
        "_id": document_id,
        "_version": version,
        "result": result,
        "_shards": {"total": copies, "successful": 1, "failed": 0},
        "_seq_no": seq_no,
        "_primary_term": 1,
    }


def merged(old: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A document with a part of it replaced: objects are merged, anything else is taken over."""
    new = dict(old)
    for name, value in part.items():
        both = isinstance(value, dict) and isinstance(new.get(name), dict)
        new[name] = merged(new[name], value) if both else value
    return new


def _object(source: bytes) -> dict[str, Any]:
    if not source.strip():
        raise InvalidRequest("source is missing")
    body = parse(source)
    if not isinstance(body, dict):
        reason = "Malformed content, must start with an object"
        raise MapperParsing(
            "failed to parse", caused_by={"type": "parse_exception", "reason": reason}
        )
    return body


def _update_body(body: Any) -> tuple[dict[str, Any], bool]:
    if not isinstance(body, dict):
        raise IllegalArgument("[UpdateRequest] must be an object")
    for name in body:
        if name not in ("doc", "doc_as_upsert"):
            raise IllegalArgument(f"[UpdateRequest] does not support [{name}]")
    part, upsert = body.get("doc"), body.get("doc_as_upsert", False)
    if not isinstance(part, dict):
        raise InvalidRequest("script or doc is missing")
    if not isinstance(upsert, bool):
        raise IllegalArgument("[UpdateRequest] [doc_as_upsert] must be true or false")
    return part, upsert
