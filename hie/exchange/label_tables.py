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
"""By the front of a YJ (薬価基準収載医薬品) code: 117 is 精神神経用剤; of 625, names tell it."""

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
            "精神科|精神神経科|精神療法|精神保健|精神病|精神疾患|精神障害|精神通院|精神腫瘍|統合失調|分裂病|双極|躁うつ|躁病|躁状態|躁転"
            "|うつ病|うつ状態|抑うつ|うつ気分|抗うつ|鬱(?!血|滞)|気分障害|気分変調|感情障害|適応障害|パニック|不安障害|社交不安|不安神経症"
            "|神経症性|強迫性|恐怖症|PTSD|心的外傷|外傷後ストレス|心因反応|心因性|ヒステリー|転換性障害|身体化障害|身体表現性|解離性"
            "|摂食障害|神経性無食欲|神経性食欲不振|神経性やせ|神経性過食|過食症|拒食症|発達障害|自閉|アスペルガー|ADHD|注意欠如|注意欠陥"
            "|多動|チック障害|トゥレット|人格障害|パーソナリティ障害|妄想(?!なし)|幻聴|希死念慮|自殺|自死|自傷|リストカット|過量服薬|大量服薬"
            "|医療保護入院|措置入院|電気けいれん|電気痙攣|MECT|心療|メンタル|こころの|心のクリニック|認知行動療法|抗精神病薬|気分安定薬|SSRI|SNRI|SCHIZO|BIPOLAR|DEPRESSION|PSYCHI"
        ),
    ),
    (
        Label.PSYCHIATRY,
        (
            "オランザピン|リスペリドン|アリピプラゾール|クエチアピン|ハロペリドール|ブロナンセリン|パリペリドン|クロザピン|炭酸リチウム"
            "|ルラシドン|ブレクスピプラゾール|アセナピン|ペロスピロン|ゾテピン|フルフェナジン|ペルフェナジン|プロペリシアジン|ピモジド|チミペロン"
            "|ネモナプリド|ブロムペリドール|モサプラミン|レボメプロマジン|クロルプロマジン|ピパンペロン|スルトプリド"
            "|パロキセチン|セルトラリン|エスシタロプラム|フルボキサミン|デュロキセチン|ミルタザピン|ベンラファキシン|ボルチオキセチン|ミルナシプラン"
            "|トラゾドン|ミアンセリン|セチプチリン|マプロチリン|アミトリプチリン|ノルトリプチリン|イミプラミン|トリミプラミン|ロフェプラミン|ドスレピン"
            "|アモキサピン|クロミプラミン|メチルフェニデート|アトモキセチン|グアンファシン|リスデキサンフェタミン|ペモリン|エチゾラム|タンドスピロン"
            "|ジプレキサ|リスパダール|エビリファイ|セロクエル|ビプレッソ|ロナセン|インヴェガ|ゼプリオン|クロザリル|リーマス|レキサルティ|ラツーダ"
            "|シクレスト|ルーラン|セレネース|ヒルナミン|レボトミン|コントミン|パキシル|ジェイゾロフト|レクサプロ|ルボックス|デプロメール"
            "|サインバルタ|リフレックス|レメロン|イフェクサー|トリンテリックス|トレドミン|デジレル|レスリン|テトラミド|ルジオミール|トリプタノール"
            "|ノリトレン|トフラニール|アナフラニール|アモキサン|コンサータ|リタリン|ストラテラ|インチュニブ|ビバンセ|デパス|セディール"
        ),
    ),
    (
        Label.HIV,
        (
            "HIV|エイズ|AIDS|後天性免疫不全|ヒト免疫不全|免疫機能障害|抗レトロウイルス|ART(?:導入|開始|継続|中断|変更|療法)|CD4|曝露後予防|暴露後予防"
            "|グラビル|リルピビリン|エムトリシタビン|エファビレンツ|ドラビリン|エトラビリン|ネビラピン|ダルナビル|アタザナビル|ロピナビル"
            "|ホスアンプレナビル|ネルフィナビル|サキナビル|コビシスタット|アバカビル|ジドブジン|ラミブジン|サニルブジン|ジダノシン|マラビロク"
            "|レナカパビル|テノホビル アラフェナミド"
            "|デシコビ|ツルバダ|ビクタルビ|トリーメク|ドウベイト|テビケイ|アイセントレス|プレジコビックス|プレジスタ|シムツーザ|オデフシィ"
            "|コムプレラ|ジャルカ|ゲンボイヤ|スタリビルド|エジュラント|ピフェルトロ|エピビル|エプジコム|コンビビル|レトロビル|ザイアジェン"
            "|ストックリン|カレトラ|レイアタッツ|シーエルセントリ|ボカブリア|リカムビス|シュンレンカ"
        ),
    ),
    (
        Label.GENETICS,
        (
            "遺伝子検査|遺伝学的|遺伝カウンセリング|遺伝外来|生殖細胞系列|BRCA|染色体|保因者|遺伝性乳癌|遺伝性乳がん|リンチ症候群"
            "|ハンチントン|家族性大腸|病的バリアント"
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
        (
            "虐待|暴力|ドメスティックバイオレンス|性的暴行|ネグレクト|児童相談所|児相|殴られ|蹴られ|住所.{0,3}秘匿"
            "|DV(?:を|の|が|と|被害|相談|疑|、|。|・|歴|$)"
        ),
    ),
    (
        Label.NOT_TOLD,
        (
            "未告知|告知(?:は|を)?(?:して(?:い)?ない|しない|せず|なし|見合わせ|控え)"
            "|本人(?:に|へ)(?:は)?(?:まだ)?.{0,6}(?:伏せ|内緒|(?:知らせ|伝え|話さ|説明し)(?:て(?:い)?)?ない)"
        ),
    ),
    (
        Label.STAFF,
        "当院(?:の)?職員|職員本人|院内職員|当院(?:の)?(?:看護師|医師|薬剤師|技師|事務員)(?:として|である|です|。)",
    ),
    (Label.NEVER, "鑑定書|裁判所提出|ドナー情報"),
)
"""Words in names and in what was written, full width made half and small letters large.

Each begins with a letter as it stands: the search then skips to where one could begin.
"""
