"""The three endpoint types of a REST API: by which way a client comes to it."""

from drawing import Figure

figure = Figure(
    "02_endpoint_types",
    height=462,
    title="Three ways to an API: edge-optimized, Regional, private",
    desc=(
        "Edge-optimized: a far client makes its connection with an edge location 8 milliseconds "
        "away, which goes on over AWS's own network to the API in its region; the first request "
        "takes 238 milliseconds. Regional: the same client goes over the internet straight to the "
        "API, three round trips of 220 milliseconds, 660. Private: a client inside a VPC goes "
        "through an interface endpoint of that VPC, and no client outside can come in. All three "
        "APIs stand in one region."
    ),
)
figure.rect(736, 40, 200, 398, "neutral")
figure.text(836, 22, "one region", "kind mid")

figure.text(24, 34, "Edge-optimized", "name")
figure.room(24, 56, 140, 76, "Far client", "anywhere")
figure.way((164, 94), (308, 94))
figure.disc(192, 94, 1)
figure.text(236, 74, "handshake", "step mid")
figure.text(236, 116, "8 ms", "kind mid")
figure.room(310, 56, 170, 76, "Edge location", "CloudFront", colour="entrance")
figure.way((480, 94), (748, 94))
figure.disc(508, 94, 2)
figure.text(604, 74, "AWS's own network", "step mid")
figure.text(604, 116, "first answer after 238 ms", "kind mid")

figure.text(24, 174, "Regional", "name")
figure.room(24, 196, 140, 76, "Far client", "anywhere")
figure.way((164, 234), (748, 234))
figure.disc(192, 234, 1)
figure.text(420, 214, "the internet, three round trips", "step mid")
figure.text(420, 256, "first answer after 660 ms", "kind mid")

figure.text(24, 314, "Private", "name")
figure.rect(24, 330, 496, 108, "neutral")
figure.text(504, 314, "your VPC", "kind end")
figure.room(40, 346, 132, 76, "Client", "inside only")
figure.way((172, 384), (288, 384))
figure.disc(200, 384, 1)
figure.room(290, 346, 214, 76, "Interface endpoint", "private address", colour="entrance")
figure.way((504, 384), (748, 384))
figure.disc(550, 384, 2)
figure.text(640, 364, "never the internet", "step mid")

for y in (56, 196, 346):
    figure.room(750, y, 172, 76, "API", "API Gateway", colour="entrance")
figure.write()
