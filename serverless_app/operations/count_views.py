"""countViews."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from serverless_app.errors import CountingRaced
from serverless_app.images import Images
from serverless_app.model import ImageKey, View
from serverless_app.system import System
from serverless_app.trending import Trending, span_of, uncounted_runs

TRIES = 5


def count_views(
    views: Sequence[View], *, trending: Trending, images: Images, system: System
) -> int:
    """Count each view once, however often and in whatever batches it comes: how many were new.

    A view of an image that is not there (or can't be found yet) is dropped. The hour is the one in
    which the view arrived at the stream. Raises CountingRaced.
    """
    by_shard = groupby(sorted(views, key=lambda view: view.shard_id), lambda view: view.shard_id)
    return sum(
        _count_shard(shard, list(some), trending=trending, images=images, system=system)
        for shard, some in by_shard
    )


def _count_shard(
    shard_id: str, views: Sequence[View], *, trending: Trending, images: Images, system: System
) -> int:
    counted = 0
    for _ in range(TRIES):
        since = trending.checkpoint(shard_id)
        runs = list(uncounted_runs(views, trending.counted(shard_id, span_of(views))))
        for run in runs:
            then = trending.count(run, _keys(run, images), since, now=system.epoch())
            if then is None:
                break  # raced: look again at what is counted by now
            counted, since = counted + len(run), then
        else:
            return counted
    raise CountingRaced(shard_id)


def _keys(views: Sequence[View], images: Images) -> dict[str, ImageKey]:
    found = (images.find(image_id) for image_id in {view.image_id for view in views})
    return {image.image_id: image.key for image in found if image}
