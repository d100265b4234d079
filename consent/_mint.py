"""The only maker of grants. Import contract: `consent.gate` and nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from consent.grant import Grant


@dataclass(frozen=True, slots=True)
class MintedGrant(Grant):
    """A grant that exists."""
