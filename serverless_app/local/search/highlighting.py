"""Showing where a document matched: the words of a query, between tags, in the stored text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from serverless_app.local.search.errors import IllegalArgument, ParsingError
from serverless_app.local.search.mappings import Mapping
from serverless_app.local.search.queries import Mark
from serverless_app.local.search.segments import texts_at
from serverless_app.local.search.words import Token

Span = tuple[int, int]

# The six characters of Lucene's SimpleHTMLEncoder.
_HTML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "/": "&#x2F;"}
)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n+")


@dataclass(frozen=True)
class Highlight:
    """How to show one field. No fragments means the whole field."""

    pre_tag: str = "<em>"
    post_tag: str = "</em>"
    html: bool = False
    fragments: int = 5
    fragment_size: int = 100
    by_score: bool = False

    def with_options(self, options: dict[str, Any]) -> Highlight:
        """These settings, changed by a request's options."""
        changed = self
        for name, value in options.items():
            change = _OPTIONS.get(name)
            if change is None:
                raise ParsingError(f"[highlight] does not support [{name}]")
            changed = replace(changed, **change(name, value))
        return changed


def parse_highlight(body: Any) -> dict[str, Highlight]:
    """The `highlight` part of a search, by field."""
    if not isinstance(body, dict):
        raise ParsingError("[highlight] must be an object")
    common = Highlight().with_options({k: v for k, v in body.items() if k != "fields"})
    fields = body.get("fields", {})
    if isinstance(fields, list):
        fields = {name: options for part in fields for name, options in _object(part).items()}
    highlights = {}
    for name, options in _object(fields).items():
        if "*" in name:
            raise ParsingError(f"[highlight] does not support patterns of names such as [{name}]")
        highlights[name] = common.with_options(_object(options))
    return highlights


def highlight(
    source: dict[str, Any], mapping: Mapping, how: dict[str, Highlight], marks: list[Mark]
) -> dict[str, list[str]]:
    """The snippets of each field that matched."""
    snippets = {}
    for path, settings in how.items():
        mine = [mark for mark in marks if mark.field == path]
        field = mapping.fields.get(path)
        if field is None or not mine:
            continue
        found: list[str] = []
        for text in texts_at(source, mapping.source_of(path)):
            tokens = field.tokens([text]) if field.is_text else [Token(text, 0, len(text), 0)]
            spans = matched(tokens, mine)
            found += _snippets(text, spans, settings) if spans else []
        if found:
            snippets[path] = found[: settings.fragments or None]
    return snippets


def matched(tokens: list[Token], marks: list[Mark]) -> list[Span]:
    """Where the marked words, and the words of marked phrases, stand in a text."""
    words = frozenset().union(*(mark.words for mark in marks))
    spans = {(token.start, token.end) for token in tokens if token.text in words}
    phrases = [mark.phrase for mark in marks if mark.phrase]
    if phrases:
        at = {token.position: token for token in tokens}
        for phrase in phrases:
            for start in at:
                found = [at.get(start + shift) for shift, _ in phrase]
                if all(t and t.text == w for t, (_, w) in zip(found, phrase, strict=True)):
                    spans |= {(token.start, token.end) for token in found if token}
    return sorted(spans)


def _snippets(text: str, spans: list[Span], how: Highlight) -> list[str]:
    if how.fragments == 0:
        return [tagged(text, (0, len(text)), spans, how)]
    passages = _passages(text, spans, how.fragment_size)
    best = sorted(passages, key=lambda passage: -_worth(text, passage, spans))[: how.fragments]
    if not how.by_score:
        best.sort()
    return [tagged(text, passage, spans, how) for passage in best]


def tagged(text: str, passage: Span, spans: list[Span], how: Highlight) -> str:
    """A passage with its matches between tags, everything else encoded."""
    encode = (lambda part: part.translate(_HTML)) if how.html else str
    pieces, at = [], passage[0]
    for start, end in spans:
        if passage[0] <= start and end <= passage[1]:
            pieces += [encode(text[at:start]), how.pre_tag, encode(text[start:end]), how.post_tag]
            at = end
    pieces.append(encode(text[at : passage[1]]))
    return "".join(pieces)


def _passages(text: str, spans: list[Span], size: int) -> list[Span]:
    """Sentences around the matches, joined up to `size`; longer ones are cut between words.

    OpenSearch finds sentences by the rules of the language, this engine at `.`, `!`, `?` and line
    ends.
    """
    breaks = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    passages: list[Span] = []
    for start, end in spans:
        if passages and start < passages[-1][1]:
            continue
        begin = max((b for b in breaks if b <= start), default=0)
        begin = max(begin, passages[-1][1]) if passages else begin
        after = [b for b in breaks if b >= end]
        stop = max([after[0], *(b for b in after if b - begin <= size)])
        if stop - begin > size:
            begin = _space_before(text, begin, start - size // 2, start)
            stop = _space_after(text, stop, max(end, begin + size))
        passages.append((begin, max(stop, end)))
    return [(begin, begin + len(text[begin:stop].rstrip())) for begin, stop in passages]


def _space_before(text: str, least: int, wanted: int, start: int) -> int:
    if wanted <= least:
        return least
    space = text.find(" ", wanted, start)
    return start if space < 0 else space + 1


def _space_after(text: str, most: int, wanted: int) -> int:
    space = text.find(" ", wanted, most)
    return most if space < 0 else space


def _worth(text: str, passage: Span, spans: list[Span]) -> int:
    """A passage with more different words is better, then one with more words."""
    inside = [text[s:e].lower() for s, e in spans if passage[0] <= s and e <= passage[1]]
    return len(set(inside)) * 1_000 + len(inside)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ParsingError("[highlight] fields and their options must be objects")
    return value


def _tag(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise ParsingError(f"[highlight] [{name}] must be a list of tags")
    return {name.removesuffix("s"): value[0]}


def _count(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ParsingError(f"[highlight] [{name}] must be a whole number, not [{value}]")
    return {"fragments" if name == "number_of_fragments" else name: value}


def _choice(name: str, value: Any) -> dict[str, Any]:
    choices: dict[str, dict[Any, dict[str, Any]]] = {
        "encoder": {"default": {"html": False}, "html": {"html": True}},
        "order": {"none": {"by_score": False}, "score": {"by_score": True}},
        "type": {"unified": {}},
        "require_field_match": {True: {}},
    }
    if isinstance(value, dict | list) or value not in choices[name]:
        raise IllegalArgument(f"[highlight] does not support [{name}] [{value}]")
    return choices[name][value]


_OPTIONS = {
    "pre_tags": _tag,
    "post_tags": _tag,
    "number_of_fragments": _count,
    "fragment_size": _count,
    "encoder": _choice,
    "order": _choice,
    "type": _choice,
    "require_field_match": _choice,
}
