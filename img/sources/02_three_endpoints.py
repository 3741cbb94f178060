"""The three endpoint types of API Gateway: where a client meets it."""

from drawing import Figure

figure = Figure(
    "02_three_endpoints",
    height=400,
    title="Three endpoint types: where a client meets API Gateway",
    desc=(
        "Three lanes. Edge-optimized: the client talks to the nearest edge location, which passes "
        "the request to the region over AWS's own network. Regional: the client talks to the "
        "region itself. Private: only a client inside a VPC gets in, through an endpoint there."
    ),
)
figure.rect(700, 20, 236, 360, "neutral")
figure.text(818, 42, "The API's region", "kind mid")
for y, client, where, name in (
    (60, "Client", "anywhere", "Edge-optimized"),
    (170, "Client", "in or near the region", "Regional"),
    (280, "Client", "inside the VPC", "Private"),
):
    figure.room(24, y, 170, 80, client, where)
    figure.room(720, y, 196, 80, name, "API Gateway", colour="entrance")
figure.room(330, 60, 180, 80, "Edge location", "the nearest", colour="entrance")
figure.way((194, 100), (328, 100))
figure.text(261, 82, "short way", "step mid")
figure.way((510, 100), (718, 100))
figure.text(604, 82, "AWS's own network", "step mid")
figure.way((194, 210), (718, 210))
figure.text(420, 192, "the internet, all the way", "step mid")
figure.rect(12, 268, 520, 104, "neutral")
figure.text(520, 286, "VPC", "kind end")
figure.room(330, 282, 150, 76, "VPC endpoint", "interface")
figure.way((194, 320), (328, 320))
figure.way((480, 320), (718, 320))
figure.text(604, 302, "never the internet", "step mid")
figure.write()
