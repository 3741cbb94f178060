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
    height=720,
    title="Udagram, the complete system",
    desc=(
        f"A browser reaches a REST API with {len(rest)} functions and a WebSocket API with "
        f"{len(sockets)}; Cognito knows the users. The functions keep their data in the tables "
        f"{', '.join(tables)} and one bucket, and views in a stream. What happens there starts "
        f"{len(started)} more functions: {', '.join(started)}. They feed the search index and "
        f"tell the browsers. What fails waits in the queues {' and '.join(queues)}."
    ),
)


def functions(x: int, y: int, names: list[str], *, width: int, columns: int) -> int:
    """Functions as rows inside their room; the room's height."""
    deep = -(-len(names) // columns)
    figure.rect(x, y, width, deep * 30 + 44, "compute")
    figure.text(x + 14, y + 20, f"{len(names)} functions", "kind")
    each = (width - 36) // columns
    for number, name in enumerate(names):
        column, row = divmod(number, deep)
        figure.text(x + 14 + column * each, y + 48 + row * 30, name, "code")
    return deep * 30 + 44


figure.room(20, 250, 110, 90, "Browser", "anyone", colour="neutral")
figure.room(180, 30, 150, 70, "Cognito", "users, tokens", colour="entrance")
figure.room(180, 150, 150, 70, "REST API", "API Gateway", colour="entrance")
figure.room(172, 370, 164, 70, "WebSocket API", "API Gateway", colour="entrance")
functions(360, 100, rest, width=320, columns=2)
functions(360, 320, sockets, width=320, columns=2)

figure.rect(720, 30, 220, 44 + 30 * len(tables), "database")
figure.text(734, 50, "DynamoDB tables", "kind")
for number, table in enumerate(tables):
    figure.text(734, 78 + number * 30, table, "code")
figure.room(720, 214, 220, 60, "images/", "S3 bucket, private", colour="storage")
figure.room(720, 292, 220, 60, "views", "Kinesis stream", colour="messaging")

figure.rect(380, 480, 560, 54 + 30 * -(-len(started) // 2), "compute")
figure.text(394, 500, f"{len(started)} functions, started by what happened", "kind")
for number, (name, source) in enumerate(started.items()):
    column, row = number % 2, number // 2
    figure.text(394 + column * 258, 530 + row * 30, f"{name} ← {words(source)}", "code")
figure.room(180, 640, 150, 60, "Search", "OpenSearch", colour="search")
figure.room(660, 640, 280, 60, "Failures wait", " · ".join(queues), colour="messaging")

figure.way((130, 270), (155, 270), (155, 65), (178, 65))
figure.way((155, 185), (178, 185))
figure.way((130, 320), (155, 320), (155, 405), (170, 405))
figure.way((330, 185), (358, 185))
figure.way((336, 405), (358, 405))
figure.way((680, 140), (718, 140))
figure.way((680, 200), (695, 200), (695, 244), (718, 244))
figure.way((695, 244), (695, 322), (718, 322))
figure.way((680, 360), (705, 360), (705, 160), (718, 160))
figure.way((830, 352), (830, 478), late=True)
figure.text(842, 416, "events", "step")
figure.way((480, 624), (480, 670), (332, 670))
figure.way((800, 624), (800, 638), late=True)
figure.way((380, 560), (60, 560), (60, 342), late=True)
figure.text(70, 545, "news, over the WebSocket", "step")
figure.write()
