"""Where an item lives: a partition, and its three copies in three availability zones."""

from drawing import Figure

figure = Figure(
    "05_three_copies",
    height=420,
    title="A partition is three copies in three zones",
    desc=(
        "A request arrives at the request router, which hashes the partition key to find the "
        "partition. A partition is three copies in three availability zones. A write goes to the "
        "leader and is confirmed when two copies have it. A strongly consistent read asks the "
        "leader. An eventually consistent read may ask any copy, also the one that is behind."
    ),
)
figure.room(24, 160, 150, 90, "Your code", "one HTTPS POST")
figure.way((174, 205), (266, 205))
figure.disc(206, 205, 1)
figure.text(220, 180, "key", "step mid")
figure.room(268, 160, 170, 90, "Request router", "hash → partition", colour="database")

figure.rect(560, 24, 376, 372, "database")
figure.text(748, 50, "One partition", "name mid")
copies = (
    (76, "Leader", "zone a", 'title: "Awake"'),
    (184, "Copy", "zone b", 'title: "Awake"'),
    (292, "Copy, behind", "zone c", 'title: "Asleep"'),
)
for y, name, zone, title in copies:
    figure.rect(640, y, 280, 84, "neutral")
    figure.text(656, y + 24, name, "name")
    figure.text(904, y + 24, zone, "kind end")
    figure.row(656, y + 42, 248, title)
figure.way((438, 180), (500, 180), (500, 100), (638, 100))
figure.disc(500, 140, 2)
figure.text(484, 76, "write, strong read", "step mid")
figure.way((640, 140), (604, 140), (604, 218), (638, 218))
figure.disc(604, 178, 3)
figure.way((604, 218), (604, 318), (638, 318), late=True)
figure.way((438, 230), (500, 230), (500, 344), (638, 344))
figure.disc(500, 290, 4)
figure.text(540, 372, "eventual read: any copy", "step end")
figure.disc(35, 306, 3)
figure.text(58, 306, "Two have it: confirmed.")
figure.text(58, 330, "The third follows (dashed).")
figure.write()
