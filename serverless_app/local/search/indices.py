"""An index: its settings, its mapping and its shards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from serverless_app.local.search.errors import IllegalArgument, InvalidIndexName
from serverless_app.local.search.mappings import Mapping
from serverless_app.local.search.reader import Reader
from serverless_app.local.search.shards import (
    NEVER,
    Shard,
    default_routing_shards,
    shard_of,
)
from serverless_app.local.search.words import FILTERS, TOKENIZERS, Analyzer

SETTINGS: dict[str, Any] = {
    "number_of_shards": "1",
    "number_of_replicas": "1",
    "number_of_routing_shards": None,
    "refresh_interval": "1s",
    "gc_deletes": "60s",
    "max_result_window": "10000",
}
FINAL = ("number_of_shards", "number_of_routing_shards")
UNITS = {"nanos": 1e-9, "micros": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
MAX_NAME_BYTES = 255


@dataclass(frozen=True)
class Alias:
    """Another name for indices; where it stands for several, one may take its writes."""

    is_write_index: bool | None = None

    def body(self) -> dict[str, Any]:
        """As it is answered."""
        return {} if self.is_write_index is None else {"is_write_index": self.is_write_index}


class Index:
    """One index. `given` are the settings as they were asked for, flat and without `index.`."""

    def __init__(self, name: str, uuid: str, created: int, settings: Any, mappings: Any) -> None:
        given = flatten(settings)
        analysis = {key: given.pop(key) for key in [*given] if key.startswith("analysis.")}
        self.name = name
        self.uuid = uuid
        self.created = created
        self.given: dict[str, str] = {}
        self.analysis = analysis
        self.change(given, creating=True)
        self.mapping = Mapping(custom_analyzers(analysis))
        self.mapping.learn(mappings)
        count = self.number("number_of_shards")
        slots = self.given.get("number_of_routing_shards")
        self.routing_shards = int(slots) if slots else default_routing_shards(count)
        if self.routing_shards % count:
            raise IllegalArgument(
                f"the number of source shards [{count}] must be a factor of [{self.routing_shards}]"
            )
        self.shards = [Shard(number) for number in range(count)]
        self.aliases: dict[str, Alias] = {}

    def change(self, given: dict[str, Any], *, creating: bool = False) -> None:
        """Take new settings: all of them or, where one is refused, none."""
        for name, value in given.items():
            if name not in SETTINGS:
                raise IllegalArgument(
                    f"unknown setting [index.{name}] please check that any required plugins are "
                    "installed, or check the breaking changes documentation for removed settings"
                )
            if name in FINAL and not creating:
                raise IllegalArgument(
                    f"Can't update non dynamic settings [[index.{name}]] for open indices "
                    f"[[{self.name}/{self.uuid}]]"
                )
            if value is not None:
                _check(name, str(value))
        self.given.update({name: str(v) for name, v in given.items() if v is not None})
        for name in [name for name, value in given.items() if value is None]:
            self.given.pop(name, None)

    def number(self, name: str) -> int:
        """A setting that is a number."""
        return int(self.given.get(name, SETTINGS[name]))

    def seconds(self, name: str) -> float:
        """A setting that is a time; a refresh interval of -1 is never."""
        return duration(self.given.get(name, SETTINGS[name]), name)

    def settings_body(self) -> dict[str, Any]:
        """As GET answers them: every value a string."""
        body: dict[str, Any] = {
            "creation_date": str(self.created),
            "uuid": self.uuid,
            "version": {"created": "137227827"},
            "provided_name": self.name,
            "number_of_shards": str(len(self.shards)),
            "number_of_replicas": str(self.number("number_of_replicas")),
            **self.given,
        }
        for key, value in self.analysis.items():
            *parents, name = key.split(".")
            place = body
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = value
        return {"index": body}

    def shard(self, document_id: str, routing: str | None) -> Shard:
        """Where a document lives."""
        number = shard_of(routing or document_id, len(self.shards), self.routing_shards)
        return self.shards[number]

    def readers(self, now: float, *, dfs: bool = False) -> list[Reader]:
        """Every shard as a search sees it now."""
        for shard in self.shards:
            shard.refresh_if_due(now, self.mapping)
        group = [shard.segment for shard in self.shards] if dfs else []
        return [Reader(shard.segment, group) for shard in self.shards]

    def refresh(self, now: float) -> None:
        """Show every write so far to searches."""
        for shard in self.shards:
            shard.refresh(now, self.mapping)

    @property
    def count(self) -> int:
        """How many documents a search can find."""
        return sum(len(shard.segment.documents) for shard in self.shards)


def _check(name: str, value: str) -> None:
    if name in ("refresh_interval", "gc_deletes"):
        duration(value, name)
        return
    least = 0 if name == "number_of_replicas" else 1
    most = 1024 if name == "number_of_shards" else 2**31 - 1
    if not re.fullmatch(r"-?\d{1,10}", value):
        raise IllegalArgument(f"Failed to parse value [{value}] for setting [index.{name}]")
    if not least <= int(value) <= most:
        bound = f">= {least}" if int(value) < least else f"<= {most}"
        raise IllegalArgument(
            f"Failed to parse value [{value}] for setting [index.{name}] must be {bound}"
        )


def duration(value: str, name: str) -> float:
    """Seconds of a time such as `1s`, `500ms` or `1h`; -1 is for ever."""
    if value == "-1":
        return NEVER
    match = re.fullmatch(r"(\d{1,12})(nanos|micros|ms|s|m|h|d)", value)
    if match is None and value != "0":
        raise IllegalArgument(
            f"failed to parse setting [index.{name}] with value [{value}] as a time value: unit "
            "is missing or unrecognized"
        )
    return int(match[1]) * UNITS[match[2]] if match else 0.0


def flatten(settings: Any, prefix: str = "") -> dict[str, Any]:
    """Settings by dotted name, without the leading `index.`, from any mix of the two forms."""
    if not isinstance(settings, dict):
        raise IllegalArgument("settings must be an object")
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            flat.update(flatten(value, f"{path}."))
        else:
            flat[path.removeprefix("index.")] = value
    return flat


def custom_analyzers(analysis: dict[str, Any]) -> dict[str, Analyzer]:
    """The analyzers of `analysis.analyzer.<name>.…`: a tokenizer and filters, both by name."""
    parts: dict[str, dict[str, Any]] = {}
    for key, value in analysis.items():
        match = re.fullmatch(r"analysis\.analyzer\.([^.]+)\.(type|tokenizer|filter)", key)
        if match is None:
            raise IllegalArgument(f"[{key}] is not supported by this search engine")
        parts.setdefault(match[1], {})[match[2]] = value
    analyzers = {}
    for name, part in parts.items():
        if part.get("type", "custom") != "custom":
            raise IllegalArgument(f"analyzer [{name}] of type [{part['type']}] is not supported")
        tokenizer, names = part.get("tokenizer"), part.get("filter", [])
        analyzers[name] = build_analyzer(name, tokenizer, names)
    return analyzers


def build_analyzer(name: str, tokenizer: Any, filters: Any) -> Analyzer:
    """An analyzer from the names of its parts."""
    names = [filters] if isinstance(filters, str) else filters
    if not isinstance(tokenizer, str) or tokenizer not in TOKENIZERS:
        raise IllegalArgument(f"failed to find tokenizer under name [{tokenizer}]")
    if not isinstance(names, list):
        raise IllegalArgument("[filter] must be a list of names")
    for each in names:
        if not isinstance(each, str) or each not in FILTERS:
            raise IllegalArgument(f"failed to find token filter under [{each}]")
    return Analyzer(name, TOKENIZERS[tokenizer], tuple(FILTERS[each] for each in names))


def check_name(name: str) -> None:
    """Refuse what OpenSearch refuses as the name of an index or an alias."""
    if name != name.lower():
        raise InvalidIndexName(name, "must be lowercase")
    bad = sorted({letter for letter in name if letter in ' "*\\<|,>/?#:' or ord(letter) < 32})
    if bad:
        raise InvalidIndexName(name, f"must not contain the following characters {bad}")
    if not name or name[0] in "_-+":
        raise InvalidIndexName(name, "must not start with '_', '-', or '+'")
    if name in (".", ".."):
        raise InvalidIndexName(name, "must not be '.' or '..'")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise InvalidIndexName(name, f"index name is too long, ({len(name.encode())} > 255)")
