"""One patient whose storage shows everything awkward that real storages show (see `hie.sample.awkward`)."""

from __future__ import annotations

from consent.model import Provision
from hie.sample import awkward, consents
from hie.sample.tale import Charts, Tale


def tell(charts: Charts) -> Tale:
    """Tell an ordinary record at the second hospital, then break it in every way of the list."""
    agreed = (consents.given(charts.person, charts.plan.first - 30, Provision()),)
    documents, oddities = awkward.documents(charts)
    return Tale("storage", charts.person, charts, agreed, documents, oddities)
