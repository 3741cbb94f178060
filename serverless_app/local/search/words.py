"""From text to words: the tokenizer, and the filters that make words comparable.

The tokenizer follows Unicode's word rules (UAX #29) as Lucene's StandardTokenizer writes them:
letters join by `.`, `'` and `:`, digits by `.`, `,`, `;` and `'`, only between two of a kind;
an emoji is a word, and so is each Chinese character; `_` joins but is no word by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import regex
from snowballstemmer.porter_stemmer import PorterStemmer

_PORTER = PorterStemmer()
MAX_TOKEN_LENGTH = 255  # UTF-16 units, StandardTokenizer's default

ENGLISH_STOP_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is",
    "it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there",
    "these", "they", "this", "to", "was", "will", "with",
})  # fmt: skip

_WORD = r"{join}*+(?:{run})(?:{join}++(?:{run}))*+{join}*+"
_RUN = (
    r"(?:{hebrew}{letter}*|{digit}(?:(?:{join}*+|{between_digits}){digit})*"
    r"|{letter}(?:(?:{join}*+|{between_letters}){letter})*)+|{katakana}(?:{join}*+{katakana})*"
)


def _grammar(**classes: str) -> str:
    """UAX #29's rules WB5 to WB13b for words, over the given classes of characters."""
    run = _RUN.format(**classes)
    return _WORD.format(run=run, join=classes["join"])


_NEVER = r"(?!)"
_ASCII = re.compile(
    "("
    + _grammar(
        letter="[A-Za-z]",
        digit="[0-9]",
        join="_",
        between_letters="[.':]",
        between_digits="[.,;']",
        katakana=_NEVER,
        hebrew=_NEVER,
    )
    + ")|_+"
)

_JOINED = r"[\p{WB=Format}\p{WB=Extend}\p{WB=ZWJ}]*+"  # WB4: marks belong to what they follow
_MARKS = r"[\p{WB=Format}\p{WB=Extend}--\uFE0E\uFE0F\u200D]*+"
_EMOJI_CHAR = r"[\p{Extended_Pictographic}[\p{Emoji}--\p{RI}--[0-9#*]--\p{Emoji_Modifier}]]"
_ONE_EMOJI = (
    rf"(?:(?:\u200D?\p{{Emoji_Modifier_Base}}{_MARKS})?\p{{Emoji_Modifier}}{_MARKS}"
    rf"|\u200D?{_EMOJI_CHAR}{_MARKS}\uFE0F?)"
)
_EMOJI = (
    rf"{_ONE_EMOJI}(?:\u200D{_ONE_EMOJI})*\u200D*"
    rf"|[0-9#*]{_MARKS}\uFE0F?\u20E3{_JOINED}"
    rf"|(?:\p{{RI}}{_JOINED}){{2}}"
)
_HEBREW = r"\p{WB=Hebrew_Letter}" + _JOINED
_UNICODE = regex.compile(
    f"({_EMOJI}|"
    + _grammar(
        letter=rf"(?:[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}]{_JOINED})",
        digit=r"[\p{WB=Numeric}\uFF10-\uFF19]" + _JOINED,
        join=rf"(?:\p{{WB=ExtendNumLet}}{_JOINED})",
        between_letters=r"[\p{WB=MidLetter}\p{WB=MidNumLet}\p{WB=Single_Quote}]" + _JOINED,
        between_digits=r"[\p{WB=MidNum}\p{WB=MidNumLet}\p{WB=Single_Quote}]" + _JOINED,
        katakana=r"\p{WB=Katakana}" + _JOINED,
        hebrew=rf"{_HEBREW}(?:[\p{{WB=Single_Quote}}]{_JOINED}|\"{_JOINED}{_HEBREW})",
    )
    + rf"|(?:\p{{LB=Complex_Context}}{_JOINED})++|\p{{Script=Han}}{_JOINED}"
    + rf"|\p{{Script=Hiragana}}{_JOINED})|\p{{WB=ExtendNumLet}}++",
    flags=regex.V1,
)


class Token(NamedTuple):
    """A word where it stands: `start` and `end` index the text, `position` counts words."""

    text: str
    start: int
    end: int
    position: int


Tokenizer = Callable[[str], list[Token]]
Filter = Callable[[str], "str | None"]  # None drops the word; its position stays empty


def standard(text: str) -> list[Token]:
    """Split by Unicode's word rules; plain ASCII takes the faster of two equal expressions."""
    pattern: Any = _ASCII if text.isascii() else _UNICODE
    spans = [match.span(1) for match in pattern.finditer(text) if match.group(1)]
    return _tokens(text, spans)


def whitespace(text: str) -> list[Token]:
    """Split at white space only."""
    return _tokens(text, [match.span() for match in re.finditer(r"\S+", text)])


def keyword(text: str) -> list[Token]:
    """The whole text as one word."""
    return [Token(text, 0, len(text), 0)]


def _tokens(text: str, spans: list[tuple[int, int]]) -> list[Token]:
    if any(end - start > MAX_TOKEN_LENGTH // 2 for start, end in spans):
        spans = [piece for span in spans for piece in _pieces(text, *span)]
    return [Token(text[start:end], start, end, n) for n, (start, end) in enumerate(spans)]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A word that is too long, cut so that no piece has over 255 UTF-16 units."""
    cuts, units = [start], 0
    for index in range(start, end):
        width = 2 if text[index] > "\uffff" else 1
        if units + width > MAX_TOKEN_LENGTH:
            cuts.append(index)
            units = 0
        units += width
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def lowercase(word: str) -> str:
    """Lower case, character by character as Lucene does: no final sigma, and `İ` becomes `i`."""
    if word.isascii():
        return word.lower()
    return "".join("i" if letter == "İ" else letter.lower() for letter in word)


def possessive(word: str) -> str:
    """Without the English `'s`."""
    return word[:-2] if len(word) > 1 and word[-2] in "'’＇" and word[-1] in "sS" else word


def stop(word: str) -> str | None:
    """Drop English words that every text has."""
    return None if word in ENGLISH_STOP_WORDS else word


def porter_stem(word: str) -> str:
    """The stem of an English word by Porter's algorithm of 1980: `running` and `runs` are `run`."""
    return str(_PORTER.stemWord(word))


@dataclass(frozen=True)
class Analyzer:
    """A tokenizer, then filters in their order."""

    name: str
    tokenizer: Tokenizer
    filters: tuple[Filter, ...] = ()

    def tokens(self, text: str) -> list[Token]:
        """The words of a text, with their places."""
        filters = self.filters
        return [
            Token(word, *place)
            for text, *place in self.tokenizer(text)
            if (word := filtered(text, filters)) is not None
        ]


@lru_cache(maxsize=50_000)
def filtered(word: str, filters: tuple[Filter, ...]) -> str | None:
    """What the filters make of a word: most words are asked about again and again."""
    for change in filters:
        changed = change(word)
        if changed is None:
            return None
        word = changed
    return word


TOKENIZERS: dict[str, Tokenizer] = {
    "standard": standard,
    "whitespace": whitespace,
    "keyword": keyword,
}
FILTERS: dict[str, Filter] = {
    "lowercase": lowercase,
    "stop": stop,
    "porter_stem": porter_stem,
    "stemmer": porter_stem,
}
ANALYZERS = {
    analyzer.name: analyzer
    for analyzer in (
        Analyzer("standard", standard, (lowercase,)),
        Analyzer("english", standard, (possessive, lowercase, stop, porter_stem)),
        Analyzer("whitespace", whitespace),
        Analyzer("keyword", keyword),
    )
}
