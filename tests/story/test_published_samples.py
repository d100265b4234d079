"""The worked examples of the fact sheet, fed as two hospitals' storages, read on the doctor's screen.

The files belong to nobody's repository but their own: where they do not lie beside this one, the same
words are proved on our own twins of them (`tests/build/twins.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.hub.app import application
from tests.build.page import Node, parse
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World

EXAMPLES, PUBLISHED = "R-EXAMPLES", "R-PUBLISHED"


@pytest.fixture(scope="module")
def doctor(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    world = World(tmp_path_factory.mktemp("published"))
    world.a_patient(EXAMPLES).linked(CENTRAL, "0012345678").linked(CLINIC, "1").consenting().there()
    world.a_patient(PUBLISHED).linked(HARBOUR, "0123456789").linked(CLINIC, "2").consenting().there()
    examples = world.feed(CENTRAL, samples / "examples")
    assert examples["indexed"] == 4, examples
    published = world.feed(HARBOUR, samples / "nho" / "standard_root")
    assert published["indexed"] == 1, published
    with served(application(world.hub())) as address:
        client = Client(address)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def _shown(doctor: Client, patient: str, row: str, at: str) -> str:
    """Open the only record of a row in the month of `at`; return its words."""
    page = parse(doctor.get(f"/patients/{patient}?view=month&at={at}").text)
    links = {link["href"] for link in page.all("a") if f" {row}" in link.attributes.get("title", "")}
    assert len(links) == 1, f"{row}: {len(links)} records"
    answer = doctor.get(links.pop())
    assert answer.status == 200
    article: Node = parse(answer.text).one("article")
    return article.text


def _missing(text: str, words: str) -> list[str]:
    return [word for word in words.split("|") if word not in text]


CASES = [
    pytest.param(
        EXAMPLES,
        "処方",
        "20240510",
        "見本中央病院|2024年5月10日|内科|Rp01|見本カルシウム拮抗錠５ｍｇ|1回1錠|見本利尿剤錠２０ｍｇ|1回0.5錠|粉砕指示"
        "|内服・経口・１日１回朝食後|28日分|2024年5月10日から|Rp02|見本鎮痛錠２５ｍｇ|疼痛時１日２回まで|10回分|頓用"
        "|Rp03|見本保湿軟膏０．３％|2本|塗布・１日２回|右手|外用|院外処方|五日 右京",
        id="prescription",
    ),
    pytest.param(
        EXAMPLES,
        "検体検査",
        "20240510",
        "白血球数|11.2|×10³/μL|3.3-8.6|H|ヘモグロビン|9.8|g/dL|11.6-14.8|L|クレアチニン|0.71|mg/dL|0.46-0.79"
        "|ＣＲＰ|< 0.02|0.00-0.14|ＨＢｓ抗原|-|血液学的検査|生化学的検査|血清|全血(添加物入り)",
        id="laboratory",
    ),
    pytest.param(
        EXAMPLES,
        "病名",
        "20240510",
        "高血圧症|I10|2019年4月1日|主病名|肺炎|J18.9|疑い|2024年5月10日|外来時",
        id="diagnoses",
    ),
    pytest.param(
        EXAMPLES,
        "アレルギー",
        "20240510",
        "試験 花子|シケン ハナコ|1970年1月15日|女|999-0002|見本県試験市二丁目２番２号|099-000-2222|158.4|cm"
        "|52.3|kg|血液型-ABO式|AB|ペニシリン系抗菌剤|薬剤アレルギー",
        id="demographics",
    ),
]


@pytest.mark.parametrize(("patient", "row", "at", "words"), CASES)
def test_every_field_of_the_worked_examples_is_on_the_screen(
    doctor: Client, patient: str, row: str, at: str, words: str
) -> None:
    shown = _shown(doctor, patient, row, at)
    assert _missing(shown, words) == [], shown


def test_the_published_laboratory_result_is_on_the_screen(doctor: Client) -> None:
    shown = _shown(doctor, PUBLISHED, "検体検査", "20080126")
    assert _missing(shown, "見本港湾病院|2008年1月26日") == [], shown
