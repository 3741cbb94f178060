"""search.py: documents follow the images, and are found."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from serverless_app.errors import SearchUnavailable
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine
from serverless_app.model import Image, ImageChange, ImageState, SearchHit
from serverless_app.search import INDEX, Search
from tests.application import ADA
from tests.search_domain import away, client_of, new_engine, refresh

PENDING = Image(
    image_id="00000001-1111-4111-8111-111111111111",
    group_id="99999999-0000-4000-8000-000000000000",
    group_name="Harbours",
    title="A sleeping cat",
    description="It sleeps on a boat <in the sun>.",
    content_type="image/jpeg",
    size=1_000,
    uploaded_at="2026-11-24T21:30:26.123Z",
    owner=ADA,
)
READY = replace(PENDING, state=ImageState.READY, width=640, height=480, version=2)
DELETING = replace(READY, state=ImageState.DELETING, version=3)
INSERT = ImageChange(before=None, after=PENDING, sequence_number="1")
MADE_READY = ImageChange(before=PENDING, after=READY, sequence_number="2")
MARKED = ImageChange(before=READY, after=DELETING, sequence_number="3")
REMOVED = ImageChange(before=DELETING, after=None, sequence_number="4")


@pytest.fixture
def engine() -> SearchEngine:
    return new_engine()


@pytest.fixture
def search(engine: SearchEngine) -> Search:
    return Search(client_of(engine))


def found(search: Search, engine: SearchEngine, text: str = "cat") -> list[SearchHit]:
    refresh(engine)
    hits, total = search.find(text, limit=20, offset=0)
    assert total == len(hits)
    return hits


def test_an_image_that_is_ready_is_found(search: Search, engine: SearchEngine) -> None:
    assert search.write([INSERT, MADE_READY]) == []

    (hit,) = found(search, engine)
    assert replace(hit.image, version=2) == READY
    assert hit.score > 0


def test_before_anything_was_indexed_nothing_is_found(search: Search) -> None:
    assert search.find("cat", limit=20, offset=0) == ([], 0)


def test_an_image_that_is_not_ready_is_not_found(search: Search, engine: SearchEngine) -> None:
    search.write([INSERT])
    search.write([MADE_READY, MARKED])

    assert found(search, engine) == []


@pytest.mark.parametrize(
    "order", list(itertools.permutations([INSERT, MADE_READY, MARKED, REMOVED]))
)
def test_records_in_any_order_and_again_end_in_the_same_index(
    search: Search, engine: SearchEngine, order: tuple[ImageChange, ...]
) -> None:
    for change in (*order, *order):
        assert search.write([change]) == []

    assert found(search, engine) == []


def test_an_older_record_does_not_undo_a_newer_one(search: Search, engine: SearchEngine) -> None:
    newer = replace(READY, title="A waking cat", version=5)
    search.write([ImageChange(before=READY, after=newer, sequence_number="5")])

    search.write([MADE_READY])

    assert [hit.image.title for hit in found(search, engine)] == ["A waking cat"]


def test_the_index_is_made_on_first_use_behind_its_alias(
    search: Search, engine: SearchEngine
) -> None:
    search.write([MADE_READY])

    answer = engine.handle(Request("GET", f"/{INDEX}"))
    index = json.loads(answer.body)[INDEX]
    assert index["aliases"] == {"images": {}}
    assert index["mappings"]["properties"]["title"]["type"] == "text"
    assert index["settings"]["index"]["gc_deletes"] == "48h"


def test_a_deletion_that_comes_first_of_all_makes_the_index_too(
    search: Search, engine: SearchEngine
) -> None:
    assert search.write([REMOVED]) == []
    assert search.write([MADE_READY]) == []

    answer = engine.handle(Request("GET", f"/{INDEX}"))
    assert json.loads(answer.body)[INDEX]["aliases"] == {"images": {}}
    assert found(search, engine) == []


def test_an_index_that_went_is_made_again(search: Search, engine: SearchEngine) -> None:
    search.write([MADE_READY])
    engine.reset()

    assert search.write([MADE_READY]) == []
    assert len(found(search, engine)) == 1


@pytest.mark.parametrize("text", ["cat", "slepping cta", "boat", "harbour", "HARBOURS", "boot"])
def test_every_field_is_searched_and_typos_are_forgiven(
    search: Search, engine: SearchEngine, text: str
) -> None:
    search.write([MADE_READY])

    assert [hit.image.image_id for hit in found(search, engine, text)] == [READY.image_id]


def test_what_fits_better_comes_first(search: Search, engine: SearchEngine) -> None:
    texts = [("A dog", "It saw a cat"), ("A cat", "It sleeps"), ("A cow", "It eats")]
    for number, (title, description) in enumerate(texts):
        image = replace(READY, image_id=str(number), title=title, description=description)
        search.write([ImageChange(before=None, after=image, sequence_number="1")])

    assert [hit.image.title for hit in found(search, engine)] == ["A cat", "A dog"]


def test_highlights_are_safe_to_show_as_html(search: Search, engine: SearchEngine) -> None:
    nasty = replace(READY, title='<script>cat</script> & "co"', description="<mark>no</mark>")
    search.write([ImageChange(before=PENDING, after=nasty, sequence_number="2")])

    (hit,) = found(search, engine)

    (title,) = hit.highlights["title"]
    assert title.startswith("&lt;script&gt;<mark>cat</mark>&lt;")
    assert "<script" not in title
    assert title.replace("<mark>", "").replace("</mark>", "").count("<") == 0
    assert "description" not in hit.highlights


def test_pages_of_hits_have_the_same_total(search: Search, engine: SearchEngine) -> None:
    for number in range(5):
        image = replace(READY, image_id=str(number))
        search.write([ImageChange(before=None, after=image, sequence_number="1")])
    refresh(engine)

    first, total = search.find("cat", limit=3, offset=0)
    rest, same = search.find("cat", limit=3, offset=3)

    assert (len(first), total, len(rest), same) == (3, 5, 2, 5)
    assert len({hit.image.image_id for hit in (*first, *rest)}) == 5


def test_a_document_that_the_index_refuses_is_named(search: Search, engine: SearchEngine) -> None:
    search.write([MADE_READY])
    bad: Any = replace(READY, image_id="bad", uploaded_at="yesterday")
    refused = ImageChange(before=None, after=bad, sequence_number="9")
    good = ImageChange(before=None, after=replace(READY, image_id="good"), sequence_number="10")

    assert search.write([refused, good]) == [refused]
    assert {hit.image.image_id for hit in found(search, engine)} == {READY.image_id, "good"}


def test_a_domain_that_is_away_is_said_to_be(engine: SearchEngine) -> None:
    search = Search(away())

    with pytest.raises(SearchUnavailable):
        search.find("cat", limit=20, offset=0)
    with pytest.raises(SearchUnavailable):
        search.write([MADE_READY])


def test_changes_that_mean_nothing_to_the_index_ask_it_nothing() -> None:
    assert Search(away()).write([INSERT]) == []
