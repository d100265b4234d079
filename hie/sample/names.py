"""Invented people: names with readings, addresses, and the token that finds a person's bytes again."""

from __future__ import annotations

import re
from datetime import date
from random import Random
from typing import NamedTuple

from hie.record.identifiers import PatientId
from hie.record.people import HumanName, Patient, Sex
from hie.sample.plan import RegionPlan, day_number

TOKEN_PATTERN = re.compile(r"ZQ[0-9A-HJKMNP-TV-Z]{6}QZ")
"""Stands in MSH-10 of every message and in every DICOM file of a synthetic patient; no reader is shown it."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TOKEN_DIGITS = 6
_TOKEN_STEP, _TOKEN_START = 0x2545F491, 0x1B873593  # odd, so that no token comes twice below 2**30
_NUMBER_STEP, _NUMBER_START = 7_368_787, 104_729  # no common divisor with 10**9, for the same reason

_SURNAMES = """
相沢アイザワ 青柳アオヤギ 秋元アキモト 浅野アサノ 安西アンザイ 飯島イイジマ 池内イケウチ
石塚イシヅカ 市川イチカワ 稲葉イナバ 岩瀬イワセ 上原ウエハラ 宇野ウノ 梅田ウメダ 江口エグチ
遠山トオヤマ 大久保オオクボ 岡部オカベ 小川オガワ 奥村オクムラ 尾崎オザキ 小野寺オノデラ
貝塚カイヅカ 香川カガワ 片桐カタギリ 金子カネコ 川端カワバタ 神田カンダ 北原キタハラ
木下キノシタ 久保田クボタ 栗原クリハラ 黒川クロカワ 小泉コイズミ 河野コウノ 古賀コガ 後藤ゴトウ
小林コバヤシ 近藤コンドウ 斉木サイキ 坂口サカグチ 桜井サクライ 佐竹サタケ 沢田サワダ 塩谷シオヤ
篠原シノハラ 柴田シバタ 島村シマムラ 白石シライシ 菅野スガノ 杉本スギモト 鈴木スズキ 須藤ストウ
関口セキグチ 曽根ソネ 高木タカギ 田口タグチ 竹内タケウチ 田島タジマ 谷川タニガワ 千葉チバ
塚田ツカダ 辻本ツジモト 土屋ツチヤ 寺島テラシマ 堂本ドウモト 富田トミタ 永井ナガイ 中沢ナカザワ
成田ナリタ 西村ニシムラ 野口ノグチ 橋本ハシモト 長谷ハセ 服部ハットリ 早川ハヤカワ 原口ハラグチ
東野ヒガシノ 日高ヒダカ 平野ヒラノ 福島フクシマ 藤井フジイ 古川フルカワ 星野ホシノ 堀内ホリウチ
前田マエダ 増田マスダ 松枝マツエダ 丸山マルヤマ 水野ミズノ 宮下ミヤシタ 村上ムラカミ
望月モチヅキ 森田モリタ 八木ヤギ 安田ヤスダ 柳沢ヤナギサワ 山岸ヤマギシ 横山ヨコヤマ 吉野ヨシノ
"""
_MEN = """
明アキラ 厚アツシ 勇イサム 一郎イチロウ 栄一エイイチ 修オサム 和夫カズオ 和也カズヤ 清キヨシ
邦彦クニヒコ 恵一ケイイチ 健ケン 健太ケンタ 孝一コウイチ 聡サトシ 茂シゲル 俊介シュンスケ
正一ショウイチ 翔太ショウタ 進ススム 大輔ダイスケ 隆タカシ 武タケシ 達也タツヤ 哲夫テツオ
徹トオル 敏夫トシオ 直樹ナオキ 信行ノブユキ 浩ヒロシ 博之ヒロユキ 文雄フミオ 誠マコト 正夫マサオ
雅彦マサヒコ 実ミノル 康夫ヤスオ 洋平ヨウヘイ 義雄ヨシオ 隆一リュウイチ 亮リョウ 渉ワタル
"""
_WOMEN = """
愛アイ 葵アオイ 明美アケミ 綾子アヤコ 郁子イクコ 英子エイコ 恵美エミ 絵里エリ 和子カズコ
花子ハナコ 京子キョウコ 久美クミ 恵子ケイコ 幸子サチコ 里美サトミ 静江シズエ 順子ジュンコ
節子セツコ 千恵チエ 千代チヨ 照子テルコ 朋子トモコ 直美ナオミ 信子ノブコ 典子ノリコ 春香ハルカ
久子ヒサコ 弘美ヒロミ 文子フミコ 真紀マキ 雅子マサコ 真由美マユミ 美咲ミサキ 美智子ミチコ
光子ミツコ 睦ムツミ 泰子ヤスコ 裕子ユウコ 由美ユミ 陽子ヨウコ 良子ヨシコ 律子リツコ
"""
_TOWNS = """
本町 栄町 緑町 旭町 若葉町 港町 桜木町 日の出町 松枝町 川岸町 五日市町 糖屋町 入舟町 時計台町
右京町
""".split()
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９−")
_KANA = re.compile("[ァ-ヴー]+$")


class Person(NamedTuple):
    """An invented person with what a chart needs and the patient index does not."""

    position: int
    """Place in the region, from 0."""
    patient: Patient
    token: str
    address: str
    postal_code: str
    home_phone: str

    @property
    def female(self) -> bool:
        """Say which reference ranges hold."""
        return self.patient.sex is Sex.FEMALE


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for word in text.split():
        match = _KANA.search(word)
        if match:
            found.append((word[: match.start()], match.group()))
    return tuple(found)


SURNAMES, MEN, WOMEN = _pairs(_SURNAMES), _pairs(_MEN), _pairs(_WOMEN)


def token_of(plan: RegionPlan, index: int) -> str:
    """Name a person in bytes: ten ASCII characters that stand nowhere else in the region."""
    number = (index * _TOKEN_STEP + _TOKEN_START + plan.seed * 0x9E3779B1) % (1 << 5 * _TOKEN_DIGITS)
    digits = (_ALPHABET[number >> 5 * place & 31] for place in range(_TOKEN_DIGITS))
    return f"ZQ{''.join(digits)}QZ"


def patient_id_of(plan: RegionPlan, index: int) -> PatientId:
    """Give the region's opaque number of a person."""
    return PatientId(f"R{(index * _NUMBER_STEP + _NUMBER_START + plan.seed * 7919) % 10**9:09d}")


