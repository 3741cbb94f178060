"""What every test shares: one laptop cloud a worker, a Udagram user in front of it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from serverless_app.local.cloud import LocalCloud
from serverless_app.local.udagram import Udagram, udagram
from tests.application import app, aws, clock  # noqa: F401 - fixtures

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

# A property holds on a busy machine too, only later.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def started_cloud() -> Iterator[LocalCloud]:
    """One cloud a worker process: it starts once."""
    with LocalCloud.start() as cloud:
        yield cloud


@pytest.fixture
def cloud(started_cloud: LocalCloud) -> LocalCloud:
    """The laptop cloud as it is after its deployment."""
    started_cloud.reset(seed=False)
    return started_cloud


@pytest.fixture
def anyone(cloud: LocalCloud) -> Iterator[Udagram]:
    """Udagram's API, without a token."""
    with udagram(cloud) as api:
        yield api


@pytest.fixture
def ada(anyone: Udagram) -> Udagram:
    """Udagram's API, as a signed-in user."""
    return anyone.signed_in("ada@example.com")


@pytest.fixture
def bob(anyone: Udagram) -> Udagram:
    """Udagram's API, as another signed-in user."""
    return anyone.signed_in("bob@example.com")
