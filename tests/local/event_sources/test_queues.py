"""An SQS queue as an event source."""

from __future__ import annotations

from pathlib import Path

from tests.local.event_sources.house import House, body, live_in


def test_a_message_reaches_the_function_with_its_attributes(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("jobs")
        house.map(arn, house.function("work"))
        house.send(
            "jobs",
            "hello",
            MessageAttributes={
                "tries": {"DataType": "Number", "StringValue": "3"},
                "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
            },
        )
        await house.drained()
        [event] = house.events("work")
        [record] = event["Records"]
        assert len(record.pop("messageId")) == 36
        assert record.pop("receiptHandle")
        assert len(record.pop("md5OfMessageAttributes")) == 32
        attributes = record.pop("attributes")
        assert attributes["ApproximateReceiveCount"] == "1"
        assert attributes["SentTimestamp"].isdigit()
        assert attributes["ApproximateFirstReceiveTimestamp"].isdigit()
        assert attributes["SenderId"]
        assert record == {
            "body": "hello",
            "messageAttributes": {
                "tries": {
                    "stringValue": "3",
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": "Number",
                },
                "raw": {
                    "binaryValue": "AP8=",
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": "Binary",
                },
            },
            "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
            "eventSource": "aws:sqs",
            "eventSourceARN": arn,
            "awsRegion": "us-east-1",
        }

    live_in(tmp_path, story)


def test_processed_messages_leave_the_queue(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.queue("jobs"), house.function("work"))
        house.send("jobs", *(str(n) for n in range(25)))
        await house.drained()
        batches = house.batches("work", body)
        assert sorted(int(b) for batch in batches for b in batch) == list(range(25))
        assert max(len(batch) for batch in batches) <= 10
        assert left(house, "jobs") == (0, 0)

    live_in(tmp_path, story)


def test_a_window_lets_a_batch_grow_beyond_ten(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.queue("jobs"),
            house.function("work"),
            BatchSize=25,
            MaximumBatchingWindowInSeconds=60,
        )
        house.send("jobs", *(str(n) for n in range(25)))
        await house.invoked("work")
        assert [len(batch) for batch in house.batches("work", body)] == [25]

    live_in(tmp_path, story)


def test_a_failed_batch_comes_back_when_its_visibility_timeout_is_over(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.queue("jobs", VisibilityTimeout="30"), house.function("work", "fail"))
        house.send("jobs", "BAD")
        await house.drained()
        assert left(house, "jobs") == (0, 1)
        house.clock.advance(31)
        await house.invoked("work", 2)
        counts = [
            record["attributes"]["ApproximateReceiveCount"]
            for event in house.events("work")
            for record in event["Records"]
        ]
        assert counts == ["1", "2"]

    live_in(tmp_path, story)


def test_after_its_receives_a_message_goes_to_the_dead_letter_queue(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        dead = house.queue("dead")
        redrive = f'{{"deadLetterTargetArn": "{dead}", "maxReceiveCount": 2}}'
        arn = house.queue("jobs", VisibilityTimeout="30", RedrivePolicy=redrive)
        house.map(arn, house.function("work", "fail"))
        house.send("jobs", '"BAD"')
        for _ in range(3):
            await house.drained()
            house.clock.advance(31)
        await house.drained()
        assert len(house.events("work")) == 2
        assert house.received("dead") == ["BAD"]
        assert left(house, "jobs") == (0, 0)

    live_in(tmp_path, story)


def test_of_a_partly_failed_batch_the_rest_is_deleted(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.queue("jobs"),
            house.function("work", "report"),
            MaximumBatchingWindowInSeconds=60,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
        house.send("jobs", "1", "BAD", "3")
        await house.drained()
        assert [len(batch) for batch in house.batches("work", body)] == [3]
        assert left(house, "jobs") == (0, 1)
        house.clock.advance(31)
        await house.drained()
        assert house.batches("work", body)[1] == ["BAD"]

    live_in(tmp_path, story)


def test_without_asking_for_reports_an_answer_means_success(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.queue("jobs"), house.function("work", "report"))
        house.send("jobs", "BAD")
        await house.drained()
        assert left(house, "jobs") == (0, 0)

    live_in(tmp_path, story)


def test_messages_that_no_filter_wants_are_deleted_unseen(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(
            house.queue("jobs"),
            house.function("work"),
            FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["resize"]}}'}]},
        )
        house.send("jobs", '{"kind": "delete"}', '{"kind": "resize"}', "plain")
        await house.drained()
        assert house.batches("work", body) == [['{"kind": "resize"}']]
        assert left(house, "jobs") == (0, 0)

    live_in(tmp_path, story)


def test_a_delayed_message_comes_when_the_clock_has_passed_its_delay(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.map(house.queue("jobs"), house.function("work"))
        house.send("jobs", "later", DelaySeconds=300)
        await house.drained()
        assert house.events("work") == []
        house.clock.advance(301)
        await house.invoked("work")
        assert house.batches("work", body) == [["later"]]

    live_in(tmp_path, story)


def test_a_fifo_queue_keeps_the_order_of_each_group(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("jobs.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        house.map(arn, house.function("work"), BatchSize=2)
        for n in range(6):
            house.send("jobs.fifo", f"a{n}", MessageGroupId="a")
            house.send("jobs.fifo", f"b{n}", MessageGroupId="b")
        await house.drained()
        bodies = [b for batch in house.batches("work", body) for b in batch]
        assert [b for b in bodies if b[0] == "a"] == [f"a{n}" for n in range(6)]
        assert [b for b in bodies if b[0] == "b"] == [f"b{n}" for n in range(6)]
        [record, *_] = house.events("work")[0]["Records"]
        assert record["attributes"]["MessageGroupId"] in ("a", "b")

    live_in(tmp_path, story)


def test_many_unwanted_messages_do_not_hide_a_wanted_one(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        arn = house.queue("jobs")
        house.send("jobs", *(["other"] * 25), "resize")
        house.map(
            arn,
            house.function("work"),
            FilterCriteria={"Filters": [{"Pattern": '{"body": ["resize"]}'}]},
        )
        await house.invoked("work")
        assert house.batches("work", body) == [["resize"]]

    live_in(tmp_path, story)


def left(house: House, queue: str) -> tuple[int, int]:
    """Messages to be received, and messages hidden."""
    sqs = house.client("sqs")
    attributes = sqs.get_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    return (
        int(attributes["ApproximateNumberOfMessages"]),
        int(attributes["ApproximateNumberOfMessagesNotVisible"]),
    )
