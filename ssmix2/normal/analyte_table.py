"""Analytes and the unit to which each one's results are brought. Data, read by `ssmix2.normal.analytes`.

Columns: JLAC10 characters 1 to 5, with `/` and a result identification where that tells results
apart · group of the material · unit · name · more. More is any of:
`M=` molar mass in g/mol, only where one substance is meant beyond doubt; `z=` charge of the ion;
`%=g/dL` a unit that means another one for this analyte; `is=` other codes of the same thing.
The units are those in which Japanese laboratories report; an analyte that is not here is not converted.
"""

from __future__ import annotations

ANALYTES = """
2A010 | blood | ×10^3/μL | 白血球数 | is=2A990/52
2A020 | blood | ×10^6/μL | 赤血球数 | is=2A990/51
2A030 | blood | g/dL | ヘモグロビン | is=2A990/53
2A040 | blood | % | ヘマトクリット | is=2A990/54
2A050 | blood | ×10^4/μL | 血小板数 | is=2A990/55
2A060 | blood | fL | MCV | is=2A990/56
2A070 | blood | pg | MCH | is=2A990/57
2A080 | blood | g/dL | MCHC | is=2A990/58 %=g/dL
2A110 | blood | ‰ | 網赤血球数 |
2A160/51 | blood | % | 好中球 |
2A160/54 | blood | % | 好酸球 |
2A160/55 | blood | % | 好塩基球 |
2A160/56 | blood | % | 単球 |
2A160/57 | blood | % | リンパ球 |
2B020 | blood | 秒 | APTT | is=2B020/51
2B030/51 | blood | 秒 | PT 秒 |
2B030/53 | blood | % | PT 活性 |
2B030/57 | blood |  | PT-INR |
2B100 | blood | mg/dL | フィブリノゲン |
2B120 | blood | μg/mL | FDP |
2B140 | blood | μg/mL | Dダイマー |
2B200 | blood | % | アンチトロンビン |
2Z010/52 | blood | mm/h | 赤沈 1時間値 | mm=mm/h
3A010 | blood | g/dL | 総蛋白 |
3A015 | blood | g/dL | アルブミン |
3A015 | urine | mg/L | 尿中アルブミン |
3A015/28 | urine | mg/gCr | 尿中アルブミン／クレアチニン比 |
3B010 | blood | U/L | CK |
3B035 | blood | U/L | AST |
3B045 | blood | U/L | ALT |
3B050 | blood | U/L | LD |
3B070 | blood | U/L | ALP |
3B090 | blood | U/L | γ-GT |
3B110 | blood | U/L | コリンエステラーゼ |
3B160 | blood | U/L | アミラーゼ |
3B160 | urine | U/L | 尿アミラーゼ |
3B180 | blood | U/L | リパーゼ |
3C015 | blood | mg/dL | クレアチニン | M=113.12
3C015 | urine | mg/dL | 尿クレアチニン | M=113.12
3C016 | blood | mg/L | シスタチンC |
3C020 | blood | mg/dL | 尿酸 | M=168.11
3C020 | urine | mg/dL | 尿中尿酸 | M=168.11
3C025 | blood | mg/dL | 尿素窒素 | M=28.014
3C025 | urine | mg/dL | 尿中尿素窒素 | M=28.014
3C040 | blood | μg/dL | アンモニア |
3D010 | blood | mg/dL | グルコース | M=180.1477
3D046 | blood | % | HbA1c（NGSP） |
3D055 | blood | % | グリコアルブミン |
3E010 | blood | mg/dL | 乳酸 | M=90.08
3F015 | blood | mg/dL | 中性脂肪 |
3F050 | blood | mg/dL | 総コレステロール | M=386.65
3F070 | blood | mg/dL | HDLコレステロール | M=386.65
3F077 | blood | mg/dL | LDLコレステロール | M=386.65
3G040 | blood | pg/mL | ビタミンB12 |
3G105 | blood | ng/mL | 葉酸 | M=441.40
3H010 | blood | mmol/L | ナトリウム | z=1
3H010 | urine | mmol/L | 尿ナトリウム | z=1
3H015 | blood | mmol/L | カリウム | z=1
3H015 | urine | mmol/L | 尿カリウム | z=1
3H020 | blood | mmol/L | クロール | z=1
3H020 | urine | mmol/L | 尿クロール | z=1
3H025 | blood | mg/dL | マグネシウム | M=24.305 z=2
3H030 | blood | mg/dL | カルシウム | M=40.078 z=2
3H030 | urine | mg/dL | 尿カルシウム | M=40.078 z=2
3H040 | blood | mg/dL | 無機リン | M=30.974
3H045 | blood | mOsm/kg | 浸透圧 | mOsm/L=mOsm/kg
3H045 | urine | mOsm/kg | 尿浸透圧 | mOsm/L=mOsm/kg
3H080/52 | blood | mmHg | pCO2 |
3H080/53 | blood | mmHg | pO2 |
3H080/54 | blood | mmol/L | HCO3- | z=1
3H080/55 | blood | mmol/L | BE | z=1
3I010 | blood | μg/dL | 鉄 | M=55.845
3I020 | blood | μg/dL | UIBC | M=55.845
3I025 | blood | μg/dL | 銅 | M=63.546
3J010 | blood | mg/dL | 総ビリルビン | M=584.66
3J015 | blood | mg/dL | 直接ビリルビン | M=584.66
3L765 | blood | ng/mL | ジゴキシン | M=780.94
3M070 | blood | μg/mL | テオフィリン | M=180.16
3M530 | blood | μg/mL | バンコマイシン |
3M805 | blood | ng/mL | シクロスポリン |
3M810 | blood | ng/mL | タクロリムス |
4A055 | blood | μIU/mL | TSH |
4B015 | blood | pg/mL | 遊離T3 | M=650.98
4B035 | blood | ng/dL | 遊離T4 | M=776.87
4Z271 | blood | pg/mL | BNP |
4Z272 | blood | pg/mL | NT-proBNP |
5C070 | blood | mg/dL | CRP |
5C095 | blood | ng/mL | フェリチン |
5C210 | blood | ng/mL | MMP-3 |
5D010 | blood | ng/mL | CEA |
5D015 | blood | ng/mL | AFP |
5D130 | blood | U/mL | CA19-9 |
5D305 | blood | ng/mL | PSA |
5G160 | blood | IU/mL | リウマトイド因子 |
8A065 | blood | mL/min/1.73m^2 | eGFR |
9A751 |  | mmHg | 収縮期血圧 | is=9A752 is=9A755
9A761 |  | mmHg | 拡張期血圧 | is=9A762 is=9A765
9N001 |  | cm | 身長 |
9N006 |  | kg | 体重 |
9N011 |  | kg/m^2 | BMI |
9P200 |  | /分 | 呼吸数 |
1A005 | urine | mL | 尿量 |
1A010 | urine |  | 尿蛋白（定性） |
1A015 | urine | mg/dL | 尿蛋白（定量） |
1A020 | urine |  | 尿糖（定性） |
1A025 | urine | mg/dL | 尿糖（定量） | M=180.1477
1A030 | urine |  | 尿比重 |
1A035 | urine |  | 尿pH |
1A060 | urine |  | 尿ケトン体 |
1A100 | urine |  | 尿潜血 |
"""
