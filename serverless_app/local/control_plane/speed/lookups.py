"""What moto looks up again for every request, and what it keeps that nobody reads."""

from __future__ import annotations

import functools
from typing import Any

from serverless_app.local.control_plane.clients import neutral_session


def install() -> None:
    """Patch the look-ups of methods and accounts, the list of instances, and the regions."""
    from moto.core import responses, utils
    from moto.core.base_backend import AccountSpecificBackend
    from moto.core.common_models import BaseModel
    from moto.iam import models as iam
    from moto.s3.models import FakeKey

    responses.method_names_from_class = functools.cache(utils.method_names_from_class)
    BaseModel.__new__ = new_instance
    FakeKey.__del__ = lambda self: self.dispose()  # moto warns, for it would have kept each one
    stock = iam.get_account_id_from

    @functools.wraps(stock)
    def get_account_id_from(access_key: str) -> str:
        """One account: otherwise IAM of every partition is made, and searched, a request."""
        from serverless_app.local.control_plane.changes import serving
        from serverless_app.local.control_plane.model import ACCOUNT

        return ACCOUNT if serving.get() else str(stock(access_key))

    iam.get_account_id_from = get_account_id_from
    AccountSpecificBackend.get_session = classmethod(lambda cls: neutral_session())
    AccountSpecificBackend._generate_regions = lambda self, service_name: list(regions())


def new_instance(cls: Any, *_: Any, **__: Any) -> Any:
    """A model's instance. moto also keeps each one for ever, for a page that is not served here:

    every stored picture and every stream record, whether deleted or not.
    """
    return object.__new__(cls)


@functools.cache
def regions() -> tuple[str, ...]:
    """Every region of every partition. moto asks for those of each service by reading its model:

    10–40 ms a service, to leave out the few regions that have everything but this one.
    """
    session = neutral_session()
    partitions = session.get_available_partitions()
    return tuple(
        region
        for partition in partitions
        for region in session.get_available_regions("dynamodb", partition_name=partition)
    )
