"""Diagnoses: ICD-10 as it is, names as they are used, numbers only shaped like those of the master."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.clinical import Coding


class Diagnosis(NamedTuple):
    """A disease with its invented eight-digit number and its place in the table."""

    coding: Coding
    icd10: str
    number: int


_TABLE = """
hypertension I10 高血圧症
diabetes E119 ２型糖尿病
diabetic-kidney E112 糖尿病性腎症
retinopathy E113 糖尿病網膜症
dyslipidemia E785 脂質異常症
hyperuricemia E790 高尿酸血症
pneumonia J189 肺炎
bronchitis J209 急性気管支炎
asthma J459 気管支喘息
copd J449 慢性閉塞性肺疾患
influenza J111 インフルエンザ
heart-failure I509 慢性心不全
angina I209 狭心症
fibrillation I489 心房細動
infarction I639 脳梗塞
sequelae I693 脳梗塞後遺症
dysphagia R13 嚥下障害
hemiplegia G819 片麻痺
kidney N189 慢性腎臓病
kidney-failure N185 末期腎不全
anemia D649 貧血
iron-deficiency D509 鉄欠乏性貧血
gastritis K295 慢性胃炎
reflux K210 逆流性食道炎
constipation K590 便秘症
colon-polyp K635 大腸ポリープ
appendicitis K358 急性虫垂炎
gallstone K802 胆のう結石症
colon-cancer C189 大腸癌
stomach-cancer C169 胃癌
lung-cancer C349 肺癌
prostate N40 前立腺肥大症
cystitis N300 急性膀胱炎
pyelonephritis N10 急性腎盂腎炎
rheumatism M0690 関節リウマチ
osteoporosis M8199 骨粗鬆症
knee M179 変形性膝関節症
back-pain M545 腰痛症
hip-fracture S7200 大腿骨頚部骨折
thyroid-low E039 甲状腺機能低下症
thyroid-high E050 バセドウ病
insomnia G470 不眠症
depression F329 うつ病
dementia G309 アルツハイマー型認知症
eczema L309 湿疹
atopy L209 アトピー性皮膚炎
rhinitis J304 アレルギー性鼻炎
glaucoma H409 緑内障
cataract H269 白内障
cold J00 急性上気道炎
gastroenteritis A099 感染性胃腸炎
dehydration E86 脱水症
"""


def _read(number: int, line: str) -> tuple[str, Diagnosis]:
    key, icd10, name = line.split()
    return key, Diagnosis(Coding(f"2099{number * 7:04d}", name, "MDCDX2"), icd10, number)


DIAGNOSES = dict(_read(number, line) for number, line in enumerate(_TABLE.strip().splitlines(), 1))
RESTRICTED = frozenset({"depression"})
"""Diagnoses that are written with PRB-25 `V`: very restricted."""
UNCODED = "0000999"
"""The number of a disease that was typed by hand (未コード化傷病名)."""
