"""The letters of facilities: one facility has one letter, whoever stands beside it on a page."""

from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from viewer.drawing import signs
from viewer.locale import WORDS, Language

WORDS_IN_JAPANESE = WORDS[Language.JAPANESE]
NAMES = ("中央", "中町", "自由", "三好")
REGION = [
    Facility(FacilityCode(f"131000000{place}"), f"見本{name}病院", FacilityKind.HOSPITAL, name, place)
    for place, name in enumerate(NAMES)
]
OWN = Facility(FacilityCode("1319999999"), "見本駅前医院", FacilityKind.CLINIC, "駅前", 7)


def _letters(*shown: Facility) -> dict[str, str]:
    found = signs(shown, OWN.code, WORDS_IN_JAPANESE, [*REGION, OWN])
    return {sign.name: sign.letter for sign in found.values()}


def test_a_facility_has_the_same_letter_alone_and_beside_all_others() -> None:
    everybody = _letters(OWN, *REGION)
    assert sorted(everybody.values()) == sorted({"自", "中", "町", "由", "好"})
    for one in (OWN, *REGION):
        assert _letters(one) == {one.name: everybody[one.name]}


def test_a_facility_that_the_region_does_not_know_takes_a_letter_that_is_free() -> None:
    stranger = Facility(FacilityCode("1318888888"), "見本中里病院", FacilityKind.HOSPITAL, "中里", 5)
    assert _letters(REGION[0], stranger) == {"見本中央病院": "中", "見本中里病院": "里"}
