"""What every test may ask for: the repository, the samples, real servers and a real browser."""

import itertools
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import servers
from tests.build.twins import write_twins

ROOT = Path(__file__).resolve().parent.parent
_numbers = itertools.count(1)

# a slow machine is no failure, and continuous integration draws the same examples every time
settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("house")


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Open the folder of the run's servers once, before any worker starts."""
    if _is_controller(config):
        servers.open_folder()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped or expected to fail: such a test proves nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and any(reporter.stats.get(kind) for kind in ("skipped", "xfailed")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run's servers, whatever happened in between."""
    if _is_controller(config):
        servers.close_folder()


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """No test talks to another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            assert isinstance(address, tuple)
            host = str(address[0])
            if host not in {"localhost", "::1"} and not host.startswith("127."):
                raise PermissionError("a test tried to leave this machine")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the published SS-MIX2 samples beside the repository, or of our own twins of them."""
    folder = ROOT.parent / "shared/samples"
    return folder if folder.is_dir() else write_twins(tmp_path_factory.mktemp("twins"))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of the run's PostgreSQL, without a database name."""
    return servers.address_of("postgres", servers.start_postgres)


@pytest.fixture(scope="module")
def new_postgres_url(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Make fresh, empty databases, as many as a module asks for; dropped after the module."""
    with ExitStack() as made:

        def make() -> str:
            worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
            return made.enter_context(servers.database(postgres_server, f"{worker}_{next(_numbers)}"))

        yield make


@pytest.fixture(scope="module")
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """URL of a fresh, empty database of a real PostgreSQL, one for each test module."""
    return new_postgres_url()


@pytest.fixture(scope="session")
def s3_endpoint() -> str:
    """Address of the run's S3 server, which checks signatures."""
    return servers.address_of("s3", servers.start_s3)


@pytest.fixture(scope="module")
def s3_url(s3_endpoint: str) -> str:
    """URL of a fresh bucket, one for each test module: s3://bucket?endpoint=…&access_key_id=…"""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return servers.bucket_url(s3_endpoint, f"{worker}-{next(_numbers)}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser program."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is not installed: make system"
    return program


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Give a headless Chromium; a test opens its own context in it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium)
        yield started
        started.close()
