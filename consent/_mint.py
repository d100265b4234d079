"""The only maker of grants. Import contract: `consent.gate` and nobody else."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

from consent.grant import Grant, MaintenanceGrant

SEAL = object()
"""What the gate shows to make a grant; copying a grant with other contents fails without it."""


@dataclass(frozen=True, slots=True)
class MintedGrant(Grant):
    """A grant that exists."""

    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse to exist unless sealed by the gate."""
        if seal is not SEAL:
            raise TypeError("a grant is made by consent.gate.decide only")


@dataclass(frozen=True, slots=True)
class MintedMaintenanceGrant(MaintenanceGrant):
    """A maintenance grant that exists."""

    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse to exist unless sealed by the gate."""
        if seal is not SEAL:
            raise TypeError("a maintenance grant is made by consent.gate.maintain only")
