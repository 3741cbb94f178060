"""One write, three places: the table, its local index beside it, its global index elsewhere."""

from drawing import Figure

figure = Figure(
    "07_two_indexes",
    height=430,
    title="One item, three places",
    desc=(
        "A write arrives. The table keeps the item in the partition of its groupId, sorted by "
        "uploadedKey. The local index ByTitle keeps it in the same partition, sorted by titleKey, "
        "at the same moment. The global index ByImageId keeps a copy in another partition, chosen "
        "by the hash of imageId, a moment later."
    ),
)
figure.room(24, 60, 150, 90, "Write", "cats · img-3 · Box")
figure.way((174, 105), (268, 105))
figure.disc(206, 105, 1)

figure.rect(270, 24, 320, 382, "database")
figure.text(430, 46, "Partition of groupId = cats", "name mid")
figure.text(288, 80, "Table", "name")
figure.text(572, 80, "by uploadedKey", "kind end")
figure.row(288, 96, 284, "2026-10-30 · img-1 · Asleep")
figure.row(288, 134, 284, "2026-11-03 · img-3 · Box", chosen=True)
figure.row(288, 172, 284, "2026-11-20 · img-4 · Stairs")
figure.text(288, 240, "ByTitle, local", "name")
figure.text(572, 240, "by titleKey", "kind end")
figure.row(288, 256, 284, "asleep · img-1")
figure.row(288, 294, 284, "box · img-3", chosen=True)
figure.row(288, 332, 284, "stairs · img-4")
figure.text(430, 386, "together, at once", "kind mid")

figure.rect(690, 134, 246, 152, "database")
figure.text(813, 156, "ByImageId", "name mid")
figure.text(813, 178, "global index, partition of img-3", "kind mid")
figure.row(706, 198, 214, "img-3 · Box", chosen=True)
figure.text(813, 262, "a copy, a moment later", "kind mid")
figure.way((590, 212), (688, 212), late=True)
figure.disc(622, 212, 2)
figure.text(640, 184, "later", "step mid")
figure.way((430, 204), (430, 226))
figure.write()
