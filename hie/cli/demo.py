"""`hie demo`: an invented region, founded, fed, served and kept up to date by the edges of its hospitals."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hie.cli._edges import Edges, Start, is_enrolled, write_settings
from hie.cli._emergencies import tell_emergencies
from hie.cli._invitations import tell_invitations
from hie.cli._own_records import tell_own_records
from hie.cli._paperwork import tell_paperwork
from hie.cli.found import fill
from hie.cli.hub import serve
from hie.clock import SystemClock
from hie.exchange.consents.forms import A_DAY
from hie.exchange.feeds import edges as enrolment
from hie.exchange.feeds.ingest import record_run
from hie.exchange.founding import operator
from hie.exchange.roster.people import LIFE
from hie.exchange.signing.proofs import Reception
from hie.hub.app import Beside
from hie.hub.authority import RegionAuthority
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.scans import Scans
from hie.hub.settings import Settings
from hie.hub.wiring import Hub, proofs, rules, stored_by, wire
from hie.record.people import Facility
from hie.record.times import JST
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load

PASSWORD = "tsunagu-demo"  # noqa: S105  printed on purpose: the region is invented
EXPIRED, UNATTESTED = "期限が切れてサインインできない人", "在籍確認を待つ人"
EDGE_PORT = 8443
"""Where the hub lets edges in, if nobody else listens there."""
MLLP_PORT = 2575
"""Where the first hospital's edge listens for pushed messages, if nobody else does."""
ROLES = {
    "doctor": ("医師 doctor", "カレンダーを見る、同意書を書き取る"),
    "nurse": ("看護師 nurse", "カレンダーを見る、申請を下書きする"),
    "pharmacist": ("薬剤師 pharmacist", "処方とアレルギーを見る"),
    "care-manager": ("ケアマネジャー care manager", "介護に要る範囲を見る"),
    "liaison": ("地域連携室 liaison office", "自院の利用者を招待し、番号を名寄せする"),
    "clerk": ("事務 clerk", "同意書を書き取る"),
    "privacy-officer": ("個人情報管理者 privacy officer", "緊急閲覧を検証し、閲覧履歴を調べる"),
    "secretariat": ("事務局 secretariat", "申請を確認し、施設と利用者を管理する"),
    "feed-operator": ("病院情報システム担当 hospital IT", "データの到着を見守る"),
    "patient": ("患者 patient", "だれが見たか、自分の同意を見る"),
    "family": ("家族 family", "だれが見たか、同意を代わりに見る"),
}
"""What a role is called, and what it is for."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on (HIE_PORT).")] = None,
    patients: Annotated[int, typer.Option(min=7, help="People in the region.")] = 60,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make the region anew.")] = False,  # noqa: FBT002
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is fed.")] = True,  # noqa: FBT002
) -> None:
    """Make a region under the data folder if there is none yet, feed it, serve it, and let its edges run."""
    base = Settings()
    folder = base.data_dir / "demo"
    if fresh and folder.exists():
        shutil.rmtree(folder)
    edges = Edges() if serving else None
    console = Console()
    region = _region(folder / "region", patients, console)
    settings = Settings(
        data_dir=folder / "hub",
        port=base.port if port is None else port,
        edge_port=_free(EDGE_PORT),
        edge_url="",
        second_factor="off",
    )
    if not (folder / "fed").exists():
        shutil.rmtree(folder / "edges", ignore_errors=True)
        _feed(settings, region, console)
        (folder / "fed").touch()
    _introduce(region, settings, console)
    if edges:
        mllp_port = _free(MLLP_PORT)
        hub = wire(settings)
        _show_how_to_go_on(folder, settings.edge_address, mllp_port, region, console)
        serve(settings, hub, _running(edges, lambda: _starts(hub, settings, region, mllp_port)))


def _running(edges: Edges, starts: Callable[[], Sequence[Start]]) -> Beside:
    """Let the edges run for as long as the hub does."""

    @contextmanager
    def running() -> Iterator[None]:
        edges.start(starts())
        try:
            yield
        finally:
            edges.stop()

    return running


def _starts(hub: Hub, settings: Settings, region: SampleRegion, mllp_port: int) -> list[Start]:
    """Write every edge's settings; give a token to those that are not enrolled yet."""
    clock, starts = SystemClock(), []
    authority = RegionAuthority(settings.data_dir, clock.now())
    url = settings.edge_address
    for number, storage in enumerate(region.storages):
        folder = settings.data_dir.parent / "edges" / storage.facility
        write_settings(storage, folder, None if number else mllp_port)
        token = ""
        if not is_enrolled(folder):
            by = operator("hie demo")
            token = enrolment.offer(hub.store, clock, authority, by, storage.facility, url)
        starts.append(Start(folder, url, token))
    return starts


