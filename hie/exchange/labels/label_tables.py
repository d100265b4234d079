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
    ("Z148", Label.GENETICS),
    ("Z15", Label.GENETICS),
    ("K700", Label.ADDICTION),
    ("Z502", Label.ADDICTION),
    ("Z503", Label.ADDICTION),
    ("F024", Label.HIV),
    ("Z206", Label.HIV),
    ("O987", Label.HIV),
    ("Z114", Label.HIV),
    ("Z717", Label.HIV),
    ("F630", Label.ADDICTION),
    ("R458", Label.PSYCHIATRY),
    ("Z915", Label.PSYCHIATRY),
    *((f"X{number}", Label.PSYCHIATRY) for number in range(60, 85)),
    *((f"X{number}", Label.VIOLENCE) for number in range(85, 100)),
    *((f"Y0{number}", Label.VIOLENCE) for number in range(10)),
    *((f"Z61{number}", Label.VIOLENCE) for number in (4, 5, 6)),
    *((f"O98{number}", Label.REPRODUCTION) for number in (1, 2, 3)),
    ("Z202", Label.REPRODUCTION),
    ("Z640", Label.REPRODUCTION),
    ("Z315", Label.GENETICS),
)
"""By the front of an ICD-10 code without its dot; every front that fits adds its labels."""

DRUGS: tuple[tuple[str, Label], ...] = (("117", Label.PSYCHIATRY),)
"""By the front of a YJ (薬価基準収載医薬品) code: 117 is 精神神経用剤; of 625, names tell it.

Valproate and lamotrigine stand in no table: most who take them have epilepsy, and a drug against seizures
that is hidden from an emergency room does harm. What else is written of a mood disorder tells it.
"""

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
            "精神科|精神神経科|統失|ウツ(?:病|状態)|死にたい|首を吊|リチウム(?!電池|イオン)|ECT(?<![A-Z]ECT)(?![A-Z])|精神療法|精神保健|精神病|精神疾患|精神障害|精神通院|精神腫瘍|統合失調|分裂病|双極|躁うつ|躁病|躁状態|躁転"
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
            "|ノリトレン|トフラニール|アナフラニール|アモキサン|プロチアデン|コンサータ|リタリン|ストラテラ|インチュニブ|ビバンセ|デパス|セディール"
        ),
    ),
    (
        Label.HIV,
        (
            "HIV|エイズ|AIDS|後天性免疫不全|ヒト免疫不全|免疫機能障害|抗レトロウイルス|HAART|ART(?:を|の)?(?:導入|開始|継続|中断|変更|療法)|CD4(?<![A-Z0-9]CD4)(?![0-9])|曝露後予防|暴露後予防"
            "|グラビル|リルピビリン|エムトリシタビン|エファビレンツ|ドラビリン|エトラビリン|ネビラピン|ダルナビル|アタザナビル|ロピナビル"
            "|ホスアンプレナビル|ネルフィナビル|サキナビル|コビシスタット|アバカビル|ジドブジン|ラミブジン|サニルブジン|ジダノシン|マラビロク"
            "|レナカパビル|テノホビル アラフェナミド|リトナビル(?<!ニルマトレルビル.リトナビル)"
            "|デシコビ|ツルバダ|ビクタルビ|トリーメク|ドウベイト|テビケイ|アイセントレス|プレジコビックス|プリジスタ|ノービア|ビラミューン|インテレンス|ビリアード|シムツーザ|オデフシィ"
            "|コムプレラ|ジャルカ|ゲンボイヤ|スタリビルド|エジュラント|ピフェルトロ|エピビル|エプジコム|コンビビル|レトロビル|ザイアジェン"
            "|ストックリン|カレトラ|レイアタッツ|シーエルセントリ|ボカブリア|リカムビス|シュンレンカ"
        ),
    ),
    (
        Label.GENETICS,
        (
            "遺伝子検査|遺伝学的|遺伝カウンセリング|遺伝外来|生殖細胞系列|BRCA|染色体|保因者|遺伝性乳癌|遺伝性乳がん|リンチ症候群"
            "|ハンチントン|家族性大腸|病的バリアント|CTGリピート|核型|NIPT|出生前(?:診断|検査|遺伝)|羊水検査|絨毛検査"
        ),
    ),
    (
        Label.REPRODUCTION,
        (
            "人工妊娠中絶|中絶|不妊|体外受精|顕微授精|人工授精|流産|死産|避妊|緊急避妊|レボノルゲストレル|ミフェプリストン"
            "|梅毒|淋菌|淋病|クラミジア・トラコマチス|性器クラミジア|クラミジア(?:PCR|抗原|核酸)|TPHA|TPAB|TPLA|RPR(?<![A-Z]RPR)(?![A-Z])|性器ヘルペス|尖圭コンジローマ|性感染症|クロミフェン|妊娠中断|堕胎|胚移植|IVF-ET"
            "|ノルレボ|メフィーゴ|マーベロン|トリキュラー|ラベルフィーユ|ファボワール|アンジュ(?:21|28)|ピル(?<![ァ-ヴー]ピル)(?![ァ-ヴー])"
        ),
    ),
    (
        Label.ADDICTION,
        (
            "アルコール依存|アルコール使用障害|薬物依存|覚醒剤|覚せい剤|大麻|断酒|アカンプロサート|ジスルフィラム|シアナミド|ナルメフェン|レグテクト|ノックビン|セリンクロ|シアナマイド|アル中|離脱せん妄|振戦せん妄"
            "|ギャンブル障害|依存症"
        ),
    ),
    (
        Label.VIOLENCE,
        (
            "虐待|暴力|ドメスティックバイオレンス|性的暴行|ネグレクト|児童相談所|児相|殴られ|蹴られ|叩かれ|突き飛ばされ|首を絞められ|レイプ(?<![ァ-ヴー]レイプ)|住所.{0,3}秘匿"
            "|DV(?:を|の|が|と|被害|相談|加害|シェルター|保護|疑|、|。|・|歴|$)"
        ),
    ),
    (
        Label.NOT_TOLD,
        (
            "未告知|告知(?:は|を|の)?希望(?:され|し)?(?:ず|(?:て(?:い)?)?な(?:い|く))|告知は家族のみ|病名(?:は|を|の)?伏せ|告知(?:は|を)?(?:して(?:い)?ない|しない|せず|なし|見合わせ|控え)"
            "|本人(?:に|へ)(?:は)?(?:まだ)?.{0,6}(?:伏せ|内緒|(?:知らせ|伝え|話さ|言わ|説明し)(?:て(?:い)?)?ない)"
        ),
    ),
    (
        Label.STAFF,
        "当院(?:の)?職員|職員本人|院内職員|当院(?:の)?(?:看護師|医師|薬剤師|技師|事務員)(?:として|である|です|。)",
    ),
    (Label.NEVER, "鑑定書|裁判所提出|ドナー情報"),
)
"""Words in names and in what was written, full width made half and small letters large.

Each begins with a letter as it stands, and asks only behind it what stood before it: the search then skips
to where one could begin.
"""
