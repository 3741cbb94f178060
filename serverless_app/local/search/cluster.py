"""All indices of one engine, by their names and aliases."""

from __future__ import annotations

import base64
import fnmatch
import hashlib
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.search.errors import (
    AliasRequired,
    IllegalArgument,
    IndexNotFound,
    ResourceAlreadyExists,
)
from serverless_app.local.search.indices import Alias, Index, check_name
from serverless_app.local.search.shards import NEVER


class Cluster:
    """One node's indices. Time comes from the clock, ids from a counter: runs repeat."""

    def __init__(self, name: str, clock: Clock, faults: Faults) -> None:
        self.name = name
        self.clock = clock
        self.faults = faults
        self.indices: dict[str, Index] = {}
        self.created_ids = 0

    def new_id(self, length: int = 20) -> str:
        """An id that this cluster has not given before."""
        self.created_ids += 1
        digest = hashlib.sha256(f"{self.name}/{self.created_ids}".encode()).digest()
        return base64.urlsafe_b64encode(digest).decode()[:length]

    def create(self, name: str, settings: Any, mappings: Any, aliases: dict[str, Alias]) -> Index:
        """A new index; nothing is changed where a part of it is refused."""
        check_name(name)
        if name in self.indices:
            index = self.indices[name]
            raise ResourceAlreadyExists(
                f"index [{name}/{index.uuid}] already exists", index=name, index_uuid=index.uuid
            )
        if self.aliased(name):
            raise IllegalArgument(f"Invalid index name [{name}], already exists as alias")
        for alias in aliases:
            self.check_alias(alias)
        created = int(self.clock.time() * 1000)
        index = Index(name, self.new_id(22), created, settings, mappings)
        index.aliases.update(aliases)
        self.indices[name] = index
        return index

    def check_alias(self, alias: str) -> None:
        """Refuse an alias that cannot be one."""
        check_name(alias)
        if alias in self.indices:
            raise IllegalArgument(
                f"Invalid alias name [{alias}], an index exists with the same name as the alias"
            )

    def aliased(self, alias: str) -> list[Index]:
        """The indices that an alias stands for."""
        return [index for index in self.indices.values() if alias in index.aliases]

    def resolve(self, expression: str) -> list[Index]:
        """The indices that a name, alias, pattern, or list of them stands for, each once."""
        found: dict[str, Index] = {}
        for part in expression.split(","):
            found.update((index.name, index) for index in self._resolve_one(part))
        return list(found.values())

    def _resolve_one(self, name: str) -> list[Index]:
        if name in ("", "_all", "*"):
            return list(self.indices.values())
        if "*" in name:
            return [
                index
                for index in self.indices.values()
                if any(fnmatch.fnmatchcase(n, name) for n in (index.name, *index.aliases))
            ]
        found = [self.indices[name]] if name in self.indices else self.aliased(name)
        if not found:
            raise IndexNotFound(name)
        return found

    def one(self, name: str) -> Index:
        """The single index that a name or an alias stands for."""
        found = self.resolve(name)
        if len(found) != 1:
            raise IllegalArgument(
                f"alias [{name}] has more than one index associated with it, can't execute a "
                "single index op"
            )
        return found[0]

    def for_write(self, name: str, *, require_alias: bool = False) -> Index:
        """Where a document is written: an index, made if need be, or an alias's write index."""
        if require_alias and not self.aliased(name):
            raise AliasRequired(name)
        if name in self.indices:
            return self.indices[name]
        found = self.aliased(name)
        if not found:
            return self.create(name, {}, {}, {})
        writable = [index for index in found if index.aliases[name].is_write_index]
        if not writable and len(found) == 1 and found[0].aliases[name].is_write_index is None:
            writable = found
        if len(writable) != 1:
            raise IllegalArgument(
                f"no write index is defined for alias [{name}]. The write index may be explicitly "
                "disabled using is_write_index=false or the alias points to multiple indices "
                "without one being designated as a write index"
            )
        return writable[0]

    def visible_at(self, index: Index) -> tuple[float, float]:
        """When a write made now is shown: by the next refresh, and not before `hold`."""
        now = self.clock.time()
        fault = self.faults.take("delay_index", index=index.name)
        hold = now + float(fault.options.get("seconds", 0)) if fault else 0.0
        interval = index.seconds("refresh_interval")
        return (now + interval if interval != NEVER else NEVER), hold
