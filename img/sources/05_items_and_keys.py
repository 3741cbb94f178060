"""A table that knows one attribute: the key of each item, and the rest as you like."""

from drawing import Figure

figure = Figure(
    "05_items_and_keys",
    height=416,
    title="A table: a key, and behind it what you like",
    desc=(
        "The table Things has one key, the attribute id. Its items need nothing else in common: a "
        "group with a name, an image with a list of tags, an image with a map inside, a shopping "
        "list. A write without an id is refused. A read names the id img-2 and gets the whole "
        "item, and only that one."
    ),
)
figure.rect(300, 24, 636, 276, "database")
figure.text(318, 50, "Things", "name")
figure.text(920, 50, "DynamoDB table", "kind end")
figure.text(330, 82, "id: the partition key", "kind")
figure.text(524, 82, "all other attributes: as you like", "kind")
for number, (key, rest) in enumerate(
    (
        ("group-1", "name: Cats · open: true"),
        ("img-1", "title: Asleep · tags: [sofa, grey]"),
        ("img-2", "title: Wet dog · camera: {make: Old}"),
        ("list-1", "milk: 2"),
    )
):
    y = 98 + number * 48
    figure.row(318, y, 178, key, h=36)
    figure.row(512, y, 408, rest, chosen=key == "img-2", h=36)
figure.room(24, 178, 170, 68, "Read", 'id = "img-2"')
figure.way((194, 212), (316, 212))
figure.disc(226, 212, 1)
figure.text(266, 192, "key", "step mid")
figure.room(24, 330, 170, 68, "Write", "title: Nameless")
figure.way((194, 364), (316, 364))
figure.disc(226, 364, 2)
figure.room(318, 330, 300, 68, "ValidationException", "no id: refused", colour="failure")
figure.text(24, 118, "A key finds one item,")
figure.text(24, 142, "and gets all of it.")
figure.write()
