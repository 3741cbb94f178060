"""The complete system, drawn from the compiled template: whoever is in it is in the figure."""

import json
import re

from drawing import Figure

from serverless_app.local.project import Project

RESOURCES = Project().template["Resources"]


def called_by(resource_type: str) -> list[str]:
    """The functions that resources of a type name, in the order of the template's functions."""
    named = json.dumps([r for r in RESOURCES.values() if r["Type"] == resource_type])
    return [name for key, name in FUNCTIONS.items() if f'"{key}"' in named]


def of_type(resource_type: str) -> dict[str, dict]:
    """The resources of one type."""
    return {key: one for key, one in RESOURCES.items() if one["Type"] == resource_type}


def sources() -> dict[str, str]:
    """What starts each function that no API calls."""
    found = {}
    for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
        properties = mapping["Properties"]
        source = properties["EventSourceArn"]["Fn::GetAtt"][0]
        found[FUNCTIONS[properties["FunctionName"]["Fn::GetAtt"][0]]] = source
    for key, name in FUNCTIONS.items():
        for bucket, one in of_type("AWS::S3::Bucket").items():
            if f'"{key}"' in json.dumps(one["Properties"].get("NotificationConfiguration", {})):
                found[name] = f"{words(bucket).lower()}/"
        for rule in of_type("AWS::Events::Rule").values():
            if f'"{key}"' in json.dumps(rule["Properties"]["Targets"]):
                found[name] = rule["Properties"]["ScheduleExpression"]
    return found


def words(key: str) -> str:
    """`ImagesTable` as `Images`, `rate(1 hour)` as it is."""
    return re.sub("(Table|Stream|Queue|Bucket)$", "", key)


FUNCTIONS = {
    key: re.sub("LambdaFunction$", "", key)[0].lower() + re.sub("LambdaFunction$", "", key)[1:]
    for key in of_type("AWS::Lambda::Function")
}
rest = called_by("AWS::ApiGateway::Method")
sockets = called_by("AWS::ApiGatewayV2::Integration") + called_by("AWS::ApiGatewayV2::Authorizer")
started = sources()
tables = [words(key) for key in of_type("AWS::DynamoDB::Table")]
queues = [words(key) for key in of_type("AWS::SQS::Queue")]

figure = Figure(
    "14_complete_system",
    height=612,
    title="Udagram, the complete system",
    desc=(
        f"A browser reaches a REST API with {len(rest)} functions and a WebSocket API with "
        f"{len(sockets)}; Cognito knows the users. The functions keep their data in the tables "
        f"{', '.join(tables)} and one bucket, and views in a stream. What happens there starts "
        f"{len(started)} more functions: {', '.join(started)}. They feed the search index and "
        f"tell the browsers. What fails waits in the queues {' and '.join(queues)}."
    ),
)


def functions(x: int, y: int, names: list[str], *, width: int, columns: int) -> None:
    """Functions as rows inside their room."""
    deep = -(-len(names) // columns)
    figure.rect(x, y, width, deep * 25 + 40, "compute")
    figure.text(x + 14, y + 18, f"{len(names)} functions", "kind")
    each = (width - 36) // columns
    for number, name in enumerate(names):
        column, row = divmod(number, deep)
        figure.text(x + 14 + column * each, y + 44 + row * 25, name, "code")


figure.room(20, 180, 110, 80, "Browser", "anyone", colour="neutral")
figure.room(180, 20, 150, 60, "Cognito", "users, tokens", colour="entrance")
figure.room(180, 104, 150, 60, "REST API", "API Gateway", colour="entrance")
figure.room(168, 270, 176, 60, "WebSocket API", "API Gateway", colour="entrance")
functions(360, 60, rest, width=336, columns=2)
functions(360, 244, sockets, width=336, columns=2)

figure.rect(742, 20, 186, 40 + 25 * len(tables), "database")
figure.text(756, 38, "DynamoDB tables", "kind")
for number, table in enumerate(tables):
    figure.text(756, 64 + number * 25, table, "code")
figure.room(742, 176, 186, 56, "images/", "S3 bucket, private", colour="storage")
figure.room(742, 246, 186, 56, "views", "Kinesis stream", colour="messaging")

low = 400 + 42 + 25 * -(-len(started) // 2)
figure.rect(380, 400, 560, low - 400, "compute")
figure.text(394, 418, f"{len(started)} functions, started by what happened", "kind")
for number, (name, source) in enumerate(started.items()):
    column, row = number % 2, number // 2
    figure.text(394 + column * 258, 446 + row * 25, f"{name} ← {words(source)}", "code")
figure.room(180, 540, 150, 56, "Search", "OpenSearch", colour="search")
figure.room(660, 540, 280, 56, "Failures wait", " · ".join(queues), colour="messaging")

figure.way((130, 200), (155, 200), (155, 50), (178, 50))
figure.way((155, 134), (178, 134))
figure.way((130, 240), (155, 240), (155, 300), (166, 300))
figure.way((330, 134), (358, 134))
figure.way((344, 300), (358, 300))
figure.way((696, 90), (740, 90))
figure.way((696, 150), (722, 150), (722, 204), (740, 204))
figure.way((722, 204), (722, 274), (740, 274))
figure.way((696, 310), (710, 310), (710, 130), (740, 130))
figure.way((928, 90), (946, 90), (946, 356), (890, 356), (890, 398), late=True)
for y in (204, 274):
    figure.line((928, y), (946, y), late=True)
figure.text(874, 356, "events", "step end")
figure.way((480, low), (480, 568), (332, 568))
figure.way((800, low), (800, 538), late=True)
figure.way((380, 460), (60, 460), (60, 262), late=True)
figure.text(70, 444, "news, over the WebSocket", "step")
figure.write()
