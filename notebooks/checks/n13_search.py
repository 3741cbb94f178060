"""Judges of notebook 13: which words are found, what they score, and an index that keeps up."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from exercises import Verdict, exercise, not_yet, right

from serverless_app.local.clock import Clock
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine
from serverless_app.local.search.scoring import K1, B

_FINDS = {
    "A": "A finds it: `match` analyses what you ask, and HARBOUR becomes harbour",
    "D": "D finds it: one of the words is enough, unless you ask for `operator: and`",
    "F": "F finds it: `standard` drops no word, so `at` is in the index as it is asked for",
}
_FINDS_NOT = {
    "B": "B asks for harbours, which is another word: `standard` makes no stems, and there is no "
    "fuzziness",
    "C": "C is a `term`: it is not analysed, and no word in the index has a capital letter",
    "E": "E asks for half a word: the lists hold whole words",
}


@exercise(
    "13.1",
    "Which find it?",
    stars=1,
    hints=(
        "First write down the words that `standard` makes of the title. They are what is there.",
        "Then for each query: is what it asks for analysed first? Is one of those words asked for?",
        "Five words: the, old, harbour, at, night. `match` is analysed, `term` is not.",
    ),
)
def which_find_it(attempt: Any) -> Verdict:
    letters = set("".join(attempt) if isinstance(attempt, (list, tuple, set)) else str(attempt))
    letters = {letter.upper() for letter in letters if letter.isalpha()}
    if not letters or not letters <= set("ABCDEF"):
        return not_yet('Hand in the letters of the queries that find the title, such as "AB".')
    wrong = [_FINDS_NOT[letter] for letter in sorted(letters & set(_FINDS_NOT))]
    missed = [_FINDS[letter] for letter in sorted(set(_FINDS) - letters)]
    if not wrong and not missed:
        return right("What counts is the words in the index, not the text that you see.")
    return not_yet("; ".join(wrong + missed) + ".")


_NEAR = {"fgo": True, "ligth": False, "seagul": True, "ot": False, "boots": True, "gardener": True}
_WHY_NEAR = {
    "fgo": "fgo: a swap of two neighbours is one edit, and three letters allow one.",
    "ligth": "ligth: l for n is one edit, the swap of t and h another; five letters allow one.",
    "seagul": "seagul: two letters are missing, and six letters allow two edits.",
    "ot": "ot: one swap, but words of one or two letters allow no edit.",
    "boots": "boots: one letter changed. That it is a word of its own does not matter to edits.",
    "gardener": "gardener: dropping e and r is two edits, and eight letters allow two.",
}


@exercise(
    "13.2",
    "Near enough?",
    stars=2,
    hints=(
        "Two numbers for each pair: how many edits lead from one to the other, and how many AUTO "
        "allows the word that was typed.",
        "AUTO: 1 or 2 letters none, 3 to 5 one, 6 and more two. A swap of neighbours is one edit.",
    ),
)
def near_enough(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(_NEAR):
        return not_yet("Keep the dictionary's six words, and give each True or False.")
    if not all(isinstance(answer, bool) for answer in attempt.values()):
        return not_yet("Each answer is True (found) or False; not a number, not a text.")
    wrong = [_WHY_NEAR[word] for word, found in _NEAR.items() if attempt[word] is not found]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("Edits counted, length of the word that was typed: that is all of AUTO.")


_CASES = ((10, 3, 3, 3, 3.3, 1), (10, 2, 1, 5, 3.3, 1), (1_000, 1, 2, 8, 5.5, 3))


@exercise(
    "13.3",
    "By hand",
    stars=2,
    hints=(
        "Three factors: boost · idf · tf. Both formulas stand under 'Rank, to the last digit'.",
        "idf = log(1 + (N - n + 0.5) / (n + 0.5)), the natural logarithm.",
        "tf = freq / (freq + 1.2 * (1 - 0.75 + 0.75 * dl / avgdl)).",
    ),
)
def by_hand(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `score`, not {attempt!r}.")
    given = [attempt(*case) for case in _CASES]
    if not all(isinstance(value, (int, float)) for value in given):
        return not_yet(f"Your function should return a number; it gave {given[0]!r}.")
    if _close(given, _score()):
        return right("The engine's own numbers, to the last digit of a 32-bit float.")
    for slip, says in _SLIPS:
        if _close(given, _score(**slip)):
            return not_yet(says)
    return not_yet(
        f"For N=10, n=3, freq=3, dl=3, avgdl=3.3, boost=1 it is {_score()[0]:.6f}; yours gives "
        f"{given[0]:.6f}. Compute idf and tf alone, and compare each with the tree of `_explain`."
    )


_SLIPS: tuple[tuple[dict[str, float], str], ...] = (
    (
        {"one": 0},
        "The 1 + inside the logarithm is missing. Without it a word that most documents have "
        "gets a negative weight.",
    ),
    ({"base": 10}, "Your logarithm is the decimal one, log10. BM25 takes the natural one, log."),
    ({"base": 2}, "Your logarithm is the one of base 2. BM25 takes the natural one, log."),
    (
        {"scale": K1 + 1},
        "2.2 times too much: that is the formula of many books and of OpenSearch 1 and 2, with "
        "k1 + 1 above the line. OpenSearch 3 leaves this constant out.",
    ),
    ({"b": 0.25}, "You took 0.25 for b: the part that length decides is 0.75, the rest 0.25."),
    ({"b": 0}, "The length plays no part in yours. A short field counts more: dl / avgdl."),
    ({"boost": 0}, "You left the boost out: it multiplies the whole."),
)


def _score(
    *, one: float = 1, base: float = math.e, scale: float = 1, b: float = B, boost: float = 1
) -> list[float]:
    """BM25 of each case, by the engine's own constants, or with a slip that people make."""
    found = []
    for N, n, freq, dl, avgdl, weight in _CASES:
        rarity = math.log(one + (N - n + 0.5) / (n + 0.5), base)
        often = scale * freq / (freq + K1 * (1 - b + b * dl / avgdl))
        found.append((weight if boost else 1) * rarity * often)
    return found


