"""AWS::SNS and AWS::SQS: subscriptions and policies."""

from __future__ import annotations

from typing import Any

from serverless_app.local.control_plane.changes import serving
from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    add_attributes,
    as_json,
    authority,
)
from serverless_app.local.control_plane.dispatch import backend

SUBSCRIPTION_ATTRIBUTES = (
    "FilterPolicyScope",  # first: how the policy is checked depends on it
    "FilterPolicy",
    "RawMessageDelivery",
    "RedrivePolicy",
)


class Subscription(Supplement):
    """AWS::SNS::Subscription."""

    TYPE = "AWS::SNS::Subscription"
    ATTRIBUTES = ("Arn",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        sns = backend("sns")
        arn = sns.subscribe(p["TopicArn"], p["Endpoint"], p["Protocol"]).arn
        for name in SUBSCRIPTION_ATTRIBUTES:
            if name in p:
                sns.set_subscription_attributes(arn, name, as_json(p[name]))
        return arn, {"Arn": arn}

    def remove(self) -> None:
        backend("sns").unsubscribe(self.physical_resource_id)


class TopicPolicy(Supplement):
    """AWS::SNS::TopicPolicy."""

    TYPE = "AWS::SNS::TopicPolicy"
    ATTRIBUTES = ("Id",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        for topic in p["Topics"]:
            backend("sns").set_topic_attribute(topic, "policy", as_json(p["PolicyDocument"]))
        return self.logical_resource_id, {"Id": self.logical_resource_id}

    def change(self, p: Properties) -> bool:
        self.make(p)
        return True


class QueuePolicy(Supplement):
    """AWS::SQS::QueuePolicy."""

    TYPE = "AWS::SQS::QueuePolicy"
    ATTRIBUTES = ("Id",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        self._set(p["Queues"], as_json(p["PolicyDocument"]))
        return self.logical_resource_id, {"Id": self.logical_resource_id}

    def change(self, p: Properties) -> bool:
        self.make(p)
        return True

    def remove(self) -> None:
        self._set(self.properties["Queues"], "")

    @staticmethod
    def _set(queue_urls: list[str], policy: str) -> None:
        queues = backend("sqs").queues
        for url in queue_urls:
            if queue := queues.get(url.rpartition("/")[2]):
                queue.policy = policy


def install() -> None:
    """Give topics and queues the GetAtt attributes that moto leaves out, and queues our address."""
    from moto.sns.models import Topic
    from moto.sqs.models import Queue

    stock = Queue.physical_resource_id.fget
    Queue.physical_resource_id = property(
        lambda queue: queue_url(queue) if serving.get() else stock(queue)
    )
    add_attributes(Topic, TopicArn=lambda self: self.arn)
    add_attributes(Queue, QueueUrl=lambda self: self.physical_resource_id)


def queue_url(queue: Any) -> str:
    """What Ref gives of a queue: its address at this laptop cloud."""
    return f"http://{authority()}/{queue.account_id}/{queue.name}"
