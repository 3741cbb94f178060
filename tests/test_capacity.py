"""capacity.py: AWS's worked examples about DynamoDB, every one, and the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.capacity import (
    KB,
    Read,
    Write,
    batch_read_units,
    batch_write_units,
    delete_units,
    failed_condition_units,
    index_entry_storage,
    index_write_units,
    item_size,
    local_index_query_units,
    number_size,
    put_units,
    query_units,
    read_units,
    read_units_a_second,
    readable_bytes,
    value_size,
    writable_bytes,
    write_units,
    write_units_a_second,
)

STRONG, EVENTUAL, TRANSACTIONAL = Read.STRONG, Read.EVENTUAL, Read.TRANSACTIONAL


@pytest.mark.parametrize(
    ("size", "how", "units"),
    [
        (8 * KB, STRONG, 2),
        (8 * KB, EVENTUAL, 1),
        (8 * KB, TRANSACTIONAL, 4),
        (3_584, STRONG, 1),
        (10 * KB, STRONG, 3),
        (10 * KB, EVENTUAL, 1.5),
        (0, STRONG, 1),  # a missing item
        (0, EVENTUAL, 0.5),
        (4 * KB, STRONG, 1),
        (4 * KB + 1, STRONG, 2),
    ],
)
def test_reading_an_item(size: int, how: Read, units: float) -> None:
    assert read_units(size, how) == units


@pytest.mark.parametrize(
    ("size", "how", "units"),
    [
        (2 * KB, Write.PLAIN, 2),
        (2 * KB, Write.TRANSACTIONAL, 4),
        (3 * KB, Write.PLAIN, 3),
        (3 * KB, Write.TRANSACTIONAL, 6),
        (500, Write.PLAIN, 1),
        (1_638, Write.PLAIN, 2),
        (1_024, Write.PLAIN, 1),
        (1_025, Write.PLAIN, 2),
    ],
)
def test_writing_an_item(size: int, how: Write, units: int) -> None:
    assert write_units(size, how) == units


def test_six_read_units_and_six_write_units() -> None:
    assert readable_bytes(6, STRONG) == 24 * KB
    assert readable_bytes(6, EVENTUAL) == 48 * KB
    assert readable_bytes(6, TRANSACTIONAL) == 12 * KB
    assert writable_bytes(6) == 6 * KB
    assert writable_bytes(6, Write.TRANSACTIONAL) == 3 * KB


def test_a_batch_rounds_each_item() -> None:
    sizes = [1_536, 6_656]  # 1.5 KB and 6.5 KB: 4 + 8 = 12 KB, not 8

    assert batch_read_units(sizes, STRONG) == 3
    assert batch_read_units(sizes, EVENTUAL) == 1.5


def test_a_query_sums_first_then_rounds() -> None:
    ten_items = [4_177] * 9 + [4_187]  # 40.8 KB in all

    assert query_units(ten_items, STRONG) == 11
    assert query_units(ten_items, EVENTUAL) == 5.5


def test_a_query_of_many_small_items() -> None:
    assert query_units([64] * 1_500, STRONG) == 24
    assert query_units([64] * 1_500, EVENTUAL) == 12


def test_a_query_that_finds_nothing_costs_one_read() -> None:
    assert query_units([], EVENTUAL) == 0.5


def test_an_overwrite_costs_the_larger_of_before_and_after() -> None:
    assert put_units(3_000, 500) == 3
    assert put_units(500, 3_000) == 3
    assert put_units(None, 500) == 1


def test_a_deletion_costs_what_was_deleted() -> None:
    assert delete_units(2_500) == 3
    assert delete_units(None) == 1


def test_a_batch_of_writes_rounds_each_item() -> None:
    assert batch_write_units([500, 3_584]) == 5


@pytest.mark.parametrize(("there", "units"), [(1_024, 1), (2_048, 2), (None, 1)])
def test_a_condition_that_fails_costs_the_item_that_is_there(there: int | None, units: int) -> None:
    assert failed_condition_units(there) == units


def test_eighty_reads_and_a_hundred_writes_a_second() -> None:
    assert read_units_a_second(80, 3 * KB, STRONG) == 80
    assert write_units_a_second(100, 512) == 100


def test_a_transaction_of_three_small_items() -> None:
    assert batch_write_units([500] * 3, Write.TRANSACTIONAL) == 6
    assert batch_read_units([500] * 3, TRANSACTIONAL) == 6


def test_a_query_of_a_global_index() -> None:
    assert query_units([2_000] * 8, EVENTUAL) == 2


def test_a_query_of_a_local_index_that_fetches_the_rest() -> None:
    assert local_index_query_units([200] * 4, [300] * 4, STRONG) == 5
    assert local_index_query_units([200] * 4, [300] * 4, EVENTUAL) == 2.5
    assert local_index_query_units([200] * 4, how=STRONG) == 1


ENTRY = {"shelf": 1, "createdAt": "2026", "name": "Cats"}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, ENTRY, 1),  # into the index
        (ENTRY, {**ENTRY, "shelf": 2}, 2),  # a key changed: out and in
        (ENTRY, None, 1),  # out of the index
        (None, None, 0),  # in it neither before nor after
        (ENTRY, {**ENTRY, "name": "Dogs"}, 1),  # a projected attribute changed
        (ENTRY, ENTRY, 0),  # an attribute changed that is not projected
    ],
)
def test_writes_to_a_global_index(before: Any, after: Any, units: int) -> None:
    assert index_write_units(before, after, ["shelf", "createdAt"]) == units


def test_an_index_stores_a_hundred_bytes_more_an_entry() -> None:
    assert index_entry_storage({"id": "a" * 8}) == 110


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("", 0),
        ("cat", 3),
        ("é", 2),
        ("€", 3),
        ("😀", 4),
        (b"\0\1\2", 3),
        (None, 1),
        (True, 1),
        ([], 3),
        ({}, 3),
        (["cat"], 3 + 3 + 1),
        ({"a": "cat"}, 3 + 1 + 3 + 1),
        ({"cat", "é"}, 5),
    ],
)
def test_the_size_of_a_value(value: Any, size: int) -> None:
    assert value_size(value) == size


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("0", 1),
        ("1", 2),
        ("27", 2),
        ("-27", 2),
        ("100", 2),
        ("0.001", 2),
        ("12345", 4),
        ("1E+20", 2),
    ],
)
def test_the_size_of_a_number_is_about_half_its_digits(number: str, size: int) -> None:
    assert abs(number_size(Decimal(number)) - size) <= 1


def test_thirty_eight_digits_take_about_twenty_bytes() -> None:
    assert abs(number_size(Decimal("1" * 38)) - 20) <= 1


def test_an_item_is_its_names_and_its_values() -> None:
    assert item_size({"naïve": "é", "ok": True}) == 6 + 2 + 2 + 1


def test_what_dynamodb_does_not_store_has_no_size() -> None:
    with pytest.raises(TypeError, match="no float"):
        value_size(0.5)


@given(st.lists(st.integers(0, 400 * KB), max_size=20))
def test_a_query_never_costs_more_than_the_items_one_by_one(sizes: list[int]) -> None:
    assert query_units(sizes) <= max(0.5, batch_read_units(sizes))


@given(st.integers(0, 400 * KB))
def test_a_strong_read_costs_twice_an_eventual_one_and_half_a_transactional(size: int) -> None:
    assert read_units(size, STRONG) == 2 * read_units(size, EVENTUAL)
    assert read_units(size, TRANSACTIONAL) == 2 * read_units(size, STRONG)
