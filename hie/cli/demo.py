"""`hie demo`: an invented region, founded, fed and served in one process."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hie.cli.found import fill
from hie.cli.hub import serve
from hie.exchange.ingest import record_run
from hie.hub.clock import SystemClock
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings, Source
from hie.hub.wiring import stored_by
from hie.record.people import Facility
from hie.record.times import JST
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load

PASSWORD = "tsunagu-demo"  # noqa: S105  printed on purpose: the region is invented
ROLES = {
    "doctor": "医師 doctor",
    "nurse": "看護師 nurse",
    "pharmacist": "薬剤師 pharmacist",
    "care-manager": "ケアマネジャー care manager",
    "liaison": "地域連携室 liaison office",
    "clerk": "事務 clerk",
    "secretariat": "事務局 secretariat",
    "feed-operator": "病院情報システム担当 hospital IT",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on (HIE_PORT).")] = None,
    patients: Annotated[int, typer.Option(min=7, help="People in the region.")] = 60,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make the region anew.")] = False,  # noqa: FBT002
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is fed.")] = True,  # noqa: FBT002
) -> None:
    """Make a region under the data folder if there is none yet, feed its storages and serve it."""
    base = Settings()
    folder = base.data_dir / "demo"
    if fresh and folder.exists():
        shutil.rmtree(folder)
    console = Console()
    region = _region(folder / "region", patients, console)
    settings = Settings(
        data_dir=folder / "hub",
        port=base.port if port is None else port,
        sources=tuple(
            Source(facility=storage.facility, path=path)
            for storage in region.storages
            for path in storage.folders
        ),
    )
    if not (folder / "fed").exists():
        _feed(settings, region, console)
        (folder / "fed").touch()
    _introduce(region, settings, console)
    if serving:
        serve(settings)


def _region(folder: Path, patients: int, console: Console) -> SampleRegion:
    if not (folder / "region.json").exists():
        if folder.exists():
            shutil.rmtree(folder)
        plan = RegionPlan(
            patients=patients, until=datetime.fromtimestamp(SystemClock().now() / 1000, JST).date()
        )
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
    store.close()


def _introduce(region: SampleRegion, settings: Settings, console: Console) -> None:
    facilities: dict[str, Facility] = {facility.code: facility for facility in region.facilities}
    table = Table("login", "password", "name", "role", "facility", title="Invented accounts")
    for member in region.members:
        table.add_row(
            member.login,
            PASSWORD,
            member.name,
            ROLES.get(member.role, member.role),
            facilities[member.facility].name if member.facility in facilities else member.facility,
        )
    console.print(table)
    console.print(f"http://{settings.host}:{settings.port}/", style="bold")
