"""The tokenizer and the filters, by the rules of Unicode and of Lucene."""

from __future__ import annotations

import pytest

from serverless_app.local.search.words import ANALYZERS, lowercase, porter_stem, standard


def words(text: str) -> list[str]:
    return [token.text for token in standard(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", ["Hello", "world"]),
        ("can't O'Neil e.g. a:b", ["can't", "O'Neil", "e.g", "a:b"]),
        ("1,000.5 3;4 10:30", ["1,000.5", "3;4", "10", "30"]),
        ("snake_case _ __ _x_", ["snake_case", "_x_"]),
        ("a.1 1.a b2b", ["a", "1", "1", "a", "b2b"]),
        ("wi-fi C++ c#", ["wi", "fi", "C", "c"]),
        ("日本語", ["日", "本", "語"]),
        ("ひらがな カタカナ 한국어", ["ひ", "ら", "が", "な", "カタカナ", "한국어"]),
        ("สวัสดี ครับ", ["สวัสดี", "ครับ"]),
        ("שלום", ["שלום"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("", []),
        (" \t\n.,;", []),
    ],
)
def test_a_text_is_split_by_unicodes_word_rules(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "emoji", ["😀", "👍🏽", "👨\u200d👩\u200d👧", "🇩🇪", "1\ufe0f\u20e3", "❤\ufe0f"]
)
def test_an_emoji_is_one_word(emoji: str) -> None:
    assert words(f"a {emoji} b") == ["a", emoji, "b"]


def test_two_flags_are_two_words() -> None:
    assert words("🇩🇪🇫🇷") == ["🇩🇪", "🇫🇷"]


@pytest.mark.parametrize("text", ["it's 3.5 o'clock_x a.b", "_a__b_", "x:y:z 1,2,3", "a1.2b"])
def test_the_expression_for_ascii_and_the_one_for_unicode_agree(text: str) -> None:
    assert [*words(text), "é"] == words(f"{text} é")


def test_a_word_over_255_utf16_units_is_cut() -> None:
    assert [len(word) for word in words("x" * 600)] == [255, 255, 90]


def test_a_cut_does_not_split_a_character_of_two_units() -> None:
    assert [len(word) for word in words("𝐚" * 200)] == [127, 73]


def test_lower_case_goes_letter_by_letter() -> None:
    assert [lowercase(word) for word in ("ΣΟΦΟΣ", "İstanbul", "ÀÉ")] == ["σοφοσ", "istanbul", "àé"]


def test_the_english_analyzer_drops_stop_words_and_keeps_their_places() -> None:
    tokens = ANALYZERS["english"].tokens("The dog's running in the Parks")
    assert [(token.text, token.position) for token in tokens] == [
        ("dog", 1),
        ("run", 2),
        ("park", 5),
    ]


@pytest.mark.parametrize(
    ("word", "stem"),
    [("caresses", "caress"), ("ponies", "poni"), ("motoring", "motor"), ("relational", "relat"),
     ("hopeful", "hope"), ("electriciti", "electr"), ("controll", "control"), ("sky", "sky")],
)  # fmt: skip
def test_stems_are_those_of_porters_paper(word: str, stem: str) -> None:
    assert porter_stem(word) == stem


@pytest.mark.parametrize("text", ["_" * 100_000, "a_" * 50_000 + "é", "a." * 50_000 + "é"])
def test_a_text_made_to_be_slow_is_split_in_one_pass(text: str) -> None:
    assert len(words(text)) <= 2 + len(text) // 255
