"""The life of a connection: its routes from the handshake to the end, under one id."""

from drawing import Figure

figure = Figure(
    "10_connection_life",
    height=468,
    title="The life of a connection, route by route",
    desc=(
        "From top to bottom, as time goes. The handshake takes the route $connect: the function "
        "connect, behind an authorizer, lets the client in with 200 or refuses it. A message with "
        "action watch takes the route of that name. A message that no route is for, or that is no "
        "JSON, takes $default. When the line ends, by a goodbye, after 10 silent minutes or after "
        "2 hours, $disconnect is called, later and as best it can. All the time the connection "
        "has one id."
    ),
)
figure.room(24, 24, 110, 400, "Client", "a page")
figure.rect(420, 24, 226, 400, "entrance")
figure.text(533, 48, "API Gateway: routes", "name mid")
STEPS = (
    (76, "handshake", "$connect", "connect", "200, or no line"),
    (166, '{"action": "watch"}', "watch", "watch", "writes the id down"),
    (256, "hello?", "$default", "answerDefault", "says what it knows"),
    (346, "the end", "$disconnect", "disconnect", "takes the id away"),
)
for number, (y, said, route, function, does) in enumerate(STEPS, start=1):
    late = route == "$disconnect"
    figure.way((134, y + 30), (434, y + 30), late=late)
    figure.disc(166, y + 30, number)
    figure.text(290, y + 12, said, "code mid")
    figure.row(436, y + 10, 194, route, h=40)
    figure.way((630, y + 30), (714, y + 30), late=late)
    figure.room(716, y, 220, 60, function, does, colour="compute")
figure.text(290, 396, "goodbye, 10 min silent, 2 h", "kind mid")
figure.text(
    24, 448, "From 1 to 4 one line, and one connection id, by which every function can reach it."
)
figure.write()
