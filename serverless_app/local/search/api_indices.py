"""REST calls on indices: create, get, delete, mappings, settings, refresh, reindex."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from serverless_app.local.search.api_aliases import parse_alias
from serverless_app.local.search.documents import Documents, Write
from serverless_app.local.search.errors import IllegalArgument, ParsingError, VersionConflict
from serverless_app.local.search.indices import Index, flatten
from serverless_app.local.search.rest import Call, route
from serverless_app.local.search.searching import MATCH_ALL, Search, parts_of

DONE = {"acknowledged": True}


@route("PUT", "/{index}")
def create_index(call: Call) -> Any:
    """A new index with its settings, mapping and aliases."""
    body = call.object({"settings", "mappings", "aliases"})
    aliases = body.get("aliases", {})
    if not isinstance(aliases, dict):
        raise ParsingError("[aliases] must be an object")
    parsed = {name: parse_alias(options) for name, options in aliases.items()}
    name = call.path["index"]
    call.cluster.create(name, body.get("settings", {}), body.get("mappings", {}), parsed)
    return {**DONE, "shards_acknowledged": True, "index": name}


@route("GET", "/{index}")
def get_index(call: Call) -> Any:
    """An index's settings, mapping and aliases; HEAD asks only whether it is there."""
    return {index.name: _index_body(index) for index in call.cluster.resolve(call.path["index"])}


def _index_body(index: Index) -> dict[str, Any]:
    return {
        "aliases": {name: alias.body() for name, alias in index.aliases.items()},
        "mappings": index.mapping.body(),
        "settings": index.settings_body(),
    }


@route("DELETE", "/{index}")
def delete_index(call: Call) -> Any:
    """Remove indices and their documents. An alias is no index: it is refused."""
    names = call.path["index"].split(",")
    for name in names:
        if name not in call.cluster.indices and call.cluster.aliased(name):
            raise IllegalArgument(
                f"The provided expression [{name}] matches an alias, specify the corresponding "
                "concrete indices instead."
            )
    for index in call.cluster.resolve(call.path["index"]):
        del call.cluster.indices[index.name]
    return DONE


@route("GET", "/_mapping /{index}/_mapping")
def get_mapping(call: Call) -> Any:
    """The fields of indices."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    return {index.name: {"mappings": index.mapping.body()} for index in indices}


@route("PUT POST", "/{index}/_mapping")
def put_mapping(call: Call) -> Any:
    """Add fields to an index."""
    for index in call.cluster.resolve(call.path["index"]):
        index.mapping.learn(call.json({}))
    return DONE


@route("GET", "/_settings /{index}/_settings")
def get_settings(call: Call) -> Any:
    """The settings of indices."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    return {index.name: {"settings": index.settings_body()} for index in indices}


@route("PUT", "/{index}/_settings")
def put_settings(call: Call) -> Any:
    """Change settings of indices."""
    body = call.json({})
    given = flatten(body.get("settings", body) if isinstance(body, dict) else body)
    for index in call.cluster.resolve(call.path["index"]):
        index.change(given)
    return DONE


@route("GET POST", "/_refresh /{index}/_refresh")
def refresh(call: Call) -> Any:
    """Show every write so far to searches."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    for index in indices:
        index.refresh(call.cluster.clock.time())
    primaries = sum(len(index.shards) for index in indices)
    copies = sum(len(i.shards) * (1 + i.number("number_of_replicas")) for i in indices)
    return {"_shards": {"total": copies, "successful": primaries, "failed": 0}}


@route("POST", "/_reindex", "refresh wait_for_completion")
def reindex(call: Call) -> Any:
    """Copy the documents of one index into another."""
    if not call.flag("wait_for_completion", default=True):
        raise IllegalArgument("[wait_for_completion=false] is not supported by this search engine")
    body = call.object({"source", "dest", "conflicts"})
    source = _part(body, "source", {"index", "query"})
    dest = _part(body, "dest", {"index", "op_type", "version_type"})
    proceed = body.get("conflicts", "abort") == "proceed"
    counts = {"created": 0, "updated": 0, "version_conflicts": 0}
    failures = []
    for write, content in _copies(call, source, dest):
        try:
            _, outcome = Documents(call.cluster).index(write, content)
            counts[outcome["result"]] += 1
        except VersionConflict as error:
            counts["version_conflicts"] += 1
            if not proceed:
                where = {"index": write.index, "id": write.id}
                failures = [{**where, "cause": error.cause(), "status": error.status}]
                break
    if call.flag("refresh"):
        call.cluster.for_write(str(dest["index"])).refresh(call.cluster.clock.time())
    return (409 if failures else 200), _reindexed(counts, failures)


def _part(body: dict[str, Any], name: str, allowed: set[str]) -> dict[str, Any]:
    part = body.get(name)
    if not isinstance(part, dict) or not isinstance(part.get("index"), str):
        raise ParsingError(f"[reindex] needs {name}.index, a name")
    for each in part:
        if each not in allowed:
            raise ParsingError(f"[reindex] unknown field [{name}.{each}]")
    return part


def _copies(call: Call, source: dict[str, Any], dest: dict[str, Any]) -> list[tuple[Write, bytes]]:
    indices = call.cluster.resolve(source["index"])
    if any(index.name == dest["index"] for index in indices):
        raise IllegalArgument(
            f"reindex cannot write into an index its reading from [{dest['index']}]"
        )
    kind = dest.get("version_type", "internal")
    if kind not in ("internal", "external") or dest.get("op_type", "index") not in (
        "index",
        "create",
    ):
        raise IllegalArgument("[reindex] dest takes op_type index or create, version_type external")
    write = Write(dest["index"], version_type=kind, create=dest.get("op_type") == "create")
    asked = Search(query=source.get("query", MATCH_ALL))
    found = []
    for part in parts_of(asked, indices, call.cluster.clock.time()):
        for doc in sorted(part.query.scores(part.reader)):
            document = part.reader.segment.documents[doc]
            version = document.version if kind == "external" else None
            copy = replace(write, id=document.id, routing=document.routing, version=version)
            found.append((copy, document.source))
    return found


def _reindexed(counts: dict[str, int], failures: list[Any]) -> dict[str, Any]:
    return {
        "took": 0,
        "timed_out": False,
        "total": sum(counts.values()),
        **counts,
        "deleted": 0,
        "batches": 1,
        "noops": 0,
        "retries": {"bulk": 0, "search": 0},
        "throttled_millis": 0,
        "requests_per_second": -1.0,
        "throttled_until_millis": 0,
        "failures": failures,
    }
