"""A shard at its limit, for lesson 12.

A shard of the laptop cloud takes whatever comes. This refuses, inside your own client and in the
words of AWS, what would go to one shard: the records are taken out of the request, and their
refusals put into the answer.
https://docs.aws.amazon.com/streams/latest/dev/developing-producers-with-sdk.html
"""

from serverless_app.shards import hash_key

REFUSED = {
    "ErrorCode": "ProvisionedThroughputExceededException",
    "ErrorMessage": "Rate exceeded for shard.",
}


class FullShard:
    """Refuses what the next `times` calls of PutRecords bring to `shard`, if they bring more."""

    def __init__(self, kinesis, shard, *, times=1):
        self._shard, self._times = shard, times
        events = kinesis.meta.events
        events.register("provide-client-params.kinesis.PutRecords", self._take_out)
        events.register("after-call.kinesis.PutRecords", self._put_in)

    def _take_out(self, params, context, **_):
        refused = [
            self._shard.holds(hash_key(entry["PartitionKey"])) for entry in params["Records"]
        ]
        if not self._times or all(refused):
            return None
        self._times -= 1
        context["refused"] = refused
        kept = [e for e, out in zip(params["Records"], refused, strict=True) if not out]
        return {**params, "Records": kept}

    def _put_in(self, parsed, context, **_):
        refused = context.get("refused")
        if refused and "Records" in parsed:
            answered = iter(parsed["Records"])
            parsed["Records"] = [dict(REFUSED) if out else next(answered) for out in refused]
            parsed["FailedRecordCount"] = sum(refused)
