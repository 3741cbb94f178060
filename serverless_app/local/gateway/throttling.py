"""Token buckets, API keys and quotas.

AWS pages "Throttle requests to your REST APIs for better throughput in API Gateway" and
"Usage plans and API keys for REST APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError


class TokenBucket:
    """`burst` tokens at most, refilled at `rate` a second."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._seen = burst, now

    def take(self, now: float) -> bool:
        """Take one token, if there is one."""
        self._tokens = min(self.burst, self._tokens + (now - self._seen) * self.rate)
        self._seen = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttle:
    """The buckets of every stage, method and key, and what each key has used of its quota."""

    def __init__(self, now: Callable[[], float], today: Callable[[], datetime]) -> None:
        self._now, self._today = now, today
        self._buckets: dict[tuple[str, ...], TokenBucket] = {}
        self._used: dict[tuple[str, str, str], int] = {}

    def reset(self) -> None:
        """Fill every bucket and forget what was used."""
        self._buckets.clear()
        self._used.clear()

    def admit(self, call: Call) -> None:
        """Raise GatewayError (429) when the stage's settings for the method are used up."""
        if call.stage.method_settings and call.method is not None:
            path = call.method.resource_path.lstrip("/")
            self._admit(call, (f"{path}/{call.method.http_method}", f"{path}/*", "*/*"))

    def admit_message(self, call: Call, route_key: str) -> None:
        """The same for a route of a WebSocket API."""
        if call.stage.method_settings:
            self._admit(call, (route_key, "*/*"))

    def _admit(self, call: Call, keys: tuple[str, ...]) -> None:
        """Take from the bucket of the first of these settings that has limits."""
        for key in keys:
            found = call.stage.method_settings.get(key, {})
            rate, burst = found.get("throttlingRateLimit"), found.get("throttlingBurstLimit")
            if rate is not None and burst is not None and float(rate) >= 0:
                self._take((call.api.id, call.stage.name, key), float(rate), float(burst))
                return

    def spend(self, call: Call, key_value: str, backend: Any) -> None:
        """Count a call on its API key: 403 without a valid one, 429 beyond its plan."""
        for plan, key in _plans(backend, call.api.id, call.stage.name):
            if key.value == key_value and key.enabled:
                call.api_key = (key.id, key_value)
                self._spend_quota(plan, key.id)
                limits = plan.throttle or {}
                if limits.get("rateLimit"):
                    burst = float(limits.get("burstLimit") or limits["rateLimit"])
                    self._take((plan.id, key.id), float(limits["rateLimit"]), burst)
                return
        raise GatewayError("INVALID_API_KEY")

    def _take(self, key: tuple[str, ...], rate: float, burst: float) -> None:
        bucket = self._buckets.get(key)
        if bucket is None or (bucket.rate, bucket.burst) != (rate, burst):
            bucket = self._buckets[key] = TokenBucket(rate, burst, self._now())
        if not bucket.take(self._now()):
            raise GatewayError("THROTTLED")

    def _spend_quota(self, plan: Any, key_id: str) -> None:
        limit = (plan.quota or {}).get("limit")
        if limit is None:
            return
        period = period_of(self._today(), plan.quota.get("period", "DAY"))
        used = self._used.get((plan.id, key_id, period), 0)
        offset = 0 if used else int(plan.quota.get("offset") or 0)
        if used + offset >= int(limit):
            raise GatewayError("QUOTA_EXCEEDED")
        self._used[plan.id, key_id, period] = used + offset + 1


def period_of(day: datetime, period: str) -> str:
    """The quota period that a moment falls in; weeks begin on Sunday, in UTC."""
    day = day.astimezone(UTC)
    if period == "WEEK":
        day -= timedelta(days=(day.weekday() + 1) % 7)
    return day.strftime("%Y-%m" if period == "MONTH" else "%Y-%m-%d")


def _plans(backend: Any, api_id: str, stage: str) -> list[tuple[Any, Any]]:
    """Every usage plan of a stage with each of its keys."""
    return [
        (plan, backend.keys[key_id])
        for plan in list(backend.usage_plans.values())
        if any(s.get("apiId") == api_id and s.get("stage") == stage for s in plan.api_stages)
        for key_id in list(backend.usage_plan_keys.get(plan.id, {}))
        if key_id in backend.keys
    ]
