"""Reading one column rule, and the conditions rows are chosen by."""

import re
from collections.abc import Sequence
from typing import Any, Literal, cast

from juara.connect.mapping.tables import Mistakes, TableReader, plain
from juara.connect.mapping.types import (
    ColumnRule,
    Condition,
    DateOrder,
    DecimalMark,
    Lookup,
    TemplatePart,
)

ReadAs = Literal["text", "number", "duration", "date", "attribute"]

DATE_ORDERS = ("auto", "ymd", "dmy", "mdy")
DECIMAL_MARKS = ("auto", ".", ",")
DATE_TYPES = ("date", "day", "epoch", "epoch_ms")
ATTRIBUTE_TYPES = ("text", "number", "boolean", *DATE_TYPES)
UNITS = ("seconds", "milliseconds", "minutes", "hours", "mm:ss", "hh:mm")

_SOURCES = ("column", "columns", "value", "template")
_HOLE = re.compile(r"\{\{|\}\}|\{([^{}:]+?)(?::\.(\d{1,3}))?\}|[{}]")


class RuleReader:
    """Reads column rules, with the defaults of the mapping they stand in."""

    def __init__(
        self, mistakes: Mistakes, *, dates: str, decimal: str, empty: tuple[str, ...]
    ) -> None:
        self._mistakes = mistakes
        self._dates = cast(DateOrder, dates)
        self._decimal = cast(DecimalMark, decimal)
        self._empty = empty

    def rule(self, value: Any, place: str, read_as: ReadAs, *, is_key: bool = False) -> ColumnRule:
        """Read a rule: a column's name, a list of names to join, or a table.

        A key must come from columns, and where it is made of several needs all of them.
        """
        if isinstance(value, str):
            value = {"column": value}
        elif isinstance(value, list):
            value = {"columns": value}
        if not isinstance(value, dict):
            self._mistakes.add(place, f"must name a column or be a table, not {plain(value)}")
            return ColumnRule(place=place, constant="")
        reader = TableReader(value, place, self._mistakes)
        rule = self._rule(reader, place, read_as, is_key=is_key)
        reader.finish()
        if is_key and rule.constant is not None:
            self._mistakes.add(place, "must come from a column: it tells the rows apart")
        return rule

    def _rule(
        self, reader: TableReader, place: str, read_as: ReadAs, *, is_key: bool
    ) -> ColumnRule:
        given = [key for key in _SOURCES if reader.has(key)]
        if len(given) != 1:
            what = "nothing says where the value comes from" if not given else "too much is said"
            self._mistakes.add(place, f"{what}: give exactly one of {', '.join(_SOURCES)}")
        column, columns = reader.text("column"), reader.texts("columns")
        if reader.has("column") and not column.strip():
            reader.wrong("column", "is empty")
        default_type = "text" if read_as == "attribute" else "date" if read_as == "date" else ""
        accepted = {"date": DATE_TYPES, "attribute": ATTRIBUTE_TYPES}.get(read_as)
        kind = reader.choice("type", accepted, default_type) if accepted else ""
        return ColumnRule(
            place=place,
            columns=(column,) if column else columns,
            join=reader.text("join", default="|" if is_key else " "),
            constant=reader.scalar("value"),
            template=self._template(reader),
            empty=(*self._empty, *reader.texts("empty")),
            default=reader.scalar("default"),
            lookup=self._lookup(reader),
            values=self._values(reader),
            otherwise=reader.scalar("otherwise"),
            keep_others=reader.flag("keep_others"),
            within=reader.text("in"),
            type=kind,
            unit=reader.choice("unit", UNITS, "seconds") if read_as == "duration" else "seconds",
            dates=self._date_order(reader, kind),
            decimal=self._decimal_mark(reader, read_as, kind),
            is_expected=reader.flag("expected"),
            needs_all=is_key,
        )

    def _date_order(self, reader: TableReader, kind: str) -> DateOrder:
        if kind not in ("date", "day"):
            return self._dates
        return cast(DateOrder, reader.choice("dates", DATE_ORDERS, self._dates))

    def _decimal_mark(self, reader: TableReader, read_as: ReadAs, kind: str) -> DecimalMark:
        if read_as not in ("number", "duration") and kind != "number":
            return self._decimal
        return cast(DecimalMark, reader.choice("decimal", DECIMAL_MARKS, self._decimal))

    def _template(self, reader: TableReader) -> tuple[TemplatePart, ...]:
        text = reader.text("template")
        return parse_template(text, reader) if text else ()

    def _lookup(self, reader: TableReader) -> Lookup | None:
        text = reader.text("lookup")
        if not text:
            return None
        reference, _, column = text.partition(".")
        if not reference or not column:
            reader.wrong("lookup", f"must be written reference.column, not '{text}'")
            return None
        return Lookup(reference=reference, column=column)

    def _values(self, reader: TableReader) -> dict[str, str]:
        found = {}
        for key, value in reader.table("values").items():
            text = plain(value)
            if text is None:
                reader.wrong(f"values.{key}", "must be one value")
            else:
                found[key] = text
        if not found and (reader.has("otherwise") or reader.has("keep_others")):
            self._mistakes.add(reader.place, "otherwise and keep_others need values to differ from")
        return found


