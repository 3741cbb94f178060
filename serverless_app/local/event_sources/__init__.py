"""What invokes functions without being asked by a client: streams, queues, S3, SNS, schedules."""

from serverless_app.local.event_sources.event_sources import EventSources

__all__ = ["EventSources"]
