"""An event source mapping, read from the control plane, with AWS's defaults filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from serverless_app.local.event_sources.filters import InvalidPattern, Pattern, parse_patterns

Source = Literal["dynamodb", "kinesis", "sqs"]


class UnsupportedMapping(ValueError):
    """A mapping that is not polled. The text says why."""


@dataclass(frozen=True)
class Mapping:
    """What `CreateEventSourceMapping` was told (AWS Lambda API Reference)."""

    uuid: str
    source: Source
    source_arn: str
    function_arn: str
    enabled: bool = True
    batch_size: int = 100
    window: float = 0
    starting_position: str = "TRIM_HORIZON"
    starting_timestamp: float | None = None
    patterns: tuple[Pattern, ...] = ()
    reports_failures: bool = False
    bisect: bool = False
    maximum_retry_attempts: int = -1
    maximum_record_age: float = -1
    parallelization_factor: int = 1
    maximum_concurrency: int = 5
    on_failure: str | None = None

    @property
    def source_name(self) -> str:
        """The table, stream or queue, as AWS names it."""
        resource = self.source_arn.split(":", 5)[5]
        return resource if self.source == "sqs" else resource.split("/")[1]

    @property
    def function_name(self) -> str:
        """The function, without qualifier."""
        return self.function_arn.split(":")[6]


def read_mapping(stored: Any) -> Mapping:
    """The mapping that moto keeps; `UnsupportedMapping` where it can't be honoured."""
    source = stored.event_source_arn.split(":")[2]
    if _number(stored.tumbling_window, 0):
        raise UnsupportedMapping("TumblingWindowInSeconds: tumbling windows are not played here.")
    try:
        patterns = parse_patterns(stored.filter_criteria)
    except InvalidPattern as error:
        raise UnsupportedMapping(f"FilterCriteria: {error}") from error
    return Mapping(
        uuid=stored.uuid,
        source=source,
        source_arn=stored.event_source_arn,
        function_arn=_as_named(stored),
        enabled=_flag(stored.enabled, True),
        batch_size=int(stored.batch_size),
        window=_number(stored.max_batch_window, 0),
        starting_position=stored.starting_position or "TRIM_HORIZON",
        starting_timestamp=_timestamp(stored.starting_position_timestamp),
        patterns=patterns,
        reports_failures="ReportBatchItemFailures" in (stored.function_response_types or []),
        bisect=_flag(stored.bisect_on_error, False),
        maximum_retry_attempts=int(_number(stored.max_retry_attempts, -1)),
        maximum_record_age=_number(stored.max_record_age, -1),
        parallelization_factor=int(_number(stored.parallelization_factor, 1)),
        maximum_concurrency=int(
            _number((stored.scaling_config or {}).get("MaximumConcurrency"), 5)
        ),
        on_failure=_on_failure(stored.destination_config),
    )


def _as_named(stored: Any) -> str:
    """The function's ARN with the qualifier, if any, that the mapping was made with."""
    function_arn, name = str(stored.function_arn), str(stored.function_name)
    if len(function_arn.split(":")) > 7:
        return function_arn
    parts = name.split(":")
    qualified = len(parts) in (2, 8)  # name:alias, or a whole ARN with an alias
    return f"{function_arn}:{parts[-1]}" if qualified else function_arn


def _on_failure(config: Any) -> str | None:
    arn = ((config or {}).get("OnFailure") or {}).get("Destination") or None
    if arn and arn.split(":")[2] not in ("sqs", "sns"):
        raise UnsupportedMapping(f"OnFailure: {arn} is neither an SQS queue nor an SNS topic.")
    return arn


def _flag(value: Any, default: bool) -> bool:
    return default if value is None else str(value).lower() == "true"


def _number(value: Any, default: float) -> float:
    return default if value in (None, "") else float(value)


def _timestamp(value: Any) -> float | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    try:
        return float(value)
    except ValueError:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
