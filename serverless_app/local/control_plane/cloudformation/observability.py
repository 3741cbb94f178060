"""AWS::CloudWatch, AWS::Logs and AWS::Scheduler."""

from __future__ import annotations

from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    add_attributes,
    call,
    complete,
)
from serverless_app.local.control_plane.dispatch import backend


class Alarm(Supplement):
    """AWS::CloudWatch::Alarm."""

    TYPE = "AWS::CloudWatch::Alarm"
    ATTRIBUTES = ("Arn",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("AlarmName", self.logical_resource_id)
        alarm = call(
            backend("cloudwatch").put_metric_alarm,
            p,
            name=name,
            description=p.get("AlarmDescription", ""),
            dimensions=p.get("Dimensions", []),
            alarm_actions=p.get("AlarmActions", []),
            ok_actions=p.get("OKActions", []),
            insufficient_data_actions=p.get("InsufficientDataActions", []),
            tags=[],
        )
        return name, {"Arn": alarm.alarm_arn}

    def change(self, p: Properties) -> bool:
        if p.get("AlarmName") != self.properties.get("AlarmName"):
            return False
        self.make(p)
        return True

    def remove(self) -> None:
        backend("cloudwatch").delete_alarms([self.physical_resource_id])


class SubscriptionFilter(Supplement):
    """AWS::Logs::SubscriptionFilter."""

    TYPE = "AWS::Logs::SubscriptionFilter"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("FilterName", self.logical_resource_id)
        call(
            backend("logs").put_subscription_filter,
            p,
            filter_name=name,
            filter_pattern=p.get("FilterPattern", ""),
        )
        return name, {}

    def remove(self) -> None:
        group = backend("logs").groups.get(self.properties["LogGroupName"])
        if group:
            group.subscription_filters.pop(self.physical_resource_id, None)


class MetricFilter(Supplement):
    """AWS::Logs::MetricFilter."""

    TYPE = "AWS::Logs::MetricFilter"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("FilterName", self.logical_resource_id)
        transformations = [
            {key[:1].lower() + key[1:]: value for key, value in t.items()}
            for t in p["MetricTransformations"]
        ]
        pattern, group = p.get("FilterPattern", ""), p["LogGroupName"]
        backend("logs").put_metric_filter(name, pattern, group, transformations)
        return name, {}

    def remove(self) -> None:
        backend("logs").delete_metric_filter(
            self.physical_resource_id, self.properties["LogGroupName"]
        )


class Schedule(Supplement):
    """AWS::Scheduler::Schedule."""

    TYPE = "AWS::Scheduler::Schedule"
    ATTRIBUTES = ("Arn",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("Name", self.logical_resource_id)
        schedule = call(backend("scheduler").create_schedule, p, name=name)
        return name, {"Arn": schedule.arn}

    def remove(self) -> None:
        backend("scheduler").delete_schedule(
            self.properties.get("GroupName"), self.physical_resource_id
        )


def install() -> None:
    """The Arn of a log group ends in `:*`, as CloudFormation gives it: role policies rely on it.

    And an update keeps its lines.
    """
    from moto.logs.models import LogGroup

    complete(LogGroup, finish_log_group)
    add_attributes(LogGroup, Arn=lambda self: f"{self.arn.removesuffix(':*')}:*")


def finish_log_group(group: Any, p: Properties) -> None:
    """How long lines are kept."""
    group.set_retention_policy(p.get("RetentionInDays"))