def _free(port: int) -> int:
    """Return the port, or a free one if somebody listens there."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _region(folder: Path, patients: int, console: Console) -> SampleRegion:
    if not (folder / "region.json").exists():
        if folder.exists():
            shutil.rmtree(folder)
        today = datetime.fromtimestamp(SystemClock().now() / 1000, JST).date()
        # Today itself is told by `hie sample day`.
        plan = RegionPlan(patients=patients, until=today - timedelta(days=1))
        with Progress(console=console) as progress:
            task = progress.add_task("inventing a region", total=patients)
            for told in generate(plan, folder):
                progress.update(task, completed=told.patients)
    return load(folder)


def _feed(settings: Settings, region: SampleRegion, console: Console) -> None:
    if settings.data_dir.exists():
        shutil.rmtree(settings.data_dir)
    store = stored_by(settings)
    fill(store, region, PASSWORD)
    names = {facility.code: facility.name for facility in region.facilities}
    with Progress(console=console) as progress:
        task = progress.add_task("feeding the hub", total=len(region.storages))
        for storage in region.storages:
            progress.update(task, description=f"feeding {names[storage.facility]}")
            started = SystemClock().now()
            tally = feed_sources(store, Feeding(settings, storage.facility), storage.folders, lambda _: None)
            record_run(store, SystemClock(), storage.facility, started, tally)
            progress.update(task, advance=1)
    tell_emergencies(store, SystemClock(), region)
    tell_invitations(Reception(store, SystemClock(), proofs(settings), rules(settings)), region)
    with closing(Scans()) as scans:
        tell_paperwork(store, SystemClock(), region, scans)
        tell_own_records(store, SystemClock(), region, scans)
    store.close()


def _introduce(region: SampleRegion, settings: Settings, console: Console) -> None:
    facilities: dict[str, Facility] = {facility.code: facility for facility in region.facilities}
    table = Table(title="Invented accounts")
    for column in ("login", "role", "facility", "何をする人か"):
        table.add_column(column, overflow="fold")
    for member in region.members:
        role, purpose = ROLES.get(member.role, (member.role, ""))
        if member.attested_days_ago:
            purpose = EXPIRED if member.attested_days_ago > LIFE // A_DAY else UNATTESTED
        place = facilities[member.facility].short_name if member.facility in facilities else member.facility
        table.add_row(member.login, role, place, purpose)
    console.print(table)
    console.print(f"Everybody's password is {PASSWORD}", highlight=False)
    console.print("Two people verify: write a form down as one, verify it as fujii.", highlight=False)
    console.print("HIE_SECOND_FACTOR=off: in this demonstration a password is enough.", highlight=False)
    console.print(f"http://{settings.host}:{settings.port}/", style="bold")


def _program() -> Path:
    """Return this command as it is started from the working folder; whole where it lies elsewhere."""
    itself = Path(sys.executable).with_name("hie")
    here = Path.cwd()
    return itself.relative_to(here) if itself.is_relative_to(here) else itself


def _show_how_to_go_on(
    folder: Path, door: str, mllp_port: int, region: SampleRegion, console: Console
) -> None:
    """Print how something new comes into the region, where it is seen, and how another edge comes in."""
    there, hie = folder / "region", _program()
    data = f"HIE_DATA_DIR={folder / 'hub'} HIE_EDGE_URL={door}"
    code = region.storages[0].facility
    fed = {storage.facility for storage in region.storages}
    # Another edge of a facility would end the one that runs.
    other = next((one.code for one in region.facilities if one.code not in fed), code)
    console.print(f"Edges are let in at {door}", highlight=False)
    console.print("Every hospital's edge runs beside the hub. From another terminal, within seconds:")
    commands = (
        ("today goes by", f"{hie} sample day --region {there}"),
        ("a prescription is pushed", f"{hie} sample push --region {there} --to 127.0.0.1:{mllp_port}"),
        ("an edge", f"cd {folder / 'edges' / code} && {hie.absolute()} edge status"),
        ("a token for another edge", f"{data} {hie} facility enrol {other} --by demo"),
        ("which edges there are", f"{data} {hie} facility edges --by demo"),
    )
    for what, command in commands:
        console.print(f"  {what}: {command}", highlight=False, soft_wrap=True)
