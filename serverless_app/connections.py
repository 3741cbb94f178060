"""The Connections table: which WebSocket watches which group.

Key: `groupId` + `connectionId`: who watches a group is one query. `ByConnection` finds what a
connection watches. API Gateway ends a connection after two hours at most, and does not always say
so: `expiresAt` lets DynamoDB remove what was left.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from serverless_app.model import Connection

LONGEST_CONNECTION = 2 * 60 * 60  # seconds


class Connections:
    """Who watches what, in a table of DynamoDB (a boto3 Table)."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def put(self, connection: Connection, *, now: int) -> None:
        """Let a connection watch a group; again is the same as once. `now` in epoch seconds."""
        self._table.put_item(Item={**_key(connection), "expiresAt": now + LONGEST_CONNECTION})

    def remove(self, connection: Connection) -> None:
        """Let it watch no longer; again is the same as once."""
        self._table.delete_item(Key=_key(connection))

    def watchers(self, group_id: str) -> Iterator[Connection]:
        """Everybody who watches a group."""
        from boto3.dynamodb.conditions import Key

        yield from self._query(KeyConditionExpression=Key("groupId").eq(group_id))

    def of_connection(self, connection_id: str) -> Iterator[Connection]:
        """Everything that a connection watches, from an index that is behind by a moment."""
        from boto3.dynamodb.conditions import Key

        condition = Key("connectionId").eq(connection_id)
        yield from self._query(IndexName="ByConnection", KeyConditionExpression=condition)

    def forget(self, connection_id: str) -> None:
        """Remove everything that a connection watches."""
        with self._table.batch_writer() as batch:
            for connection in self.of_connection(connection_id):
                batch.delete_item(Key=_key(connection))

    def _query(self, **query: Any) -> Iterator[Connection]:
        while True:
            answer = self._table.query(**query)
            for item in answer["Items"]:
                yield Connection(group_id=item["groupId"], connection_id=item["connectionId"])
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _key(connection: Connection) -> dict[str, str]:
    return {"groupId": connection.group_id, "connectionId": connection.connection_id}
