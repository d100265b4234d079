"""Units of laboratory results: one line each. Data, read by `ssmix2.normal.units`.

Columns: how it is shown · its UCUM code · what kind of quantity it measures · how many of the
kind's base unit it is · further spellings, as they look after `units.folded`, blanks between.
Units of one kind are converted into one another by the factor alone, which is exact. Kinds that
differ are never mixed; from mass to substance an analyte's molar mass leads, if it has one.
"""

from __future__ import annotations

UNITS = """
g/dL | g/dL | mass concentration | 10 | g% g/100ml gdl
g/L | g/L | mass concentration | 1 | gl
mg/dL | mg/dL | mass concentration | 0.01 | mg% mg/100ml mgdl
mg/L | mg/L | mass concentration | 0.001 | mgl
mg/mL | mg/mL | mass concentration | 1 |
μg/dL | ug/dL | mass concentration | 0.00001 | ug% ug/100ml γ/dl
μg/L | ug/L | mass concentration | 0.000001 |
μg/mL | ug/mL | mass concentration | 0.001 | γ/ml
ng/dL | ng/dL | mass concentration | 0.00000001 |
ng/L | ng/L | mass concentration | 0.000000001 |
ng/mL | ng/mL | mass concentration | 0.000001 |
pg/dL | pg/dL | mass concentration | 0.00000000001 |
pg/mL | pg/mL | mass concentration | 0.000000001 |
mol/L | mol/L | substance concentration | 1 |
mmol/L | mmol/L | substance concentration | 0.001 | mm/l
μmol/L | umol/L | substance concentration | 0.000001 | um/l
μmol/mL | umol/mL | substance concentration | 0.001 |
nmol/L | nmol/L | substance concentration | 0.000000001 | nm/l
nmol/mL | nmol/mL | substance concentration | 0.000001 |
nmol/dL | nmol/dL | substance concentration | 0.00000001 |
pmol/L | pmol/L | substance concentration | 0.000000000001 | pm/l
pmol/mL | pmol/mL | substance concentration | 0.000000001 |
fmol/L | fmol/L | substance concentration | 0.000000000000001 |
fmol/mL | fmol/mL | substance concentration | 0.000000000001 |
mEq/L | meq/L | equivalents | 0.001 |
μEq/L | ueq/L | equivalents | 0.000001 |
/μL | /uL | number concentration | 1000000 | ul
×10^2/μL | 10*2/uL | number concentration | 100000000 | 100/ul 百/ul 102/ul
×10^3/μL | 10*3/uL | number concentration | 1000000000 | 1000/ul 千/ul k/ul 103/ul
×10^4/μL | 10*4/uL | number concentration | 10000000000 | 10000/ul 万/ul 104/ul 10x4/ul
×10^6/μL | 10*6/uL | number concentration | 1000000000000 | 1000000/ul 百万/ul m/ul 106/ul
/mL | /mL | number concentration | 1000 |
×10^4/mL | 10*4/mL | number concentration | 10000000 | 万/ml
×10^6/mL | 10*6/mL | number concentration | 1000000000 | 百万/ml
×10^9/L | 10*9/L | number concentration | 1000000000 |
×10^12/L | 10*12/L | number concentration | 1000000000000 |
/3μL | /(3.uL) | number in three microlitres | 1 | /3
U/L | U/L | units | 1 | u/l/37 u/l/37°c u/l37°c 単位/l
U/dL | U/dL | units | 10 |
U/mL | U/mL | units | 1000 |
mU/mL | mU/mL | units | 1 |
mU/L | mU/L | units | 0.001 |
μU/mL | uU/mL | units | 0.001 |
kU/L | kU/L | units | 1000 |
IU/mL | [IU]/mL | units | 1000 |
mIU/mL | m[IU]/mL | units | 1 |
μIU/mL | u[IU]/mL | units | 0.001 |
% | % | fraction | 0.01 | パーセント
‰ | [ppth] | fraction | 0.001 | permil パーミル 0/00 promille
L/L | L/L | fraction | 1 |
fL | fL | volume of a cell | 1 | um^3 μm^3
pg | pg | mass of a cell | 1 |
mL | mL | volume | 0.001 | cc
L | L | volume | 1 |
秒 | s | time | 1 | s sec secs second seconds
分 | min | time | 60 | min
cm | cm | length | 1 | センチ センチメートル
m | m | length | 100 | メートル
kg | kg | mass | 1000 | キロ キログラム
g | g | mass | 1 | グラム
kg/m^2 | kg/m2 | body mass index | 1 | kg/m2 kg/bsa
mmHg | mm[Hg] | pressure | 1 | torr
℃ | Cel | temperature | 1 | °c cel 度
/分 | /min | rate | 1 | /min bpm 回/分 回/min 拍/分 beats/min hb min^1
mL/min | mL/min | clearance | 1 | ml/分
mL/min/1.73m^2 | mL/min/{1.73_m2} | clearance of a standard surface | 1 |\
 ml/min/173m2 ml/分/173m2 ml/分/173m^2 ml/min/173 ml/minbsa ml/分173m2 ml/min173m2 ml/min173m^2
mm/h | mm/h | sedimentation | 1 | mm/hr mm/1h mm/時 mm/時間
mOsm/kg | mosm/kg | osmolality | 1 | mosm/kgh2o
mOsm/L | mosm/L | osmolarity | 1 |
/HPF | /[HPF] | number in a field at high power | 1 | hpf /1hpf /視野 視野 /hpfx400 /f
/LPF | /[LPF] | number in a field at low power | 1 | lpf /1lpf /lpfx100
/WF | /{whole_field} | number in the whole field | 1 | wf /全視野
/100WBC | /100{WBC} | number to white cells | 1 | /100wbc 100wbc pcs/10^2wbc /100
g/gCr | g/g{creat} | mass to creatinine | 1 |
mg/gCr | mg/g{creat} | mass to creatinine | 0.001 |
μg/gCr | ug/g{creat} | mass to creatinine | 0.000001 |
μg/mgCr | ug/mg{creat} | mass to creatinine | 0.001 |
ng/mgCr | ng/mg{creat} | mass to creatinine | 0.000001 |
U/gCr | U/g{creat} | units to creatinine | 1 |
g/日 | g/d | mass a day | 1 | g/day g/d
mg/日 | mg/d | mass a day | 0.001 | mg/day mg/d mg日
μg/日 | ug/d | mass a day | 0.000001 | ug/day ug/d
mL/日 | mL/d | volume a day | 0.001 | ml/day ml/d
L/日 | L/d | volume a day | 1 | l/day l/d
mmol/mol | mmol/mol | substance fraction | 1 |
倍 | {titer} | titre | 1 | x バイ titer tu 倍希釈
COI | {COI} | cut-off index | 1 | cutoffindex coindex
S/CO | {S/CO} | signal to cut-off | 1 | s/co値
ng/(mL·h) | ng/(mL.h) | renin activity | 1 | ng/ml/h ng/ml/hr ng/ml/時 ng/mlhr
"""

MISPRINTS = """
moms/l = mosm/l
moms/kg = mosm/kg
/hfp = /hpf
/hpl = /hpf
hfp = /hpf
hpl = /hpf
mg/di = mg/dl
md/dl = mg/dl
ug/di = ug/dl
meg/l = meq/l
mep/l = meq/l
干/ul = 千/ul
lu/l = iu/l
lu/ml = iu/ml
mlu/ml = miu/ml
mlu/l = miu/l
ulu/ml = uiu/ml
mosm/kgh20 = mosm/kgh2o
"""
"""What is written, and what is meant (fact sheet §1.9, D16): a spelling that is corrected is said so."""
