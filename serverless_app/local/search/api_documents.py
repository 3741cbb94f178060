"""REST calls on documents: index, create, get, multi-get, delete, update, bulk."""

from __future__ import annotations

from typing import Any

from serverless_app.local.search.bulk import VERSION_TYPES, read_bulk, run_bulk
from serverless_app.local.search.documents import Documents, Write
from serverless_app.local.search.errors import IllegalArgument, InvalidRequest, OpenSearchError
from serverless_app.local.search.indices import Index
from serverless_app.local.search.rest import Call, route
from serverless_app.local.search.segments import Document
from serverless_app.local.search.sources import SourceFilter

WRITING = "refresh routing version version_type"
READING = "routing _source _source_includes _source_excludes"


@route("PUT POST", "/{index}/_doc/{id} /{index}/_create/{id}", f"{WRITING} op_type require_alias")
@route("POST", "/{index}/_doc", f"{WRITING} op_type require_alias")
def index_document(call: Call) -> Any:
    """Store one document. Without an id it gets one."""
    op_type = call.parameters.get("op_type", "index")
    if op_type not in ("index", "create"):
        raise IllegalArgument(f"opType must be 'create' or 'index', found: [{op_type}]")
    write = _write(call, create=op_type == "create" or call.action == "_create")
    return _refreshed(call, *Documents(call.cluster).index(write, call.body))


@route("DELETE", "/{index}/_doc/{id}", WRITING)
def delete_document(call: Call) -> Any:
    """Delete one document: 200, or 404 where it is not there."""
    return _refreshed(call, *Documents(call.cluster).delete(_write(call)))


@route("POST", "/{index}/_update/{id}", "refresh routing")
def update_document(call: Call) -> Any:
    """Merge a part into one document."""
    return _refreshed(call, *Documents(call.cluster).update(_write(call), call.json({})))


@route("GET", "/{index}/_doc/{id}", READING)
def get_document(call: Call) -> Any:
    """One document with its version; HEAD asks only whether it is there."""
    name, document_id = call.path["index"], call.path["id"]
    index, document = Documents(call.cluster).get(name, document_id, call.parameters.get("routing"))
    wanted = SourceFilter.of_parameters(call.parameters)
    return (200 if document else 404), found_body(index, document_id, document, wanted)


@route("GET", "/{index}/_source/{id}", READING)
def get_source(call: Call) -> Any:
    """One document's JSON alone."""
    name, document_id = call.path["index"], call.path["id"]
    _, document = Documents(call.cluster).get(name, document_id, call.parameters.get("routing"))
    if document is None:
        raise SourceMissing(f"Document not found [{name}]/[{document_id}]")
    return SourceFilter.of_parameters(call.parameters).apply(document.json())


class SourceMissing(OpenSearchError):
    """A document whose `_source` was asked for and is not there."""

    status = 404
    type = "resource_not_found_exception"


@route("GET POST", "/_mget /{index}/_mget", READING)
def multi_get(call: Call) -> Any:
    """Several documents at once: each is found or not, for itself."""
    body = call.object({"docs", "ids"})
    asked = body.get("docs", [{"_id": each} for each in _list(body.get("ids", []))])
    if not _list(asked):
        raise InvalidRequest("no documents to get")
    default = SourceFilter.of_parameters(call.parameters)
    return {"docs": [_get_one(call, each, default) for each in asked]}


def _get_one(call: Call, asked: Any, default: SourceFilter) -> dict[str, Any]:
    known = {"_index", "_id", "routing", "_source"}
    if not isinstance(asked, dict) or asked.keys() - known or not isinstance(asked.get("_id"), str):
        raise IllegalArgument("[docs] takes objects with _id, and _index, routing, _source")
    name = asked.get("_index", call.path.get("index"))
    if not isinstance(name, str):
        raise InvalidRequest("index is missing")
    wanted = SourceFilter.of_body(asked["_source"]) if "_source" in asked else default
    routing = asked.get("routing", call.parameters.get("routing"))
    try:
        index, document = Documents(call.cluster).get(name, asked["_id"], routing)
    except OpenSearchError as error:
        return {"_index": name, "_id": asked["_id"], "error": error.body()["error"]}
    return found_body(index, asked["_id"], document, wanted)


@route("POST PUT", "/_bulk /{index}/_bulk", "refresh require_alias")
def bulk(call: Call) -> Any:
    """Many writes: always 200, with the outcome of each in `items`."""
    refresh = _refresh(call)
    required = call.flag("require_alias")
    actions = read_bulk(call.body, call.path.get("index"), require_alias=required)
    items = run_bulk(Documents(call.cluster), actions)
    if refresh != "false":
        for name in {item["_index"] for each in items for item in each.values()}:
            _show(call, name)
    outcomes = [outcome for item in items for outcome in item.values()]
    return {"took": 0, "errors": any("error" in outcome for outcome in outcomes), "items": items}


def found_body(
    index: Index, document_id: str, document: Document | None, wanted: SourceFilter
) -> dict[str, Any]:
    """What a get answers."""
    if document is None:
        return {"_index": index.name, "_id": document_id, "found": False}
    body: dict[str, Any] = {
        "_index": index.name,
        "_id": document_id,
        "_version": document.version,
        "_seq_no": document.seq_no,
        "_primary_term": 1,
    }
    if document.routing is not None:
        body["_routing"] = document.routing
    body["found"] = True
    return {**body, "_source": wanted.apply(document.json())} if wanted.shown else body


def _write(call: Call, *, create: bool = False) -> Write:
    """What the path and parameters say about a write; the refresh parameter is checked too."""
    _refresh(call)
    kind = call.parameters.get("version_type", "internal")
    if kind not in VERSION_TYPES:
        raise IllegalArgument(f"No version type match [{kind}]")
    routing, version = call.parameters.get("routing"), call.whole("version")
    name, document_id = call.path["index"], call.path.get("id")
    required = call.flag("require_alias")
    return Write(name, document_id, routing, version, kind, create, required)


def _refresh(call: Call) -> str:
    """`wait_for` means `true` here: nobody has to wait where a refresh costs nothing."""
    value = call.parameters.get("refresh", "false") or "true"
    if value not in ("true", "false", "wait_for"):
        raise IllegalArgument(f"Unknown value for refresh: [{value}].")
    return value


def _refreshed(call: Call, status: int, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    refresh = _refresh(call)
    if refresh != "false":
        _show(call, body["_index"])
    return status, {**body, "forced_refresh": True} if refresh == "true" else body


def _show(call: Call, name: str) -> None:
    for index in call.cluster.indices.values():
        if name == index.name or name in index.aliases:
            index.refresh(call.cluster.clock.time())


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise IllegalArgument("expected a list")
    return value
