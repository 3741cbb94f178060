"""OpenSearch's contract, indices: runs against any URL (`OPENSEARCH_URL`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from opensearchpy import NotFoundError, OpenSearch, RequestError
from opensearchpy.exceptions import TransportError

Make = Callable[..., str]


def reason(refused: pytest.ExceptionInfo[TransportError]) -> str:
    """Why OpenSearch said no."""
    info: Any = refused.value.info
    return str(info["error"]["reason"])


def test_an_index_is_made_with_settings_and_a_mapping(client: OpenSearch, make_index: Make) -> None:
    properties = {"title": {"type": "text", "analyzer": "english"}, "owner": {"type": "keyword"}}
    name = make_index((), properties, number_of_shards=3, number_of_replicas=0)
    body = client.indices.get(index=name)[name]
    assert body["mappings"] == {"properties": properties}
    settings = body["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "0")
    assert settings["provided_name"] == name
    assert client.indices.exists(index=name) is True


def test_an_index_that_exists_is_not_made_again(client: OpenSearch, make_index: Make) -> None:
    name = make_index()
    with pytest.raises(RequestError) as refused:
        client.indices.create(index=name)
    assert refused.value.error == "resource_already_exists_exception"


def test_a_deleted_index_is_gone(client: OpenSearch, make_index: Make) -> None:
    name = make_index({"1": {}})
    assert client.indices.delete(index=name) == {"acknowledged": True}
    assert client.indices.exists(index=name) is False
    with pytest.raises(NotFoundError) as refused:
        client.search(index=name)
    assert refused.value.error == "index_not_found_exception"


def test_fields_are_learned_from_documents(client: OpenSearch, make_index: Make) -> None:
    source = {"t": "x", "i": 1, "f": 1.5, "b": True, "d": "2026-11-24", "o": {"x": "y"}}
    name = make_index({"1": source})
    text = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    assert client.indices.get_mapping(index=name)[name]["mappings"]["properties"] == {
        "t": text, "i": {"type": "long"}, "f": {"type": "float"}, "b": {"type": "boolean"},
        "d": {"type": "date"}, "o": {"properties": {"x": text}},
    }  # fmt: skip


def test_a_strict_mapping_refuses_a_new_field(client: OpenSearch, make_index: Make) -> None:
    name = make_index()
    client.indices.put_mapping(index=name, body={"dynamic": "strict"})
    with pytest.raises(RequestError) as refused:
        client.index(index=name, id="1", body={"new": 1})
    assert refused.value.error == "strict_dynamic_mapping_exception"


def test_a_mapping_that_is_not_dynamic_keeps_but_does_not_index(
    client: OpenSearch, make_index: Make
) -> None:
    name = make_index()
    client.indices.put_mapping(index=name, body={"dynamic": False})
    client.index(index=name, id="1", body={"new": "x"}, refresh=True)
    assert client.search(index=name)["hits"]["hits"][0]["_source"] == {"new": "x"}
    assert client.count(index=name, body={"query": {"match": {"new": "x"}}})["count"] == 0


def test_a_field_does_not_change_its_type(client: OpenSearch, make_index: Make) -> None:
    name = make_index((), {"t": {"type": "text"}})
    with pytest.raises(RequestError) as refused:
        client.indices.put_mapping(index=name, body={"properties": {"t": {"type": "keyword"}}})
    assert "cannot be changed from type [text] to [keyword]" in reason(refused)


def test_an_alias_is_switched_with_nothing_in_between(client: OpenSearch, make_index: Make) -> None:
    old, new = make_index({"1": {"v": "old"}}), make_index({"1": {"v": "new"}})
    alias = f"{old}-alias"
    client.indices.put_alias(index=old, name=alias)
    actions = [{"remove": {"index": old, "alias": alias}}, {"add": {"index": new, "alias": alias}}]
    client.indices.update_aliases(body={"actions": actions})
    assert client.get(index=alias, id="1")["_source"] == {"v": "new"}
    assert client.indices.get_alias(name=alias) == {new: {"aliases": {alias: {}}}}
    assert client.indices.exists_alias(name=alias) is True


def test_a_switch_that_fails_changes_no_alias(client: OpenSearch, make_index: Make) -> None:
    name = make_index()
    actions = [{"add": {"index": name, "alias": "a1"}}, {"remove": {"index": name, "alias": "a2"}}]
    with pytest.raises(NotFoundError):
        client.indices.update_aliases(body={"actions": actions})
    assert client.indices.get_alias(index=name) == {name: {"aliases": {}}}


def test_an_alias_of_two_indices_takes_no_writes_without_a_write_index(
    client: OpenSearch, make_index: Make
) -> None:
    one, two = make_index(), make_index()
    alias = f"{one}-alias"
    client.indices.put_alias(index=f"{one},{two}", name=alias)
    with pytest.raises(RequestError):
        client.index(index=alias, id="1", body={})
    client.indices.put_alias(index=two, name=alias, body={"is_write_index": True})
    assert client.index(index=alias, id="1", body={})["_index"] == two


def test_reindex_copies_what_a_query_finds(client: OpenSearch, make_index: Make) -> None:
    source = make_index({"1": {"t": "dog"}, "2": {"t": "cat"}, "3": {"t": "dog"}})
    dest = make_index({"1": {"t": "there"}})
    body = {"source": {"index": source, "query": {"match": {"t": "dog"}}}, "dest": {"index": dest}}
    done = client.reindex(body=body, refresh=True)
    assert (done["total"], done["created"], done["updated"]) == (2, 1, 1)
    assert client.count(index=dest)["count"] == 2


def test_analyze_shows_each_word_with_its_place(client: OpenSearch) -> None:
    body = {"analyzer": "english", "text": "The 🐕 runs"}
    assert client.indices.analyze(body=body)["tokens"][1] == {
        "token": "run", "start_offset": 7, "end_offset": 11, "type": "<ALPHANUM>", "position": 2,
    }  # fmt: skip


def test_analyze_takes_an_analyzer_apart(client: OpenSearch) -> None:
    def words(*filters: str) -> list[str]:
        body = {"tokenizer": "standard", "filter": [*filters], "text": "The Dogs"}
        return [token["token"] for token in client.indices.analyze(body=body)["tokens"]]

    assert words() == ["The", "Dogs"]
    assert words("lowercase") == ["the", "dogs"]
    assert words("lowercase", "stop", "porter_stem") == ["dog"]


def test_a_custom_analyzer_of_an_index_is_used(client: OpenSearch, make_index: Make) -> None:
    analyzer = {"type": "custom", "tokenizer": "whitespace", "filter": ["lowercase"]}
    properties = {"t": {"type": "text", "analyzer": "mine"}}
    name = make_index(
        {"1": {"t": "Wi-Fi here"}}, properties, analysis={"analyzer": {"mine": analyzer}}
    )
    assert client.count(index=name, body={"query": {"match": {"t": "wi-fi"}}})["count"] == 1
    assert client.count(index=name, body={"query": {"match": {"t": "wi"}}})["count"] == 0


def test_replicas_have_no_place_on_one_node(client: OpenSearch, make_index: Make) -> None:
    name = make_index(number_of_shards=2, number_of_replicas=1)
    health = client.cluster.health(index=name)
    assert health["status"] == "yellow"
    assert (health["active_shards"], health["unassigned_shards"]) == (2, 2)
    rows = client.cat.shards(index=name, format="json")
    assert sorted((row["shard"], row["prirep"], row["state"]) for row in rows) == [
        ("0", "p", "STARTED"), ("0", "r", "UNASSIGNED"),
        ("1", "p", "STARTED"), ("1", "r", "UNASSIGNED"),
    ]  # fmt: skip


def test_without_replicas_an_index_is_green(client: OpenSearch, make_index: Make) -> None:
    name = make_index({"1": {}, "2": {}}, number_of_replicas=0)
    assert client.cluster.health(index=name)["status"] == "green"
    (row,) = client.cat.indices(index=name, format="json")
    assert (row["health"], row["docs.count"], row["pri"]) == ("green", "2", "1")


def test_cat_has_a_table_for_people(client: OpenSearch, make_index: Make) -> None:
    name = make_index(number_of_replicas=0)
    table = client.cat.indices(index=name, v=True, h="index,health,docs.count")
    head, line, *rest = table.splitlines()
    assert head.split() == ["index", "health", "docs.count"]
    assert line.split() == [name, "green", "0"]
    assert rest == []


def test_some_settings_change_later_and_others_do_not(client: OpenSearch, make_index: Make) -> None:
    name = make_index()
    client.indices.put_settings(index=name, body={"index": {"refresh_interval": "30s"}})
    settings = client.indices.get_settings(index=name)[name]["settings"]["index"]
    assert settings["refresh_interval"] == "30s"
    with pytest.raises(RequestError):
        client.indices.put_settings(index=name, body={"number_of_shards": 5})


def test_it_says_what_it_is(client: OpenSearch) -> None:
    version = client.info()["version"]
    assert version["distribution"] == "opensearch"
    assert version["number"].startswith("3.")
    assert client.ping() is True
