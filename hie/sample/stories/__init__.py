"""People who stand at the start of every region, one story a file; tests and demonstrations rely on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hie.record.people import HumanName, Sex
from hie.sample.stories import diabetic, kanji, refused, storage, stroke, units, withdrew
from hie.sample.tale import Charts, Tale


class Story(NamedTuple):
    """Whom a story is about and who tells it."""

    name: str
    person: HumanName
    sex: Sex
    born: int
    """YYYYMMDD"""
    tell: Callable[[Charts], Tale]


STORIES = (
    Story("diabetic", HumanName("佐伯", "節子", "サエキ", "セツコ"), Sex.FEMALE, 19510312, diabetic.tell),
    Story("stroke", HumanName("倉田", "正夫", "クラタ", "マサオ"), Sex.MALE, 19481102, stroke.tell),
    Story("units", HumanName("三宅", "恵子", "ミヤケ", "ケイコ"), Sex.FEMALE, 19630725, units.tell),
    Story("refused", HumanName("荻野", "茂", "オギノ", "シゲル"), Sex.MALE, 19570904, refused.tell),
    Story("withdrew", HumanName("深沢", "律子", "フカザワ", "リツコ"), Sex.FEMALE, 19691218, withdrew.tell),
    Story("kanji", HumanName("髙﨑", "愛右", "タカサキ", "アイスケ"), Sex.MALE, 19740505, kanji.tell),
    Story("storage", HumanName("水沼", "文雄", "ミズヌマ", "フミオ"), Sex.MALE, 19600220, storage.tell),
)
