"""Many writes in one request, each with an outcome of its own.

https://docs.opensearch.org/latest/api-reference/document-apis/bulk/
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from serverless_app.local.search.documents import Documents, Write
from serverless_app.local.search.errors import IllegalArgument, InvalidRequest, OpenSearchError
from serverless_app.local.search.jsons import parse

ACTIONS = ("index", "create", "update", "delete")
METADATA = {"_index", "_id", "routing", "version", "version_type", "require_alias"}
VERSION_TYPES = ("internal", "external", "external_gte")

Item = tuple[str, Write, bytes]


def read_bulk(body: bytes, index: str | None, *, require_alias: bool = False) -> list[Item]:
    """The actions of a bulk request, each line parsed before anything is done."""
    if not body.strip():
        raise InvalidRequest("no requests added")
    if not body.endswith(b"\n"):
        raise IllegalArgument("The bulk request must be terminated by a newline [\\n]")
    lines = iter(enumerate(body.split(b"\n"), 1))
    items = []
    for number, line in lines:
        if not line.strip():
            continue
        action, write = _action(number, parse(line), index, require_alias)
        source = b"" if action == "delete" else next(lines, (0, b""))[1]
        if action != "delete" and not source.strip():
            raise IllegalArgument(
                f"Malformed action/metadata line [{number}], its source is missing"
            )
        items.append((action, write, source))
    return items


def _action(number: int, line: Any, index: str | None, require_alias: bool) -> tuple[str, Write]:
    if not isinstance(line, dict) or [type(value) for value in line.values()] != [dict]:
        raise IllegalArgument(f"Malformed action/metadata line [{number}], expected one action")
    ((action, metadata),) = line.items()
    if action not in ACTIONS:
        raise IllegalArgument(
            f"Malformed action/metadata line [{number}], expected one of [create, delete, index, "
            f"update] but found [{action}]"
        )
    for name, value in metadata.items():
        if name not in METADATA or isinstance(value, dict | list):
            raise IllegalArgument(
                f"Action/metadata line [{number}] contains an unknown parameter [{name}]"
            )
    target = metadata.get("_index", index)
    if not isinstance(target, str):
        raise InvalidRequest("index is missing")
    kind = metadata.get("version_type", "internal")
    if kind not in VERSION_TYPES:
        raise IllegalArgument(f"No version type match [{kind}]")
    return action, Write(
        target,
        _text(metadata.get("_id")),
        _text(metadata.get("routing")),
        _whole(number, metadata.get("version")),
        kind,
        action == "create",
        # A deletion has no such flag (OpenSearch's DeleteRequest.isRequireAlias is false).
        action != "delete" and metadata.get("require_alias", require_alias) is True,
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(number: int, value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise IllegalArgument(f"Malformed action/metadata line [{number}], [version] is no number")


def run_bulk(documents: Documents, items: list[Item]) -> list[dict[str, Any]]:
    """Do each of the writes; one that fails leaves the others alone.

    Where one of them requires an alias, none makes an index of that name.
    """
    aliases = {write.index for _, write, _ in items if write.require_alias}
    return [
        _run(documents, action, replace(write, require_alias=write.index in aliases), source)
        for action, write, source in items
    ]


def _run(documents: Documents, action: str, write: Write, source: bytes) -> dict[str, Any]:
    try:
        if action in ("delete", "update") and write.id is None:
            raise InvalidRequest("an id must be provided")
        if action == "delete":
            status, outcome = documents.delete(write)
        elif action == "update":
            status, outcome = documents.update(write, parse(source))
        else:
            status, outcome = documents.index(write, source)
    except OpenSearchError as error:
        where = {"_index": write.index, "_id": write.id}
        return {action: {**where, "status": error.status, "error": error.cause()}}
    return {action: {**outcome, "status": status}}
