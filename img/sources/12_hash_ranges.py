"""How a record finds its shard: MD5 of its key, the range that holds it; and what a split does."""

from drawing import Figure

figure = Figure(
    "12_hash_ranges",
    height=480,
    title="A key is hashed, a range owns it",
    desc=(
        "A record with partition key bridge is hashed by MD5 to a number that begins with 98ac. "
        "Four shards own the numbers from 0 to 2 to the 128th: 0 to 3, 4 to 7, 8 to b and c to f "
        "by their first hexadecimal digit. The third holds it, and the record goes to the end of "
        "that shard's log. Below, that shard is split at a: the parent is closed and keeps its "
        "records, and two children own 8 to 9 and a to b."
    ),
)
figure.room(24, 40, 170, 84, "Record", 'key "bridge"')
figure.way((194, 82), (258, 82))
figure.disc(222, 82, 1)
figure.room(260, 40, 150, 84, "MD5", "98ac6b4b…", colour="messaging")
figure.way((410, 82), (470, 82), (470, 186), (526, 186))
figure.disc(470, 130, 2)

ranges = (("Shard 0", "0 … 3"), ("Shard 1", "4 … 7"), ("Shard 2", "8 … b"), ("Shard 3", "c … f"))
for place, (name, span) in enumerate(ranges):
    y = 24 + place * 68
    figure.rect(528, y, 170, 56, "messaging")
    figure.text(544, y + 28, name, "name")
    figure.text(682, y + 28, span, "code end")
figure.way((698, 188), (748, 188))
figure.disc(722, 188, 3)
figure.row(750, 173, 54, "…")
figure.row(808, 173, 54, "…")
figure.row(866, 173, 74, "new", chosen=True)
figure.text(940, 152, "its log, in order", "kind end")

figure.rect(528, 340, 170, 56, "neutral")
figure.text(544, 360, "Shard 2", "name")
figure.text(544, 382, "closed; records stay", "kind")
figure.text(528, 322, "after a split of shard 2", "kind")
figure.way((698, 358), (748, 358), (748, 342), (772, 342), late=True)
figure.way((698, 378), (748, 378), (748, 420), (772, 420), late=True)
figure.disc(748, 380, 4)
for y, name, span in ((314, "Shard 4", "8 … 9"), (392, "Shard 5", "a … b")):
    figure.rect(774, y, 166, 56, "messaging")
    figure.text(790, y + 28, name, "name")
    figure.text(924, y + 28, span, "code end")

for number, y, says in (
    (1, 214, "The key becomes a number of 128 bits."),
    (2, 258, "The shard whose range holds it owns it;"),
    (3, 318, "and the record goes to the end there."),
    (4, 372, "A split at a…: new records go to the"),
):
    figure.disc(35, y, number)
    figure.text(58, y, says)
figure.text(58, 282, "here the first digit is enough to see it.")
figure.text(58, 396, "children; the parent's stay, and are")
figure.text(58, 420, "read to their end first.")
figure.write()
