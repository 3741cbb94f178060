"""A domain's two services and its two doors: people by Cognito, functions by their roles."""

from drawing import Figure

figure = Figure(
    "13_dashboards",
    height=470,
    title="Dashboards and the engine: two doors of one domain",
    desc=(
        "An administrator signs in at a user pool of Dashboards' own, which says who it is; the "
        "identity pool gives that person the role DashboardsUserRole; the domain's policy lets "
        "this role into OpenSearch Dashboards, formerly Kibana, which queries the engine. The "
        "functions come by the other door, each with a role of its own: searchImages may search, "
        "indexImages may write. Udagram's own users are in another pool and cannot come in."
    ),
)
figure.rect(640, 24, 296, 374, "search")
figure.text(788, 48, "SearchDomain", "name mid")
figure.text(788, 70, "OpenSearch Service", "kind mid")
figure.room(664, 92, 248, 76, "Dashboards", "once Kibana · for people", colour="search")
figure.room(664, 276, 248, 96, "Engine", "indexes, queries", colour="search")
figure.way((788, 168), (788, 274))
figure.text(802, 222, "queries", "step")

figure.room(24, 92, 130, 76, "Person", "an administrator")
figure.way((154, 130), (206, 130))
figure.disc(178, 130, 1)
figure.room(208, 92, 160, 76, "User pool", "who you are", colour="entrance")
figure.way((368, 130), (420, 130))
figure.disc(392, 130, 2)
figure.room(422, 92, 150, 76, "Identity pool", "gives a role", colour="entrance")
figure.way((572, 130), (662, 130))
figure.disc(604, 130, 3)
figure.text(308, 64, "DashboardsUserPool, DashboardsIdentityPool", "kind mid")

for y, name, role, at in (
    (248, "searchImages", "may POST images/_search", 300),
    (336, "indexImages", "may POST images/_bulk", 348),
):
    figure.room(208, y, 240, 68, name, role, colour="compute")
    figure.way((448, y + 34), (540, y + 34), (540, at), (662, at))
figure.disc(494, 282, 4)
figure.disc(494, 370, 4)
figure.text(24, 206, "People sign in. Functions sign requests, each with its role.")
figure.text(24, 430, "Udagram's own users are in another pool: their passwords open no door here.")
figure.write()
