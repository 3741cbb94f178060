"""Three ways in which an event reaches a function, and where an error goes in each."""

from drawing import Figure

figure = Figure(
    "01_three_ways",
    height=474,
    title="Three ways to call a function, and where an error goes",
    desc=(
        "First way, request: the caller sends an event to the function and waits; the answer or "
        "the error comes back. Second way, asynchronous: the source hands the event to a queue of "
        "Lambda, gets 202 and goes; the queue calls the function up to three times and puts what "
        "failed three times into a dead-letter queue. Third way, poll: a poller of Lambda asks a "
        "queue or stream for a batch and calls the function with it; when that fails, the same "
        "batch comes again."
    ),
)
FUNCTION = (566, 180, 64)  # x, width, height: the function stands in one column


def heading(y: int, name: str, says: str) -> None:
    figure.text(24, y, name, "name")
    figure.text(936, y, says, "kind end")


heading(32, "Request", "the caller waits")
figure.room(24, 56, 190, 64, "Caller", "API Gateway, you", colour="entrance")
figure.way((214, 76), (564, 76))
figure.disc(246, 76, 1)
figure.text(390, 62, "event", "step mid")
figure.room(FUNCTION[0], 56, *FUNCTION[1:], "Function", "answers or fails", colour="compute")
figure.way((566, 102), (216, 102))
figure.disc(534, 102, 2)
figure.text(390, 120, "the answer, or the error", "step mid")

heading(182, "Asynchronous", "nobody waits")
figure.room(24, 206, 190, 64, "Source", "S3, SNS, a schedule", colour="storage")
figure.way((214, 226), (308, 226))
figure.disc(240, 226, 1)
figure.way((310, 252), (216, 252))
figure.disc(284, 252, 2)
figure.text(248, 272, "202", "step mid")
figure.room(310, 206, 120, 64, "Queue", "Lambda's own", colour="compute")
figure.way((430, 238), (564, 238), late=True)
figure.disc(456, 238, 3)
figure.text(506, 222, "try 1, 2, 3", "step mid")
figure.room(FUNCTION[0], 206, *FUNCTION[1:], "Function", "fails three times", colour="compute")
figure.way((370, 270), (370, 306), (841, 306), (841, 272), late=True)
figure.disc(370, 306, 4)
figure.text(606, 292, "the event that failed", "step mid")
figure.room(766, 206, 170, 64, "Dead letters", "SQS or SNS", colour="messaging")

heading(362, "Poll", "Lambda waits")
figure.room(24, 386, 190, 64, "Queue or stream", "SQS, DynamoDB, Kinesis", colour="messaging")
figure.way((310, 406), (216, 406))
figure.disc(284, 406, 1)
figure.text(250, 390, "asks", "step mid")
figure.way((214, 432), (308, 432))
figure.disc(240, 432, 2)
figure.text(276, 452, "records", "step mid")
figure.room(310, 386, 120, 64, "Poller", "Lambda's own", colour="compute")
figure.way((430, 418), (564, 418))
figure.disc(456, 418, 3)
figure.text(506, 402, "a batch", "step mid")
figure.room(FUNCTION[0], 386, *FUNCTION[1:], "Function", "works or fails", colour="compute")
figure.text(770, 408, "failed: the same")
figure.text(770, 428, "batch again")
figure.write()
