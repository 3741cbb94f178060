"""REST calls on aliases: other names for indices, switched all at once."""

from __future__ import annotations

import fnmatch
from typing import Any

from serverless_app.local.search.cluster import Cluster
from serverless_app.local.search.errors import AliasesNotFound, IllegalArgument, ParsingError
from serverless_app.local.search.indices import Alias
from serverless_app.local.search.rest import Call, route

Aliases = dict[str, dict[str, Alias]]  # index -> alias


@route("POST", "/_aliases")
def update_aliases(call: Call) -> Any:
    """Add and remove aliases: all of the actions are done, or none."""
    actions = call.object({"actions"}).get("actions")
    if not isinstance(actions, list) or not actions:
        raise IllegalArgument("No action specified")
    draft: Aliases = {name: dict(i.aliases) for name, i in call.cluster.indices.items()}
    for action in actions:
        _do(call.cluster, draft, action)
    for name, aliases in draft.items():
        call.cluster.indices[name].aliases = aliases
    return {"acknowledged": True}


def _do(cluster: Cluster, draft: Aliases, action: Any) -> None:
    if not isinstance(action, dict) or len(action) != 1:
        raise ParsingError("[aliases] takes actions with one name each")
    ((kind, options),) = action.items()
    allowed = {"index", "indices", "alias", "aliases", "is_write_index", "must_exist"}
    if kind not in ("add", "remove") or not isinstance(options, dict) or options.keys() - allowed:
        raise IllegalArgument(f"[aliases] action [{kind}] is not supported as it is given")
    names = _names(options, "alias", "aliases")
    for index in [i for name in _names(options, "index", "indices") for i in cluster.resolve(name)]:
        for name in names:
            if kind == "add":
                cluster.check_alias(name)
                write = {k: v for k, v in options.items() if k == "is_write_index"}
                draft[index.name][name] = parse_alias(write)
            elif draft[index.name].pop(name, None) is None:
                raise AliasesNotFound(f"aliases [{name}] missing", **{"resource.id": name})


def _names(options: dict[str, Any], one: str, many: str) -> list[str]:
    given = options.get(many, options.get(one))
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise IllegalArgument(f"One of [{one}] or [{many}] is required")
    return names


def parse_alias(options: Any) -> Alias:
    """An alias from its options."""
    if not isinstance(options, dict) or options.keys() - {"is_write_index"}:
        raise IllegalArgument("an alias takes is_write_index only: filters are not supported")
    write = options.get("is_write_index")
    if write is not None and not isinstance(write, bool):
        raise ParsingError("[is_write_index] must be true or false")
    return Alias(write)


@route("PUT POST", "/{index}/_alias/{name} /{index}/_aliases/{name}")
def put_alias(call: Call) -> Any:
    """One alias for one or more indices."""
    alias, name = parse_alias(call.json({})), call.path["name"]
    indices = call.cluster.resolve(call.path["index"])
    call.cluster.check_alias(name)
    for index in indices:
        index.aliases[name] = alias
    return {"acknowledged": True}


@route("DELETE", "/{index}/_alias/{name} /{index}/_aliases/{name}")
def delete_alias(call: Call) -> Any:
    """Take an alias from indices."""
    name, indices = call.path["name"], call.cluster.resolve(call.path["index"])
    if not any(name in index.aliases for index in indices):
        raise AliasesNotFound(f"aliases [{name}] missing", **{"resource.id": name})
    for index in indices:
        index.aliases.pop(name, None)
    return {"acknowledged": True}


@route("GET", "/_alias /_alias/{name} /{index}/_alias /{index}/_alias/{name}")
def get_alias(call: Call) -> Any:
    """Which aliases there are; 404 where the named ones are not."""
    patterns = call.path.get("name", "*").split(",")
    found = {}
    for index in call.cluster.resolve(call.path.get("index", "_all")):
        aliases = {
            name: alias.body()
            for name, alias in index.aliases.items()
            if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
        }
        if aliases or "name" not in call.path:
            found[index.name] = {"aliases": aliases}
    if "name" in call.path and not found and "*" not in call.path["name"]:
        return 404, {"error": f"alias [{call.path['name']}] missing", "status": 404}
    return found
