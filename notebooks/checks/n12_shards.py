"""Judges of notebook 12: whose a key is, how many shards, one hot key, records that are refused."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right

OWNERS = {"harbour": 0, "fog": 1, "storm": 4, "mole": 7}
FIRST_DIGITS = {"harbour": 0x0, "fog": 0x3, "storm": 0x8, "mole": 0xF}


@exercise(
    "12.1",
    "Whose is it?",
    stars=1,
    hints=(
        "The lesson's stream had four shards, so each owned four of the sixteen first digits. "
        "How many does each of eight shards own?",
        "Two each: shard 0 owns the digests that begin with 0 or 1, shard 1 those with 2 or 3, … "
        "Go on to shard 7.",
    ),
)
def owners(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(OWNERS):
        return not_yet('Hand in the dict with all four keys, such as {"harbour": 0, …}.')
    if any(isinstance(owner, str) for owner in attempt.values()):
        return not_yet('A shard is given by its number: 3, not "3" and not its whole name.')
    if attempt == OWNERS:
        return right("First digit divided by two, rounded down: eight ranges of two digits each.")
    if attempt == FIRST_DIGITS:
        return not_yet(
            "Those are the first digits themselves. Sixteen shards would own one each; here are "
            "eight."
        )
    if attempt == {key: digit // 4 for key, digit in FIRST_DIGITS.items()}:
        return not_yet("Those are the owners in a stream of four shards; here are eight.")
    if attempt == {key: owner + 1 for key, owner in OWNERS.items()}:
        return not_yet("You counted the shards from 1. Their numbers begin with 0.")
    if attempt == {key: digit % 8 for key, digit in FIRST_DIGITS.items()}:
        return not_yet(
            "You took a remainder, as Kafka does. Kinesis gives each shard a range: neighbours "
            "stay together. See 'A key is hashed, a range owns it'."
        )
    wrong = next(key for key in OWNERS if attempt[key] != OWNERS[key])
    return not_yet(
        f"{wrong}: its digest begins with {FIRST_DIGITS[wrong]:x}. Which eighth of the sixteen "
        "first digits is that? See 'A key is hashed, a range owns it'."
    )


@exercise(
    "12.2",
    "How many shards?",
    stars=2,
    hints=(
        "Three limits of a shard: 1 MB in, 1,000 records in, 2 MB out, each a second. Compute the "
        "shards for each of them alone.",
        "Five consumers read everything: 5 × 1.5 MB leave the stream every second. The largest "
        "of the three numbers decides.",
    ),
)
def how_many(attempt: Any) -> Verdict:
    if isinstance(attempt, str):
        return not_yet(f"The text {attempt!r} is no number: how many shards, without quotes?")
    if attempt == 4:
        return right("2 by weight, 3 by count, 4 by what is read: the readers decide here.")
    wrong = {
        2: "That is the weight alone: 1.5 MB a second. The same load is 2,500 records a second, "
        "and a shard takes 1,000; and five consumers read it.",
        3: "That is right on the way in: 2,500 records a second. Now the way out: what do five "
        "consumers read, at 2 MB a second from a shard for all together?",
        8: "7.5 MB a second leave the stream. You divided by 1 MB, the limit on the way in; out "
        "it is 2 MB.",
        5: "A shard for each consumer? Every consumer reads every shard. Compute what leaves the "
        "stream in a second, and divide by 2 MB.",
        9: "You added the shards of the three limits. A shard takes and gives at the same time, "
        "so the largest of the three decides.",
        3.75: "The right division. There are no parts of shards: round up.",
    }
    number = attempt if isinstance(attempt, (int, float)) else None
    return not_yet(
        wrong.get(number, "Compute three numbers, for MB in, records in and MB out.")
        + " See 'How many shards?'."
    )


@exercise(
    "12.3",
    "Spread one photograph",
    stars=2,
    hints=(
        "The part must follow from the user, so that one user's views share a key: hash the "
        "user's id into one of eight numbers.",
        "shards.py has such a function, for the shelves of groups; its second parameter is their "
        "number. Put the image's id in front, so that two images do not share keys.",
    ),
)
def spread(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `partition_key`, not {attempt!r}.")
    users = [f"user-{number}" for number in range(800)]
    keys = {user: attempt("img-7", user) for user in users}
    if any(key is None for key in keys.values()):
        return not_yet("Your function ends without `return`, so it answers None.")
    if not all(isinstance(key, str) for key in keys.values()):
        return not_yet(f"A partition key is text; yours is {keys['user-0']!r}.")
    if "hash" in getattr(getattr(attempt, "__code__", None), "co_names", ()):
        return not_yet(
            "Python's `hash` of a text is another number in every process, so two producers would "
            "put one user's views under two keys. Which hash is the same everywhere?"
        )
    if any(attempt("img-7", user) != keys[user] for user in users):
        return not_yet(
            "The same user got two different keys: views of one user would be out of order. The "
            "part must follow from the user's id, not from chance or a counter."
        )
    return _spread_evenly(attempt, Counter(keys.values()))


def _spread_evenly(attempt: Any, counts: Counter[str]) -> Verdict:
    if len(counts) == 1:
        return not_yet("All 800 users share one key: the photograph is as hot as before.")
    if len(counts) > 8:
        return not_yet(
            f"{len(counts)} keys for 800 users. That spreads well, and whoever adds up the views "
            "of the photograph has to know all of them. Eight were asked."
        )
    if len(counts) < 8 or max(counts.values()) > 200:
        return not_yet(
            f"{len(counts)} keys, with {sorted(counts.values())} of 800 users: not eight of about "
            "100 each. Hash the whole user id, then take one of eight."
        )
    if set(counts) & {attempt("img-8", f"user-{number}") for number in range(800)}:
        return not_yet(
            "img-7 and img-8 share partition keys: the key does not say which image it is of. Put "
            "the image's id in front."
        )
    return right("Eight keys, the same in every process, and each user's views in order.")


class _Throttled:
    """Stands in for a Kinesis client: refuses some records, by name, a number of times."""

    def __init__(self, refusals: dict[str, int]) -> None:
        self._refusals, self.stored, self.sizes = dict(refusals), list[str](), list[int]()
        self.alone = 0  # records that came by put_record

    def put_records(self, *, StreamName: str, Records: Any) -> dict[str, Any]:
        records = list(Records)
        self.sizes.append(len(records))
        if not 1 <= len(records) <= 500:
            raise ValueError(f"a call of PutRecords takes 1 to 500 records, not {len(records)}")
        if len(self.sizes) > 2_000:
            raise RuntimeError("2,000 calls and no end: what makes your loop stop?")
        answers = [self._put(record["Data"].decode()) for record in records]
        failed = sum("ErrorCode" in answer for answer in answers)
        return {"FailedRecordCount": failed, "Records": answers}

    def put_record(self, **_: Any) -> dict[str, str]:
        self.alone += 1
        return {"ShardId": "shardId-000000000000", "SequenceNumber": str(self.alone)}

    def _put(self, name: str) -> dict[str, str]:
        if self._refusals.get(name):
            self._refusals[name] -= 1
            return {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "…"}
        self.stored.append(name)
        return {"ShardId": "shardId-000000000000", "SequenceNumber": str(len(self.stored))}


@exercise(
    "12.4",
    "Put them all",
    stars=3,
    hints=(
        "Keep a list of what is still to be sent. Each turn takes 500 of it at most; what was "
        "refused goes back on the list. When is the loop done?",
        "answer['Records'] has one entry for each record of the call, in its order; one that was "
        "refused has an 'ErrorCode'. zip(batch, answer['Records'], strict=True) pairs them.",
    ),
)
def put_all(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `put_all`, not {attempt!r}.")
    kinesis, names, calls = _tried(attempt, 20, {"r3": 1, "r4": 2, "r11": 1})
    if kinesis.alone:
        return not_yet(
            f"You sent each record in a call of its own, {kinesis.alone} calls for 20 records. "
            "`put_records` takes up to 500 in one."
        )
    told = _lost_or_doubled(kinesis, names)
    if told:
        return not_yet(told)
    if calls != len(kinesis.sizes):
        return not_yet(
            f"All 20 are stored, once each, in {len(kinesis.sizes)} calls. Hand back that number; "
            f"yours was {calls!r}."
        )
    try:
        kinesis, names, _ = _tried(attempt, 1_200, {"r700": 1})
    except ValueError as error:
        return not_yet(f"With 1,200 entries: {error}. Send them in pieces.")
    told = _lost_or_doubled(kinesis, names)
    if told:
        return not_yet(f"With 1,200 entries: {told}")
    if len(kinesis.sizes) > 4:
        return not_yet(
            f"1,200 entries, one of them refused once, took {len(kinesis.sizes):,} calls; four are "
            "enough. Fill each call up to 500."
        )
    if attempt(_Throttled({}), "uploads", []) != 0:
        return not_yet("Nothing to send needs no call, so the number is 0.")
    return right("Each record once, and no call sent what was stored already.")


def _tried(attempt: Any, count: int, refusals: dict[str, int]) -> tuple[_Throttled, list[str], Any]:
    kinesis, names = _Throttled(refusals), [f"r{number}" for number in range(count)]
    entries = [{"PartitionKey": name, "Data": name.encode()} for name in names]
    calls = attempt(kinesis, "uploads", entries)
    return kinesis, names, calls


def _lost_or_doubled(kinesis: _Throttled, names: list[str]) -> str:
    times = Counter(kinesis.stored)
    lost = [name for name in names if not times[name]]
    doubled = [name for name in names if times[name] > 1]
    if doubled:
        return (
            f"{len(doubled)} records are stored more than once, {doubled[0]} among them. Send "
            "again only those whose answer has an ErrorCode."
        )
    if not kinesis.sizes:
        return "Your function made no call of put_records."
    if lost and len(kinesis.sizes) == 1:
        return (
            f"{', '.join(lost)} are lost: they were refused and the call answered without an "
            "error. Read answer['FailedRecordCount'] and answer['Records']."
        )
    if lost:
        return (
            f"{', '.join(lost[:3])} lost. A record may be refused a second time: go on until "
            "nothing is refused."
        )
    return ""
