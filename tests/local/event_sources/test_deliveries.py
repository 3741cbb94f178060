"""What SNS and EventBridge send to functions."""

from __future__ import annotations

import json
from pathlib import Path

from tests.local.event_sources.house import House, live_in


def test_a_notification_of_a_topic_reaches_its_function(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        sns = house.client("sns")
        topic = sns.create_topic(Name="news")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=house.function("hear"))
        house.in_trace(
            "1-00000001-news", lambda: sns.publish(TopicArn=topic, Subject="s", Message="m")
        )
        await house.drained()
        [event] = house.events("hear")
        [record] = event["Records"]
        assert (record["Sns"]["Subject"], record["Sns"]["Message"]) == ("s", "m")
        assert record["Sns"]["TopicArn"] == topic
        [hop] = [h for h in house.trace.hops("1-00000001-news") if h.target == "hear"]
        assert (hop.source, hop.kind, hop.outcome) == ("news", "event", "ok")

    live_in(tmp_path, story)


def test_an_event_that_meets_a_rule_reaches_its_function(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        events = house.client("events")
        events.put_rule(Name="orders", EventPattern='{"source": ["shop"]}')
        events.put_targets(Rule="orders", Targets=[{"Id": "1", "Arn": house.function("hear")}])
        events.put_events(
            Entries=[
                {"Source": "shop", "DetailType": "sold", "Detail": json.dumps({"id": 1})},
                {"Source": "else", "DetailType": "sold", "Detail": json.dumps({"id": 2})},
            ]
        )
        await house.drained()
        assert [event["detail"] for event in house.events("hear")] == [{"id": 1}]
        [hop] = [h for h in house.trace.hops() if h.target == "hear"]
        assert (hop.source, hop.kind) == ("orders", "event")

    live_in(tmp_path, story)
