"""A served region for the tests of pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.hub.app import application
from tests.build.served import Client, served
from tests.build.stories import Region, tell
from tests.build.world import PASSWORD


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region of the tests, fed."""
    folder: Path = tmp_path_factory.mktemp("region")
    return tell(folder)


@pytest.fixture(scope="module")
def address(region: Region) -> Iterator[str]:
    """Where the region is served."""
    with served(application(region.world.hub())) as where:
        yield where


@pytest.fixture
def browser_of_nobody(address: str) -> Client:
    """A client that has not signed in."""
    return Client(address)


@pytest.fixture(scope="module")
def doctor(address: str) -> Client:
    """The clinic's doctor, signed in."""
    client = Client(address)
    assert client.sign_in("hamada", PASSWORD).status == 303
    return client
