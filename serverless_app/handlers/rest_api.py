"""The REST API: one handler a route."""

from __future__ import annotations

from typing import Any

from serverless_app import operations
from serverless_app.handlers.edges import Json, invoked, rest
from serverless_app.handlers.lists import PAGE, selection, with_next_key
from serverless_app.handlers.requests import RestRequest
from serverless_app.wiring import App


@rest(201)
def create_group(request: RestRequest, app: App) -> Json:
    """POST /groups"""
    body = request.json()
    group = operations.create_group(
        name=body["name"],
        description=body["description"],
        owner=request.user,
        groups=app.groups,
        system=app.system,
    )
    return {"newItem": group.as_json()}


@rest(200)
def get_groups(request: RestRequest, app: App) -> Json:
    """GET /groups"""
    page = app.groups.newest(
        limit=request.whole("limit", **PAGE), next_key=request.optional("nextKey")
    )
    return with_next_key(page, lambda group: group.as_json())


@rest(201)
def create_image(request: RestRequest, app: App) -> Json:
    """POST /groups/{groupId}/images"""
    body = request.json()
    image, upload = operations.create_image(
        group_id=request.group_id,
        title=body["title"],
        description=body.get("description"),
        content_type=body["contentType"],
        size=int(body["size"]),
        owner=request.user,
        groups=app.groups,
        images=app.images,
        uploads=app.uploads,
        system=app.system,
    )
    return {
        "newItem": image.as_json(),
        "uploadUrl": upload.url,
        "uploadHeaders": dict(upload.headers),
    }


@rest(200)
def get_images(request: RestRequest, app: App) -> Json:
    """GET /groups/{groupId}/images"""
    page = operations.get_images(
        group_id=request.group_id,
        selection=selection(request),
        limit=request.whole("limit", **PAGE),
        next_key=request.optional("nextKey"),
        groups=app.groups,
        images=app.images,
    )
    return with_next_key(page, lambda image: app.uploads.with_urls(image, original=False))


@rest(200)
def get_image(request: RestRequest, app: App) -> Json:
    """GET /images/{imageId}"""
    image = operations.get_image(image_id=request.image_id, images=app.images)
    return {"item": app.uploads.with_urls(image)}


@rest(204)
def delete_image(request: RestRequest, app: App) -> None:
    """DELETE /images/{imageId}"""
    operations.delete_image(
        image_id=request.image_id, owner=request.user, images=app.images, uploads=app.uploads
    )


@rest(202)
def record_view(request: RestRequest, app: App) -> Json:
    """POST /images/{imageId}/views"""
    app.views.put(request.image_id)
    return {}


@rest(200)
def get_trending(_: RestRequest, app: App) -> Json:
    """GET /trending"""
    ranking = operations.get_trending(trending=app.trending, images=app.images, system=app.system)
    shown = ((app.uploads.with_urls(image, original=False), views) for image, views in ranking)
    return {"items": [{**image, "views": views} for image, views in shown]}


@rest(200)
def search_images(request: RestRequest, app: App) -> Json:
    """GET /search"""
    text, limit = request.words("q"), request.whole("limit", **PAGE)
    offset = request.whole("offset", default=0, least=0, most=10_000 - limit)
    hits, total = app.search.find(text, limit=limit, offset=offset)
    shown = ((app.uploads.with_urls(hit.image, original=False), hit) for hit in hits)
    items = [{**image, "score": hit.score, "highlights": hit.highlights} for image, hit in shown]
    return {"items": items, "total": total}


@invoked
def get_status(event: dict[str, Any], app: App) -> Json:
    """GET /status: not a proxy, so templates in VTL make this event, and the body of the answer."""
    return {
        "service": "udagram",
        "stage": event["stage"],
        "region": app.settings.aws_region,
        "requestId": event["requestId"],
        "time": app.system.timestamp(),
    }
