"""A mapping: which fields an index has, and which it learns from its documents."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from serverless_app.local.search.dynamic import Properties, guess
from serverless_app.local.search.errors import (
    IllegalArgument,
    MapperParsing,
    StrictDynamicMapping,
)
from serverless_app.local.search.fields import (
    TYPES,
    Field,
    Value,
    wrong_value,
)
from serverless_app.local.search.words import ANALYZERS, Analyzer

MAX_FIELDS = 1_000
MAX_DEPTH = 20
PARAMETERS = {
    "text": {"type", "analyzer", "search_analyzer", "fields"},
    "keyword": {"type", "ignore_above", "fields"},
}
Values = dict[str, list[Value]]


class Mapping:
    """The fields of one index. Reading a document changes nothing: `learn` does."""

    def __init__(self, analyzers: dict[str, Analyzer] | None = None) -> None:
        self.analyzers = {**ANALYZERS, **(analyzers or {})}
        self.dynamic = "true"
        self.properties: Properties = {}
        self.fields: dict[str, Field] = {}
        self.subfields: dict[str, list[str]] = {}  # `title` -> [`title.keyword`]
        self.objects: set[str] = set()

    def body(self) -> dict[str, Any]:
        """As it is answered: only what is not the default."""
        answer: dict[str, Any] = {} if self.dynamic == "true" else {"dynamic": self.dynamic}
        return {**answer, "properties": self.properties} if self.properties else answer

    def learn(self, body: Any) -> None:
        """Add the fields of a mapping; raises, and changes nothing, where one does not fit."""
        draft = copy.copy(self)
        draft.properties = copy.deepcopy(self.properties)
        draft.fields, draft.objects = dict(self.fields), set(self.objects)
        draft.subfields = dict(self.subfields)
        draft._merge(body)
        self.__dict__.update(draft.__dict__)

    def _merge(self, body: Any) -> None:
        if not isinstance(body, dict):
            raise MapperParsing("Root mapping definition must be an object")
        unknown = sorted(body.keys() - {"properties", "dynamic"})
        if unknown:
            raise MapperParsing(
                f"Root mapping definition has unsupported parameters:  [{unknown[0]} : "
                f"{body[unknown[0]]}]"
            )
        dynamic = str(body.get("dynamic", self.dynamic)).lower()
        if dynamic not in ("true", "false", "strict"):
            raise MapperParsing(f"Could not convert [dynamic] to a value: [{dynamic}]")
        self.dynamic = dynamic
        self._add(self.properties, body.get("properties", {}), "", 1)
        if len(self.fields) + len(self.objects) > MAX_FIELDS:
            raise IllegalArgument(f"Limit of total fields [{MAX_FIELDS}] has been exceeded")

    def _add(self, into: Properties, properties: Any, prefix: str, depth: int) -> None:
        if not isinstance(properties, dict):
            raise MapperParsing(f"Expected map for property [properties] on field [{prefix[:-1]}]")
        if depth > MAX_DEPTH:
            raise IllegalArgument(f"Limit of mapping depth [{MAX_DEPTH}] has been exceeded")
        for name, definition in properties.items():
            path = f"{prefix}{name}"
            if not isinstance(definition, dict):
                raise MapperParsing(f"Expected map for property [fields] on field [{path}]")
            if not name.strip():
                raise IllegalArgument("field name cannot be an empty string")
            if "properties" in definition or definition.get("type") == "object":
                self._add_object(into, name, path, definition, depth)
            else:
                self._add_field(into, name, path, definition)

    def _add_object(
        self, into: Properties, name: str, path: str, definition: Properties, depth: int
    ) -> None:
        if path in self.fields:
            raise IllegalArgument(
                f"can't merge a non object mapping [{path}] with an object mapping"
            )
        _only(definition, {"type", "properties"}, path, "object")
        self.objects.add(path)
        inner = into.setdefault(name, {"properties": {}})["properties"]
        self._add(inner, definition.get("properties", {}), f"{path}.", depth + 1)

    def _add_field(self, into: Properties, name: str, path: str, definition: Properties) -> None:
        field = self._field(path, definition)
        known = self.fields.get(path)
        if path in self.objects:
            raise IllegalArgument(
                f"can't merge a non object mapping [{path}] with an object mapping"
            )
        if known is not None and _conflict(known, field):
            raise IllegalArgument(
                f"mapper [{path}] cannot be changed from type [{known.type}] to [{field.type}]"
                if known.type != field.type
                else f"Mapper for [{path}] conflicts with existing mapper: Cannot update parameter "
                f"[analyzer] from [{known.analyzer.name}] to [{field.analyzer.name}]"
            )
        self.fields[path] = field
        into[name] = {**into.get(name, {}), **definition}
        below = [f"{path}.{sub}" for sub in definition.get("fields", {})]
        for sub, inner in zip(below, definition.get("fields", {}).values(), strict=True):
            self.fields[sub] = self._field(sub, inner)
        if below:
            self.subfields[path] = sorted({*self.subfields.get(path, []), *below})

    def _field(self, path: str, definition: Any) -> Field:
        kind = definition.get("type") if isinstance(definition, dict) else None
        if kind is None:
            raise MapperParsing(f"No type specified for field [{path}]")
        if kind not in TYPES:
            raise MapperParsing(f"No handler for type [{kind}] declared on field [{path}]")
        _only(definition, PARAMETERS.get(kind, {"type", "fields"}), path, kind)
        if not isinstance(definition.get("fields", {}), dict):
            raise MapperParsing(f"Expected map for property [fields] on field [{path}]")
        analyzer = self._analyzer(definition.get("analyzer", "standard"), path)
        search = self._analyzer(definition.get("search_analyzer", analyzer.name), path)
        above = definition.get("ignore_above")
        if above is not None and (not isinstance(above, int) or above < 0):
            raise MapperParsing(f"Failed to parse value [{above}] of [ignore_above] on [{path}]")
        return Field(path, kind, analyzer, search, above)

    def _analyzer(self, name: Any, path: str) -> Analyzer:
        if not isinstance(name, str) or name not in self.analyzers:
            raise MapperParsing(f"analyzer [{name}] has not been configured in mappings ({path})")
        return self.analyzers[name]

    def read(self, source: dict[str, Any], document: str) -> tuple[Values, Properties]:
        """A document's values by field, and the fields that it would add to the mapping."""
        values: Values = {}
        additions: Properties = {}
        self._read_object(source, "", document, values, additions)
        return values, additions

    def _read_object(
        self, source: dict[str, Any], prefix: str, document: str, values: Values, new: Properties
    ) -> None:
        for name, value in source.items():
            if not name.strip(" ."):
                raise MapperParsing("failed to parse", caused_by=_BLANK)
            path = f"{prefix}{name}"
            if path.count(".") >= MAX_DEPTH:
                raise IllegalArgument(f"Limit of mapping depth [{MAX_DEPTH}] has been exceeded")
            for item in value if isinstance(value, list) else [value]:
                self._read_value(path, item, document, values, new)

    def _read_value(
        self, path: str, value: Any, document: str, values: Values, new: Properties
    ) -> None:
        if value is None:
            return
        if isinstance(value, list):
            for item in value:
                self._read_value(path, item, document, values, new)
            return
        if isinstance(value, dict) and path not in self.fields:
            if self.dynamic == "true" or path in self.objects:
                self._read_object(value, f"{path}.", document, values, new)
            elif self.dynamic == "strict":
                raise _strict(path)
            return
        if path in self.objects:
            raise MapperParsing(
                f"object mapping for [{path}] tried to parse field [{path}] as object, but found "
                "a concrete value"
            )
        field = self.fields.get(path) or self._guess(path, value, new)
        if field is not None:
            self._keep(field, value, document, values)

    def _guess(self, path: str, value: Any, new: Properties) -> Field | None:
        """Dynamic mapping: the field that a value of this kind makes."""
        if self.dynamic == "false":
            return None
        if self.dynamic == "strict":
            raise _strict(path)
        if path not in new:
            new[path] = guess(value)
        return Field(path, new[path]["type"])

    def _keep(self, field: Field, value: Any, document: str, values: Values) -> None:
        try:
            kept = field.read(value)
        except ValueError as error:
            raise wrong_value(field, value, document, error) from error
        if kept is not None:
            values.setdefault(field.path, []).append(kept)

    def spread(self, values: Values) -> Values:
        """The values with those of subfields (`title.keyword` beside `title`)."""
        whole = dict(values)
        for path in values:
            for sub in self.subfields.get(path, ()):
                kept = [self.fields[sub].read(value) for value in values[path]]
                whole[sub] = [value for value in kept if value is not None]
        return whole

    def source_of(self, path: str) -> str:
        """Where in a document a field's text stands: a subfield's is its parent's."""
        parent = path.rpartition(".")[0]
        return parent if parent in self.fields else path


_BLANK = {
    "type": "illegal_argument_exception",
    "reason": "field name cannot be an empty string",
}


def _conflict(known: Field, field: Field) -> bool:
    return known != replace(field, ignore_above=known.ignore_above)


def _only(definition: Properties, allowed: set[str], path: str, kind: str) -> None:
    for name in definition:
        if name not in allowed:
            raise MapperParsing(f"unknown parameter [{name}] on mapper [{path}] of type [{kind}]")


def _strict(path: str) -> StrictDynamicMapping:
    parent, _, name = path.rpartition(".")
    return StrictDynamicMapping(
        f"mapping set to strict, dynamic introduction of [{name}] within [{parent or '_doc'}] "
        "is not allowed"
    )
