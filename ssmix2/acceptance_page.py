"""The acceptance report (受入検査報告書): one HTML file that a hospital hands to its vendor.

No script, nothing fetched, colours only beside words. Every text from a storage is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import log

from hie.record.findings import Severity
from ssmix2.acceptance import Acceptance, Tally, Verdict
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_DATE, ConditionFlag
from ssmix2.validation import described

_MOST_MONTHS = 36
_MOST_CODES = 200
_YEAR = 4

_TEXTS: dict[str, dict[str, str]] = {
    "ja": {
        "title": "SS-MIX2標準化ストレージ 受入検査報告書",
        "made": "検査日時", "roots": "対象", "files": "ファイル数", "patients": "患者数",
        "about": "値は載せません。ファイルの場所には患者番号が含まれます。取扱いに注意してください。",
        "verdicts": "章ごとの判定", "chapter": "章", "verdict": "判定", "errors": "エラー",
        "warnings": "警告", "informations": "情報", "pass": "合格", "warned": "条件付き合格",
        "failed": "不合格", "unchecked": "対象外", "overall": "総合判定",
        "7.1": "パス・ファイル名・版", "7.2": "文字・ヘッダー・識別・診療日", "7.3": "必須項目",
        "7.4": "セグメントの順序", "7.5": "型・値・コード", "7.6 IDX": "インデックスDB",
        "7.6 TRX": "トランザクションストレージ", "7.6 EXT": "拡張ストレージ",
        "kinds": "種別と状態ごとの件数", "kind": "種別", "name": "名称", "current": "有効",
        "superseded": "旧版", "deleted": "削除", "total": "計",
        "coverage": "種別と診療月ごとの有効ファイル数", "undated": "日付なし",
        "findings": "規則ごとの所見", "rule": "規則", "clause": "節", "severity": "重大度",
        "says": "内容", "count": "件数", "infiles": "ファイル数", "examples": "例(場所)",
        "worst": "所見の多いファイル", "path": "ファイル", "codes": "標準コードのない項目",
        "standard": "必要なコード", "code": "院内コード", "system": "コード体系", "none": "ありません。",
        "nocode": "(コードなし)", "more": "ほか", "error": "エラー", "warning": "警告", "information": "情報",
    },
    "en": {
        "title": "Acceptance report of an SS-MIX2 storage", "made": "Checked at", "roots": "Storage",
        "files": "Files", "patients": "Patients",
        "about": "No values are shown. Paths hold patient numbers: handle with care.",
        "verdicts": "Verdict by chapter", "chapter": "Chapter", "verdict": "Verdict", "errors": "Errors",
        "warnings": "Warnings", "informations": "Information", "pass": "Passed",
        "warned": "Passed with conditions", "failed": "Failed", "unchecked": "Not checked",
        "overall": "Overall", "7.1": "Paths, names, versions",
        "7.2": "Characters, header, identity, care date", "7.3": "Required fields",
        "7.4": "Order of segments", "7.5": "Types, values, codes",
        "7.6 IDX": "Index database",
        "7.6 TRX": "Transaction storage", "7.6 EXT": "Extended storage",
        "kinds": "Files by kind and state", "kind": "Kind", "name": "Name",
        "current": "Valid", "superseded": "Superseded", "deleted": "Deleted",
        "total": "Total", "coverage": "Valid files by kind and month of care", "undated": "Undated",
        "findings": "Findings by rule", "rule": "Rule", "clause": "Clause", "severity": "Severity",
        "says": "What it says", "count": "Findings", "infiles": "Files", "examples": "Examples (places)",
        "worst": "Files with most findings", "path": "File", "codes": "Items without a standard code",
        "standard": "Missing code", "code": "Local code", "system": "System", "none": "None.",
        "nocode": "(no code)", "more": "others", "error": "Error", "warning": "Warning",
        "information": "Information",
    },
}  # fmt: skip
LANGUAGES = tuple(_TEXTS)

_STYLE = """
:root { color-scheme: light }
body { font: 15px/1.6 "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, sans-serif;
  color: #1a1a1a; background: #fff; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 2px solid #26537c }
table { border-collapse: collapse; margin: .6rem 0 } caption { text-align: left; color: #555 }
th, td { border: 1px solid #bbb; padding: .2rem .5rem; text-align: left; vertical-align: top }
thead th { background: #eef3f8; white-space: nowrap }
td.error, td.warning, td.information { white-space: nowrap }
td.n { text-align: right; font-variant-numeric: tabular-nums }
td.path { font-family: monospace; font-size: .85em; word-break: break-all }
.wide { overflow-x: auto } .heat td { text-align: right; font-size: .8rem; padding: .1rem .35rem }
.heat th { font-size: .8rem; white-space: nowrap }
.heat thead th { writing-mode: vertical-rl; padding: .4rem .1rem }
.heat thead th:first-child { writing-mode: horizontal-tb; vertical-align: bottom }
.failed, .error { color: #9c1c1c; font-weight: bold } .warned, .warning { color: #7a4b00; font-weight: bold }
.pass { color: #14603a; font-weight: bold } .unchecked { color: #555 }
dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem } dd { margin: 0 }
@media print { body { max-width: none; margin: 0 } h2 { break-after: avoid } tr { break-inside: avoid } }
"""


def page(found: Acceptance, roots: Sequence[str], made_at: str, language: str = "ja") -> str:
    """Write the report of `found`, in `ja` or `en`; `roots` and `made_at` are shown as they are."""
    words = _TEXTS[language]
    verdicts = found.verdicts()
    body = [
        f"<h1>{words['title']}</h1>",
        _facts(found, roots, made_at, words, verdicts),
        f"<p>{words['about']}</p>",
        _section(words["verdicts"], _verdicts(verdicts, words)),
        _section(words["kinds"], _kinds(found, words, language)),
        _section(words["coverage"], _coverage(found, words)),
        _section(words["findings"], _findings(found, words, language)),
        _section(words["worst"], _worst(found, words)),
        _section(words["codes"], _codes(found, words)),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}</title><style>{_STYLE}</style></head><body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{title}</h2>\n{inside}\n</section>"


def _facts(
    found: Acceptance, roots: Sequence[str], made_at: str, words: dict[str, str], verdicts: Sequence[Verdict]
) -> str:
    worst = max((_word(one) for one in verdicts), key=("unchecked", "pass", "warned", "failed").index)
    lines = (
        (words["overall"], f'<span class="{worst}">{words[worst]}</span>'),
        (words["made"], escape(made_at)),
        (words["roots"], "<br>".join(map(_shown, roots))),
        (words["files"], f"{found.files:,}"),
        (words["patients"], f"{found.patients:,}"),
    )
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in lines) + "</dl>"


def _word(verdict: Verdict) -> str:
    if not verdict.checked:
        return "unchecked"
    if verdict.errors:
        return "failed"
    return "warned" if verdict.warnings else "pass"


def _verdicts(verdicts: Sequence[Verdict], words: dict[str, str]) -> str:
    rows = []
    for one in verdicts:
        word = _word(one)
        rows.append(
            [
                f"<td>§{one.chapter} {words[one.chapter]}</td>",
                f'<td class="{word}">{words[word]}</td>',
                *map(_number, (one.errors, one.warnings, one.informations)),
            ]
        )
    return _table(
        [words[each] for each in ("chapter", "verdict", "errors", "warnings", "informations")], rows
    )


def _kinds(found: Acceptance, words: dict[str, str], language: str) -> str:
    rows = []
    for code, flags in sorted(found.kinds.items()):
        kind = KINDS.get(code)
        name = "" if kind is None else kind.label_ja if language == "ja" else kind.label_en
        numbers = [
            flags[flag] for flag in (ConditionFlag.CURRENT, ConditionFlag.SUPERSEDED, ConditionFlag.DELETED)
        ]
        rows.append([_cell(code), _cell(name), *map(_number, (*numbers, sum(numbers)))])
    heads = ("kind", "name", "current", "superseded", "deleted", "total")
    return _table([words[each] for each in heads], rows) if rows else _none(words)


def _coverage(found: Acceptance, words: dict[str, str]) -> str:
    """Draw kinds by months, or by years where there are too many months to read."""
    months = {month for counted in found.months.values() for month in counted if month != NO_DATE}
    width = _YEAR if len(months) > _MOST_MONTHS else len("YYYYMM")
    periods = sorted({month[:width] for month in months})
    most = 1
    table: dict[str, dict[str, int]] = {}
    for kind, counted in found.months.items():
        row = table.setdefault(kind, {})
        for month, count in counted.items():
            period = month if month == NO_DATE else month[:width]
            row[period] = row.get(period, 0) + count
            most = max(most, row[period])
    if not table:
        return _none(words)
    columns = [*periods, NO_DATE] if any(NO_DATE in row for row in table.values()) else periods
    heads = [
        words["undated"] if one == NO_DATE else "-".join(filter(None, (one[:4], one[4:]))) for one in columns
    ]
    head = f'<th scope="col">{words["kind"]}</th>' + "".join(f'<th scope="col">{each}</th>' for each in heads)
    rows = "".join(
        f'<tr><th scope="row">{_shown(kind)}</th>'
        + "".join(_heat(row.get(one, 0), most) for one in columns)
        + "</tr>"
        for kind, row in sorted(table.items())
    )
    drawn = f'<table class="heat"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="wide">{drawn}</div>'


def _heat(count: int, most: int) -> str:
    if count == 0:
        return "<td></td>"
    share = log(count + 1) / log(most + 1)
    return f'<td style="background:rgba(38,110,180,{0.08 + 0.42 * share:.2f})">{count:,}</td>'


def _findings(found: Acceptance, words: dict[str, str], language: str) -> str:
    order = [Severity.ERROR, Severity.WARNING, Severity.INFORMATION]
    sorted_tallies = sorted(
        found.tallies.items(), key=lambda item: (order.index(item[1].severity), -item[1].times)
    )
    rows = [_finding(code, tally, words, language) for code, tally in sorted_tallies]
    heads = ("rule", "clause", "severity", "says", "count", "infiles", "examples")
    return _table([words[each] for each in heads], rows) if rows else _none(words)


def _finding(code: str, tally: Tally, words: dict[str, str], language: str) -> list[str]:
    rule = described(code)
    says = "" if rule is None else rule.japanese if language == "ja" else rule.english
    examples = "<br>".join(f"{_shown(path)} <b>{_shown(place)}</b>" for path, place in tally.examples)
    return [
        _cell(code),
        _cell(rule.clause if rule else ""),
        f'<td class="{tally.severity.value}">{words[tally.severity.value]}</td>',
        _cell(says),
        _number(tally.times),
        _number(tally.files),
        f'<td class="path">{examples}</td>',
    ]


def _worst(found: Acceptance, words: dict[str, str]) -> str:
    rows = [
        [_number(bad.errors), _number(bad.warnings), f'<td class="path">{_shown(bad.path)}</td>']
        for bad in found.worst
    ]
    return _table([words[each] for each in ("errors", "warnings", "path")], rows) if rows else _none(words)


def _codes(found: Acceptance, words: dict[str, str]) -> str:
    ranked = sorted(found.unmapped.items(), key=lambda item: (item[0].standard, -item[1], item[0]))
    rows = [
        [
            _cell(one.standard),
            _cell(one.code or words["nocode"]),
            _cell(one.name),
            _cell(one.system),
            _number(count),
        ]
        for one, count in ranked[:_MOST_CODES]
    ]
    if not rows:
        return _none(words)
    more = f"<p>{words['more']}: {len(ranked) - _MOST_CODES:,}</p>" if len(ranked) > _MOST_CODES else ""
    return _table([words[each] for each in ("standard", "code", "name", "system", "count")], rows) + more


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: str) -> str:
    return f"<td>{_shown(text)}</td>"


def _number(count: int) -> str:
    return f'<td class="n">{count:,}</td>'


def _none(words: dict[str, str]) -> str:
    return f"<p>{words['none']}</p>"


def _shown(text: str) -> str:
    """Escape; bytes of a name that are no text become question marks."""
    return escape(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
