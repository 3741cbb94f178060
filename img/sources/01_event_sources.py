"""Eight event sources of one function, by the manner in which each reaches it."""

from drawing import Figure

figure = Figure(
    "01_event_sources",
    height=456,
    title="One function, eight event sources",
    desc=(
        "In the middle the function receive. Two sources wait for its answer: your own Invoke "
        "call, and API Gateway with an HTTP request. Three hand their event over and go: S3 with "
        "a file, SNS with a message, EventBridge when it is time. On the other side are three "
        "that call nobody: an SQS queue, a DynamoDB table's stream and a Kinesis stream. "
        "Lambda's poller asks them and calls the function with a batch."
    ),
)
figure.text(24, 28, "They call, and wait", "name")
figure.room(24, 46, 196, 56, "You", "Invoke", colour="neutral")
figure.room(24, 112, 196, 56, "API Gateway", "a request came", colour="entrance")
figure.text(24, 212, "They hand it over, and go", "name")
figure.room(24, 230, 196, 56, "S3", "a file is there", colour="storage")
figure.room(24, 296, 196, 56, "SNS", "a message for all", colour="messaging")
figure.room(24, 362, 196, 56, "EventBridge", "it is time", colour="neutral")
figure.room(332, 176, 164, 84, "receive", "Lambda function", colour="compute")
for y in (74, 140):
    figure.way((220, y), (276, y), (276, 200), (330, 200))
for y in (258, 324, 390):
    figure.way((220, y), (276, y), (276, 236), (330, 236), late=True)

figure.text(712, 84, "They wait to be asked", "name")
figure.room(548, 176, 116, 84, "Poller", "Lambda's own", colour="compute")
figure.way((548, 218), (498, 218))
figure.text(522, 202, "batch", "kind mid")
for y, name, kind, colour in (
    (102, "SQS", "a job is waiting", "messaging"),
    (190, "DynamoDB", "an item has changed", "database"),
    (278, "Kinesis", "a record was added", "messaging"),
):
    figure.room(712, y, 224, 56, name, kind, colour=colour)
    figure.way((664, 218), (686, 218), (686, y + 28), (710, y + 28))
figure.text(332, 366, "Solid: a call that waits for its answer.")
figure.text(332, 390, "Dashed: an event that comes later.")
figure.text(332, 414, "Each brings the same words in an envelope of its own.")
figure.write()
