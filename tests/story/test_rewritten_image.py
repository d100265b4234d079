"""An archive rewrites an image that was filed: the hub keeps the first one, and gives that one back too."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model import Provision
from hie.edge.edge import Edge
from hie.edge.wiring import wired
from hie.record.entry import DocumentClass
from tests import sent, storages
from tests.edges import HandClock, enrolled, settings_of
from tests.hub_beside import HubBeside, a_hub

ANNE = "0000000001"


def _turn(edge: Edge, clock: HandClock) -> None:
    for _ in range(2):
        clock.at += 10_000
        edge.look_at_all(sweep=True)
        edge.examine()
        edge.sync()


def _kinds(hub: HubBeside) -> set[object]:
    return {entry[2] for entry in hub.standing()}


@pytest.mark.parametrize("rewritten", [1, 3])
def test_a_study_is_taken_back_although_its_image_was_rewritten(rewritten: int, tmp_path: Path) -> None:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE], [ANNE]) as hub:
        settings = settings_of(tmp_path)
        enrolled(settings.data_dir, clock)
        image = tmp_path / "images" / "1.dcm"
        image.write_bytes(storages.instance(ANNE, 1, 1, 1))
        storages.laboratory(ANNE, 1).place(tmp_path / "storage")
        with wired(settings, clock, hub) as edge:
            _turn(edge, clock)
            assert _kinds(hub) == {"DICOM", "OML-11"}
            for version in range(1, rewritten + 1):
                image.write_bytes(storages.instance(ANNE, 1, 1, 1, pixels=bytes([version]) * 128))
                _turn(edge, clock)
            sent.withdraw(hub.store, ANNE)
            only = Provision(classes=frozenset({DocumentClass.LABORATORY_RESULT}))
            storages.consent(hub.store, ANNE, only)
            _turn(edge, clock)
            assert _kinds(hub) == {"OML-11"}