def parse_template(text: str, reader: TableReader) -> tuple[TemplatePart, ...]:
    """Divide ``SR {sr_id:.6}`` into its parts: fixed text, a column, and a column's beginning.

    There is nothing else to it, on purpose: no attributes, no formats, no nesting.
    """
    parts: list[TemplatePart] = []
    fixed, last = "", 0
    for found in _HOLE.finditer(text):
        fixed += text[last : found.start()]
        last = found.end()
        if found[0] in ("{{", "}}"):
            fixed += found[0][0]
        elif found[1] is None:
            reader.wrong("template", f"has a stray '{found[0]}'; double it where it is meant")
        else:
            parts += [TemplatePart(text=fixed)] if fixed else []
            parts.append(TemplatePart(column=found[1].strip(), first=int(found[2] or 0)))
            fixed = ""
    fixed += text[last:]
    parts += [TemplatePart(text=fixed)] if fixed else []
    if not any(part.column for part in parts):
        reader.wrong("template", "names no column; write one as {column}, or use value instead")
    return tuple(parts)


def conditions(table: dict[str, Any], place: str, mistakes: Mistakes) -> tuple[Condition, ...]:
    """Read ``where``: a column with the values its rows must have, or ``{ not = … }``."""
    found = []
    for column, wanted in table.items():
        negated = isinstance(wanted, dict)
        inner = wanted if isinstance(wanted, dict) else {"not": wanted}
        reader = TableReader(inner, f"{place}.{column}", mistakes)
        values = reader.texts("not")
        reader.finish()
        if not values and "not" not in inner:
            mistakes.add(f"{place}.{column}", "must be a value, a list of values, or { not = … }")
        found.append(Condition(column=column, values=values, is_negated=negated))
    return tuple(found)


def condition(table: dict[str, Any], place: str, mistakes: Mistakes) -> Condition | None:
    """Read ``deleted``: ``column`` and the ``values`` that mark a deleted row."""
    if not table:
        return None
    reader = TableReader(table, place, mistakes)
    found = Condition(
        column=reader.text("column", required=True),
        values=reader.texts("values") or ("true", "1", "yes"),
    )
    reader.finish()
    return found


def check_targets(rule: ColumnRule, accepted: Sequence[str], what: str, mistakes: Mistakes) -> None:
    """Say which of the values a rule can produce by itself are not accepted for its field."""
    produced = [rule.constant, rule.otherwise, rule.default, *rule.values.values()]
    for value in dict.fromkeys(produced):
        if value is not None and value not in accepted:
            listed = ", ".join(accepted) if len(accepted) < 10 else "a code such as USD"
            mistakes.add(rule.place, f"'{value}' is not a {what}; accepted: {listed}")
