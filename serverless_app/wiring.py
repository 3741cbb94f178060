"""App joins the pieces: one for each execution environment, kept from one invocation to the next.

Nothing is made before it is used, so that a function's cold start pays only for what it needs:
making one boto3 client costs about as much as importing boto3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from serverless_app import operations
from serverless_app.connections import Connections
from serverless_app.errors import SearchIsOff
from serverless_app.groups import Groups
from serverless_app.images import Images
from serverless_app.model import FailedRange, ImageChange, View
from serverless_app.notifications import Notifications
from serverless_app.search import Search
from serverless_app.settings import Settings
from serverless_app.streams import FailedRecords
from serverless_app.system import System, real_system
from serverless_app.telemetry import Telemetry
from serverless_app.tokens import Tokens
from serverless_app.trending import Trending, ViewsStream
from serverless_app.uploads import Uploads

# Functions have ten seconds, so a call that hangs must not: botocore would wait for a minute.
PATIENCE: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


class App:
    """The application's pieces, each made on first use."""

    def __init__(self, settings: Settings, system: System) -> None:
        self.settings, self.system = settings, system
        self.telemetry = Telemetry(system, stage=settings.stage)
        self.remaining_ms: Callable[[], float] = lambda: math.inf  # Lambda's context knows better

    @cached_property
    def groups(self) -> Groups:
        """The Groups table."""
        return Groups(self._dynamodb.Table(self.settings.groups_table))

    @cached_property
    def images(self) -> Images:
        """The Images table."""
        return Images(self._dynamodb.Table(self.settings.images_table))

    @cached_property
    def connections(self) -> Connections:
        """The Connections table."""
        return Connections(self._dynamodb.Table(self.settings.connections_table))

    @cached_property
    def trending(self) -> Trending:
        """The Trending table."""
        return Trending(self._dynamodb.Table(self.settings.trending_table))

    @cached_property
    def views(self) -> ViewsStream:
        """The views stream."""
        return ViewsStream(self._client("kinesis"), self.settings.views_stream)

    @cached_property
    def uploads(self) -> Uploads:
        """The bucket of images."""
        return Uploads(s3_client(self.settings), self.settings.images_bucket)

    @cached_property
    def notifications(self) -> Notifications:
        """The WebSocket connections. A dead one costs two seconds; only the stream tries again."""
        client = self._client(
            "apigatewaymanagementapi",
            endpoint_url=self.settings.connection_url,
            connect_timeout=2,
            read_timeout=2,
            retries={"total_max_attempts": 1},
            max_pool_connections=32,
        )
        return Notifications(client)

    @cached_property
    def search(self) -> Search:
        """The search domain. Raises SearchIsOff where there is none."""
        if not self.settings.search_url:
            raise SearchIsOff
        return Search(opensearch_client(self.settings))

    @cached_property
    def tokens(self) -> Tokens:
        """The user pool's tokens."""
        return Tokens(
            issuer=self.settings.user_pool_issuer,
            client_id=self.settings.user_pool_client_id,
            system=self.system,
        )

    @cached_property
    def failed_records(self) -> FailedRecords:
        """The streams, for reading a range again."""
        return FailedRecords(
            dynamodb_streams=self._client("dynamodbstreams"), kinesis=self._client("kinesis")
        )

    def index_images(self, changes: Sequence[ImageChange]) -> list[str]:
        """indexImages."""
        return operations.index_images(changes, search=self.search, telemetry=self.telemetry)

    def notify_watchers(self, change: ImageChange) -> None:
        """notifyWatchers, for one change."""
        operations.notify_watchers(
            change,
            connections=self.connections,
            notifications=self.notifications,
            uploads=self.uploads,
            telemetry=self.telemetry,
        )

    def count_views(self, views: Sequence[View]) -> int:
        """countViews."""
        return operations.count_views(
            views, trending=self.trending, images=self.images, system=self.system
        )

    def redrive_failures(self, failed: FailedRange) -> int:
        """redriveFailures, for one message of the queue."""
        consumers = operations.Consumers(
            index_images=self.index_images,
            notify_watchers=self.notify_watchers,
            count_views=self.count_views,
        )
        return operations.redrive_failures(
            failed,
            records=self.failed_records,
            consumers=consumers,
            images=self.images,
            telemetry=self.telemetry,
        )

    @cached_property
    def _dynamodb(self) -> Any:
        import boto3
        from botocore.config import Config

        region, config = self.settings.aws_region, Config(**PATIENCE)
        return boto3.resource("dynamodb", region_name=region, config=config)

    def _client(self, service: str, *, endpoint_url: str | None = None, **config: Any) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            region_name=self.settings.aws_region,
            endpoint_url=endpoint_url,
            config=Config(**{**PATIENCE, **config}),
        )


def s3_client(settings: Settings) -> Any:
    """A client whose presigned URLs a browser can use.

    They name the bucket in the host, in the bucket's own region, or a new bucket elsewhere answers
    with a redirect that no preflight survives; behind another endpoint, in the path.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    """
    import boto3
    from botocore.config import Config

    style = "path" if settings.aws_endpoint_url else "virtual"
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": style, "us_east_1_regional_endpoint": "regional"},
        request_checksum_calculation="when_required",  # else a presigned PUT demands a checksum
        response_checksum_validation="when_required",
        **PATIENCE,
    )
    return boto3.client("s3", region_name=settings.aws_region, config=config)


def opensearch_client(settings: Settings) -> Any:
    """A client that signs its requests as the function's role."""
    import boto3
    from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

    credentials = boto3.Session().get_credentials()
    return OpenSearch(
        hosts=[settings.search_url],
        http_auth=Urllib3AWSV4SignerAuth(credentials, settings.aws_region, "es"),
        connection_class=Urllib3HttpConnection,
        timeout=5,
        max_retries=1,
    )


@cache
def the_app() -> App:
    """This execution environment's App. Raises SettingsMissing."""
    return App(Settings.from_environment(), real_system())
