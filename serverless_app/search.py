"""The search index: documents, queries, highlights (OpenSearch, through opensearch-py).

Every write carries the image's version as *external* version: OpenSearch takes it only if it is
higher than what it has, so records that come late or again change nothing. A deletion leaves its
version behind for `index.gc_deletes`, so that an insert that comes after it stays out.
https://docs.opensearch.org/latest/api-reference/document-apis/index-document/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from serverless_app.errors import SearchUnavailable
from serverless_app.model import Image, ImageChange, ImageState, SearchHit
from serverless_app.settings import trace_id

ALIAS = "images"  # what everybody reads and writes; a new mapping gets a new index behind it
INDEX = "images-v1"
FIELDS = ("title", "description", "groupName")

DEFINITION: dict[str, Any] = {
    "settings": {
        "number_of_shards": 1,
        "number_of_replicas": 0,  # one node has nowhere to put a copy
        "gc_deletes": "48h",  # the stream can bring an insert for 24 hours
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            **{field: {"type": "text"} for field in FIELDS},
            **{
                field: {"type": "keyword"}
                for field in ("imageId", "groupId", "owner", "contentType", "state")
            },
            "uploadedAt": {"type": "date"},
            "size": {"type": "long"},
            "width": {"type": "integer"},
            "height": {"type": "integer"},
        },
    },
    "aliases": {ALIAS: {}},
}


class Search:
    """The images that can be found, in an OpenSearch domain (an opensearch-py client)."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def write(self, changes: Sequence[ImageChange]) -> list[ImageChange]:
        """Bring the index up to these changes; answers those that it did not take.

        The index is made on first use. Raises SearchUnavailable when the domain does not answer.
        """
        operations = [(change, lines) for change in changes if (lines := operation(change))]
        if not operations:
            return []
        if all("delete" in lines[0] for _, lines in operations):
            self._create_index_unless_there()
        answers = self._bulk(operations)
        if any(_has_no_index(answer) for answer in answers):
            self._create_index()
            answers = self._bulk(operations)
        pairs = zip(operations, answers, strict=True)
        return [change for (change, _), answer in pairs if not _is_settled(answer)]

    def find(self, text: str, *, limit: int, offset: int) -> tuple[list[SearchHit], int]:
        """The images that fit best, and how many fit at all. Raises SearchUnavailable."""
        from opensearchpy.exceptions import NotFoundError

        try:
            answer = self._ask(
                self._client.search, index=ALIAS, body=query(text, limit=limit, offset=offset)
            )
        except NotFoundError:  # no image was ever indexed
            return [], 0
        hits = [_hit(hit) for hit in answer["hits"]["hits"]]
        return hits, answer["hits"]["total"]["value"]

    def _bulk(self, operations: Sequence[tuple[ImageChange, list[Any]]]) -> list[dict[str, Any]]:
        lines = [json.dumps(line, ensure_ascii=False) for _, part in operations for line in part]
        body = "\n".join(lines) + "\n"
        answer = self._ask(self._client.bulk, index=ALIAS, body=body, require_alias=True)
        return [next(iter(item.values())) for item in answer["items"]]

    def _create_index_unless_there(self) -> None:
        """A deletion with an external version makes the index that it names, alias wanted or not.

        That would be one without mappings, in the place of the alias. A bulk that stores something,
        too, is safe by its `require_alias`.
        """
        if not self._ask(self._client.indices.exists_alias, name=ALIAS):
            self._create_index()

    def _create_index(self) -> None:
        from opensearchpy.exceptions import RequestError

        try:
            self._ask(self._client.indices.create, index=INDEX, body=DEFINITION)
        except RequestError as error:  # another function was quicker
            if error.error != "resource_already_exists_exception":
                raise

    def _ask(self, call: Any, **arguments: Any) -> Any:
        from opensearchpy.exceptions import ConnectionError as NoConnection
        from opensearchpy.exceptions import TransportError

        # boto3 passes the trace on by itself; opensearch-py does not.
        trace = trace_id()
        headers = {"X-Amzn-Trace-Id": f"Root={trace}"} if trace else {}
        try:
            return call(**arguments, headers=headers)
        except NoConnection as error:
            raise SearchUnavailable from error
        except TransportError as error:
            if int(error.status_code) == 429 or int(error.status_code) >= 500:
                raise SearchUnavailable from error
            raise


def operation(change: ImageChange) -> list[dict[str, Any]]:
    """The lines of a bulk request that bring the index up to a change; none where it stays.

    Only READY images can be found. One that is being deleted goes at once, with that write's
    version; one whose item is gone, with the version after its last.
    """
    image, version = change.image, change.image.version
    target = {"_id": image.image_id, "version_type": "external"}
    if change.after is None:
        return [{"delete": {**target, "version": version + 1}}]
    if image.state is ImageState.DELETING:
        return [{"delete": {**target, "version": version}}]
    if image.state is ImageState.READY:
        return [{"index": {**target, "version": version}}, to_document(image)]
    return []


def query(text: str, *, limit: int, offset: int) -> dict[str, Any]:
    """Every word somewhere in a field, typos forgiven, a title worth more than a description."""
    return {
        "from": offset,
        "size": limit,
        "track_total_hits": True,
        "query": {
            "multi_match": {
                "query": text,
                "fields": ["title^3", "description", "groupName"],
                "fuzziness": "AUTO",
            }
        },
        "highlight": {
            "encoder": "html",  # the text is somebody's: escaped, so that only <mark> is a tag
            "pre_tags": ["<mark>"],
            "post_tags": ["</mark>"],
            "number_of_fragments": 0,
            "fields": {field: {} for field in FIELDS},
        },
    }


def to_document(image: Image) -> dict[str, Any]:
    """What the index keeps of an image: what the API gives, so that a hit needs no second read."""
    return image.as_json()


def from_document(source: Mapping[str, Any]) -> Image:
    """The image that a document shows."""
    return Image(
        image_id=source["imageId"],
        group_id=source["groupId"],
        group_name=source["groupName"],
        title=source["title"],
        description=source.get("description"),
        content_type=source["contentType"],
        size=source["size"],
        uploaded_at=source["uploadedAt"],
        owner=source["owner"],
        state=ImageState(source["state"]),
        width=source.get("width"),
        height=source.get("height"),
    )


def _hit(hit: Mapping[str, Any]) -> SearchHit:
    return SearchHit(
        image=from_document(hit["_source"]),
        score=hit["_score"],
        highlights=hit.get("highlight", {}),
    )


def _is_settled(answer: Mapping[str, Any]) -> bool:
    """Taken; or older than what the index has (409); or a deletion of what is not there (404)."""
    not_there = answer["status"] == 404 and "error" not in answer
    return answer["status"] < 300 or answer["status"] == 409 or not_there


def _has_no_index(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get("error", {}).get("type") == "index_not_found_exception")
