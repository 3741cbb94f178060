"""What moto's CloudFormation skips: one test a type or property."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from serverless_app.local.control_plane import ControlPlane, DeploymentFailed

Deploy = Callable[..., None]
Refused = Callable[..., tuple[int, str, str]]
LAMBDA = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": "worker",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                }
            ],
        },
    },
}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def attribute(name: str, of: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, of]}


def function(**more: Any) -> dict[str, Any]:
    return resource(
        "Lambda::Function",
        FunctionName="f",
        Runtime="python3.13",
        Handler="f.f",
        Role=attribute("Role"),
        Code={"ZipFile": "def f(event, context): pass"},
        **more,
    )


# -- S3 --------------------------------------------------------------------------------------


def test_a_bucket_has_cors_lifecycle_versions_and_a_public_access_block(
    plane: ControlPlane, deploy: Deploy
) -> None:
    block = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "MaxAge": 60}
    parts = {"Id": "parts", "Status": "Enabled"}
    parts["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": 1}  # type: ignore[assignment]
    encryption = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    deploy(
        {
            "Bucket": resource(
                "S3::Bucket",
                BucketName="pictures",
                CorsConfiguration={"CorsRules": [rule]},
                LifecycleConfiguration={"Rules": [parts]},
                PublicAccessBlockConfiguration=block,
                VersioningConfiguration={"Status": "Enabled"},
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                BucketEncryption={"ServerSideEncryptionConfiguration": encryption},
            )
        }
    )
    s3, bucket = plane.client("s3"), {"Bucket": "pictures"}
    assert s3.get_bucket_cors(**bucket)["CORSRules"] == [
        {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 60}
    ]
    (lifecycle,) = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"]
    assert lifecycle["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"] == block
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    controls = s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    stored = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]
    algorithm = stored["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
    assert algorithm == "AES256"


def test_a_bucket_notifies_functions_topics_queues_and_eventbridge(
    plane: ControlPlane, deploy: Deploy
) -> None:
    rules = {"S3Key": {"Rules": [{"Name": "prefix", "Value": "images/"}]}}
    created, removed, marked = (
        f"s3:Object{event}"
        for event in ("Created:*", "Removed:Delete", "Removed:DeleteMarkerCreated")
    )
    deploy(
        {
            "Role": LAMBDA,
            "Function": function(),
            "Topic": resource("SNS::Topic", TopicName="t"),
            "Queue": resource("SQS::Queue", QueueName="q"),
            "Bucket": resource(
                "S3::Bucket",
                BucketName="pictures",
                NotificationConfiguration={
                    "LambdaConfigurations": [
                        {"Event": created, "Function": attribute("Function"), "Filter": rules}
                    ],
                    "TopicConfigurations": [{"Event": removed, "Topic": {"Ref": "Topic"}}],
                    "QueueConfigurations": [{"Event": marked, "Queue": attribute("Queue")}],
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True},
                },
            ),
        }
    )
    stored = plane.client("s3").get_bucket_notification_configuration(Bucket="pictures")
    (on_upload,) = stored["LambdaFunctionConfigurations"]
    assert on_upload["LambdaFunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert on_upload["Events"] == [created]
    filters = on_upload["Filter"]["Key"]["FilterRules"]
    assert filters == [{"Name": "prefix", "Value": "images/"}]
    assert stored["TopicConfigurations"][0]["TopicArn"] == "arn:aws:sns:us-east-1:123456789012:t"
    assert stored["QueueConfigurations"][0]["QueueArn"] == "arn:aws:sqs:us-east-1:123456789012:q"
    assert "EventBridgeConfiguration" in stored


def test_a_bucket_policy_is_put_changed_and_deleted(
    plane: ControlPlane, deploy: Deploy, refused: Refused
) -> None:
    s3 = plane.client("s3")

    def policy(sid: str) -> dict[str, Any]:
        statement = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:*"}
        document = {"Statement": [statement | {"Resource": "arn:aws:s3:::pictures/*"}]}
        return resource("S3::BucketPolicy", Bucket={"Ref": "Bucket"}, PolicyDocument=document)

    bucket = resource("S3::Bucket", BucketName="pictures")
    for sid in ("first", "second"):
        deploy({"Bucket": bucket, "Policy": policy(sid)})
        stored = json.loads(s3.get_bucket_policy(Bucket="pictures")["Policy"])
        assert stored["Statement"][0]["Sid"] == sid
    deploy({"Bucket": bucket})
    assert refused(s3.get_bucket_policy, Bucket="pictures")[1] == "NoSuchBucketPolicy"


# -- Lambda ----------------------------------------------------------------------------------


def test_a_function_has_all_its_properties(plane: ControlPlane, deploy: Deploy) -> None:
    queue = resource("SQS::Queue", QueueName="q")
    deploy(
        {
            "Role": LAMBDA,
            "Queue": queue,
            "Function": function(
                MemorySize="1769",
                Timeout=60,
                Architectures=["arm64"],
                TracingConfig={"Mode": "Active"},
                EphemeralStorage={"Size": 1024},
                ReservedConcurrentExecutions=5,
                DeadLetterConfig={"TargetArn": attribute("Queue")},
                Environment={"Variables": {"A": "b"}},
                Tags=[{"Key": "team", "Value": "blue"}],
            ),
        }
    )
    found = plane.client("lambda").get_function(FunctionName="f")
    stored = found["Configuration"]
    assert (stored["MemorySize"], stored["Timeout"]) == (1769, 60)
    assert (stored["Architectures"], stored["TracingConfig"]) == (["arm64"], {"Mode": "Active"})
    assert stored["EphemeralStorage"] == {"Size": 1024}
    assert stored["Environment"] == {"Variables": {"A": "b"}}
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert found["Tags"] == {"team": "blue"}
    dead_letters = plane.backend("lambda").get_function("f").dead_letter_config
    assert dead_letters == {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"}


def test_a_permission_is_a_statement_that_goes_with_it(
    plane: ControlPlane, deploy: Deploy, refused: Refused
) -> None:
    permission = resource(
        "Lambda::Permission",
        FunctionName=attribute("Function"),
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::pictures",
        SourceAccount="123456789012",
    )
    resources = {"Role": LAMBDA, "Function": function()}
    deploy(resources | {"Permission": permission})
    policy = json.loads(plane.client("lambda").get_policy(FunctionName="f")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": "arn:aws:s3:::pictures"}
    assert statement["Condition"]["StringEquals"] == {"AWS:SourceAccount": "123456789012"}
    deploy(resources)
    answer = refused(plane.client("lambda").get_policy, FunctionName="f")
    assert answer[1] == "ResourceNotFoundException"


def test_asynchronous_invocation_is_configured_and_changed(
    plane: ControlPlane, deploy: Deploy
) -> None:
    for retries in (2, 1):
        config = resource(
            "Lambda::EventInvokeConfig",
            FunctionName={"Ref": "Function"},
            Qualifier="$LATEST",
            MaximumRetryAttempts=retries,
            MaximumEventAgeInSeconds=3600,
            DestinationConfig={},
        )
        deploy({"Role": LAMBDA, "Function": function(), "Config": config})
        stored = plane.client("lambda").get_function_event_invoke_config(FunctionName="f")
        assert (stored["MaximumRetryAttempts"], stored["MaximumEventAgeInSeconds"]) == (
            retries,
            3600,
        )


def test_an_event_source_mapping_has_all_its_properties(
    plane: ControlPlane, deploy: Deploy
) -> None:
    properties = {
        "BatchSize": 20,
        "StartingPosition": "TRIM_HORIZON",
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRetryAttempts": 3,
        "MaximumRecordAgeInSeconds": 600,
        "ParallelizationFactor": 2,
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
    }
    deploy(
        {
            "Role": LAMBDA,
            "Function": function(),
            "Failures": resource("SQS::Queue", QueueName="failures"),
            "Stream": resource("Kinesis::Stream", Name="s", ShardCount=1),
            "Mapping": resource(
                "Lambda::EventSourceMapping",
                EventSourceArn=attribute("Stream"),
                FunctionName=attribute("Function"),
                DestinationConfig={"OnFailure": {"Destination": attribute("Failures")}},
                **properties,
            ),
        }
    )
    (stored,) = plane.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert {name: stored[name] for name in properties} == properties
    destination = stored["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == "arn:aws:sqs:us-east-1:123456789012:failures"


@pytest.mark.parametrize("made_with", ["f", "arn:aws:lambda:us-east-1:123456789012:function:f"])
def test_mappings_are_found_by_every_name_of_their_function(
    plane: ControlPlane, deploy: Deploy, made_with: str
) -> None:
    deploy(
        {
            "Role": LAMBDA,
            "Function": function(),
            "Queue": resource("SQS::Queue", QueueName="work"),
        }
    )
    client, queue = plane.client("lambda"), "arn:aws:sqs:us-east-1:123456789012:work"
    made = client.create_event_source_mapping(FunctionName=made_with, EventSourceArn=queue)
    names = ["f", "123456789012:function:f", "arn:aws:lambda:us-east-1:123456789012:function:f"]
    found = {
        name: [
            mapping["UUID"]
            for mapping in client.list_event_source_mappings(
                FunctionName=name, EventSourceArn=queue
            )["EventSourceMappings"]
        ]
        for name in [*names, "other", "f:live"]
    }
    assert found == {name: [made["UUID"]] for name in names} | {"other": [], "f:live": []}


# -- API Gateway -----------------------------------------------------------------------------

API = resource("ApiGateway::RestApi", Name="api")
ROOT = attribute("Api", "RootResourceId")


def test_an_api_has_the_endpoint_and_the_binary_media_types_of_its_template(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy(
        {
            "Regional": resource(
                "ApiGateway::RestApi",
                Name="regional",
                EndpointConfiguration={"Types": ["REGIONAL"]},
                BinaryMediaTypes=["image/png", "application/zip"],
            ),
            "Plain": resource("ApiGateway::RestApi", Name="plain"),
        }
    )
    found = {api["name"]: api for api in plane.client("apigateway").get_rest_apis()["items"]}
    assert found["regional"]["endpointConfiguration"] == {"types": ["REGIONAL"]}
    assert found["regional"]["binaryMediaTypes"] == ["image/png", "application/zip"]
    assert found["plain"]["endpointConfiguration"] == {"types": ["EDGE"]}
    assert found["plain"]["binaryMediaTypes"] == []


def test_a_method_is_whole(plane: ControlPlane, deploy: Deploy) -> None:
    uri = {
        "Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "${Function.Arn}/invocations"
    }
    deploy(
        {
            "Role": LAMBDA,
            "Function": function(),
            "Pool": resource("Cognito::UserPool", UserPoolName="people"),
            "Api": API,
            "Model": resource(
                "ApiGateway::Model",
                RestApiId={"Ref": "Api"},
                Name="CreateGroup",
                ContentType="application/json",
                Schema={"type": "object", "required": ["name"]},
            ),
            "Validator": resource(
                "ApiGateway::RequestValidator",
                RestApiId={"Ref": "Api"},
                Name="everything",
                ValidateRequestBody="true",
                ValidateRequestParameters=True,
            ),
            "Authorizer": resource(
                "ApiGateway::Authorizer",
                RestApiId={"Ref": "Api"},
                Name="users",
                Type="COGNITO_USER_POOLS",
                IdentitySource="method.request.header.Authorization",
                AuthorizerResultTtlInSeconds=0,
                ProviderARNs=[attribute("Pool")],
            ),
            "Method": resource(
                "ApiGateway::Method",
                RestApiId={"Ref": "Api"},
                ResourceId=ROOT,
                HttpMethod="POST",
                AuthorizationType="COGNITO_USER_POOLS",
                AuthorizerId={"Ref": "Authorizer"},
                RequestValidatorId={"Ref": "Validator"},
                RequestModels={"application/json": {"Ref": "Model"}},
                RequestParameters={"method.request.querystring.limit": "false"},
                MethodResponses=[{"StatusCode": 201, "ResponseModels": {}}],
                Integration={
                    "Type": "AWS",
                    "IntegrationHttpMethod": "POST",
                    "Uri": uri,
                    "RequestTemplates": {"application/json": "$input.body"},
                    "PassthroughBehavior": "NEVER",
                    "TimeoutInMillis": 5000,
                    "IntegrationResponses": [
                        {
                            "StatusCode": 201,
                            "SelectionPattern": "ok",
                            "ResponseTemplates": {"application/json": "{}"},
                        }
                    ],
                },
            ),
        }
    )
    gateway = plane.client("apigateway")
    api = {"restApiId": gateway.get_rest_apis()["items"][0]["id"]}
    root = gateway.get_resources(**api)["items"][0]["id"]
    method = gateway.get_method(**api, resourceId=root, httpMethod="POST")
    (authorizer,) = gateway.get_authorizers(**api)["items"]
    (validator,) = gateway.get_request_validators(**api)["items"]
    assert method["authorizerId"] == authorizer["id"]
    assert authorizer["authorizerResultTtlInSeconds"] == 0
    assert authorizer["providerARNs"][0].startswith("arn:aws:cognito-idp:us-east-1:")
    assert method["requestValidatorId"] == validator["id"]
    assert validator["validateRequestBody"] is True
    assert method["requestModels"] == {"application/json": "CreateGroup"}
    schema = gateway.get_model(**api, modelName="CreateGroup")["schema"]
    assert json.loads(schema) == {"type": "object", "required": ["name"]}
    assert method["requestParameters"] == {"method.request.querystring.limit": False}
    integration = method["methodIntegration"]
    assert integration["requestTemplates"] == {"application/json": "$input.body"}
    assert (integration["passthroughBehavior"], integration["timeoutInMillis"]) == ("NEVER", 5000)
    response = integration["integrationResponses"]["201"]
    assert (response["selectionPattern"], response["responseTemplates"]) == (
        "ok",
        {"application/json": "{}"},
    )


def test_a_method_that_answers_preflights_needs_no_address(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy(
        {
            "Api": API,
            "Options": resource(
                "ApiGateway::Method",
                RestApiId={"Ref": "Api"},
                ResourceId=ROOT,
                HttpMethod="OPTIONS",
                AuthorizationType="NONE",
                MethodResponses=[
                    {
                        "StatusCode": "200",
                        "ResponseParameters": {"method.response.header.Allow": True},
                    }
                ],
                Integration={
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": "{statusCode:200}"},
                    "ContentHandling": "CONVERT_TO_TEXT",
                    "IntegrationResponses": [
                        {
                            "StatusCode": "200",
                            "ResponseParameters": {"method.response.header.Allow": "'GET'"},
                        }
                    ],
                },
            ),
            "Deployment": {
                "DependsOn": ["Options"],
                **resource("ApiGateway::Deployment", RestApiId={"Ref": "Api"}, StageName="dev"),
            },
        }
    )
    gateway = plane.client("apigateway")
    api = {"restApiId": gateway.get_rest_apis()["items"][0]["id"]}
    root = gateway.get_resources(**api)["items"][0]["id"]
    method = gateway.get_method(**api, resourceId=root, httpMethod="OPTIONS")
    assert method["methodIntegration"]["type"] == "MOCK"
    assert method["methodIntegration"]["contentHandling"] == "CONVERT_TO_TEXT"
    answer = method["methodIntegration"]["integrationResponses"]["200"]
    assert answer["responseParameters"] == {"method.response.header.Allow": "'GET'"}
    assert gateway.get_stages(**api)["item"][0]["stageName"] == "dev"


def test_a_gateway_response_is_put_and_changed(plane: ControlPlane, deploy: Deploy) -> None:
    for status in ("400", "422"):
        response = resource(
            "ApiGateway::GatewayResponse",
            RestApiId={"Ref": "Api"},
            ResponseType="BAD_REQUEST_BODY",
            StatusCode=status,
            ResponseTemplates={"application/json": "{}"},
        )
        deploy({"Api": API, "Response": response})
        gateway = plane.client("apigateway")
        api = gateway.get_rest_apis()["items"][0]["id"]
        stored = gateway.get_gateway_response(restApiId=api, responseType="BAD_REQUEST_BODY")
        assert (stored["statusCode"], stored["responseTemplates"]) == (
            status,
            {"application/json": "{}"},
        )


def test_a_stage_has_throttling_and_logs(plane: ControlPlane, deploy: Deploy) -> None:
    mock = {"Type": "MOCK"}
    deploy(
        {
            "Api": API,
            "Get": resource(
                "ApiGateway::Method",
                RestApiId={"Ref": "Api"},
                ResourceId=ROOT,
                HttpMethod="GET",
                AuthorizationType="NONE",
                Integration=mock,
            ),
            "Deployment": {
                "DependsOn": "Get",
                **resource("ApiGateway::Deployment", RestApiId={"Ref": "Api"}),
            },
            "Stage": resource(
                "ApiGateway::Stage",
                RestApiId={"Ref": "Api"},
                DeploymentId={"Ref": "Deployment"},
                StageName="dev",
                TracingEnabled=True,
                Variables={"a": "b"},
                MethodSettings=[
                    {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 5}
                ],
            ),
            "Account": resource("ApiGateway::Account", CloudWatchRoleArn="arn:aws:iam::1:role/r"),
        }
    )
    gateway = plane.client("apigateway")
    api = gateway.get_rest_apis()["items"][0]["id"]
    stage = gateway.get_stage(restApiId=api, stageName="dev")
    assert (stage["tracingEnabled"], stage["variables"]) == (True, {"a": "b"})
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 5
    assert gateway.get_account()["cloudwatchRoleArn"] == "arn:aws:iam::1:role/r"


def websocket_api(route_key: str = "watch") -> dict[str, Any]:
    api = {"Ref": "Api"}
    target = {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]}
    return {
        "Api": resource(
            "ApiGatewayV2::Api",
            Name="sockets",
            ProtocolType="WEBSOCKET",
            RouteSelectionExpression="$request.body.action",
        ),
        "Authorizer": resource(
            "ApiGatewayV2::Authorizer",
            ApiId=api,
            Name="who",
            AuthorizerType="REQUEST",
            AuthorizerUri="arn:aws:lambda",
            IdentitySource=[],
        ),
        "Integration": resource(
            "ApiGatewayV2::Integration",
            ApiId=api,
            IntegrationType="AWS_PROXY",
            IntegrationUri="arn:aws:lambda",
            TimeoutInMillis=3000,
        ),
        "Route": resource(
            "ApiGatewayV2::Route",
            ApiId=api,
            RouteKey=route_key,
            AuthorizationType="CUSTOM",
            AuthorizerId={"Ref": "Authorizer"},
            Target=target,
        ),
        "Response": resource(
            "ApiGatewayV2::RouteResponse",
            ApiId=api,
            RouteId={"Ref": "Route"},
            RouteResponseKey="$default",
        ),
        "Stage": resource(
            "ApiGatewayV2::Stage",
            ApiId=api,
            StageName="dev",
            DeploymentId={"Ref": "Deployment"},
            DefaultRouteSettings={"ThrottlingRateLimit": 5},
        ),
        "Deployment": resource("ApiGatewayV2::Deployment", ApiId=api),
    }


def test_a_websocket_api_has_everything(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(websocket_api(), Outputs={"Url": {"Value": attribute("Api", "ApiEndpoint")}})
    sockets = plane.client("apigatewayv2")
    (api,) = sockets.get_apis()["Items"]
    of = {"ApiId": api["ApiId"]}
    assert api["RouteSelectionExpression"] == "$request.body.action"
    endpoint = f"ws://127.0.0.1:45660/_aws/execute-api/{api['ApiId']}"
    assert api["ApiEndpoint"] == plane.outputs("test")["Url"] == endpoint
    (route,) = sockets.get_routes(**of)["Items"]
    (integration,) = sockets.get_integrations(**of)["Items"]
    authorizer = sockets.get_authorizer(**of, AuthorizerId=route["AuthorizerId"])
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert integration["TimeoutInMillis"] == 3000
    assert (authorizer["Name"], authorizer["IdentitySource"]) == ("who", [])
    stage = sockets.get_stage(**of, StageName="dev")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 5
    stored = plane.backend("apigatewayv2").apis[api["ApiId"]].routes[route["RouteId"]]
    assert len(stored.route_responses) == 1


def test_a_websocket_route_is_changed_in_its_place(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(websocket_api())
    sockets = plane.client("apigatewayv2")
    (api,) = sockets.get_apis()["Items"]
    before = sockets.get_routes(ApiId=api["ApiId"])["Items"]
    deploy(websocket_api("unwatch"))
    after = sockets.get_routes(ApiId=api["ApiId"])["Items"]
    assert [route["RouteKey"] for route in after] == ["unwatch"]
    assert [route["RouteId"] for route in after] == [route["RouteId"] for route in before]


# -- messages, data, identity, observation -----------------------------------------------------


def test_a_subscription_has_its_filter_and_delivers_raw(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy(
        {
            "Topic": resource("SNS::Topic", TopicName="t"),
            "Queue": resource("SQS::Queue", QueueName="q"),
            "Subscription": resource(
                "SNS::Subscription",
                TopicArn={"Ref": "Topic"},
                Protocol="sqs",
                Endpoint=attribute("Queue"),
                FilterPolicy={"colour": ["red"]},
                RawMessageDelivery="true",
            ),
        }
    )
    sns, sqs = plane.client("sns"), plane.client("sqs")
    topic = "arn:aws:sns:us-east-1:123456789012:t"
    for colour in ("red", "blue"):
        value = {"colour": {"DataType": "String", "StringValue": colour}}
        sns.publish(TopicArn=topic, Message=colour, MessageAttributes=value)
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == ["red"]
    deploy({"Topic": resource("SNS::Topic", TopicName="t")})
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_topics_and_queues_have_policies(plane: ControlPlane, deploy: Deploy) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    deploy(
        {
            "Topic": resource("SNS::Topic", TopicName="t"),
            "Queue": resource("SQS::Queue", QueueName="q"),
            "TopicPolicy": resource(
                "SNS::TopicPolicy", Topics=[{"Ref": "Topic"}], PolicyDocument=document
            ),
            "QueuePolicy": resource(
                "SQS::QueuePolicy", Queues=[{"Ref": "Queue"}], PolicyDocument=document
            ),
        },
        Outputs={
            "Topic": {"Value": attribute("Topic", "TopicArn")},
            "Queue": {"Value": attribute("Queue", "QueueUrl")},
        },
    )
    outputs = plane.outputs("test")
    topic = plane.client("sns").get_topic_attributes(TopicArn=outputs["Topic"])["Attributes"]
    assert json.loads(topic["Policy"])["Statement"] == [statement]
    queue = plane.client("sqs").get_queue_attributes(
        QueueUrl=outputs["Queue"], AttributeNames=["Policy"]
    )["Attributes"]
    assert json.loads(queue["Policy"])["Statement"] == [statement]


def table(**more: Any) -> dict[str, Any]:
    names = ("g", "k", "owner")
    projection = {"ProjectionType": "ALL"}
    return resource(
        "DynamoDB::Table",
        TableName="images",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": "g", "KeyType": "HASH"},
            {"AttributeName": "k", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByOwner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": projection,
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "ByOwnerInGroup",
                "KeySchema": [
                    {"AttributeName": "g", "KeyType": "HASH"},
                    {"AttributeName": "owner", "KeyType": "RANGE"},
                ],
                "Projection": projection,
            }
        ],
        **more,
    )


def test_a_table_has_indexes_expiry_backups_and_a_stream(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy(
        {
            "Table": table(
                TimeToLiveSpecification={"AttributeName": "expiresAt", "Enabled": "true"},
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
                StreamSpecification={"StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
        },
        Outputs={"Stream": {"Value": attribute("Table", "StreamArn")}},
    )
    dynamodb, of = plane.client("dynamodb"), {"TableName": "images"}
    described = dynamodb.describe_table(**of)["Table"]
    assert [index["IndexName"] for index in described["GlobalSecondaryIndexes"]] == ["ByOwner"]
    local = [index["IndexName"] for index in described["LocalSecondaryIndexes"]]
    assert local == ["ByOwnerInGroup"]
    expiry = dynamodb.describe_time_to_live(**of)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    backups = dynamodb.describe_continuous_backups(**of)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert recovery == "ENABLED"
    assert described["LatestStreamArn"] == plane.outputs("test")["Stream"]


def test_expiry_may_be_added_to_a_table_with_its_items_in_it(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy({"Table": table()})
    item = {"g": {"S": "1"}, "k": {"S": "1"}}
    dynamodb = plane.client("dynamodb")
    dynamodb.put_item(TableName="images", Item=item)
    deploy({"Table": table(TimeToLiveSpecification={"AttributeName": "x", "Enabled": True})})
    expiry = dynamodb.describe_time_to_live(TableName="images")["TimeToLiveDescription"]
    assert expiry["TimeToLiveStatus"] == "ENABLED"
    assert dynamodb.scan(TableName="images")["Items"] == [item]


def test_an_index_may_be_added_to_a_table_and_taken_away(
    plane: ControlPlane, deploy: Deploy
) -> None:
    def indexes() -> list[str]:
        described = plane.client("dynamodb").describe_table(TableName="images")["Table"]
        return [index["IndexName"] for index in described.get("GlobalSecondaryIndexes", [])]

    deploy({"Table": table()})
    changed = table()
    changed["Properties"]["GlobalSecondaryIndexes"][0]["IndexName"] = "ByPerson"
    deploy({"Table": changed})
    assert indexes() == ["ByPerson"]


def test_a_table_s_key_cannot_change(plane: ControlPlane, deploy: Deploy) -> None:
    deploy({"Table": table()})
    changed = table()
    changed["Properties"]["KeySchema"][1]["AttributeName"] = "owner"
    with pytest.raises(DeploymentFailed, match="a custom-named resource requires replacing"):
        deploy({"Table": changed})


def test_an_api_that_changes_keeps_its_id(plane: ControlPlane, deploy: Deploy) -> None:
    for name in ("api", "renamed"):
        deploy({"Api": resource("ApiGateway::RestApi", Name=name)})
    (found,) = plane.resources("test")
    (api,) = plane.client("apigateway").get_rest_apis()["items"]
    assert (api["id"], api["name"]) == (found.physical_id, "renamed")


def test_a_type_that_moto_cannot_update_is_made_anew(plane: ControlPlane, deploy: Deploy) -> None:
    for body in ("one", "two"):
        dashboard = {"widgets": [{"type": "text", "properties": {"markdown": body}}]}
        properties = {"DashboardName": "d", "DashboardBody": json.dumps(dashboard)}
        deploy({"Dashboard": resource("CloudWatch::Dashboard", **properties)})
    stored = plane.client("cloudwatch").get_dashboard(DashboardName="d")["DashboardBody"]
    assert "two" in stored
    assert len(plane.resources("test")) == 1


def test_a_stream_has_its_mode_and_encryption(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(
        {
            "Stream": resource(
                "Kinesis::Stream",
                Name="views",
                ShardCount=2,
                RetentionPeriodHours=48,
                StreamModeDetails={"StreamMode": "PROVISIONED"},
                StreamEncryption={"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
            )
        }
    )
    stored = plane.client("kinesis").describe_stream(StreamName="views")["StreamDescription"]
    assert (len(stored["Shards"]), stored["RetentionPeriodHours"]) == (2, 48)
    assert (stored["EncryptionType"], stored["KeyId"]) == ("KMS", "alias/aws/kinesis")
    summary = plane.client("kinesis").describe_stream_summary(StreamName="views")
    mode = summary["StreamDescriptionSummary"]["StreamModeDetails"]
    assert mode == {"StreamMode": "PROVISIONED"}


def test_a_search_domain_says_where_it_answers(plane: ControlPlane, deploy: Deploy) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Action": "es:*", "Resource": "*"}]}
    deploy(
        {
            "Domain": resource(
                "OpenSearchService::Domain",
                DomainName="books",
                EngineVersion="OpenSearch_3.5",
                EBSOptions={"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 10},
                AccessPolicies=policy,
            )
        },
        Outputs={"Endpoint": {"Value": attribute("Domain", "DomainEndpoint")}},
    )
    stored = plane.client("opensearch").describe_domain(DomainName="books")["DomainStatus"]
    assert stored["EngineVersion"] == "OpenSearch_3.5"
    assert stored["EBSOptions"]["VolumeSize"] == 10
    assert json.loads(stored["AccessPolicies"]) == policy
    endpoint = "http://127.0.0.1:45660/_aws/opensearch/books"
    assert stored["Endpoint"] == plane.outputs("test")["Endpoint"] == endpoint


def pool(minimum: int) -> dict[str, Any]:
    policy = {"PasswordPolicy": {"MinimumLength": minimum, "RequireNumbers": "true"}}
    return {
        "Pool": resource(
            "Cognito::UserPool",
            UserPoolName="people",
            UsernameAttributes=["email"],
            Policies=policy,
        ),
        "Client": resource(
            "Cognito::UserPoolClient",
            UserPoolId={"Ref": "Pool"},
            ClientName=f"page-{minimum}",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        ),
        "Domain": resource(
            "Cognito::UserPoolDomain", UserPoolId={"Ref": "Pool"}, Domain="people-1"
        ),
        "Group": resource("Cognito::UserPoolGroup", UserPoolId={"Ref": "Pool"}, GroupName="staff"),
        "Identities": resource(
            "Cognito::IdentityPool",
            IdentityPoolName="identities",
            AllowUnauthenticatedIdentities=False,
        ),
    }


def test_a_user_pool_has_client_domain_and_group(plane: ControlPlane, deploy: Deploy) -> None:
    names = {"Url": "ProviderURL", "Name": "ProviderName"}
    outputs = {key: {"Value": attribute("Pool", name)} for key, name in names.items()}
    deploy(pool(8), Outputs=outputs)
    cognito = plane.client("cognito-idp")
    (found,) = cognito.list_user_pools(MaxResults=5)["UserPools"]
    of = {"UserPoolId": found["Id"]}
    assert plane.outputs("test") == {
        "Url": f"http://127.0.0.1:45660/{found['Id']}",
        "Name": f"127.0.0.1:45660/{found['Id']}",
    }
    described = cognito.describe_user_pool(**of)["UserPool"]
    assert described["Policies"]["PasswordPolicy"] == {"MinimumLength": 8, "RequireNumbers": True}
    assert described["Domain"] == "people-1"
    (client,) = cognito.list_user_pool_clients(**of)["UserPoolClients"]
    flows = cognito.describe_user_pool_client(**of, ClientId=client["ClientId"])
    assert flows["UserPoolClient"]["ExplicitAuthFlows"] == ["ALLOW_USER_PASSWORD_AUTH"]
    assert cognito.list_groups(**of)["Groups"][0]["GroupName"] == "staff"
    identities = plane.client("cognito-identity").list_identity_pools(MaxResults=5)
    assert identities["IdentityPools"][0]["IdentityPoolName"] == "identities"


def test_a_user_pool_is_changed_with_its_users_in_it(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(pool(8))
    cognito = plane.client("cognito-idp")
    (before,) = cognito.list_user_pools(MaxResults=5)["UserPools"]
    of = {"UserPoolId": before["Id"]}
    cognito.admin_create_user(**of, Username="ada@example.com")
    (client,) = cognito.list_user_pool_clients(**of)["UserPoolClients"]
    deploy(pool(12))
    described = cognito.describe_user_pool(**of)["UserPool"]
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert len(cognito.list_users(**of)["Users"]) == 1
    (after,) = cognito.list_user_pool_clients(**of)["UserPoolClients"]
    assert (after["ClientId"], after["ClientName"]) == (client["ClientId"], "page-12")


def role_with(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policies = [{"PolicyName": "function", "PolicyDocument": document}]
    return {**LAMBDA, "Properties": LAMBDA["Properties"] | {"Policies": policies} | more}  # type: ignore[dict-item]


def test_a_role_s_inline_policy_is_json_and_follows_the_template(
    plane: ControlPlane, deploy: Deploy
) -> None:
    iam = plane.client("iam")
    for action in ("s3:GetObject", "s3:PutObject"):
        deploy({"Role": role_with(action)})
        stored = iam.get_role_policy(RoleName="worker", PolicyName="function")
        assert stored["PolicyDocument"]["Statement"][0]["Action"] == [action]


def test_a_role_has_managed_policies(plane: ControlPlane, deploy: Deploy) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    deploy({"Role": role_with("s3:GetObject", ManagedPolicyArns=[arn])})
    attached = plane.client("iam").list_attached_role_policies(RoleName="worker")
    assert [policy["PolicyArn"] for policy in attached["AttachedPolicies"]] == [arn]
    plane.client("cloudformation").delete_stack(StackName="test")
    assert plane.client("iam").list_roles()["Roles"] == []


def test_a_policy_of_its_own_stays_when_the_role_changes(
    plane: ControlPlane, deploy: Deploy
) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = resource(
        "IAM::Policy",
        PolicyName="extra",
        Roles=[{"Ref": "Role"}],
        PolicyDocument={"Version": "2012-10-17", "Statement": [statement]},
    )
    for action in ("s3:GetObject", "s3:PutObject"):
        deploy({"Role": role_with(action), "Policy": policy})
    names = plane.client("iam").list_role_policies(RoleName="worker")["PolicyNames"]
    assert sorted(names)[-1] == "function"
    plane.enforce_permissions()
    role = "arn:aws:iam::123456789012:role/worker"
    assert plane.allows(role, "sqs:SendMessage", "anything")
    assert plane.allows(role, "s3:PutObject", "anything")
    assert not plane.allows(role, "s3:GetObject", "anything")


def test_an_alarm_is_put_and_deleted(plane: ControlPlane, deploy: Deploy) -> None:
    deploy(
        {
            "Topic": resource("SNS::Topic", TopicName="t"),
            "Alarm": resource(
                "CloudWatch::Alarm",
                AlarmName="letters",
                AlarmActions=[{"Ref": "Topic"}],
                Namespace="AWS/SQS",
                MetricName="ApproximateNumberOfMessagesVisible",
                Dimensions=[{"Name": "QueueName", "Value": "q"}],
                Statistic="Maximum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanOrEqualToThreshold",
                TreatMissingData="notBreaching",
            ),
        }
    )
    cloudwatch = plane.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["AlarmName"], alarm["Threshold"]) == ("letters", 1.0)
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": "q"}]
    assert alarm["AlarmActions"] == ["arn:aws:sns:us-east-1:123456789012:t"]
    deploy({"Topic": resource("SNS::Topic", TopicName="t")})
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_log_groups_have_retention_filters_and_the_arn_that_policies_need(
    plane: ControlPlane, deploy: Deploy
) -> None:
    deploy(
        {
            "Role": LAMBDA,
            "Function": function(),
            "Group": resource("Logs::LogGroup", LogGroupName="/g", RetentionInDays=14),
            "Filter": resource(
                "Logs::SubscriptionFilter",
                LogGroupName={"Ref": "Group"},
                FilterPattern="ERROR",
                DestinationArn=attribute("Function"),
            ),
            "Metric": resource(
                "Logs::MetricFilter",
                LogGroupName={"Ref": "Group"},
                FilterName="errors",
                FilterPattern="ERROR",
                MetricTransformations=[
                    {"MetricName": "Errors", "MetricNamespace": "App", "MetricValue": "1"}
                ],
            ),
        },
        Outputs={"Arn": {"Value": attribute("Group")}},
    )
    logs = plane.client("logs")
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 14
    subscriptions = logs.describe_subscription_filters(logGroupName="/g")["subscriptionFilters"]
    assert subscriptions[0]["filterPattern"] == "ERROR"
    metrics = logs.describe_metric_filters(logGroupName="/g")["metricFilters"]
    assert metrics[0]["metricTransformations"][0]["metricName"] == "Errors"
    assert plane.outputs("test")["Arn"] == "arn:aws:logs:us-east-1:123456789012:log-group:/g:*"


def test_a_schedule_is_made(plane: ControlPlane, deploy: Deploy) -> None:
    schedule = resource(
        "Scheduler::Schedule",
        Name="hourly",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:lambda:us-east-1:123456789012:function:f", "RoleArn": "arn:r"},
    )
    deploy({"Schedule": schedule})
    stored = plane.client("scheduler").get_schedule(Name="hourly")
    assert stored["ScheduleExpression"] == "rate(1 hour)"


def test_a_type_that_moto_has_but_that_was_left_out_at_start_is_found(
    plane: ControlPlane, deploy: Deploy
) -> None:
    parameter = resource("SSM::Parameter", Name="/a", Type="String", Value="b")
    deploy({"Parameter": parameter})
    assert plane.client("ssm").get_parameter(Name="/a")["Parameter"]["Value"] == "b"


@pytest.mark.parametrize("kind", ["CloudFront::Distribution", "ApiGatewayV2::Deployment"])
def test_what_is_accepted_by_name_only_says_so(
    plane: ControlPlane, deploy: Deploy, kind: str
) -> None:
    deploy({"Named": resource(kind, ApiId="1", DistributionConfig={})})
    (found,) = plane.resources("test")
    assert (found.type, found.real) == (f"AWS::{kind}", False)
    assert found.physical_id
