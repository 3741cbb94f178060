"""pages.py: a cursor continues its own list, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.errors import InvalidCursor
from serverless_app.pages import decode_cursor, encode_cursor

positions = st.dictionaries(st.text(max_size=20), st.text(max_size=40) | st.integers(), max_size=4)


@given(st.text(max_size=40), positions)
def test_a_cursor_gives_back_its_position(name: str, position: dict[str, str | int]) -> None:
    assert decode_cursor(name, encode_cursor(name, position)) == position


@given(st.text(max_size=40), st.text(max_size=40), positions)
def test_another_lists_cursor_is_refused(one: str, other: str, position: dict[str, int]) -> None:
    token = encode_cursor(one, position)
    if one == other:
        return

    with pytest.raises(InvalidCursor):
        decode_cursor(other, token)


@given(st.data())
def test_a_cursor_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = encode_cursor("groups", {"createdAt": "2026-11-24T21:30:26.123Z"})
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda each: each != token[place]))

    with pytest.raises(InvalidCursor):
        decode_cursor("groups", token[:place] + other + token[place + 1 :])


@given(st.text(max_size=200))
def test_made_up_cursors_are_refused(token: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor("groups", token)


def test_a_cursor_that_was_cut_or_continued_is_refused() -> None:
    token = encode_cursor("groups", {"createdAt": "2026"})

    for wrong in (token[:-1], token + "A", token + "=", " " + token, "x" * 10_000):
        with pytest.raises(InvalidCursor):
            decode_cursor("groups", wrong)


def test_a_cursor_fits_into_an_address_as_it_is() -> None:
    assert set(encode_cursor("images", {"k": "~?/+&=é"})) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
