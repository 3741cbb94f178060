"""The whole system in one minute, narrated: two people, one photograph, every hop."""

from __future__ import annotations

import itertools

from demos.stage import Stage, Talk
from serverless_app.local import seed
from serverless_app.local.udagram import said

talk = Talk(
    "00",
    "The whole system in one minute",
    3,
    "From the upload to every browser that waits: who calls, who waits, who is told.",
)
TRACES = (f"1-5e1b4151-{number:024x}" for number in itertools.count(1))  # given again: another


@talk.step(
    "Two people, one group",
    say="Ada signs up and makes a group. Somebody watches it; she needs no account.",
    look="the page: open the group in two windows",
)
def two(stage: Stage) -> None:
    stage.kept.ada = stage.api.signed_in()
    stage.kept.group = stage.kept.ada.group("Harbours", "Boats and water.")["groupId"]
    stage.kept.watchers = [
        stage.enter(api.watching(stage.kept.group)) for api in (stage.kept.ada, stage.api)
    ]
    stage.open_group(stage.kept.group)
    stage.claim("both watch", len(stage.kept.watchers) == 2)


@talk.step(
    "One photograph",
    say="Ada asks for an address, puts the file there, and is done. Who needs to reload?",
    look="both windows: it appears by itself",
)
def upload(stage: Stage) -> None:
    content = (seed.HERE / "harbour.jpg").read_bytes()
    stage.kept.trace = next(TRACES)
    ada, traced = stage.kept.ada, {"X-Amzn-Trace-Id": f"Root={stage.kept.trace}"}
    body = {"title": "Harbour at sunset", "contentType": "image/jpeg", "size": len(content)}
    path = f"/groups/{stage.kept.group}/images"
    created = ada.call("POST", path, body, headers=traced).json()
    created["uploadHeaders"] |= traced
    ada.put(created, content)
    news = [said(watcher) for watcher in stage.kept.watchers]
    stage.show(f"{news[0]['image']['title']}: {news[0]['type']}, told {len(news)} times")
    stage.claim("both were told", [one["type"] for one in news] == ["image.ready"] * 2)


@talk.step(
    "Who did all that?",
    say="Every hop under one trace id. A dashed arrow is an event: nobody waited for it.",
    look="the console, with the filter onUpload: ⇢ is an event",
)
def hops(stage: Stage) -> None:
    stage.cloud.drain()
    told = stage.cloud.trace.diagram(stage.kept.trace, without=("indexImages", "opensearch"))
    arrows = {"call": "→", "event": "⇢"}
    for number, hop in enumerate(told.hops, 1):
        stage.show(f"{number:2}. {hop.source} {arrows[hop.kind]} {hop.target}: {hop.operation}")
    functions = [hop.target for hop in told.hops if hop.operation == "Invoke"]
    stage.claim("three functions", functions == ["createImage", "onUpload", "notifyWatchers"])


@talk.step(
    "And it can be found",
    say="The table's stream has fed the search index too. It forgives a typo.",
    look="the page: type harbuor into its search field",
)
def found(stage: Stage) -> None:
    hits = stage.api.get("/search?q=harbuor").json()["items"]
    stage.show(*(f"harbuor → {hit['title']}, in {hit['groupName']}" for hit in hits))
    stage.claim("found", [hit["title"] for hit in hits] == ["Harbour at sunset"])


if __name__ == "__main__":
    talk.main()
