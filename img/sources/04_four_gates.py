"""Four gates in front of a function: who refuses what, in which order."""

from drawing import Figure

figure = Figure(
    "04_four_gates",
    height=300,
    title="Four gates, and what each refuses",
    desc=(
        "A request passes the authorizer, which answers 401; then the required parameters, 400; "
        "then the body against the model, 400; then the function, which answers 404 for what only "
        "the database knows, or 201. What fails at one gate never reaches the next."
    ),
)
figure.room(24, 60, 130, 84, "Request", "POST /groups")
gates = (
    (206, "Authorizer", "who are you?", "entrance", "401"),
    (392, "Parameters", "are they there?", "entrance", "400"),
    (578, "Body", "does it fit the model?", "entrance", "400"),
    (764, "createGroup", "Lambda function", "compute", "404"),
)
for number, (x, name, kind, colour, status) in enumerate(gates, start=1):
    figure.way((x - 52 if number == 1 else x - 26, 102), (x - 2, 102))
    figure.room(x, 60, 160, 84, name, kind, colour=colour)
    figure.way((x + 60, 144), (x + 60, 216))
    figure.disc(x + 60, 172, number)
    figure.text(x + 60, 234, status, "name mid")
figure.text(206, 276, "refused: no function ran, nothing else was asked")
figure.way((884, 144), (884, 216))
figure.text(884, 234, "201", "name mid")
figure.write()