def invented_person(plan: RegionPlan, index: int, random: Random) -> Person:
    """Draw somebody; older people are more frequent, as in waiting rooms."""
    sex = Sex.FEMALE if random.random() < 0.52 else Sex.MALE  # noqa: PLR2004
    family, family_kana = random.choice(SURNAMES)
    given, given_kana = random.choice(WOMEN if sex is Sex.FEMALE else MEN)
    age_in_days = int(365.25 * min(99.0, max(0.5, random.triangular(1, 99, 74))))
    name = HumanName(family, given, family_kana, given_kana)
    return known_person(plan, index, name, sex, plan.last - age_in_days)


def known_person(plan: RegionPlan, index: int, name: HumanName, sex: Sex, born: int | date) -> Person:
    """Complete somebody who is named: number, token, address, telephone."""
    birth = born if isinstance(born, int) else born.toordinal()
    town = _TOWNS[index % len(_TOWNS)]
    token = token_of(plan, index)
    block = f"{index % 7 + 1}丁目{index % 41 + 1}番{index % 23 + 1}号".translate(_FULL_WIDTH)
    return Person(
        index,
        Patient(patient_id_of(plan, index), name, day_number(birth), sex),
        token,
        f"見本県湊見市{town}{block}",
        f"999-{index % 10000:04d}",
        f"099-{index // 10000 % 1000:03d}-{index % 10000:04d}",
    )
