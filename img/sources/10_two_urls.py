"""The two URLs of a WebSocket API: clients use one, functions the other."""

from drawing import Figure

figure = Figure(
    "10_two_urls",
    height=400,
    title="The two URLs of a WebSocket API",
    desc=(
        "A client connects to the WebSocket URL of API Gateway and sends a message; API Gateway "
        "calls the function watch, which writes the connection's id into the table Connections. "
        "Later a change in the table Images starts notifyWatchers, which reads the ids of the "
        "group's watchers and posts to the connection URL; API Gateway sends the message to the "
        "client over the line that it has held all the time."
    ),
)
figure.room(24, 60, 134, 270, "Client", "a page", colour="neutral")
figure.room(304, 60, 160, 270, "API Gateway", "holds the line", colour="entrance")
figure.room(584, 60, 164, 76, "watch", "Lambda function", colour="compute")
figure.room(800, 60, 136, 76, "Connections", "DynamoDB", colour="database")
figure.room(584, 254, 164, 76, "notifyWatchers", "Lambda function", colour="compute")
figure.room(800, 254, 136, 76, "Images", "DynamoDB", colour="database")
figure.way((158, 98), (302, 98))
figure.disc(190, 98, 1)
figure.text(231, 76, "WebSocket URL", "step mid")
figure.way((464, 98), (582, 98))
figure.disc(498, 98, 2)
figure.text(524, 76, "route", "step mid")
figure.way((748, 98), (798, 98))
figure.disc(770, 98, 3)
figure.way((800, 292), (750, 292), late=True)
figure.disc(780, 292, 4)
figure.way((666, 254), (666, 196), (868, 196), (868, 138))
figure.disc(666, 224, 5)
figure.text(767, 180, "who watches?", "step mid")
figure.way((584, 292), (466, 292))
figure.disc(552, 292, 6)
figure.text(524, 270, "connection URL", "step mid")
figure.way((304, 292), (160, 292), late=True)
figure.disc(272, 292, 7)
figure.text(231, 270, "message", "step mid")
figure.text(
    24,
    368,
    "1 to 3: somebody comes, and is written down. 4 to 7, later: a change, and all are told.",
)
figure.write()
