"""How a column writes its numbers and dates, settled by all its cells and not one by one."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from juara.connect.files import FileFormat, open_rows
from juara.connect.files.shapes import date_evidence, decimal_evidence
from juara.connect.translate.report import Remark, rows

# So many cells that agree, and none against: the rest of the file need not be asked.
_ENOUGH = 1_000
_ORDER_WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


@dataclass(frozen=True, slots=True)
class Habits:
    """How the organization writes dates and numbers; decides only what a file leaves open."""

    dates: str = "dmy"
    decimal: str = "."


class FileStyles:
    """The styles of one file's columns, found out when first asked for, and then kept.

    Most columns are never asked about: `1054` and `2017-03-01` can be read one way only.
    """

    def __init__(
        self, path: Path, form: FileFormat, habits: Habits, remark: Callable[[Remark], None]
    ) -> None:
        self._path = path
        self._form = form
        self._habits = habits
        self._remark = remark
        self._decimals: dict[int, str] = {}
        self._orders: dict[int, str] = {}

    def decimal(self, index: int) -> str:
        """Return the decimal mark that the cells of a column show."""
        if index not in self._decimals:
            self._decimals[index] = self._find_decimal(index)
        return self._decimals[index]

    def date_order(self, index: int) -> str:
        """Return ``dmy``, ``mdy`` or ``ymd``, as the cells of a column show."""
        if index not in self._orders:
            self._orders[index] = self._find_order(index)
        return self._orders[index]

    def _find_decimal(self, index: int) -> str:
        column = self._form.header[index]
        counted, example = self._count(index, decimal_evidence, (".", ","))
        if counted["."] or counted[","]:
            mark = "." if counted["."] >= counted[","] else ","
            self._tell_mixed(column, counted, mark, "the decimal mark", {".": "'.'", ",": "','"})
            return mark
        mark = self._habits.decimal
        if counted["?."] or counted["?,"]:
            count = counted["?."] + counted["?,"]
            both = "thousands" if f"?{mark}" not in counted else "decimals"
            self._remark(
                Remark(
                    code="decimal_unclear",
                    column=column,
                    value=example,
                    count=count,
                    message=f"{column}: {rows(count)} such as '{example}' can be read two ways; "
                    f"read as {both}, as the organization writes numbers. Say decimal in the "
                    "mapping if that is wrong.",
                )
            )
        return mark

    def _find_order(self, index: int) -> str:
        column = self._form.header[index]
        counted, example = self._count(index, date_evidence, ("dmy", "mdy", "ymd"))
        best = max(("dmy", "mdy", "ymd"), key=lambda order: counted[order])
        # Years first are read by their shape; they say nothing about the others of the column.
        if best == "ymd" and (counted["dmy"] or counted["mdy"]):
            best = "dmy" if counted["dmy"] >= counted["mdy"] else "mdy"
        if counted[best] and not (best == "ymd" and counted["?"]):
            others = Counter({order: counted[order] for order in ("dmy", "mdy")})
            self._tell_mixed(column, others, best, "the order of dates", _ORDER_WORDS)
            return best
        order = self._habits.dates
        if counted["?"]:
            self._remark(
                Remark(
                    code="date_order_unclear",
                    column=column,
                    value=example,
                    count=counted["?"],
                    message=f"{column}: nothing shows whether the day or the month comes first "
                    f"({rows(counted['?'])} such as '{example}'); read as {_ORDER_WORDS[order]}, "
                    "as the organization writes dates. Say dates in the mapping if that is wrong.",
                )
            )
        return order

    def _count(
        self, index: int, evidence: Callable[[str], str], proofs: tuple[str, ...]
    ) -> tuple[Counter[str], str]:
        """Count what the column's cells prove, and return one that proves nothing."""
        counted: Counter[str] = Counter()
        example = ""
        stream = open_rows(self._path, self._form)
        for _, cells in stream:
            cell = cells[index]
            if not isinstance(cell, str) or not cell:
                continue
            found = evidence(cell.strip())
            if found.startswith("?") and not example:
                example = cell.strip()
            counted[found] += 1
            if counted[found] == _ENOUGH and found in proofs and found != "ymd":
                others = (proof for proof in proofs if proof not in (found, "ymd"))
                if not any(counted[proof] for proof in others):
                    break
        stream.close()
        return counted, example

    def _tell_mixed(
        self, column: str, counted: Counter[str], taken: str, what: str, words: dict[str, str]
    ) -> None:
        against = {key: count for key, count in counted.items() if key in words and key != taken}
        count = sum(against.values())
        if count and counted[taken]:
            other = max(against, key=lambda key: against[key])
            self._remark(
                Remark(
                    code="style_mixed",
                    column=column,
                    count=count,
                    message=f"{column}: {what} is {words[taken]} in {rows(counted[taken])} and "
                    f"{words[other]} in {rows(count)}; read as {words[taken]}.",
                )
            )
