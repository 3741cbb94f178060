"""createGroup."""

from __future__ import annotations

from serverless_app.groups import Groups
from serverless_app.model import Group
from serverless_app.system import System


def create_group(
    *, name: str, description: str, owner: str, groups: Groups, system: System
) -> Group:
    """Make a group, owned by the user whose `sub` is given."""
    group = Group(
        group_id=system.new_id(),
        name=name,
        description=description,
        created_at=system.timestamp(),
        owner=owner,
    )
    groups.put(group)
    return group
