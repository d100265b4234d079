"""Results of many laboratories in one form: units, values and ranges as numbers, each step named.

Nothing here changes what a file says, and nothing runs while files are filed: findings are
normalised when somebody asks for them. Tables are data: `unit_table`, `analyte_table`, `value_table`.

Example: `normalise("3C015000002327101", "74", "μmol/L")` gives 0.837 mg/dL and says how.
"""

from ssmix2.normal.analytes import ALL, ANALYTE, Analyte, analyte_of, belongs, group_of, is_jlac10
from ssmix2.normal.normalise import normalise, ucum_of

__all__ = [
    "ALL",
    "ANALYTE",
    "Analyte",
    "analyte_of",
    "belongs",
    "group_of",
    "is_jlac10",
    "normalise",
    "ucum_of",
]
