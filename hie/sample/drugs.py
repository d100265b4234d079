"""Invented drugs, usages and routes: names say what a drug is for and begin with 見本 (sample)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hie.record.clinical import Coding

ROUTES = {
    key: Coding(key, text, "HL70162")
    for key, text in (
        *(
            ("PO", "口"),
            ("AP", "外用"),
            ("IV", "静脈内"),
            ("SC", "皮下"),
            ("OP", "眼"),
            ("IH", "吸入"),
            ("PR", "直腸"),
        ),
        ("TD", "経皮性"),
    )
}
CATEGORIES = {
    key: Coding(key, text, "JHSP0003")
    for key, text in (("21", "内服"), ("22", "頓用"), ("23", "外用"), ("24", "自己注射"))
}
DRIP = Coding("02", "点滴", "JHSI0009")


class Usage(NamedTuple):
    """A JAMI standard usage and how many times a day it means; 0 where it does not say."""

    coding: Coding
    times: int


USAGES = {
    key: Usage(Coding(code, text, "JAMISDP01"), times)
    for key, code, text, times in (
        ("morning", "1011000400000000", "内服・経口・１日１回朝食後", 1),
        ("evening", "1011040000000000", "内服・経口・１日１回夕食後", 1),
        ("bedtime", "1011100000000000", "内服・経口・１日１回就寝前", 1),
        ("rising", "1011000090000000", "内服・経口・１日１回起床時", 1),
        ("twice", "1012040400000000", "内服・経口・１日２回朝夕食後", 2),
        ("thrice", "1013044400000000", "内服・経口・１日３回毎食後", 3),
        ("before-meals", "1013022200000000", "内服・経口・１日３回毎食直前", 3),
        ("8-hourly", "1023000000000000", "内服・経口・８時間毎", 3),
        ("pain", "1050110020000000", "内服・経口・疼痛時１日２回まで", 0),
        ("fever", "1050710030000000", "内服・経口・発熱時１日３回まで", 0),
        ("sleepless", "1050610010000000", "内服・経口・不眠時１日１回まで", 0),
        ("constipation", "1050410010000000", "内服・経口・便秘時", 0),
        ("smear-2", "2B72000000000000", "外用・塗布・１日２回", 0),
        ("patch-1", "2A71000000000000", "外用・貼付・１日１回", 0),
        ("eye-1", "2H71000000000000", "外用・点眼・１日１回", 0),
        ("eye-3", "2H73000000000000", "外用・点眼・１日３回", 0),
        ("inhale-2", "2L72000000000000", "外用・吸入・１日２回", 0),
        ("self-inject", "3211000200000014", "皮下注射・１日１回朝食直前・自己注射", 1),
    )
}


class Drug(NamedTuple):
    """An invented drug."""

    coding: Coding
    unit: str
    form: str
    category: str
    route: str


_TABLE = """
calcium 見本カルシウム拮抗錠５ｍｇ 錠 錠剤 21 PO
arb 見本アンジオテンシン受容体拮抗錠２０ｍｇ 錠 錠剤 21 PO
beta 見本ベータ遮断錠２．５ｍｇ 錠 錠剤 21 PO
diuretic 見本利尿剤錠２０ｍｇ 錠 錠剤 21 PO
statin 見本スタチン錠１０ｍｇ 錠 錠剤 21 PO
biguanide 見本ビグアナイド錠２５０ｍｇ 錠 錠剤 21 PO
dpp4 見本ＤＰＰ４阻害錠５０ｍｇ 錠 錠剤 21 PO
sglt2 見本ＳＧＬＴ２阻害錠１０ｍｇ 錠 錠剤 21 PO
sulfonylurea 見本スルホニル尿素錠１ｍｇ 錠 錠剤 21 PO
glinide 見本速効インスリン分泌促進錠 錠 錠剤 21 PO
insulin 見本持効型溶解インスリン注キット３００単位 キット 注射剤 24 SC
aspirin 見本抗血小板腸溶錠１００ｍｇ 錠 錠剤 21 PO
clopidogrel 見本抗血小板錠７５ｍｇ 錠 錠剤 21 PO
anticoagulant 見本直接経口抗凝固錠３０ｍｇ 錠 錠剤 21 PO
warfarin 見本ワルファ型抗凝固錠１ｍｇ 錠 錠剤 21 PO
ppi 見本プロトンポンプ阻害カプセル１５ｍｇ カプセル カプセル 21 PO
mucosa 見本胃粘膜保護錠１００ｍｇ 錠 錠剤 21 PO
magnesium 見本酸化マグネシウム型緩下錠３３０ｍｇ 錠 錠剤 21 PO
laxative 見本緩下剤液０．７５％ 本 液剤 22 PO
analgesic 見本解熱鎮痛錠２００ｍｇ 錠 錠剤 22 PO
nsaid 見本消炎鎮痛錠６０ｍｇ 錠 錠剤 21 PO
opioid 見本弱オピオイド錠２５ｍｇ 錠 錠剤 21 PO
sleep 見本睡眠導入錠５ｍｇ 錠 錠剤 22 PO
ssri 見本選択的セロトニン錠２５ｍｇ 錠 錠剤 21 PO
steroid 見本副腎皮質ステロイド錠５ｍｇ 錠 錠剤 21 PO
antirheumatic 見本抗リウマチカプセル２ｍｇ カプセル カプセル 21 PO
folic 見本葉酸錠５ｍｇ 錠 錠剤 21 PO
thyroxine 見本甲状腺ホルモン錠５０μｇ 錠 錠剤 21 PO
antithyroid 見本抗甲状腺錠５ｍｇ 錠 錠剤 21 PO
urate 見本尿酸生成抑制錠１０ｍｇ 錠 錠剤 21 PO
phosphate 見本リン吸着錠２５０ｍｇ 錠 錠剤 21 PO
vitamin-d 見本活性型ビタミンＤカプセル０．５μｇ カプセル カプセル 21 PO
bisphosphonate 見本骨吸収抑制錠５ｍｇ 錠 錠剤 21 PO
antihistamine 見本抗アレルギー錠１０ｍｇ 錠 錠剤 21 PO
expectorant 見本去痰錠５００ｍｇ 錠 錠剤 21 PO
antitussive 見本鎮咳錠１５ｍｇ 錠 錠剤 21 PO
antibiotic 見本マクロライド錠２００ｍｇ 錠 錠剤 21 PO
quinolone 見本キノロン錠５００ｍｇ 錠 錠剤 21 PO
cefem 見本経口セフェムカプセル１００ｍｇ カプセル カプセル 21 PO
alpha 見本アルファ遮断錠０．２ｍｇ 錠 錠剤 21 PO
dementia 見本認知症治療錠５ｍｇ 錠 錠剤 21 PO
powder 見本整腸散 g 散剤・ドライシロップ 21 PO
syrup 見本小児用去痰シロップ５％ mL シロップ 21 PO
inhaler 見本吸入ステロイド配合剤６０吸入用 キット 液剤 23 IH
ointment 見本保湿軟膏０．３％ 本 軟膏・ゲル 23 AP
steroid-cream 見本ステロイドクリーム０．１２％ 本 クリーム 23 AP
patch 見本消炎鎮痛テープ２０ｍｇ 枚 テープ・貼付 23 AP
eyedrop 見本緑内障点眼液０．００５％ 本 液剤 23 OP
dry-eye 見本角膜保護点眼液０．１％ 本 液剤 23 OP
saline 見本生理食塩液１００ｍＬ mL 注射剤 - IV
maintenance 見本維持輸液５００ｍＬ mL 注射剤 - IV
glucose-drip 見本糖加酢酸維持液５００ｍＬ mL 注射剤 - IV
penicillin 見本ペニシリン系抗菌剤静注用３ｇ バイアル 注射剤 - IV
cef-inj 見本セフェム系抗菌剤静注用１ｇ バイアル 注射剤 - IV
heparin 見本ヘパリン型抗凝固注５千単位 mL 注射剤 - IV
edaravone 見本脳保護剤注３０ｍｇ mL 注射剤 - IV
furosemide-inj 見本利尿剤注２０ｍｇ アンプル 注射剤 - IV
epo 見本赤血球造血刺激注シリンジ２０μｇ シリンジ 注射剤 - IV
antiemetic 見本制吐剤注３ｍｇ アンプル 注射剤 - IV
platinum 見本白金系抗腫瘍注１００ｍｇ mL 注射剤 - IV
iron 見本含糖鉄注４０ｍｇ アンプル 注射剤 - IV
kanji-tablet 見本糖衣五剤錠時応型 錠 錠剤 21 PO
kanji-powder 見本枝入期服右愛移頓散倍量 g 散剤・ドライシロップ 21 PO
quinolone-drip 見本キノロン系抗菌剤点滴静注バッグ５００ｍｇ バッグ 注射剤 - IV
psy-1 見本パロキセチン錠１０ｍｇ 錠 錠剤 21 PO
psy-2 見本エスシタロプラム錠１０ｍｇ 錠 錠剤 21 PO
psy-3 見本ボルチオキセチン錠１０ｍｇ 錠 錠剤 21 PO
psy-4 見本トラゾドン塩酸塩錠２５ｍｇ 錠 錠剤 21 PO
psy-5 見本ルラシドン塩酸塩錠２０ｍｇ 錠 錠剤 21 PO
psy-6 見本ブレクスピプラゾール錠１ｍｇ 錠 錠剤 21 PO
psy-7 見本オランザピン錠５ｍｇ 錠 錠剤 21 PO
psy-8 見本クエチアピン錠２５ｍｇ 錠 錠剤 21 PO
psy-9 見本炭酸リチウム錠２００ｍｇ 錠 錠剤 21 PO
psy-10 見本アミトリプチリン塩酸塩錠１０ｍｇ 錠 錠剤 21 PO
psy-11 見本ミルナシプラン塩酸塩錠２５ｍｇ 錠 錠剤 21 PO
psy-12 見本グアンファシン徐放錠１ｍｇ 錠 錠剤 21 PO
psy-13 見本ペロスピロン塩酸塩錠４ｍｇ 錠 錠剤 21 PO
psy-14 見本ミルタザピン錠１５ｍｇ 錠 錠剤 21 PO
psy-15 見本エチゾラム錠０．５ｍｇ 錠 錠剤 21 PO
psy-16 見本気分安定錠甲 錠 錠剤 21 PO 1179999F1018
psy-17 見本不安緩和錠乙 錠 錠剤 21 PO 1172999F1012
psy-18 見本幻覚妄想改善錠丙 錠 錠剤 21 PO 1179998F1011
hiv-1 見本ビクテグラビル・エムトリシタビン配合錠 錠 錠剤 21 PO
hiv-2 見本ドルテグラビル・ラミブジン配合錠 錠 錠剤 21 PO
hiv-3 見本ダルナビル・コビシスタット配合錠 錠 錠剤 21 PO
hiv-4 見本リルピビリン錠２５ｍｇ 錠 錠剤 21 PO
hiv-5 見本ラルテグラビルカリウム錠６００ｍｇ 錠 錠剤 21 PO
hiv-6 見本エファビレンツ錠６００ｍｇ 錠 錠剤 21 PO
hiv-7 見本ドラビリン錠１００ｍｇ 錠 錠剤 21 PO
hiv-8 見本アバカビル・ラミブジン配合錠 錠 錠剤 21 PO
hepatitis-b 見本エンテカビル錠０．５ｍｇ 錠 錠剤 21 PO
epilepsy 見本レベチラセタム錠５００ｍｇ 錠 錠剤 21 PO
emergency-pill 見本レボノルゲストレル錠１．５ｍｇ 錠 錠剤 21 PO
sober 見本アカンプロサートカルシウム錠３３３ｍｇ 錠 錠剤 21 PO
penicillin-oral 見本経口ペニシリンカプセル２５０ｍｇ カプセル カプセル 21 PO
"""
"""Key, name, unit, form, category, route and, where a hospital codes by it, a YJ code that nobody has."""


def _read(number: int, line: str) -> tuple[str, Drug]:
    key, name, unit, form, category, route, *yj = line.split()
    coding = Coding(yj[0], name, "YJ") if yj else Coding(f"999{number * 101:06d}", name, "HOT9")
    return key, Drug(coding, unit, form, category, route)


DRUGS = dict(_read(number, line) for number, line in enumerate(_TABLE.strip().splitlines(), 1))


@lru_cache(4096)
def local_code(key: str, position: int) -> Coding:
    """Give the facility's own number of a drug, with the same name."""
    drug = DRUGS[key]
    return Coding(f"Y{position:02d}{drug.coding.code[3:]}", drug.coding.text, "99DRG")


class Line(NamedTuple):
    """One drug of an Rp: key of `DRUGS`, single dose, and what differs from the ordinary."""

    drug: str
    dose: str
    instructions: tuple[str, ...] = ()
    site: Coding = Coding()


class Rp(NamedTuple):
    """Drugs taken together."""

    usage: str
    days: int
    lines: tuple[Line, ...]
    occurrences: int = 0
    condition: str = ""
    supplements: tuple[str, ...] = ()


class Infusion(NamedTuple):
    """One injection or drip: components, rate, hour of start and duration in minutes."""

    drugs: tuple[tuple[str, str], ...]
    rate: str
    hour: int
    minutes: int


def rp(usage: str, days: int, *lines: str) -> Rp:
    """Write an Rp shortly: `rp("twice", 28, "biguanide 1", "dpp4 1")`."""
    return Rp(usage, days, tuple(Line(drug, dose) for drug, dose in map(str.split, lines)))