def _close(given: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(math.isclose(*pair, rel_tol=1e-6) for pair in zip(given, wanted, strict=True))


_IMAGES = {
    "in the title": {"groupId": "g1", "title": "Garden", "description": "Roses"},
    "in the description": {
        "groupId": "g1",
        "title": "Roses",
        "description": "The <i>old</i> garden",
    },
    "another group": {"groupId": "g2", "title": "Garden", "description": "Tulips"},
    "another word": {"groupId": "g1", "title": "Harbour", "description": "Boats"},
}
_WANTED = {
    "multi_match": {
        "query": "gardan",
        "fields": ["title^2", "description"],
        "fuzziness": "AUTO",
    }
}


@exercise(
    "13.4",
    "One query",
    stars=3,
    hints=(
        "Udagram's own query stands in serverless_app/search.py: `query`. What is missing there is "
        "the group.",
        "A `bool` query has `must`, which counts, and `filter`, which only lets through. The text "
        "goes under one, `{'term': {'groupId': 'g1'}}` under the other.",
        "Beside `query` stands `highlight`, with `encoder: html` and a dict `fields`.",
    ),
)
def one_query(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or "query" not in attempt:
        return not_yet('Hand in the whole body, a dict that begins {"query": …}.')
    engine = _gallery()
    status, answer = _ask(engine, "POST", "/images/_search", attempt)
    if status != 200:
        return not_yet(
            f"The laptop's engine refuses this body with {status}: {answer['error']['reason']}"
        )
    hits = {hit["_id"]: hit for hit in answer["hits"]["hits"]}
    missing = {"in the title", "in the description"} - hits.keys()
    if "another group" in hits or "another word" in hits:
        return not_yet(
            f"It finds {sorted(hits)}: an image that has the word and is of another group, or the "
            "other way round, must stay out. Both conditions have to hold."
        )
    if missing == {"in the title", "in the description"}:
        return not_yet(
            "It finds nothing. `gardan` is no word of the index: allow edits with `fuzziness`. And "
            "is g1 asked for with `term`, in the field groupId?"
        )
    if missing:
        return not_yet(f"It misses the image that has the word {missing.pop()}: name both fields.")
    return _scores_verdict(engine, hits) or _highlights_verdict(hits)


def _scores_verdict(engine: SearchEngine, hits: dict[str, Any]) -> Verdict | None:
    _, answer = _ask(engine, "POST", "/images/_search", {"query": _WANTED})
    wanted = {hit["_id"]: hit["_score"] for hit in answer["hits"]["hits"]}
    more = {name: hit["_score"] - wanted[name] for name, hit in hits.items()}
    if all(abs(surplus) < 1e-5 for surplus in more.values()):
        return None
    if all(abs(surplus - 1) < 1e-5 for surplus in more.values()):
        return not_yet(
            "The right images, but each score is 1 too high: the group counts. Under `filter` a "
            "condition lets through and adds nothing."
        )
    if abs(more["in the title"] + wanted["in the title"] / 2) < 1e-5:
        return not_yet("The title counts no more than the description: give it a boost, title^2.")
    return not_yet(
        "The right images, with other scores than the text alone gives with title^2. Is there more "
        "under `must` or `should` than the one `multi_match`?"
    )


def _highlights_verdict(hits: dict[str, Any]) -> Verdict:
    shown = hits["in the description"].get("highlight", {}).get("description")
    if not shown or not hits["in the title"].get("highlight", {}).get("title"):
        return not_yet("The right images and scores. Now the highlights, of both fields.")
    if "<i>" in shown[0]:
        return not_yet(
            f"A highlight came as {shown[0]!r}: the author's tag is in it, and a browser would run "
            "a script as gladly. Which encoder escapes it?"
        )
    return right("It finds, ranks, keeps to the group, and can be shown.")


_ALBUM: tuple[dict[str, Any], ...] = (
    {"version": 1, "title": "Cat"},
    {"version": 2, "title": "Cats"},
    {"version": 3, "title": "Dogs"},
)
_DELETED: tuple[dict[str, Any], ...] = (
    {"version": 1, "title": "Boat"},
    {"version": 2, "title": "Ship"},
    {"version": 2, "title": None},
)


@exercise(
    "13.5",
    "Whatever the order",
    stars=3,
    hints=(
        "Read `operation` in serverless_app/search.py: it does this for images.",
        'A target is {"_id": …, "version_type": "external", "version": …}; under "index" a second '
        'line follows, the document; under "delete" none does.',
        "A deletion needs a version of its own, higher than that of the last write.",
    ),
)
def whatever_the_order(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `lines`, not {attempt!r}.")
    engine = SearchEngine(clock=Clock())
    wrong = {"kept": 0, "deleted": 0}
    for kind, story, title in (("kept", _ALBUM, "Dogs"), ("deleted", _DELETED, None)):
        for number, order in enumerate(permutations(story)):
            id = f"{kind}-{number}"
            refused = _replay(engine, attempt, [{"id": id, **change} for change in order * 2])
            if refused:
                return not_yet(refused)
            _, answer = _ask(engine, "GET", f"/albums/_doc/{id}")
            wrong[kind] += answer.get("_source", {}).get("title") != title
    if not any(wrong.values()):
        return right("Twelve orders, each change twice, and the index ends right every time.")
    if wrong["kept"]:
        return not_yet(
            f"In {wrong['kept']} of 6 orders the album ends with an old title: the last to arrive "
            'wins. Give the index the version: "version_type": "external".'
        )
    return not_yet(
        f"In {wrong['deleted']} of 6 orders the deleted album is still there. The deletion must be "
        "newer than the last write: with the same version the index refuses it, and with none the "
        "next old write brings the album back."
    )


def _replay(engine: SearchEngine, lines: Any, changes: Iterable[Mapping[str, Any]]) -> str | None:
    """Send the lines of each change in turn; what is wrong with them, if anything is."""
    for change in changes:
        made = lines(dict(change))
        if not isinstance(made, (list, tuple)) or not all(isinstance(m, Mapping) for m in made):
            return f"For {change} your function gave {made!r}; hand back a list of dicts."
        body = "".join(json.dumps(line) + "\n" for line in made)
        status, answer = _ask(engine, "POST", "/albums/_bulk", body)
        if status != 200:
            return f"The engine refuses {made} with {status}: {answer['error']['reason']}"
        if len(answer["items"]) != 1:
            return f"For {change} these are {len(answer['items'])} operations, not one: {made}"
        ((_, item),) = answer["items"][0].items()
        if item["status"] == 400:
            return f"The engine refuses {made}: {item['error']['reason']}"
    return None


def _gallery() -> SearchEngine:
    engine = SearchEngine(clock=Clock())
    text, keyword = {"type": "text"}, {"type": "keyword"}
    properties = {"title": text, "description": text, "groupId": keyword}
    _ask(engine, "PUT", "/images", {"mappings": {"properties": properties}})
    for name, image in _IMAGES.items():
        _ask(engine, "PUT", f"/images/_doc/{name.replace(' ', '%20')}?refresh=true", image)
    return engine


def _ask(engine: SearchEngine, method: str, target: str, body: Any = None) -> tuple[int, Any]:
    sent = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    headers = (("Content-Type", "application/json"),)
    answer = engine.handle(Request(method, target, headers, sent.encode()))
    return answer.status, json.loads(answer.body)
