"""What invokes functions without being asked by a client: streams, queues, S3, SNS, schedules.

From a source to a function, one step a module:

    streams, records     GetRecords and ReceiveMessage, and the events that Lambda makes of them
    filters              which records count
    shard_poller, lanes  one poller a shard, in order; queue_poller for SQS
    settling, batches    retries, bisecting, partial failures, giving up; pure rules in batches
    delivery             the invocation, its trace and its faults
    destinations         the notice of what was given up
    checkpoints          how far each shard is done with: kept with the mapping, so in snapshots
    mappings             a poller for each stored mapping, changed while it runs
    s3_events, notifications    S3, and what SNS, EventBridge and Logs deliver
    cron, schedules, targets    scheduled rules on the clock that lessons move

Not played, and refused in the trace where a mapping asks for it: tumbling windows, S3 and Kafka as
failure destinations. Unknown here: Amazon MQ, Kafka and DocumentDB as sources, enhanced fan-out,
EventBridge Scheduler, and the pollers' own scaling (`ProvisionedPollerConfig`).
"""

from serverless_app.local.event_sources.event_sources import EventSources

__all__ = ["EventSources"]
