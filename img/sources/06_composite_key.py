"""How a composite key finds items: the partition key chooses the place, the sort key the order."""

from drawing import Figure

figure = Figure(
    "06_composite_key",
    height=440,
    title="How a composite key finds items",
    desc=(
        "A query names the partition key cats and sort keys that begin with 2026-11. DynamoDB "
        "hashes cats, which leads to partition B. There the items of cats lie side by side in the "
        "order of their sort keys, and the three that begin with 2026-11 are one unbroken run. "
        "Partitions A and C are not touched."
    ),
)
figure.room(24, 60, 210, 90, "Query", "what you ask", colour="neutral")
figure.text(24, 176, 'groupId = "cats"', "code")
figure.text(24, 200, "begins_with(uploadedKey,", "code")
figure.text(24, 224, '"2026-11")', "code")
figure.way((234, 105), (318, 105))
figure.disc(258, 105, 1)
figure.text(290, 84, "cats", "step mid")
figure.room(320, 60, 150, 90, "hash", "of the partition key", colour="database")
figure.way((470, 105), (520, 105), (520, 175), (566, 175))
figure.disc(520, 140, 2)

figure.rect(568, 24, 368, 84, "database")
figure.text(584, 44, "Partition A", "name")
figure.text(920, 44, "not touched", "kind end")
figure.row(584, 64, 336, "dogs · 2026-11-05T14:02:00…#img-9")

figure.rect(568, 124, 368, 212, "database")
figure.text(584, 144, "Partition B", "name")
figure.row(584, 160, 336, "cats · 2026-10-30T20:15:00…#img-1")
figure.row(584, 202, 336, "cats · 2026-11-03T08:00:00…#img-2", chosen=True)
figure.row(584, 244, 336, "cats · 2026-11-03T08:00:00…#img-3", chosen=True)
figure.row(584, 286, 336, "cats · 2026-11-20T17:45:00…#img-4", chosen=True)

figure.rect(568, 352, 368, 64, "database")
figure.text(584, 372, "Partition C", "name")
figure.text(920, 372, "not touched", "kind end")
figure.text(584, 398, "birds · …", "code")

figure.way((544, 202), (544, 326))
figure.disc(544, 258, 3)
figure.text(524, 248, "sort key,", "step end")
figure.text(524, 268, "ascending", "step end")

for number, y, says in (
    (1, 320, "You name one partition key, exactly."),
    (2, 354, "Its hash says in which partition its items lie."),
    (3, 388, "There they lie in the order of the sort key:"),
):
    figure.disc(35, y, number)
    figure.text(58, y, says)
figure.text(58, 410, "what you ask for is one unbroken run.")
figure.write()
