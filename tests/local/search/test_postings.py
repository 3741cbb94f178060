"""The inverted index: lists, lengths as bytes, and what is left after a removal."""

from __future__ import annotations

import pytest

from serverless_app.local.search.postings import LENGTHS, FieldIndex, encode_length
from serverless_app.local.search.words import Token, standard


def index_of(*texts: str) -> FieldIndex:
    index = FieldIndex()
    for doc, text in enumerate(texts):
        index.add(doc, standard(text))
    return index


def test_a_list_says_where_and_how_often_a_word_stands() -> None:
    postings = index_of("dog cat dog", "cat", "dog").words["dog"]
    assert [*postings.docs] == [0, 2]
    assert [*postings.freqs] == [2, 1]
    assert {doc: [*at] for doc, at in postings.places({0, 2}).items()} == {0: [0, 2], 2: [0]}


def test_a_removed_document_leaves_nothing_behind() -> None:
    index = index_of("dog cat dog", "cat")
    index.remove(0, standard("dog cat dog"))
    assert [*index.words] == ["cat"]
    assert (index.document_count, index.total_length) == (1, 1)
    assert [*index.words["cat"].positions] == [0]


def test_removing_what_was_never_there_changes_nothing() -> None:
    index = index_of("dog")
    index.remove(5, [Token("dog", 0, 3, 0)])
    assert (index.document_count, index.total_length) == (1, 1)


@pytest.mark.parametrize(
    ("length", "kept"),
    [(0, 0), (1, 1), (39, 39), (40, 40), (41, 40), (42, 42), (43, 42), (55, 54), (57, 56), (58, 56),
     (1_000, 984), (2_147_483_647, 2_013_265_944)],
)  # fmt: skip
def test_a_length_is_kept_as_lucenes_smallfloat_keeps_it(length: int, kept: int) -> None:
    assert LENGTHS[encode_length(length)] == kept


def test_every_byte_decodes_to_a_length_that_encodes_to_it() -> None:
    assert [encode_length(LENGTHS[byte]) for byte in range(256)] == [*range(256)]
