"""getTrending."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from serverless_app.images import Images
from serverless_app.model import Image, ImageState
from serverless_app.system import System
from serverless_app.trending import Trending

MOST = 10


def get_trending(*, trending: Trending, images: Images, system: System) -> list[tuple[Image, int]]:
    """The ten most viewed images of this hour (UTC) that can be shown, with their views."""
    return list(itertools.islice(_showable(trending, images, system.timestamp()[:13]), MOST))


def _showable(trending: Trending, images: Images, hour: str) -> Iterator[tuple[Image, int]]:
    """Ten at a time: an image that has gone since it was viewed makes room for the next."""
    ranking = trending.most_viewed(hour)
    while some := dict(itertools.islice(ranking, MOST)):
        for image in images.many(list(some)):
            if image.state is ImageState.READY:
                yield image, some[image.key]
