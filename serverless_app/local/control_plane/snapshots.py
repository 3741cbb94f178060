"""Every backend as bytes, and back. A restore takes milliseconds: it is what `reset` does.

Addresses inside (queue URLs do not, but endpoints, issuers and functions' environments do)
follow the authority of whoever restores: text that holds it is kept apart, and made anew.
"""

from __future__ import annotations

import copyreg
import functools
import importlib
import io
import pickle
import sys
import threading
import weakref
from collections import defaultdict
from typing import Any

from serverless_app.local.control_plane.model import ACCOUNT

MARK = "\0authority\0"


def install() -> None:
    """Patch what pickle refuses: a lambda that makes a function's aliases."""
    from moto.awslambda.models import LambdaStorage

    stock = LambdaStorage.__init__

    @functools.wraps(stock)
    def init(self: Any, *arguments: Any, **named: Any) -> None:
        stock(self, *arguments, **named)
        self._aliases = defaultdict(dict)

    LambdaStorage.__init__ = init
    _teach_pickle()


def dump(authority: str) -> bytes:
    """Every backend of our account that was used."""
    packed = io.BytesIO()
    _Pickler(packed, authority).dump(state())
    return packed.getvalue()


def load(snapshot: bytes, authority: str) -> None:
    """Put a snapshot's backends in the place of the present ones."""
    # Only our own file is read, which nobody else may write (mode 600).
    services = _Unpickler(io.BytesIO(snapshot), authority).load()
    _import_backends(services)
    for service, backends in _backend_dicts().items():
        for account in list(backends):
            dict.clear(backends[account])
        for region, backend in services.get(service, {}).items():
            dict.__setitem__(backends[ACCOUNT], region, backend)


def state() -> dict[str, dict[str, Any]]:
    """Services, regions, backends: the regions are those that somebody asked for."""
    return {
        service: dict(backends[ACCOUNT].items())
        for service, backends in _backend_dicts().items()
        if ACCOUNT in list(backends)
    }


def _backend_dicts() -> dict[str, Any]:
    """Every service whose package is loaded."""
    from moto.core.base_backend import BackendDict

    found: dict[str, Any] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and name.endswith(".models") and name.count(".") == 2:
            for value in vars(module).values():
                if isinstance(value, BackendDict) and value.backend.__module__.startswith(name):
                    found[name.split(".")[1]] = value
    return found


def _import_backends(services: dict[str, Any]) -> None:
    for service in services:
        importlib.import_module(f"moto.{service}.models")


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, authority: str) -> None:
        super().__init__(file, protocol=5)
        self._authority = authority

    def persistent_id(self, thing: Any) -> str | None:
        if type(thing) is str and self._authority in thing:
            return thing.replace(self._authority, MARK)
        return None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, authority: str) -> None:
        super().__init__(file)
        self._authority = authority

    def persistent_load(self, reference: Any) -> str:
        return str(reference).replace(MARK, self._authority)


def _weak_dictionary(items: dict[Any, Any]) -> Any:
    return weakref.WeakValueDictionary(items)


def _limited_dictionary(items: dict[str, Any]) -> Any:
    from moto.dynamodb.models.dynamo_type import LimitedSizeDict

    found = LimitedSizeDict()
    dict.update(found, items)
    return found


def _teach_pickle() -> None:
    """How to keep what pickle cannot: locks (as new ones) and weak dictionaries.

    And an item's attributes, which would be measured again one by one.
    """
    from moto.dynamodb.models.dynamo_type import LimitedSizeDict

    copyreg.pickle(LimitedSizeDict, lambda found: (_limited_dictionary, (dict(found),)))
    copyreg.pickle(type(threading.RLock()), lambda lock: (threading.RLock, ()))
    copyreg.pickle(type(threading.Lock()), lambda lock: (threading.Lock, ()))
    copyreg.pickle(threading.Condition, lambda condition: (threading.Condition, ()))
    copyreg.pickle(weakref.WeakValueDictionary, lambda found: (_weak_dictionary, (dict(found),)))
