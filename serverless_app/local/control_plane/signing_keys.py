"""The key that signs the tokens of this process's pools, made when the first token is.

moto reads its own from a file for each pool and recovers its primes: half a second a pool.
"""

from __future__ import annotations

import functools
import json
import types
from typing import Any

from serverless_app.local.control_plane.changes import serving

KEY_ID = "dummy"  # what moto writes into a token's header


def install() -> None:
    """Patch the pools' key and the document that publishes it."""
    from moto.cognitoidp import models, responses, urls

    # A pool asks for its key at once: it gets none, and the property below answers later.
    later = types.SimpleNamespace(import_key=lambda file: None)
    models.jwk = types.SimpleNamespace(RSAKey=later)
    models.CognitoIdpUserPool.json_web_key = property(key_of_pool, lambda self, key: None)
    stock = responses.CognitoIdpJsonWebKeyResponse.serve_json_web_key

    def serve_json_web_key(*arguments: Any) -> Any:
        if serving.get() is None:
            return stock(*arguments)
        return 200, {"Content-Type": "application/json"}, public_keys()

    urls.url_paths["{0}/(?P<user_pool_id>[^/]+)/.well-known/jwks.json$"] = serve_json_web_key


def key_of_pool(pool: Any) -> Any:
    """Ours where a control plane serves; moto's, which its own document publishes, elsewhere."""
    return private_key() if serving.get() else moto_key()


@functools.cache
def private_key() -> Any:
    """RSA, 2,048 bits, as RS256 wants it."""
    from joserfc.jwk import RSAKey

    return RSAKey.generate_key(2048, {"kid": KEY_ID, "alg": "RS256", "use": "sig"})


@functools.cache
def public_keys() -> bytes:
    """The JSON Web Key Set of every pool."""
    return json.dumps({"keys": [private_key().as_dict(private=False)]}).encode()


@functools.cache
def moto_key() -> Any:
    """The key that moto ships."""
    from joserfc.jwk import RSAKey
    from moto.utilities.utils import load_resource

    return RSAKey.import_key(load_resource("cognitoidp/resources/jwks-private.json"))
