"""One connection id, three verbs: what a function does with a connection URL."""

from drawing import Figure

figure = Figure(
    "10_connection_id",
    height=400,
    title="A connection id and its three verbs",
    desc=(
        "A function with the right execute-api ManageConnections sends a signed HTTPS request to "
        "the connection URL, which ends with a connection id. GET answers when the client "
        "connected and was last heard of. POST sends it a message, over the line that API Gateway "
        "holds. DELETE ends the line. An id whose client is gone answers 410."
    ),
)
figure.rect(24, 40, 184, 264, "compute")
figure.text(116, 152, "Any function", "name mid")
figure.text(116, 178, "with the right", "kind mid")
figure.text(116, 200, "ManageConnections", "kind mid")
figure.rect(480, 40, 232, 264, "entrance")
figure.text(596, 64, "API Gateway", "name mid")
figure.row(494, 84, 204, "…/@connections/Kx3=", h=150)
figure.row(494, 254, 204, "…/@connections/M9a=", h=36)
figure.room(806, 84, 130, 150, "Client", "Kx3=")
for number, (y, verb, answer) in enumerate(
    (
        (106, "GET", "200: since when"),
        (160, "POST", "200: on its way"),
        (214, "DELETE", "204: line closed"),
    ),
    start=1,
):
    figure.way((208, y), (492, y))
    figure.disc(234, y, number)
    figure.text(256, y - 15, verb, "code")
    figure.text(466, y - 15, answer, "kind end")
figure.way((698, 160), (804, 160), late=True)
figure.text(762, 142, "message", "step mid")
figure.way((698, 214), (804, 214), late=True)
figure.text(762, 196, "close", "step mid")
figure.way((208, 272), (492, 272))
figure.disc(234, 272, 4)
figure.text(256, 257, "POST", "code")
figure.text(466, 257, "410: gone", "kind end")
figure.text(730, 272, "nobody is there any more", "kind")
figure.text(
    24, 344, "The id was told to the functions by the routes. Whoever knows it, and has the"
)
figure.text(
    24, 370, "right, can speak to this one client: by HTTPS, signed, from anywhere in the system."
)
figure.write()
