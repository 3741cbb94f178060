"""Event sources that a CloudFormation template makes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.local.event_sources.house import House, body, data, key, live_in

ASSUMED_BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def function(house: House, name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Runtime": "python3.13",
            "Handler": "app.fail",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": "somewhere", "S3Key": "package.zip"},
            "Environment": {"Variables": {"NOTES": str(house.folder / f"{name}.notes")}},
        },
    }


def mapping(name: str, source: Any, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": {"Ref": name}, "EventSourceArn": source, **more},
    }


def template(house: House) -> dict[str, Any]:
    table = {
        "TableName": "images",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    pattern = '{"eventName": ["INSERT"]}'
    failures = {"OnFailure": {"Destination": {"Fn::GetAtt": ["Failures", "Arn"]}}}
    stream, queue = {"Fn::GetAtt": ["Views", "Arn"]}, {"Fn::GetAtt": ["Jobs", "Arn"]}
    role = {"RoleName": "all", "AssumeRolePolicyDocument": ASSUMED_BY_LAMBDA}
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Images": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            "Views": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {"Name": "views", "ShardCount": 1},
            },
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
            "Failures": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "failures"}},
            "Index": function(house, "index"),
            "Count": function(house, "count"),
            "Work": function(house, "work"),
            "IndexImages": mapping(
                "Index",
                {"Fn::GetAtt": ["Images", "StreamArn"]},
                StartingPosition="TRIM_HORIZON",
                Enabled=True,
                FilterCriteria={"Filters": [{"Pattern": pattern}]},
            ),
            "CountViews": mapping(
                "Count",
                stream,
                StartingPosition="LATEST",
                BatchSize=10,
                MaximumRetryAttempts=0,
                BisectBatchOnFunctionError=True,
                DestinationConfig=failures,
            ),
            "WorkOnJobs": mapping("Work", queue, BatchSize=5),
        }
    }


def test_mappings_of_a_template_work_with_all_their_settings(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await asyncio.to_thread(
            house.plane.deploy, template(house), stack="photos", source=house.folder
        )
        house.put("a")
        house.client("dynamodb").delete_item(TableName="images", Key={"id": {"S": "a"}})
        house.view("1", "BAD")
        house.send("jobs", "hello")
        await house.drained()
        assert house.batches("index", key) == [["a"]]
        assert house.batches("count", data) == [["1", "BAD"], ["1"], ["BAD"]]
        assert house.batches("work", body) == [["hello"]]
        [failure] = house.received("failures")
        assert failure["KinesisBatchInfo"]["batchSize"] == 1

    live_in(tmp_path, story)


def test_an_updated_template_changes_a_mapping_that_runs(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        described = template(house)
        house.plane.deploy(described, stack="photos", source=house.folder)
        house.put("a")
        await house.drained()
        described["Resources"]["IndexImages"]["Properties"]["Enabled"] = False
        house.plane.deploy(described, stack="photos", source=house.folder)
        house.put("b")
        await house.drained()
        assert house.batches("index", key) == [["a"]]

    live_in(tmp_path, story)
