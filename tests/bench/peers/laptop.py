"""This project: what is measured is made by boto3, by the same calls as in MiniStack."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serverless_app.local.cloud import LocalCloud
from tests.bench.peers.peer import Peer
from tests.bench.peers.resources import everything


@contextmanager
def laptop_cloud(handlers: dict[str, str]) -> Iterator[Peer]:
    """An empty cloud with these functions, name → handler, each behind GET /name."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.json")
        template.write_text('{"Resources": {}}')
        with LocalCloud.start(template=template, source=Path(folder)) as cloud:
            assert cloud.process_id is not None
            api = everything(cloud.client, handlers)
            url = f"{cloud.endpoint_url}/_aws/execute-api/{api}/dev"
            yield Peer("this laptop cloud", cloud.process_id, url, cloud.client)
