"""watch."""

from __future__ import annotations

from serverless_app.connections import Connections
from serverless_app.errors import GroupNotFound, TooManyGroups
from serverless_app.groups import Groups
from serverless_app.model import Connection
from serverless_app.system import System

MOST_GROUPS = 10


def watch(
    *, group_id: str, connection_id: str, groups: Groups, connections: Connections, system: System
) -> None:
    """Let a connection hear of a group's images. Again is the same as once.

    Raises GroupNotFound, TooManyGroups. What a connection watches is read from an index that is
    behind by a moment, so one that asks for many groups at once may get some more than ten.
    """
    if groups.get(group_id) is None:
        raise GroupNotFound(group_id)
    watched = {each.group_id for each in connections.of_connection(connection_id)}
    if group_id not in watched and len(watched) >= MOST_GROUPS:
        raise TooManyGroups(MOST_GROUPS)
    connection = Connection(group_id=group_id, connection_id=connection_id)
    connections.put(connection, now=system.epoch())
