"""Judges of notebook 08: the wall, checks, ends of URLs, a signed request, rules for a form."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from exercises import Verdict, exercise, not_yet, right


@exercise(
    "08.1",
    "Who gets through?",
    stars=1,
    hints=(
        "What does the function get: the file, or the file written as text?",
        "Multiply each by 4/3 and compare with 6. API Gateway's own limit is 10 MB.",
    ),
)
def who_gets_through(attempt: Any) -> Verdict:
    if not isinstance(attempt, (str, list, tuple, set)):
        return not_yet('Hand in the letters of those that get through, for example "AE".')
    given = set("".join(map(str, attempt)).upper()) - set(" ,")
    if not given or given - set("ABCDE"):
        return not_yet('The photographs are A, B, C, D and E; hand in letters, for example "AE".')
    if given == set("AB"):
        return right("4.4 MB are 5.87 MB of base64, and 4.6 MB are 6.13.")
    if given == set("ABCD"):
        return not_yet(
            "You compared the files with 6 MB. It is the event that may have 6 MB, and in it the "
            "file is base64: four letters for three bytes. See the loop below 'Way 2'."
        )
    if given == set("ABCDE"):
        return not_yet(
            "10 MB is what API Gateway takes. Behind it stands a function, and its event has a "
            "limit of its own."
        )
    if "B" not in given:
        return not_yet("Is B too large? 4.4 × 4/3 = 5.87 MB of event: compare that with the limit.")
    return not_yet(
        "A larger one can't get through where a smaller one fails. Multiply each by 4/3: base64."
    )


CHECKS = ("expiry", "signature", "permission", "precondition", "none")
SITUATIONS = {
    "late": (
        "expiry",
        "late: the request is as signed, and the role may put. What has passed is the time.",
    ),
    "as_png": (
        "signature",
        "as_png: Content-Type is a signed header, so the hash that S3 computes is another one.",
    ),
    "lost_right": (
        "permission",
        "lost_right: time and signature are good. S3 looks up the right of the signer when the "
        "URL is used, not when it was signed.",
    ),
    "again": (
        "precondition",
        "again: it is the same request with the same signature. But it says If-None-Match: *, and "
        "now there is an object: 412.",
    ),
    "other_cat": (
        "none",
        "other_cat: type and length agree, and the bytes of the file are not in the signature.",
    ),
}


@exercise(
    "08.2",
    "Which check refuses?",
    stars=1,
    hints=(
        "S3 asks in this order: in time? signed so? allowed now? precondition met? The first no "
        "is the answer.",
        "One of the five is refused by nothing. What does a signature leave out?",
    ),
)
def which_check(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(SITUATIONS):
        return not_yet(f"Hand in the dict with an answer for each of {list(SITUATIONS)}.")
    if strange := [answer for answer in attempt.values() if answer not in CHECKS]:
        return not_yet(f"{strange[0]!r} is none of the answers: {', '.join(CHECKS)}.")
    wrong = [why for name, (answer, why) in SITUATIONS.items() if attempt[name] != answer]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("In time, signed so, allowed now, precondition met: four checks, in this order.")


ENDS = {"role_hour": 40, "role_short": 5, "user_week": 10_080}


@exercise(
    "08.3",
    "How many minutes?",
    stars=2,
    hints=(
        "Two things can end a URL. Which of them comes first?",
        "min(seconds of the URL, life of the keys), in minutes. A permanent key does not end.",
    ),
)
def how_many_minutes(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(ENDS):
        return not_yet(f"Hand in the dict with a number of minutes for each of {list(ENDS)}.")
    for name, value in attempt.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return not_yet(f"{name}: a number of minutes was asked, not {value!r}.")
    if attempt == {"role_hour": 3600, "role_short": 300, "user_week": 604_800}:
        return not_yet("Those are seconds, as ExpiresIn says them; and one of them never comes.")
    wrong = []
    if attempt["role_hour"] == 60:
        wrong.append(
            "role_hour: after 40 minutes the keys are no more, and S3 answers ExpiredToken, "
            "whatever ExpiresIn says. See the table below 'Until when?'."
        )
    elif attempt["role_hour"] != 40:
        wrong.append("role_hour: the earlier of 60 minutes (the URL) and 40 (the keys).")
    if attempt["role_short"] == 40:
        wrong.append("role_short: keys that live on don't lengthen a URL; its own 300 s are over.")
    elif attempt["role_short"] != 5:
        wrong.append("role_short: the earlier of 300 seconds and 40 minutes, in minutes.")
    if attempt["user_week"] != 10_080:
        wrong.append("user_week: a permanent key doesn't end; 604,800 seconds in minutes.")
    return not_yet(" ".join(wrong)) if wrong else right("The earlier of two ends, each time.")


class _Client:
    """Signs as boto3 does, and keeps what was asked for."""

    def __init__(self) -> None:
        import boto3
        from botocore.config import Config

        self._s3 = boto3.client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="AKIAEXERCISE",
            aws_secret_access_key="exercise",
            config=Config(signature_version="s3v4"),
        )
        self.operation = ""
        self.params: dict[str, Any] = {}

    def generate_presigned_url(self, *arguments: Any, **named: Any) -> str:
        names = ("ClientMethod", "Params", "ExpiresIn", "HttpMethod")
        named |= dict(zip(names, arguments, strict=False))
        self.operation, self.params = named["ClientMethod"], named.get("Params") or {}
        url: str = self._s3.generate_presigned_url(**named)
        return url


@exercise(
    "08.4",
    "Sign a portrait",
    stars=2,
    hints=(
        "generate_presigned_url, as in uploads.py. What you put into Params is what is signed.",
        "Five things: Bucket, Key, ContentType and ContentLength in Params, and ExpiresIn=60.",
    ),
)
def portrait(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `portrait_url`, not {attempt!r}.")
    s3 = _Client()
    url = attempt(s3, "photographs", "ada", 2_000)
    if url is None:
        return not_yet("Your function ends without `return`, so it answers None.")
    if not isinstance(url, str) or not s3.operation:
        return not_yet(
            "An address was asked: what `s3.generate_presigned_url(…)` gives. You handed in "
            f"{type(url).__name__}."
        )
    complaint = _operation_and_key(s3, url) or _bounds(s3, url)
    return not_yet(complaint) if complaint else right("One user, one type, one length, a minute.")


def _operation_and_key(s3: _Client, url: str) -> str | None:
    if s3.operation != "put_object":
        return f"You signed {s3.operation!r}; whoever uploads needs 'put_object'."
    path = unquote(urlsplit(url).path)
    if not path.endswith("/portraits/ada.png"):
        return f"For the user 'ada' you signed {path!r}; portraits/ada.png was asked."
    return None


def _bounds(s3: _Client, url: str) -> str | None:
    query = parse_qs(urlsplit(url).query)
    signed = query["X-Amz-SignedHeaders"][0].split(";")
    if "content-type" not in signed:
        return (
            "The type is not signed, so a web page may be put under that name. See 'what all "
            "three snippets leave out'."
        )
    if s3.params["ContentType"] != "image/png":
        return f"You signed the type {s3.params['ContentType']!r}; a PNG is image/png."
    if "content-length" not in signed:
        return "The length is not signed: the holder may put 5 GB. It is `ContentLength` in Params."
    if s3.params["ContentLength"] != 2_000:
        return f"For size=2000 you signed a length of {s3.params['ContentLength']}."
    if "if-none-match" in signed:
        return "If-None-Match: * makes it write once: the second portrait of a user would get 412."
    if query["X-Amz-Expires"] != ["60"]:
        return f"It lives {query['X-Amz-Expires'][0]} seconds; a minute was asked (ExpiresIn)."
    return None


FORMS = (
    ("images/cats/1.jpg", "image/jpeg", 80_000, True, "An ordinary JPEG"),
    ("images/cats/2.png", "image/png", 5_000_000, True, "A PNG of exactly 5,000,000 bytes"),
    ("images/cats/3.gif", "image/gif", 1, True, "A file of one byte"),
    ("images/dogs/1.jpg", "image/jpeg", 80_000, False, "A file below images/dogs/"),
    ("images/catsup/1.jpg", "image/jpeg", 80_000, False, "A file below images/catsup/"),
    ("images/cats/1.html", "text/html", 80_000, False, "A web page"),
    ("images/cats/1.jpg", "imagery/x", 80_000, False, "The type imagery/x, which is no image,"),
    ("images/cats/1.jpg", "image/jpeg", 5_000_001, False, "A file of 5,000,001 bytes"),
    ("images/cats/1.jpg", "image/jpeg", 0, False, "An empty file"),
)


@exercise(
    "08.5",
    "Rules for a form",
    stars=3,
    hints=(
        "Three conditions: one for each field that the form sends, one for the file's length.",
        'A field has a dollar sign in front: ["starts-with", "$key", …].',
        "End a prefix where its last part is complete: with the slash.",
    ),
)
def rules(attempt: Any) -> Verdict:
    if not isinstance(attempt, (list, tuple)) or not attempt:
        return not_yet("Hand in a list of conditions, each of them a list of three.")
    for rule in attempt:
        if complaint := _misread(rule):
            return not_yet(complaint)
    fields = {rule[1] for rule in attempt if rule[0] == "starts-with"}
    for field in ("$key", "$Content-Type"):
        if field not in fields:
            return not_yet(
                f"The form sends {field[1:]}, and no condition of yours names it (${field[1:]}): "
                "S3 refuses every form then."
            )
    for key, kind, size, wanted, what in FORMS:
        if all(_meets(rule, key, kind, size) for rule in attempt) != wanted:
            word = "refused, and should be allowed" if wanted else "allowed, and should be refused"
            return not_yet(
                f"Tried with your rules: {key}, {kind}, {size:,} bytes. {what} is {word}."
            )
    return right("A prefix, a kind, a range. A presigned PUT bounds none of them, it fixes them.")


def _misread(rule: Any) -> str | None:
    if not isinstance(rule, (list, tuple)) or len(rule) != 3:
        return f"{rule!r} is no list of three, as a condition is here."
    match list(rule):
        case ["starts-with", "$key" | "$Content-Type", str()]:
            return None
        case ["content-length-range", int(), int()]:
            return None
        case ["starts-with", "key" | "Content-Type" as field, _]:
            return f"A field is named with a dollar sign: '${field}'."
        case ["starts-with", field, _]:
            return f"The form sends key and Content-Type; {field!r} is neither ($key …)."
    return f"{rule!r}: a condition begins with 'starts-with' or 'content-length-range'."


def _meets(rule: Any, key: str, kind: str, size: int) -> bool:
    name, first, second = rule
    if name == "content-length-range":
        return bool(first <= size <= second)
    return {"$key": key, "$Content-Type": kind}[first].startswith(second)
