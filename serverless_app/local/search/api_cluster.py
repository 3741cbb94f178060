"""REST calls on the whole: what answers here, its health, and its tables for people."""

from __future__ import annotations

from typing import Any

from serverless_app.local.search.errors import IllegalArgument
from serverless_app.local.search.indices import Index
from serverless_app.local.search.rest import Call, route

VERSION = "3.5.0"
HEALTH = ("green", "yellow", "red")
Row = dict[str, str]


@route("GET", "/")
def info(call: Call) -> Any:
    """Name and version."""
    version = {
        "distribution": "opensearch",
        "number": VERSION,
        "build_type": "embedded",
        "lucene_version": "10.3.2",
        "minimum_wire_compatibility_version": "2.19.0",
        "minimum_index_compatibility_version": "2.0.0",
    }
    tagline = "The OpenSearch Project: https://opensearch.org/"
    name = call.cluster.name
    return {"name": name, "cluster_name": name, "version": version, "tagline": tagline}


@route("GET", "/_cluster/health /_cluster/health/{index}", "wait_for_status")
def health(call: Call) -> Any:
    """Yellow while replicas have no place, which on one node is as long as there are any."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    wanted = call.parameters.get("wait_for_status", "red")
    if wanted not in HEALTH:
        raise IllegalArgument(f"unknown cluster health status [{wanted}]")
    active = sum(len(index.shards) for index in indices)
    missing = sum(map(_unassigned, indices))
    status = "yellow" if missing else "green"
    late = HEALTH.index(status) > HEALTH.index(wanted)
    share = 100.0 * active / (active + missing) if active else 100.0
    body = {
        "cluster_name": call.cluster.name,
        "status": status,
        "timed_out": late,
        "number_of_nodes": 1,
        "number_of_data_nodes": 1,
        "discovered_master": True,
        "discovered_cluster_manager": True,
        "active_primary_shards": active,
        "active_shards": active,
        "relocating_shards": 0,
        "initializing_shards": 0,
        "unassigned_shards": missing,
        "delayed_unassigned_shards": 0,
        "number_of_pending_tasks": 0,
        "number_of_in_flight_fetch": 0,
        "task_max_waiting_in_queue_millis": 0,
        "active_shards_percent_as_number": share,
    }
    return (408 if late else 200), body


@route("GET", "/_cat/indices /_cat/indices/{index}", "format v h")
def cat_indices(call: Call) -> Any:
    """One line an index."""
    indices = call.cluster.resolve(call.path.get("index", "_all"))
    for index in indices:
        index.readers(call.cluster.clock.time())
    return _table(call, [_index_row(index) for index in indices])


def _index_row(index: Index) -> Row:
    documents = [d for shard in index.shards for d in shard.segment.documents.values()]
    size = f"{sum(len(document.source) for document in documents)}b"
    return {
        "health": "yellow" if _unassigned(index) else "green",
        "status": "open",
        "index": index.name,
        "uuid": index.uuid,
        "pri": str(len(index.shards)),
        "rep": str(index.number("number_of_replicas")),
        "docs.count": str(len(documents)),
        "docs.deleted": "0",
        "store.size": size,
        "pri.store.size": size,
    }


@route("GET", "/_cat/shards /_cat/shards/{index}", "format v h")
def cat_shards(call: Call) -> Any:
    """One line a shard; replicas have no node to be on."""
    rows = []
    for index in call.cluster.resolve(call.path.get("index", "_all")):
        for reader, shard in zip(
            index.readers(call.cluster.clock.time()), index.shards, strict=True
        ):
            where = {"index": index.name, "shard": str(shard.number)}
            documents = reader.segment.documents
            size = sum(len(document.source) for document in documents.values())
            rows.append({
                **where, "prirep": "p", "state": "STARTED", "docs": str(len(documents)),
                "store": f"{size}b", "ip": "127.0.0.1", "node": call.cluster.name,
            })  # fmt: skip
            lost = {**where, "prirep": "r", "state": "UNASSIGNED"}
            empty = dict.fromkeys(("docs", "store", "ip", "node"), "")
            rows += [{**lost, **empty}] * index.number("number_of_replicas")
    return _table(call, rows)


def _unassigned(index: Index) -> int:
    return len(index.shards) * index.number("number_of_replicas")


def _table(call: Call, rows: list[Row]) -> Any:
    """Rows as a table for people, or as JSON."""
    form = call.parameters.get("format", "text")
    if form not in ("text", "json"):
        raise IllegalArgument(f"format [{form}] is not supported by this search engine")
    if "h" in call.parameters:
        names = call.parameters["h"].split(",")
        rows = [{name: row[name] for name in names if name in row} for row in rows]
    if form == "json":
        return [{name: value or None for name, value in row.items()} for row in rows]
    lines = [list(row.values()) for row in rows]
    if call.flag("v") and rows:
        lines.insert(0, list(rows[0]))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        " ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )
