"""Highlights: which words are marked, and which part of a text is shown."""

from __future__ import annotations

from typing import Any

import pytest
from opensearchpy import OpenSearch


def highlights(client: OpenSearch, text: Any, query: Any, **options: Any) -> list[str]:
    client.index(index="a", id="1", body={"t": text}, refresh=True)
    body = {"query": query, "highlight": {"fields": {"t": options}}}
    (hit,) = client.search(index="a", body=body)["hits"]["hits"]
    found: list[str] = hit.get("highlight", {}).get("t", [])
    return found


def test_a_phrase_marks_its_words_only_where_they_stand_together(local: OpenSearch) -> None:
    found = highlights(local, "red sky, red fox", {"match_phrase": {"t": "red fox"}})
    assert found == ["red sky, <em>red</em> <em>fox</em>"]


def test_a_prefix_marks_whole_words(local: OpenSearch) -> None:
    assert highlights(local, "foxes and fog", {"prefix": {"t": "fox"}}) == [
        "<em>foxes</em> and fog"
    ]


def test_what_must_not_match_is_not_marked(local: OpenSearch) -> None:
    query = {"bool": {"must": {"match": {"t": "fox"}}, "must_not": {"match": {"t": "dog"}}}}
    assert highlights(local, "fox", query) == ["<em>fox</em>"]


def test_each_value_of_a_list_is_a_text_of_its_own(local: OpenSearch) -> None:
    found = highlights(
        local, ["a fox", "a dog", "two fox"], {"match": {"t": "fox"}}, number_of_fragments=0
    )
    assert found == ["a <em>fox</em>", "two <em>fox</em>"]


def test_a_sentence_that_is_too_long_is_cut_between_words(local: OpenSearch) -> None:
    text = "word " * 40 + "fox " + "word " * 40
    (fragment,) = highlights(local, text, {"match": {"t": "fox"}}, fragment_size=40)
    assert "<em>fox</em>" in fragment
    plain = fragment.replace("<em>", "").replace("</em>", "")
    assert len(plain) <= 60
    assert set(plain.split()) == {"word", "fox"}


def test_the_best_fragment_comes_first_when_asked_for(local: OpenSearch) -> None:
    text = "One fox here. " + "Filler words go on. " * 5 + "A fox and a dog."
    query = {"match": {"t": "fox dog"}}
    first = {"fragment_size": 20, "number_of_fragments": 1}
    assert highlights(local, text, query, order="score", **first) == [
        "A <em>fox</em> and a <em>dog</em>."
    ]


@pytest.mark.parametrize("text", ["🐕 fox 𝐚", "ein Füchse fox ß", "日本 fox 語"])
def test_marks_stand_right_in_any_script(local: OpenSearch, text: str) -> None:
    assert highlights(local, text, {"match": {"t": "fox"}}) == [text.replace("fox", "<em>fox</em>")]
