"""The bucket: presigned URLs for those who have no credentials, reads and writes for functions.

A presigned URL is a request signed ahead: whoever has it can make exactly that request, with the
permissions of the role that signed it, until it expires. What is signed can't be changed.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serverless_app.model import Image, ImageKey, ImageState, Upload

IMAGES_PREFIX = "images/"  # objects here call onUpload
EXPIRES = 300  # seconds, for every URL


@dataclass(frozen=True, kw_only=True)
class UploadedObject:
    """An object that somebody put: its content and the item that its metadata leads back to."""

    data: bytes
    key: ImageKey | None


class Uploads:
    """The objects of images, in a bucket of S3 (a boto3 client)."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def presigned_put(self, image: Image) -> Upload:
        """An address that takes this image's file, once.

        Content type, length, `If-None-Match: *` (a second PUT answers 412) and the metadata are
        signed; a browser sets the length itself, and a page must set the headers given here.
        """
        metadata = {"group-id": image.group_id, "uploaded-key": image.uploaded_key}
        headers = {"Content-Type": image.content_type, "If-None-Match": "*"}
        headers |= {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        url = self._s3.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": image_object(image.image_id),
                "ContentType": image.content_type,
                "ContentLength": image.size,
                "IfNoneMatch": "*",
                "Metadata": metadata,
            },
            ExpiresIn=EXPIRES,
        )
        return Upload(url=url, headers=headers)

    def with_urls(self, image: Image, *, original: bool = True) -> dict[str, Any]:
        """The image as the API gives it: with short-lived addresses once it is READY."""
        if image.state is not ImageState.READY:
            return image.as_json()
        urls = {"thumbnailUrl": self._presigned_get(thumbnail_object(image.image_id))}
        if original:
            urls["url"] = self._presigned_get(image_object(image.image_id))
        return image.as_json() | urls

    def get(self, image_id: str) -> UploadedObject | None:
        """What was uploaded for an image, or None."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=image_object(image_id))
        except self._s3.exceptions.NoSuchKey:
            return None
        return UploadedObject(data=answer["Body"].read(), key=_key_of(answer["Metadata"]))

    def exists(self, image_id: str) -> bool:
        """Whether something was uploaded for an image."""
        from botocore.exceptions import ClientError

        try:
            self._s3.head_object(Bucket=self._bucket, Key=image_object(image_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                return False
            raise
        return True

    def put_thumbnail(self, image_id: str, data: bytes) -> None:
        """Store a thumbnail; again is the same as once."""
        self._s3.put_object(
            Bucket=self._bucket,
            Key=thumbnail_object(image_id),
            Body=data,
            ContentType="image/webp",
        )

    def remove(self, image_id: str) -> None:
        """Remove an image's objects; those that are not there don't matter."""
        for name in (image_object(image_id), thumbnail_object(image_id)):
            self._s3.delete_object(Bucket=self._bucket, Key=name)

    def _presigned_get(self, name: str) -> str:
        params = {"Bucket": self._bucket, "Key": name}
        url: str = self._s3.generate_presigned_url("get_object", Params=params, ExpiresIn=EXPIRES)
        return url


def image_object(image_id: str) -> str:
    """The name of an image's object."""
    return f"{IMAGES_PREFIX}{image_id}"


def thumbnail_object(image_id: str) -> str:
    """The name of its thumbnail's: outside the prefix that calls onUpload."""
    return f"thumbnails/{image_id}.webp"


def _key_of(metadata: Mapping[str, str]) -> ImageKey | None:
    if not {"group-id", "uploaded-key"} <= metadata.keys():
        return None
    return ImageKey(group_id=metadata["group-id"], uploaded_key=metadata["uploaded-key"])
