"""A stream keeps its records and each consumer its place; a queue hands a message to one."""

from drawing import Figure

figure = Figure(
    "11_bookmarks",
    height=470,
    title="A stream has many readers, a message has one",
    desc=(
        "Above, producers append records to a shard: numbers 3 to 8 are there, 1 and 2 are older "
        "than 24 hours and gone. Two consumers read the same records, each with a bookmark of its "
        "own: countViews stands after 7, the auditor after 4. Reading removes nothing. Below, a "
        "producer sends messages to a queue; two workers take one each and delete it, so no "
        "message is read by both."
    ),
)
figure.text(24, 30, "A stream", "name")
figure.room(24, 60, 130, 80, "Producers", "append")
figure.rect(236, 60, 560, 80, "messaging")
figure.text(252, 44, "shard, one order", "kind")
for place, number in enumerate(range(8, 2, -1)):
    figure.row(250 + place * 90, 85, 78, f"no. {number}")
figure.way((154, 100), (234, 100))
figure.disc(190, 78, 1)
figure.way((798, 100), (858, 100), late=True)
figure.text(864, 90, "1, 2: gone")
figure.text(864, 112, "after 24 h", "kind")
figure.room(250, 204, 190, 66, "countViews", "bookmark: after 7", colour="compute")
figure.room(520, 204, 190, 66, "The auditor", "bookmark: after 4", colour="compute")
figure.way((290, 118), (290, 202))
figure.disc(290, 172, 2)
figure.way((560, 118), (560, 202))
figure.disc(560, 172, 3)
figure.text(308, 160, "next: 8")
figure.text(578, 160, "next: 5")

figure.text(24, 316, "A queue", "name")
figure.room(24, 350, 130, 80, "Producers", "send")
figure.rect(236, 350, 290, 80, "messaging")
figure.text(252, 334, "queue", "kind")
for place, name in enumerate(("c", "b", "a")):
    figure.row(250 + place * 90, 375, 78, f"job {name}")
figure.way((154, 390), (234, 390))
figure.disc(190, 368, 4)
figure.room(700, 326, 190, 56, "A worker", "takes a, deletes it", colour="compute")
figure.room(700, 398, 190, 56, "A worker", "takes b, deletes it", colour="compute")
figure.way((528, 380), (612, 380), (612, 354), (698, 354))
figure.way((528, 402), (612, 402), (612, 426), (698, 426))
figure.disc(580, 391, 5)
figure.write()
