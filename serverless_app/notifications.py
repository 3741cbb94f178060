"""Telling watchers: posts to their connections, many at once, and which of them have gone.

One post takes about ten milliseconds, so a thousand watchers one by one would take ten seconds: a
bounded number of threads shares them out. A slow or dead connection occupies one thread for two
seconds (the client's timeouts); everybody else has been told by then.

How far this carries: with 32 threads about 3,000 posts a second, so a 30-second function reaches
some 90,000 watchers of one group; API Gateway itself allows some 10,000 requests a second in an
account. A group beyond that wants its watchers cut into slices, with a message (SQS) for each slice
and a function for each message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any

AT_ONCE = 32


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the posts: each connection is in one of these."""

    told: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()  # 410: there is no such connection any more
    silent: tuple[str, ...] = ()  # no answer in time: a page that comes back catches up by itself
    unreached: tuple[str, ...] = ()  # refused, throttled: may succeed another time


class Notifications:
    """The connections' own API (a boto3 client for apigatewaymanagementapi)."""

    def __init__(self, connections: Any) -> None:
        self._connections = connections

    def post_to_all(self, connection_ids: Iterable[str], message: Mapping[str, Any]) -> Outcome:
        """Post a message to each; return when every one has answered or timed out."""
        from concurrent.futures import ThreadPoolExecutor

        ids, data = tuple(connection_ids), json.dumps(message, ensure_ascii=False).encode()
        if not ids:
            return Outcome()
        with ThreadPoolExecutor(min(AT_ONCE, len(ids))) as pool:
            answers = dict(
                zip(ids, pool.map(lambda each: self._post(each, data), ids), strict=True)
            )
        hows = [field.name for field in fields(Outcome)]
        return Outcome(**{how: tuple(i for i in ids if answers[i] == how) for how in hows})

    def _post(self, connection_id: str, data: bytes) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._connections.post_to_connection(ConnectionId=connection_id, Data=data)
        except ClientError as error:
            gone = error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.GONE
            return "gone" if gone else "unreached"
        except BotoCoreError:
            return "silent"
        return "told"
