"""OpenSearch's contract, documents: runs against any URL (`OPENSEARCH_URL`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opensearchpy import ConflictError, NotFoundError, OpenSearch, RequestError
from opensearchpy.exceptions import TransportError

Make = Callable[..., str]


def reason(refused: pytest.ExceptionInfo[TransportError]) -> str:
    """Why OpenSearch said no."""
    info: Any = refused.value.info
    return str(info["error"]["reason"])


def shown(answer: Any) -> tuple[Any, ...]:
    return answer["result"], answer["_version"], answer["_seq_no"]


def test_indexing_creates_then_updates(client: OpenSearch, make_index: Make) -> None:
    index = make_index()
    first = client.index(index=index, id="1", body={"t": "a"})
    second = client.index(index=index, id="1", body={"t": "b"})
    assert shown(first) == ("created", 1, 0)
    assert shown(second) == ("updated", 2, 1)
    assert first["_shards"] == {"total": 2, "successful": 1, "failed": 0}


def test_a_document_without_an_id_gets_one(client: OpenSearch, make_index: Make) -> None:
    index = make_index()
    made = client.index(index=index, body={"t": "a"})
    assert len(made["_id"]) == 20
    assert client.get(index=index, id=made["_id"])["_source"] == {"t": "a"}


def test_a_get_answers_the_newest_version_before_any_refresh(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index(refresh_interval="-1")
    client.index(index=index, id="a/b ü", body={"t": "a", "n": [1, 2]})
    assert client.get(index=index, id="a/b ü") == {
        "_index": index, "_id": "a/b ü", "_version": 1, "_seq_no": 0, "_primary_term": 1,
        "found": True, "_source": {"t": "a", "n": [1, 2]},
    }  # fmt: skip


def test_an_unknown_document_is_404_and_does_not_exist(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index()
    with pytest.raises(NotFoundError) as refused:
        client.get(index=index, id="1")
    assert refused.value.info == {"_index": index, "_id": "1", "found": False}
    assert client.exists(index=index, id="1") is False


def test_create_refuses_an_id_that_is_there(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"t": "a"}})
    with pytest.raises(ConflictError) as refused:
        client.create(index=index, id="1", body={"t": "b"})
    assert reason(refused) == (
        "[1]: version conflict, document already exists (current version [1])"
    )
    assert client.index(index=index, id="2", body={}, op_type="create")["result"] == "created"


def test_an_older_or_equal_external_version_is_a_conflict(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index()
    write = {"index": index, "id": "1", "version_type": "external"}
    assert client.index(**write, version=5, body={"t": "five"})["_version"] == 5
    for late in (5, 4):
        with pytest.raises(ConflictError) as refused:
            client.index(**write, version=late, body={"t": "late"})
        assert reason(refused) == (
            f"[1]: version conflict, current version [5] is higher or equal to the one provided "
            f"[{late}]"
        )
    assert client.index(**write, version=9, body={"t": "nine"})["_version"] == 9
    assert client.get(index=index, id="1")["_source"] == {"t": "nine"}


def test_external_gte_takes_the_same_version_again(client: OpenSearch, make_index: Make) -> None:
    index = make_index()
    write = {"index": index, "id": "1", "version_type": "external_gte"}
    client.index(**write, version=5, body={})
    assert client.index(**write, version=5, body={})["result"] == "updated"
    with pytest.raises(ConflictError):
        client.index(**write, version=4, body={})


def test_a_deletion_with_an_external_version_keeps_late_writes_out(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index(**{"index.gc_deletes": "1h"})
    write = {"index": index, "id": "1", "version_type": "external"}
    client.index(**write, version=1, body={})
    assert shown(client.delete(**write, version=2)) == ("deleted", 2, 1)
    for late in (1, 2):
        with pytest.raises(ConflictError):
            client.index(**write, version=late, body={})
        with pytest.raises(ConflictError):
            client.delete(**write, version=late)
    assert client.index(**write, version=3, body={})["result"] == "created"


def test_deleting_what_is_not_there_is_404_and_remembered(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index()
    write = {"index": index, "id": "1", "version_type": "external"}
    with pytest.raises(NotFoundError) as refused:
        client.delete(**write, version=7)
    info: Any = refused.value.info
    assert (info["result"], info["_version"]) == ("not_found", 7)
    with pytest.raises(ConflictError):
        client.index(**write, version=6, body={})


def test_a_version_goes_on_counting_over_a_deletion(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {}})
    assert client.delete(index=index, id="1")["_version"] == 2
    assert client.index(index=index, id="1", body={})["_version"] == 3


def test_an_update_merges_objects_and_replaces_the_rest(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index({"1": {"a": {"x": 1, "y": 2}, "b": [1, 2]}})
    done = client.update(index=index, id="1", body={"doc": {"a": {"y": 3}, "b": [3]}})
    assert shown(done) == ("updated", 2, 1)
    assert client.get(index=index, id="1")["_source"] == {"a": {"x": 1, "y": 3}, "b": [3]}


def test_an_update_that_changes_nothing_is_no_write(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"a": 1}})
    assert shown(client.update(index=index, id="1", body={"doc": {"a": 1}})) == ("noop", 1, 0)


def test_updating_what_is_not_there_is_404_unless_it_is_an_upsert(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index()
    with pytest.raises(NotFoundError) as refused:
        client.update(index=index, id="1", body={"doc": {"a": 1}})
    assert refused.value.error == "document_missing_exception"
    body = {"doc": {"a": 1}, "doc_as_upsert": True}
    assert client.update(index=index, id="1", body=body)["result"] == "created"


def test_several_documents_are_got_at_once(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"a": 1, "b": 2}})
    docs = client.mget(index=index, body={"docs": [{"_id": "1", "_source": "a"}, {"_id": "2"}]})[
        "docs"
    ]
    assert [doc["found"] for doc in docs] == [True, False]
    assert docs[0]["_source"] == {"a": 1}
    assert [doc["_id"] for doc in client.mget(index=index, body={"ids": ["2", "1"]})["docs"]] == [
        "2",
        "1",
    ]


def test_a_bulk_has_an_outcome_for_each_item(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"n": 1}}, {"n": {"type": "integer"}})
    lines: list[Any] = [
        {"index": {"_id": "2", "version": 4, "version_type": "external"}}, {"n": 2},
        {"create": {"_id": "1"}}, {"n": 3},
        {"index": {"_id": "3"}}, {"n": "many"},
        {"update": {"_id": "1"}}, {"doc": {"n": 9}},
        {"delete": {"_id": "4"}},
        {"delete": {"_id": "2"}},
    ]  # fmt: skip
    done = client.bulk(index=index, body=lines, refresh=True)
    outcomes = [(action, item["status"]) for each in done["items"] for action, item in each.items()]
    assert outcomes == [
        ("index", 201), ("create", 409), ("index", 400), ("update", 200), ("delete", 404),
        ("delete", 200),
    ]  # fmt: skip
    assert done["errors"] is True
    assert done["items"][2]["index"]["error"]["type"] == "mapper_parsing_exception"
    found = client.search(index=index)["hits"]["hits"]
    assert [(hit["_id"], hit["_source"]) for hit in found] == [("1", {"n": 9})]


def test_routing_decides_where_a_document_is_and_must_be_given_again(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index(number_of_shards=5)
    client.index(index=index, id="1", body={"t": "a"}, routing="somewhere", refresh=True)
    answer = client.get(index=index, id="1", routing="somewhere")
    assert answer["_routing"] == "somewhere"
    others = [
        route for route in "abcdefgh"
        if client.search_shards(index=index, routing=route)["shards"][0][0]["shard"]
        != client.search_shards(index=index, routing="somewhere")["shards"][0][0]["shard"]
    ]  # fmt: skip
    assert client.exists(index=index, id="1", routing=others[0]) is False


def test_refresh_true_says_that_it_was_forced(client: OpenSearch, make_index: Make) -> None:
    index = make_index(refresh_interval="-1")
    assert client.index(index=index, id="1", body={}, refresh=True)["forced_refresh"] is True
    assert client.count(index=index)["count"] == 1


def test_wait_for_shows_the_write(client: OpenSearch, make_index: Make) -> None:
    index = make_index()
    client.index(index=index, id="1", body={}, refresh="wait_for")
    assert client.count(index=index)["count"] == 1


def test_the_source_alone_and_parts_of_it(client: OpenSearch, make_index: Make) -> None:
    index = make_index({"1": {"a": {"x": 1, "y": 2}, "b": 3}})
    assert client.get_source(index=index, id="1") == {"a": {"x": 1, "y": 2}, "b": 3}
    assert client.get(index=index, id="1", _source="a.x,b")["_source"] == {"a": {"x": 1}, "b": 3}
    less = client.get(index=index, id="1", _source_excludes="a.*")["_source"]
    assert less["b"] == 3
    assert "_source" not in client.get(index=index, id="1", _source=False)


def test_a_wrong_value_is_refused_with_its_field_and_nothing_is_written(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index((), {"n": {"type": "integer"}})
    with pytest.raises(RequestError) as refused:
        client.index(index=index, id="1", body={"n": "many"})
    assert refused.value.error == "mapper_parsing_exception"
    assert "failed to parse field [n] of type [integer]" in reason(refused)
    assert client.exists(index=index, id="1") is False


def test_a_write_that_requires_an_alias_makes_no_index(
    client: OpenSearch, make_index: Make
) -> None:
    index = make_index()
    lines = [{"index": {"_id": "1"}}, {"t": "a"}]
    for name in (index, f"{index}-new"):
        (item,) = client.bulk(index=name, body=lines, require_alias=True)["items"]
        assert item["index"]["status"] == 404
        assert item["index"]["error"]["type"] == "index_not_found_exception"
    assert client.indices.exists(index=f"{index}-new") is False
    client.indices.put_alias(index=index, name=f"{index}-alias")
    done = client.bulk(index=f"{index}-alias", body=lines, require_alias=True)
    assert done["items"][0]["index"]["_index"] == index


def test_a_deletion_beside_a_write_that_requires_an_alias_makes_no_index(
    client: OpenSearch, make_index: Make
) -> None:
    name = f"{make_index()}-new"
    lines = [
        {"delete": {"_id": "1", "version": 2, "version_type": "external"}},
        {"index": {"_id": "2"}}, {"t": "a"},
    ]  # fmt: skip
    done = client.bulk(index=name, body=lines, require_alias=True)
    assert [item["status"] for each in done["items"] for item in each.values()] == [404, 404]
    assert client.indices.exists(index=name) is False


def test_a_deletion_alone_makes_the_index_whatever_its_name_was_meant_to_be(
    client: OpenSearch, make_index: Make
) -> None:
    """OpenSearch's DeleteRequest has no such flag, and external versions need a place to be."""
    name = f"{make_index()}-new"
    lines = [{"delete": {"_id": "1", "version": 2, "version_type": "external"}}]
    done = client.bulk(index=name, body=lines, require_alias=True)
    assert done["items"][0]["delete"]["result"] == "not_found"
    assert client.indices.exists(index=name) is True
    client.indices.delete(index=name)
