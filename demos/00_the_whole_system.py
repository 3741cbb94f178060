"""The whole system in one minute, narrated: two people, one photograph, fifteen hops."""

from __future__ import annotations

from demos.stage import Stage, Talk
from serverless_app.local import seed
from serverless_app.local.udagram import said

talk = Talk(
    "00",
    "The whole system in one minute",
    3,
    "From the upload to every browser that waits: who calls, who waits, who is told.",
)
TRACE = "1-5e1b4151-43a0913a12345678901234ab"


@talk.step(
    "Two people, one group",
    say="Ada signs up and makes a group. Somebody watches it; she needs no account.",
    look="the page in two windows",
)
def two(stage: Stage) -> None:
    stage.kept.ada = stage.api.signed_in()
    stage.kept.group = stage.kept.ada.group("Harbours", "Boats and water.")["groupId"]
    stage.kept.watchers = [
        stage.enter(api.watching(stage.kept.group)) for api in (stage.kept.ada, stage.api)
    ]
    stage.claim("both watch", len(stage.kept.watchers) == 2)


@talk.step(
    "One photograph",
    say="Ada asks for an address, puts the file there, and is done. Now watch the other window.",
    look="the second window: it appears by itself",
)
def upload(stage: Stage) -> None:
    content = (seed.HERE / "harbour.jpg").read_bytes()
    ada, traced = stage.kept.ada, {"X-Amzn-Trace-Id": f"Root={TRACE}"}
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
    say="Every hop under one trace id. A dashed arrow is an event: nobody waited.",
    look="the console",
)
def hops(stage: Stage) -> None:
    stage.cloud.drain()
    told = stage.cloud.trace.diagram(TRACE, without=("indexImages", "opensearch"))
    stage.show(*told.text().splitlines())
    functions = [hop.target for hop in told.hops if hop.operation == "Invoke"]
    stage.claim("three functions", functions == ["createImage", "onUpload", "notifyWatchers"])


@talk.step(
    "And it can be found",
    say="The table's stream has fed the search index too. With a typo.",
    look="the page: search for harbuor",
)
def found(stage: Stage) -> None:
    hits = stage.api.get("/search?q=harbuor").json()["items"]
    stage.show(*(f"{hit['title']}  {hit['highlights']}" for hit in hits))
    stage.claim("found", [hit["title"] for hit in hits] == ["Harbour at sunset"])


if __name__ == "__main__":
    talk.main()
