"""What crosses concepts, one file an operation, named as the function of serverless.yml."""

from serverless_app.operations.authorize_connection import authorize_connection
from serverless_app.operations.changes import to_changes
from serverless_app.operations.count_views import count_views
from serverless_app.operations.create_group import create_group
from serverless_app.operations.create_image import create_image
from serverless_app.operations.delete_image import delete_image
from serverless_app.operations.get_image import get_image
from serverless_app.operations.get_images import get_images
from serverless_app.operations.get_trending import get_trending
from serverless_app.operations.index_images import index_images
from serverless_app.operations.notify_watchers import notify_watchers
from serverless_app.operations.on_upload import on_upload
from serverless_app.operations.redrive_failures import Consumers, redrive_failures
from serverless_app.operations.sweep_uploads import sweep_uploads
from serverless_app.operations.watch import watch

__all__ = [
    "Consumers",
    "authorize_connection",
    "count_views",
    "create_group",
    "create_image",
    "delete_image",
    "get_image",
    "get_images",
    "get_trending",
    "index_images",
    "notify_watchers",
    "on_upload",
    "redrive_failures",
    "sweep_uploads",
    "to_changes",
    "watch",
]
