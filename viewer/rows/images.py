"""Images: thumbnails by series, loaded when they come into view."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.entry import DocumentClass
from hie.record.imaging import FiledInstance
from viewer.formats import full_day
from viewer.parts import Note, Part, Thumbnail, Thumbnails, facts
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw what the study is and then its series, in order."""
    words = look.words
    if not opened.instances:
        yield Note(words("image.none"))
        return
    first = opened.instances[0].instance
    yield facts(
        (words("image.study"), first.study_description),
        (words("image.modality"), first.modality),
        (words("image.part"), first.body_part),
        (words("entry.service_date"), full_day(first.study_day, words)),
        (words("report.accession"), first.accession_number),
        (words("image.count"), words("chip.items.image", n=len(opened.instances))),
    )
    series: dict[str, list[FiledInstance]] = {}
    for filed in opened.instances:
        series.setdefault(filed.instance.series_instance_uid, []).append(filed)
    for number, members in enumerate(series.values(), 1):
        head = members[0].instance
        title = f"{words('image.series', n=number)} {head.series_description}".strip()
        yield Thumbnails(title, tuple(_picture(filed, look) for filed in members))


def _picture(filed: FiledInstance, look: Look) -> Thumbnail:
    shown = filed.instance
    alternative = look.words(
        "image.alt",
        modality=shown.modality,
        description=shown.series_description or shown.study_description,
        n=shown.instance_number,
    )
    return Thumbnail(look.picture(filed), look.page(filed), alternative, str(shown.instance_number))


ROW = Row("images", 50, frozenset({DocumentClass.IMAGE}), detail, always=True, items="image")
