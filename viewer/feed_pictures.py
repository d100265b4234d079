"""Small pictures of a feed as SVG: how its documents stand, and what came in the last day by the hour.

The numbers stand beside them in words; the pictures show proportions.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from hie.exchange.ports import FeedHour

WIDTH = 200
LEAST = 5
"""Width of a part that is there at all."""
STEP, TALL = 4, 24


def state_bar(parts: Sequence[tuple[str, int]], label: str) -> Markup:
    """Draw parts (class, count) as one bar; empty where there is nothing."""
    there = [(name, count) for name, count in parts if count > 0]
    if not there:
        return Markup()
    total, room = sum(count for _, count in there), WIDTH - LEAST * len(there)
    pieces, x = [], 0.0
    for name, count in there:
        width = LEAST + room * count / total
        pieces.append(
            f'<rect class="s-{name}" x="{x:.1f}" y="0" width="{max(width - 1, 1):.1f}" height="10"/>'
        )
        x += width
    head = f'<svg class="states" viewBox="0 0 {WIDTH} 10" preserveAspectRatio="none" role="img"'
    return Markup(f'{head} aria-label="{escape(label)}">{"".join(pieces)}</svg>')  # noqa: S704  escaped, numbers


def day_picture(hours: Sequence[FeedHour], last: int, count: int, label: str) -> Markup:
    """Draw `count` hours that end with the hour `last`: filed upwards, put aside as a mark on top."""
    by_hour = {one.hour: one for one in hours}
    most = max((one.indexed for one in hours), default=0)
    pieces = [f'<path class="floor" d="M0 {TALL - 0.5}H{count * STEP}"/>']
    for place in range(count):
        found = by_hour.get(last - count + 1 + place)
        if found is None:
            continue
        x = place * STEP
        tall = max(2.0, (TALL - 6) * (found.indexed / most) ** 0.5) if found.indexed else 0.0
        if tall:
            pieces.append(f'<rect x="{x}" y="{TALL - tall:.1f}" width="{STEP - 1}" height="{tall:.1f}"/>')
        if found.quarantined:
            pieces.append(f'<path class="aside" d="M{x} {max(TALL - tall - 5, 0):.1f}h3v3h-3z"/>')
    head = f'<svg class="spark" viewBox="0 0 {count * STEP} {TALL}" role="img" aria-label="{escape(label)}">'
    return Markup(f"{head}{''.join(pieces)}</svg>")  # noqa: S704  the label is escaped, the rest are numbers
