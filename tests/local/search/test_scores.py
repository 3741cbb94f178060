"""Scores worked out from the published formulas, the working shown.

idf = ln(1 + (N − n + 0.5) / (n + 0.5)), tf = f / (f + 1.2 · (0.25 + 0.75 · dl / avgdl)).
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import pytest
from opensearchpy import OpenSearch

ANIMALS = {
    "1": {"title": "dog"},
    "2": {"title": "dog cat"},
    "3": {"title": "cat cat bird"},
}
AVGDL = (1 + 2 + 3) / 3


def idf(n: int, total: int) -> float:
    return log(1 + (total - n + 0.5) / (n + 0.5))


def tf(freq: int, dl: int, avgdl: float = AVGDL) -> float:
    return freq / (freq + 1.2 * (0.25 + 0.75 * dl / avgdl))


def scores(client: OpenSearch, index: str, query: Any, **options: Any) -> dict[str, float]:
    found = client.search(index=index, body={"query": query}, **options)["hits"]["hits"]
    assert [hit["_score"] for hit in found] == sorted((h["_score"] for h in found), reverse=True)
    return {hit["_id"]: hit["_score"] for hit in found}


def near(expected: dict[str, float]) -> Any:
    return pytest.approx(expected, rel=1e-5)


def test_a_word_is_worth_its_idf_times_its_tf(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(ANIMALS)
    # N = 3, n(dog) = 2: idf = ln(1 + 1.5 / 2.5) = 0.470004
    # dl 1 of avgdl 2: tf = 1 / (1 + 1.2 · 0.625) = 0.571429; dl 2: 1 / (1 + 1.2) = 0.454545
    assert idf(2, 3) == pytest.approx(0.470004, rel=1e-5)
    expected = {"1": 0.470004 * 0.571429, "2": 0.470004 * 0.454545}
    assert scores(client, index, {"match": {"title": "dog"}}) == near(expected)


def test_words_add_up_and_a_repeated_word_counts_again(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(ANIMALS)
    dog, cat = idf(2, 3), idf(2, 3)
    expected = {"1": dog * tf(1, 1), "2": dog * tf(1, 2) + cat * tf(1, 2), "3": cat * tf(2, 3)}
    assert scores(client, index, {"match": {"title": "dog cat"}}) == near(expected)
    twice = {document: 2 * score for document, score in expected.items()}
    assert scores(client, index, {"match": {"title": "dog cat dog cat"}}) == near(twice)


def test_the_best_field_counts_alone_each_with_its_boost(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index({"1": {"t": "dog", "d": "a dog"}, "2": {"t": "cat", "d": "the dog"}})
    # t: N = 2, n = 1, dl = avgdl = 1, boost 3; d: N = 2, n = 2, dl = avgdl = 2
    title, text = 3 * idf(1, 2) * tf(1, 1, 1), idf(2, 2) * tf(1, 2, 2)
    query = {"multi_match": {"query": "dog", "fields": ["t^3", "d"]}}
    assert scores(client, index, query) == near({"1": max(title, text), "2": text})


def test_fuzzy_words_share_the_largest_frequency_and_lose_by_their_edits(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    titles = {"1": "garden", "2": "garden", "3": "gardens", "4": "gadren", "5": "harbour"}
    index = make_index({key: {"title": title} for key, title in titles.items()})
    # N = 5. garden (n = 2), gardens (n = 1), gadren (n = 1, one swap): n = 2 counts for all.
    # boosts: 1; 1 − 1/6; 1 − 1/6. Every dl = avgdl = 1.
    whole = idf(2, 5) * tf(1, 1, 1)
    expected = {"1": whole, "2": whole, "3": whole * 5 / 6, "4": whole * 5 / 6}
    query = {"match": {"title": {"query": "garden", "fuzziness": "AUTO"}}}
    assert scores(client, index, query) == near(expected)


def test_without_transpositions_a_swap_is_two_edits(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index({"1": {"title": "gadren"}})
    query = {"query": "garden", "fuzziness": "AUTO", "fuzzy_transpositions": False}
    # N = n = 1; the boost is 1 − 2/6
    assert scores(client, index, {"match": {"title": query}}) == near(
        {"1": idf(1, 1) * tf(1, 1, 1) * 4 / 6}
    )


@pytest.mark.parametrize(("word", "found"), [("ab", 0), ("abd", 1), ("abdce", 0), ("abcxyf", 1)])
def test_auto_allows_no_edit_below_three_letters_and_two_from_six(
    client: OpenSearch, make_index: Callable[..., str], word: str, found: int
) -> None:
    index = make_index({"1": {"title": "abc"}, "2": {"title": "abcdef"}})
    query = {"match": {"title": {"query": word, "fuzziness": "AUTO"}}}
    assert len(scores(client, index, query)) == found


def test_the_fifty_best_words_are_taken(client: OpenSearch, make_index: Callable[..., str]) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"{one}{two}rden" for one in letters for two in "abc"]
    index = make_index({word: {"title": word} for word in words})
    query = {"match": {"title": {"query": "garden", "fuzziness": 2}}}
    found = client.search(index=index, body={"query": query, "size": 100})["hits"]["hits"]
    # garden itself; one edit: gbrden, gcrden and the 25 other ?arden; two edits: the first 22 of
    # the others in the order of the alphabet
    one = {"gbrden", "gcrden"} | {f"{letter}arden" for letter in letters}
    two = sorted(set(words) - one)[: 50 - len(one)]
    assert {hit["_id"] for hit in found} == one | set(two)


def test_a_phrase_is_as_rare_as_its_words_together(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index({"1": {"t": "red fox red fox"}, "2": {"t": "fox red"}})
    # idf: red (n = 2) + fox (n = 2); tf: the phrase stands twice in a field of 4, avgdl 3
    expected = {"1": (idf(2, 2) + idf(2, 2)) * tf(2, 4, 3)}
    assert scores(client, index, {"match_phrase": {"t": "red fox"}}) == near(expected)


def test_a_long_field_counts_as_long_as_its_byte_says(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index({"1": {"t": " ".join(["dog"] + ["x"] * 56)}, "2": {"t": "x"}})
    # 57 words are kept as 56, but the average takes the true (57 + 1) / 2
    expected = {"1": idf(1, 2) * tf(1, 56, 29)}
    assert scores(client, index, {"match": {"t": "dog"}}) == near(expected)


def test_filters_and_exact_values_score_one_or_nothing(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(
        {"1": {"k": "a", "n": 5}}, {"k": {"type": "keyword"}, "n": {"type": "integer"}}
    )
    assert scores(client, index, {"term": {"k": {"value": "a", "boost": 2}}}) == {"1": 2.0}
    assert scores(client, index, {"range": {"n": {"gte": 5}}}) == {"1": 1.0}
    assert scores(client, index, {"bool": {"filter": {"term": {"k": "a"}}}}) == {"1": 0.0}
    assert scores(client, index, {"match_all": {}}) == {"1": 1.0}


def test_a_boolean_is_a_word_of_length_one(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index({"1": {"b": True}, "2": {"b": False}}, {"b": {"type": "boolean"}})
    assert scores(client, index, {"term": {"b": True}}) == near({"1": idf(1, 2) * tf(1, 1, 1)})


def test_a_deleted_document_no_longer_counts(local: OpenSearch) -> None:
    """A Lucene index shows this after a merge; this engine at once."""
    for key, source in {**ANIMALS, "4": {"title": "dog dog dog dog dog"}}.items():
        local.index(index="a", id=key, body=source)
    local.indices.refresh(index="a")
    local.delete(index="a", id="4", refresh=True)
    expected = {"1": idf(2, 3) * tf(1, 1), "2": idf(2, 3) * tf(1, 2)}
    assert scores(local, "a", {"match": {"title": "dog"}}) == near(expected)


def test_each_shard_has_its_own_statistics_unless_dfs_is_asked_for(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(number_of_shards=2)
    routes: dict[int, str] = {}
    for letter in "abcdefgh":
        placed = client.search_shards(index=index, routing=letter)["shards"][0][0]["shard"]
        routes.setdefault(placed, letter)
    for number, (shard, title) in enumerate([(0, "dog"), (0, "cat"), (0, "cat"), (1, "dog")]):
        client.index(index=index, id=str(number), routing=routes[shard], body={"title": title})
    client.indices.refresh(index=index)
    query = {"match": {"title": "dog"}}
    # shard 0: N = 3, n = 1; shard 1: N = n = 1. Together: N = 4, n = 2. Every dl = avgdl = 1.
    apart = {"0": idf(1, 3) * tf(1, 1, 1), "3": idf(1, 1) * tf(1, 1, 1)}
    together = dict.fromkeys(("0", "3"), idf(2, 4) * tf(1, 1, 1))
    assert scores(client, index, query) == near(apart)
    assert scores(client, index, query, search_type="dfs_query_then_fetch") == near(together)
    assert scores(client, index, query, preference="_shards:1") == near({"3": apart["3"]})
    assert scores(client, index, query, routing=routes[0]) == near({"0": apart["0"]})


def totals(explanation: Any) -> None:
    """Every value of an explanation follows from those below it."""
    values = [detail["value"] for detail in explanation["details"]]
    text = explanation["description"]
    if "sum of:" in text:
        assert explanation["value"] == pytest.approx(sum(values), rel=1e-5)
    elif "max of:" in text:
        assert explanation["value"] == pytest.approx(max(values), rel=1e-5)
    elif "boost * idf * tf" in text:
        product = 1.0
        for value in values:
            product *= value
        assert explanation["value"] == pytest.approx(product, rel=1e-5)
    for detail in explanation["details"]:
        totals(detail)


def test_an_explanation_adds_up_to_the_score(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(ANIMALS)
    query = {
        "bool": {
            "should": [
                {"multi_match": {"query": "dgo catt", "fields": ["title^2"], "fuzziness": 1}},
                {"match_phrase": {"title": "dog cat"}},
            ]
        }
    }
    found = client.search(index=index, body={"query": query, "explain": True})["hits"]["hits"]
    assert len(found) == 3
    for hit in found:
        assert hit["_explanation"]["value"] == pytest.approx(hit["_score"], rel=1e-5)
        totals(hit["_explanation"])
        alone = client.explain(index=index, id=hit["_id"], body={"query": query})
        assert alone["matched"] is True
        assert alone["explanation"]["value"] == pytest.approx(hit["_score"], rel=1e-5)


def test_an_explanation_names_the_numbers_it_is_made_from(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(ANIMALS)
    body = {"query": {"match": {"title": {"query": "dog", "boost": 2}}}}
    weight = client.explain(index=index, id="1", body=body)["explanation"]
    boost, rarity, length = weight["details"][0]["details"]
    assert (boost["value"], boost["description"]) == (2.0, "boost")
    assert [d["value"] for d in rarity["details"]] == [2, 3]
    assert [d["value"] for d in length["details"]] == pytest.approx([1.0, 1.2, 0.75, 1.0, 2.0])


def test_a_document_that_does_not_match_is_explained_as_such(
    client: OpenSearch, make_index: Callable[..., str]
) -> None:
    index = make_index(ANIMALS)
    answer = client.explain(index=index, id="3", body={"query": {"match": {"title": "dog"}}})
    assert answer["matched"] is False
