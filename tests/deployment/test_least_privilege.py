"""Each permission of each role is taken away in turn: the story that needs it fails.

What only the service uses, and no code of ours, is a fixed list. Any other permission, and any
story that does without the permission it is said to need, fails this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram
from tests.deployment import stories
from tests.deployment.stories import Story

pytestmark = pytest.mark.slow
Pair = tuple[str, str]  # an action, a resource by its short name


@dataclass(frozen=True)
class Permission:
    """That a function may do one thing to one resource, and where its role says so."""

    function: str
    action: str
    resource: str


COUNTING = (
    ("dynamodb:Query", "Images/index/ByImageId"),
    ("dynamodb:GetItem", "Trending"),
    ("dynamodb:Query", "Trending"),
    ("dynamodb:PutItem", "Trending"),
    ("dynamodb:UpdateItem", "Trending"),
)
INDEXING = (("es:ESHttpPost", "images/_bulk"), ("es:ESHttpPut", "images-*"))
INDEXING_DELETIONS = (("es:ESHttpHead", "_alias/images"),)
NEEDED: dict[str, dict[Story, tuple[Pair, ...]]] = {
    "createGroup": {stories.a_group_is_created: (("dynamodb:PutItem", "Groups"),)},
    "getGroups": {stories.groups_are_listed: (("dynamodb:Query", "Groups/index/ByNewest"),)},
    "createImage": {
        stories.an_image_is_promised: (
            ("dynamodb:GetItem", "Groups"),
            ("dynamodb:PutItem", "Images"),
        ),
        stories.a_file_is_uploaded: (("s3:PutObject", "images/*"),),
    },
    "getImages": {
        stories.an_empty_group_is_listed: (
            ("dynamodb:GetItem", "Groups"),
            ("dynamodb:Query", "Images"),
        ),
        stories.images_are_listed_by_title: (("dynamodb:Query", "Images/index/ByTitle"),),
        stories.a_listed_thumbnail_is_shown: (("s3:GetObject", "thumbnails/*"),),
    },
    "getImage": {
        stories.an_image_is_shown: (
            ("dynamodb:Query", "Images/index/ByImageId"),
            ("s3:GetObject", "images/*"),
            ("s3:GetObject", "thumbnails/*"),
        )
    },
    "deleteImage": {
        stories.an_image_is_deleted: (
            ("dynamodb:Query", "Images/index/ByImageId"),
            ("dynamodb:UpdateItem", "Images"),
            ("dynamodb:DeleteItem", "Images"),
            ("s3:DeleteObject", "images/*"),
            ("s3:DeleteObject", "thumbnails/*"),
        )
    },
    "recordView": {stories.a_view_is_recorded: (("kinesis:PutRecord", "udagram-views"),)},
    "getTrending": {
        stories.what_trends_is_shown: (
            ("dynamodb:Query", "Trending/index/ByViews"),
            ("dynamodb:BatchGetItem", "Images"),
            ("s3:GetObject", "thumbnails/*"),
        )
    },
    "searchImages": {
        stories.a_search_shows_its_hits: (
            ("es:ESHttpPost", "images/_search"),
            ("s3:GetObject", "thumbnails/*"),
        )
    },
    "watch": {
        stories.a_group_is_watched: (
            ("dynamodb:GetItem", "Groups"),
            ("dynamodb:Query", "Connections/index/ByConnection"),
            ("dynamodb:PutItem", "Connections"),
        )
    },
    "unwatch": {stories.a_group_is_watched_no_more: (("dynamodb:DeleteItem", "Connections"),)},
    "disconnect": {
        stories.who_leaves_is_forgotten: (
            ("dynamodb:Query", "Connections/index/ByConnection"),
            ("dynamodb:BatchWriteItem", "Connections"),
        )
    },
    "onUpload": {
        stories.an_upload_becomes_ready: (
            ("dynamodb:GetItem", "Images"),
            ("dynamodb:UpdateItem", "Images"),
            ("s3:GetObject", "images/*"),
            ("s3:PutObject", "thumbnails/*"),
        ),
        stories.a_rejected_file_leaves_nothing: (
            ("s3:DeleteObject", "images/*"),
            ("s3:DeleteObject", "thumbnails/*"),
        ),
        stories.an_object_that_went_before_its_event_came_is_no_failure: (
            ("s3:ListBucket", "bucket"),
        ),
    },
    "indexImages": {
        stories.a_new_image_is_found: INDEXING,
        stories.a_deleted_image_is_found_no_more: INDEXING_DELETIONS,
    },
    "notifyWatchers": {
        stories.a_watcher_is_told: (
            ("dynamodb:Query", "Connections"),
            ("execute-api:ManageConnections", "POST/@connections/*"),
            ("s3:GetObject", "images/*"),
            ("s3:GetObject", "thumbnails/*"),
        ),
        stories.a_watcher_who_vanished_is_forgotten: (("dynamodb:DeleteItem", "Connections"),),
    },
    "countViews": {stories.views_are_counted: COUNTING},
    "sweepUploads": {
        stories.a_promise_that_was_not_kept_is_swept_away: (
            ("dynamodb:Query", "Images/index/ByUnfinished"),
            ("dynamodb:GetItem", "Images"),
            ("dynamodb:UpdateItem", "Images"),
            ("dynamodb:DeleteItem", "Images"),
            ("s3:ListBucket", "bucket"),
            ("s3:DeleteObject", "images/*"),
            ("s3:DeleteObject", "thumbnails/*"),
        ),
        stories.an_upload_whose_event_was_lost_is_finished_by_the_sweep: (
            ("s3:GetObject", "images/*"),
            ("s3:PutObject", "thumbnails/*"),
        ),
    },
    "redriveFailures": {
        stories.a_change_is_redriven_into_the_index: (
            ("dynamodb:GetShardIterator", "Images/stream"),
            ("dynamodb:GetRecords", "Images/stream"),
            ("dynamodb:GetItem", "Images"),
            *INDEXING,
        ),
        stories.a_deletion_is_redriven_into_the_index: INDEXING_DELETIONS,
        stories.news_is_redriven: (
            ("dynamodb:Query", "Connections"),
            ("execute-api:ManageConnections", "POST/@connections/*"),
            ("s3:GetObject", "images/*"),
            ("s3:GetObject", "thumbnails/*"),
        ),
        stories.news_is_redriven_and_who_vanished_is_forgotten: (
            ("dynamodb:DeleteItem", "Connections"),
        ),
        stories.views_are_redriven: (
            ("kinesis:GetShardIterator", "udagram-views"),
            ("kinesis:GetRecords", "udagram-views"),
            *COUNTING,
        ),
    },
}
# Lambda's own work, done with the function's role.
LOGS = {("logs:CreateLogStream", "logs"), ("logs:PutLogEvents", "logs")}
TRACING = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
READS_IMAGES = {
    (f"dynamodb:{name}", "Images/stream")
    for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
} | {("sqs:SendMessage", "udagram-stream-failures")}
SERVICE: dict[str, set[Pair]] = {
    "indexImages": READS_IMAGES,
    "notifyWatchers": READS_IMAGES,
    "countViews": {
        *(
            (f"kinesis:{name}", "udagram-views")
            for name in (
                *("DescribeStream", "DescribeStreamSummary", "GetRecords"),
                *("GetShardIterator", "ListShards"),
            )
        ),
        ("sqs:SendMessage", "udagram-stream-failures"),
    },
    "redriveFailures": {
        (f"sqs:{name}", "udagram-stream-failures")
        for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    },
    "onUpload": {("sqs:SendMessage", "udagram-dead-letters")},
}
NEEDS = {
    Permission(function, *pair): story
    for function, told in NEEDED.items()
    for story, pairs in told.items()
    for pair in pairs
}


def short(arn: str) -> str:
    """A resource without region, account and stage."""
    name = arn.split(":", 5)[-1]
    name = re.sub(r"^(table|stream|domain/udagram-dev)/|^udagram-images-dev-\d+/", "", name)
    name = re.sub(r"^udagram-images-dev-\d+$", "bucket", name)
    name = re.sub(r"^log-group:.*", "logs", name)
    name = re.sub(r"^\w+/dev/(?=POST)", "", name)
    name = re.sub(r"/stream/.*", "/stream", name)
    return re.sub(r"-dev\b", "", name)


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@dataclass
class Role:
    """The role of a function in a running cloud, one action and one resource at a time."""

    iam: Any
    name: str

    def grants(self) -> Iterator[tuple[str, str, str]]:
        """Policy, action and ARN of everything it allows."""
        for policy in self.iam.list_role_policies(RoleName=self.name)["PolicyNames"]:
            found = self.iam.get_role_policy(RoleName=self.name, PolicyName=policy)
            for statement in found["PolicyDocument"]["Statement"]:
                for action in as_list(statement["Action"]):
                    for arn in as_list(statement["Resource"]):
                        yield policy, action, arn

    def take_away(self, action: str, resource: str) -> None:
        """Allow everything but this, from now on."""
        grants = list(self.grants())
        (policy,) = {each[0] for each in grants if (each[1], short(each[2])) == (action, resource)}
        kept = [
            {"Effect": "Allow", "Action": each[1], "Resource": each[2]}
            for each in grants
            if each[0] == policy and (each[1], short(each[2])) != (action, resource)
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": kept})
        if kept:
            self.iam.put_role_policy(RoleName=self.name, PolicyName=policy, PolicyDocument=document)
        else:
            self.iam.delete_role_policy(RoleName=self.name, PolicyName=policy)


@pytest.fixture(scope="module")
def iam(started_cloud: LocalCloud) -> Iterator[Any]:
    with closing(started_cloud.client("iam")) as client:
        yield client


@pytest.fixture(scope="module")
def functions(started_cloud: LocalCloud) -> Iterator[Any]:
    with closing(started_cloud.client("lambda")) as client:
        yield client


def role_of(function: str, iam: Any, functions: Any) -> Role:
    found = functions.get_function_configuration(FunctionName=f"udagram-dev-{function}")
    return Role(iam, found["Role"].rpartition("/")[2])


def give_up_at_once(functions: Any) -> None:
    """What fails is tried once: no test need wait for what will fail again."""
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        if "StartingPosition" in each:  # a stream's
            functions.update_event_source_mapping(UUID=each["UUID"], MaximumRetryAttempts=0)
    for name in ("udagram-dev-onUpload", "udagram-dev-sweepUploads"):
        functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)


def test_every_permission_is_needed_by_a_story_or_by_the_service(
    cloud: LocalCloud, iam: Any, functions: Any
) -> None:
    pages = functions.get_paginator("list_functions").paginate()
    names = [each["FunctionName"][12:] for page in pages for each in page["Functions"]]
    for name in names:
        role = role_of(name, iam, functions)
        held = {(action, short(arn)) for _, action, arn in role.grants()}
        by_code = {(each.action, each.resource) for each in NEEDS if each.function == name}
        assert held == by_code | SERVICE.get(name, set()) | LOGS | TRACING, name


@pytest.mark.parametrize("story", dict.fromkeys(NEEDS.values()), ids=lambda story: story.__name__)
def test_with_every_permission(ada: Udagram, story: Story) -> None:
    story(ada)


@pytest.mark.parametrize(
    ("permission", "story"),
    NEEDS.items(),
    ids=[f"{each.function}-{each.action}-{each.resource}" for each in NEEDS],
)
def test_without_it(
    ada: Udagram, iam: Any, functions: Any, permission: Permission, story: Story
) -> None:
    give_up_at_once(functions)
    role_of(permission.function, iam, functions).take_away(permission.action, permission.resource)

    with pytest.raises(AssertionError):
        story(ada)
