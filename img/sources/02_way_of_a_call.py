"""The way of a call through a REST API: four rooms, and what may end it in each."""

from drawing import Figure

figure = Figure(
    "02_way_of_a_call",
    height=436,
    title="The way of a call through API Gateway",
    desc=(
        "A request goes from the client through the method request, where a call may end with 403, "
        "413, 429, 401 or 400; then the integration request, where a template writes the event; "
        "then to the backend, a function, a service or a mock. The answer goes back through the "
        "integration response, which chooses a status by a pattern, and the method response. A "
        "proxy passes the two integration rooms as it is. A missing permission ends in 500, a "
        "malformed answer in 502, a wait of over 29 seconds in 504."
    ),
)
figure.rect(198, 44, 536, 310, "entrance")
figure.text(216, 68, "API Gateway", "name")
figure.room(24, 120, 120, 172, "Client", colour="neutral")
figure.room(218, 96, 210, 88, "Method request", "route, size, rate, who, form", colour="entrance")
figure.room(486, 96, 228, 88, "Integration request", "a template, or all of it", colour="entrance")
figure.room(486, 228, 228, 88, "Integration response", "a pattern, a template", colour="entrance")
figure.room(218, 228, 210, 88, "Method response", "status and headers", colour="entrance")
figure.room(796, 120, 140, 172, "Backend", "function, service", colour="compute")
figure.way((144, 140), (216, 140))
figure.disc(172, 140, 1)
figure.way((428, 140), (484, 140))
figure.disc(450, 140, 2)
figure.way((714, 140), (794, 140))
figure.disc(752, 140, 3)
figure.way((796, 272), (716, 272))
figure.disc(760, 272, 4)
figure.way((486, 272), (430, 272))
figure.disc(466, 272, 5)
figure.way((218, 272), (146, 272))
figure.disc(180, 272, 6)
figure.text(323, 206, "ends here: 403 413 429 401 400", "kind mid")
figure.text(600, 206, "no permission: 500", "kind mid")
figure.text(600, 336, "malformed: 502", "kind mid")
figure.text(866, 316, "over 29 s: 504", "kind mid")
figure.text(218, 386, "Proxy: 2 and 4 pass everything, unchanged.")
figure.text(218, 412, "Non-proxy: 2 writes the event, 4 chooses the status and writes the body.")
figure.write()
