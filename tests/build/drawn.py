"""What a page shows, read as a person reads it: the lines of orders, tables, and the table to take along."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from hie.record.identifiers import PatientId
from tests.build import source
from tests.build.page import Node
from tests.build.served import Client
from tests.build.source import close


class Cell(NamedTuple):
    """One result of the table that is taken along."""

    column: str
    """Moment and facility."""
    value: str
    unit: str


class Row(NamedTuple):
    """One line of the table."""

    name: str
    span: str
    cell: Cell


def table(client: Client, patient: PatientId) -> Iterator[Row]:
    """Yield the lines of the exported file, one for each result."""
    answer = client.get(f"/patients/{patient}/results.csv")
    assert answer.status == 200
    _, *lines = csv.reader(answer.text.removeprefix("\ufeff").splitlines())
    for cells in lines:
        when, facility, name, _, value, unit, _, _, span, _ = (one.removeprefix("'") for one in cells)
        yield Row(name, span, Cell(f"{when} {facility}", value, source.bare_unit(unit)))


def line(row: Node) -> source.Result:
    """Read a line of a laboratory table."""
    value, unit, span, flag = row.all("td")[:4]
    letter = own(flag).partition(" ")[0]  # the words behind it explain it
    return source.Result(own(row.all("th")[0]), own(value), own(unit), own(span), letter)


def own(cell: Node, *less: str) -> str:
    """Read a cell without the small print behind it, and without `less`."""
    told = [
        child if isinstance(child, str) else child.raw
        for child in cell.children
        if isinstance(child, str) or child.tag not in {"small", "details", "div", *less}
    ]
    return " ".join("".join(told).split())


def ordered(article: Node) -> Iterator[source.Ordered]:
    """Read the groups of an order as they are drawn."""
    (drawn,) = article.all("ol", class_="orders")
    for group in drawn.children:
        if isinstance(group, str):
            continue
        label, category = group.all("b")[0].text, joined(group.all("span", class_="tag"))
        usage = group.one("p", class_="usage")
        supply, start = joined(usage.all("b")), joined(usage.all("span"))
        for place, item in enumerate(group.one("ul").all("li")):
            remarks = tuple(sorted(close(one.text) for one in item.all("small")))
            said = close("".join(one for one in usage.children if isinstance(one, str)))
            yield source.Ordered(
                label,
                category,
                close(item.one("span", class_="drug").text),
                close(item.one("b", class_="amount").text).removeprefix("全"),
                remarks,
                "" if place and "injections" in article["class"] else said,
                supply,
                start,
            )


def joined(nodes: list[Node]) -> str:
    """Join the texts of elements without blanks."""
    return close("".join(node.text for node in nodes))


def rows(article: Node, first: str) -> list[list[Node]]:
    """Return the cells of the table whose first column has this name."""
    return [
        [cell for cell in row.children if isinstance(cell, Node)]
        for table in article.all("table")
        if table.all("th")[0].text == first
        for row in table.one("tbody").all("tr")
    ]


def measured(article: Node) -> Iterator[source.Measured]:
    """Read the tables of vital signs, one for each day."""
    days = [heading.one("small").text for heading in article.all("h3") if heading.all("small")]
    for when, table in zip(days, article.all("table"), strict=True):
        times = [cell.text for cell in table.one("thead").all("th")][1:]
        for row in table.one("tbody").all("tr"):
            item = row.one("th")
            for clock, cell in zip(times, row.all("td"), strict=True):
                for value in filter(None, own(cell, "strong").split(", ")):
                    unit = joined(item.all("small"))
                    yield source.Measured(when, clock, own(item), unit, value)
