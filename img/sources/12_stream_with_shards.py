"""A stream of several shards: producers add by key, each consumer reads every shard."""

from drawing import Figure

figure = Figure(
    "12_stream_with_shards",
    height=430,
    title="A stream in three shards",
    desc=(
        "Two producers send records to one stream. The key of a record chooses its shard; in each "
        "shard the records stand in order, the newest at its end. A shard takes 1 MB or 1,000 "
        "records a second and gives out 2 MB a second. Two consumers read every shard, each with "
        "a bookmark of its own; more shards mean more in and more out."
    ),
)
figure.room(24, 92, 150, 72, "Producer", "recordView")
figure.room(24, 232, 150, 72, "Producer", "another one")
figure.rect(280, 24, 400, 336, "messaging")
figure.text(298, 48, "Stream", "name")
figure.text(662, 48, "Kinesis", "kind end")
SHARDS = (
    (72, "Shard 0", ("cats", "fog", "cats")),
    (168, "Shard 1", ("heron", "dogs")),
    (264, "Shard 2", ("bridge", "bridge", "sea")),
)
for y, name, keys in SHARDS:
    figure.rect(296, y, 368, 80, "messaging")
    figure.text(312, y + 20, name, "name")
    for place, key in enumerate(keys):
        figure.row(312 + place * 114, y + 38, 106, key, h=32)
for y in (128, 268):
    for at in (112, 208, 304):
        figure.way((174, y), (214, y), (214, at), (294, at))
figure.disc(250, 112, 1)
figure.text(232, 76, "by key", "step mid")
figure.room(790, 92, 146, 72, "countViews", "reads all", colour="compute")
figure.room(790, 232, 146, 72, "Auditor", "reads all", colour="compute")
for y in (128, 268):
    for at in (112, 208, 304):
        figure.way((664, at), (744, at), (744, y), (788, y))
figure.disc(704, 112, 2)
figure.text(24, 388, "In: 1 MB or 1,000 records a second, each shard.")
figure.text(24, 412, "Order holds in a shard, not between two.")
figure.text(936, 388, "Out: 2 MB a second, each shard, all readers together.", "step end")
figure.write()
