"""Which department, diagnosis, drug, test or word makes a document sensitive (security B.7).

Tables for people to read and to extend, not logic. A label too many hides something from those the
patient did not name; a label too few shows it: in doubt a line stands here.
"""

from __future__ import annotations

from hie.record.entry import Label

DEPARTMENTS: dict[str, Label] = {
    "02": Label.PSYCHIATRY,
    "33": Label.PSYCHIATRY,
    "50": Label.PSYCHIATRY,
    "40": Label.GENETICS,
    "85": Label.GENETICS,
    "021": Label.PSYCHIATRY,
    "022": Label.PSYCHIATRY,
    "334": Label.PSYCHIATRY,
    "474": Label.PSYCHIATRY,
}
"""By 統一診療科コード; obstetrics and gynaecology only by what was done there."""

DIAGNOSES: tuple[tuple[str, Label], ...] = (
    ("F10", Label.PSYCHIATRY | Label.ADDICTION),
    *((f"F1{number}", Label.PSYCHIATRY | Label.ADDICTION) for number in (1, 2, 3, 4, 5, 6, 8, 9)),
    ("F", Label.PSYCHIATRY),
    *((f"B{number}", Label.HIV) for number in (20, 21, 22, 23, 24)),
    ("Z21", Label.HIV),
    ("R75", Label.HIV),
    *((f"O0{number}", Label.REPRODUCTION) for number in (3, 4, 5, 6, 7)),
    ("N46", Label.REPRODUCTION),
    ("N97", Label.REPRODUCTION),
    *((f"A{number}", Label.REPRODUCTION) for number in (*range(50, 60), *range(60, 65))),
    *((f"Z{number}", Label.REPRODUCTION) for number in (30, 31)),
    ("T74", Label.VIOLENCE),
    ("Y06", Label.VIOLENCE),
    ("Y07", Label.VIOLENCE),
    ("Z148", Label.GENETICS),
    ("Z15", Label.GENETICS),
    ("K700", Label.ADDICTION),
    ("Z720", Label(0)),
    ("Z502", Label.ADDICTION),
    ("Z503", Label.ADDICTION),
)
"""By the front of an ICD-10 code without its dot; the longest front that fits decides."""

DRUGS: tuple[tuple[str, Label], ...] = (
    ("117", Label.PSYCHIATRY),
    ("6250", Label(0)),
)
"""By the front of a YJ (薬価基準収載医薬品) code: 117 is 精神神経用剤."""

ANALYTES: dict[str, Label] = {
    "5F560": Label.HIV,
    "5F550": Label.HIV,
    "5F510": Label.HIV,
    "5F500": Label.HIV,
    "5E065": Label.REPRODUCTION,
    "5E071": Label.REPRODUCTION,
    "5E075": Label.REPRODUCTION,
    "8B0": Label.GENETICS,
    "8C9": Label.GENETICS,
}
"""By the front of a JLAC10 code; an ordered test and a negative result are labelled as a positive one."""

WORDS: tuple[tuple[Label, str], ...] = (
    (
        Label.PSYCHIATRY,
        (
            "精神科|精神療法|精神保健|精神病|統合失調|双極性|躁うつ|うつ病|うつ状態|抑うつ|適応障害|パニック障害|不安障害|不安神経症"
            "|神経症性|強迫性障害|PTSD|心的外傷|摂食障害|神経性食欲不振|過食症|発達障害|自閉スペクトラム|ADHD|注意欠如|希死念慮"
            "|自殺|自傷|心療内科|パーソナリティ障害|解離性障害|認知行動療法"
            "|オランザピン|リスペリドン|アリピプラゾール|クエチアピン|ハロペリドール|ブロナンセリン|パリペリドン|クロザピン|炭酸リチウム"
            "|パロキセチン|セルトラリン|エスシタロプラム|フルボキサミン|デュロキセチン|ミルタザピン|ベンラファキシン"
            "|クロミプラミン|レボメプロマジン|クロルプロマジン|メチルフェニデート|アトモキセチン"
        ),
    ),
    (
        Label.HIV,
        (
            "HIV|エイズ|AIDS|後天性免疫不全|ヒト免疫不全|抗レトロウイルス|ドルテグラビル|ビクテグラビル|ラルテグラビル|リルピビリン"
            "|エムトリシタビン|ダルナビル|アバカビル|テノホビル アラフェナミド|ジドブジン|カボテグラビル|CD4"
        ),
    ),
    (
        Label.GENETICS,
        (
            "遺伝子検査|遺伝学的|遺伝カウンセリング|遺伝外来|生殖細胞系列|BRCA|染色体|保因者|遺伝性乳癌|遺伝性乳がん|リンチ症候群"
            "|ハンチントン|家族性大腸"
        ),
    ),
    (
        Label.REPRODUCTION,
        (
            "人工妊娠中絶|中絶|不妊|体外受精|顕微授精|人工授精|流産|死産|避妊|緊急避妊|レボノルゲストレル|ミフェプリストン"
            "|梅毒|淋菌|淋病|クラミジア・トラコマチス|性器クラミジア|性器ヘルペス|尖圭コンジローマ|性感染症|クロミフェン"
        ),
    ),
    (
        Label.ADDICTION,
        (
            "アルコール依存|アルコール使用障害|薬物依存|覚醒剤|覚せい剤|大麻|断酒|アカンプロサート|ジスルフィラム|シアナミド|ナルメフェン"
            "|ギャンブル障害|依存症"
        ),
    ),
    (
        Label.VIOLENCE,
        "虐待|家庭内暴力|ドメスティックバイオレンス|配偶者暴力|性暴力|性的暴行|ネグレクト|被虐待|DV相談|DV被害",
    ),
    (Label.NOT_TOLD, "未告知|告知していない|告知せず|本人へは伝えていない|本人に知らせない|病名告知なし"),
    (Label.STAFF, "当院職員|職員本人|院内職員"),
    (Label.NEVER, "鑑定書|裁判所提出|ドナー情報"),
)
"""Words in names and in what was written, full width made half and small letters large."""
