"""A table's stream: one record a change, and what each of the four views shows of it."""

from drawing import Figure

figure = Figure(
    "11_table_stream",
    height=440,
    title="A table's stream, and its four views",
    desc=(
        "Three changes of one item make three records in the table's stream, in their order; a "
        "read makes none. The view KEYS_ONLY shows of each only the key, img-1. OLD_IMAGE shows "
        "the item as it was before: nothing, Heron, Heron at dawn. NEW_IMAGE shows it as it is "
        "afterwards: Heron, Heron at dawn, nothing. NEW_AND_OLD_IMAGES shows both. Two functions "
        "may read a shard: indexImages and notifyWatchers."
    ),
)
figure.rect(24, 24, 190, 340, "database")
figure.text(119, 50, "Photos", "name mid")
figure.text(119, 74, "done to img-1", "kind mid")
figure.rect(280, 24, 470, 340, "database")
figure.text(296, 50, "Its stream", "name")
figure.text(734, 50, "a record shows …", "kind end")
for x, view in ((380, "KEYS_ONLY"), (452, "OLD_IMAGE"), (596, "NEW_IMAGE")):
    figure.text(x if x > 380 else 296, 78, view, "kind")
CHANGES = (
    (100, "put", ("img-1", "–", "Heron")),
    (164, "update", ("img-1", "Heron", "Heron at dawn")),
    (228, "get", ()),
    (292, "delete", ("img-1", "Heron at dawn", "–")),
)
for number, (y, done, shows) in enumerate(CHANGES):
    figure.row(40, y, 158, done, h=40)
    for x, w, text in zip((292, 440, 584), (136, 132, 154), shows, strict=False):
        figure.row(x, y, w, text, h=40)
    if shows:
        figure.way((198, y + 20), (290, y + 20), late=True)
        figure.disc(232, y + 20, min(number, 2) + 1)
figure.text(296, 248, "a read leaves no record", "kind")
for y, name in ((92, "indexImages"), (220, "notifyWatchers")):
    figure.room(774, y, 170, 76, name, "a reader", colour="compute")
figure.way((750, 130), (772, 130))
figure.way((750, 258), (772, 258))
figure.text(24, 396, "NEW_AND_OLD_IMAGES shows all three columns; every record has the keys.")
figure.text(24, 420, "Records stay for 24 hours; at most two readers share a shard.")
figure.write()
