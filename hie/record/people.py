"""People and places: patients, practitioners, facilities."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.times import UNKNOWN_DAY, Day


class Sex(StrEnum):
    """Administrative sex (HL7 table 0001)."""

    MALE = "M"
    FEMALE = "F"
    OTHER = "O"
    UNKNOWN = "U"


class HumanName(NamedTuple):
    """A name in its two writings (XPN.8 `I` and `P`); parts are empty where not given."""

    family: str = ""
    given: str = ""
    kana_family: str = ""
    kana_given: str = ""

    @property
    def kanji(self) -> str:
        """Family and given name as written."""
        return f"{self.family} {self.given}".strip()

    @property
    def kana(self) -> str:
        """Family and given name as read."""
        return f"{self.kana_family} {self.kana_given}".strip()

    def __repr__(self) -> str:
        """Show no name: a repr may reach a log."""
        return "HumanName(…)"


class Patient(NamedTuple):
    """One person of the region as the patient index knows them."""

    id: PatientId
    name: HumanName
    birth_day: Day = UNKNOWN_DAY
    sex: Sex = Sex.UNKNOWN

    def __repr__(self) -> str:
        """Show the opaque number only."""
        return f"Patient({self.id})"


class PatientFacts(NamedTuple):
    """What one message of a facility says of its patient (PID-3, 5, 7, 8)."""

    source: LocalPatientId
    name: HumanName
    birth_day: Day
    sex: Sex

    def __repr__(self) -> str:
        """Show no demographic value."""
        return f"PatientFacts({self.source.facility}, …)"


class PersonFacts(NamedTuple):
    """What a desk, a message or a table says of a person, to be compared with whom the region knows."""

    name: HumanName
    birth_day: Day = UNKNOWN_DAY
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    """As written; compared by its digits."""
    local: LocalPatientId | None = None
    """The number of the facility that says it, if one is meant."""
    former: HumanName = HumanName()
    """A name borne before, as after a marriage; parts that are empty are as in `name`."""

    def __repr__(self) -> str:
        """Show no demographic value."""
        return "PersonFacts(…)"


class FacilityKind(StrEnum):
    """What kind of place a facility is."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"
    HOME_NURSING = "home-nursing"
    CARE_OFFICE = "care-office"
    SECRETARIAT = "secretariat"


class Facility(NamedTuple):
    """A hospital, clinic or other member of the region."""

    code: FacilityCode
    name: str
    kind: FacilityKind
    short_name: str
    mark: int
    """Which of the eight pairs of hue and pattern tells it apart on the calendar, 0 to 7."""
    labels: int = 0
    """Bits of `Label` that every document of it bears: a psychiatric hospital's own name tells."""
