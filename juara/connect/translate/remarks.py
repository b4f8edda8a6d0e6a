"""Counting what was noticed in good rows, and saying it once for each column."""

from collections import Counter
from collections.abc import Iterable

from juara.connect.files.shapes import CURRENCY_CODES, SIGN_CURRENCIES
from juara.connect.translate.cells import shorten
from juara.connect.translate.references import References
from juara.connect.translate.report import Remark, rows

_MOST_VALUES = 1_000
_MOST_SAID = 20
_NOT_IN = "not_in:"

_SENTENCES = {
    "empty": "{column} is empty in {rows}.",
    "control": "{column}: control characters were taken out in {rows}.",
    "rounded": "{column}: more than 4 decimals were rounded to 4 in {rows}.",
}


class RemarkCounts:
    """How often each thing was noticed, by column; of values the first thousand apart."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Counter[str]] = {}
        self._totals: Counter[tuple[str, str]] = Counter()

    def add(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Count what was noticed in one row."""
        for code, column, value in found:
            key = (code, column)
            self._totals[key] += 1
            values = self._values.setdefault(key, Counter())
            if value in values or len(values) < _MOST_VALUES:
                values[value] += 1

    def remarks(self, references: References, *, currency: str) -> list[Remark]:
        """Say all of it. `currency` is what amounts are taken to be in; empty if rows say it."""
        said: list[Remark] = []
        for (code, column), total in self._totals.items():
            values = self._values[code, column]
            if code.startswith(_NOT_IN):
                said += _not_in(code.removeprefix(_NOT_IN), column, values, references)
            elif code == "money":
                said += _other_money(column, values, currency)
            elif code == "person_differs":
                said.append(_differing(values))
            elif code == "bad_email":
                said.append(_bad_email(column, values, total))
            else:
                message = _SENTENCES[code].format(column=column, rows=rows(total))
                said.append(Remark(code=code, column=column, count=total, message=message))
        return said


def _not_in(name: str, column: str, values: Counter[str], references: References) -> list[Remark]:
    reference = references.find(name)
    size = len(reference) if reference is not None else 0
    said = []
    for value, count in values.most_common(_MOST_SAID):
        closest = reference.closest(value) if reference is not None else ""
        hint = f"; closest: '{closest}'" if closest else ""
        where = f"the {size:,} of {name}{hint}"
        message = f"{column}: '{shorten(value)}' ({rows(count)}) is not among {where}."
        said.append(
            Remark(
                code="not_in_reference", column=column, value=value, count=count, message=message
            )
        )
    left = len(values) - len(said)
    if left > 0:
        count = values.total() - sum(remark.count for remark in said)
        many = "at least " if len(values) == _MOST_VALUES else ""
        message = f"{column}: {many}{left:,} more values ({rows(count)}) are not among {name}."
        said.append(Remark(code="not_in_reference", column=column, count=count, message=message))
    return said


def _other_money(column: str, values: Counter[str], currency: str) -> list[Remark]:
    """Warn of amounts that name another currency; `$` and the like name none for certain."""
    said = []
    for sign, count in values.items():
        code = sign if sign in CURRENCY_CODES else SIGN_CURRENCIES.get(sign, "")
        if currency and code and code != currency:
            message = (
                f"{column}: '{sign}' stands beside the amount in {rows(count)}; taken as "
                f"{currency}, which the mapping says."
            )
            said.append(
                Remark(code="other_money", column=column, value=sign, count=count, message=message)
            )
    return said


def _differing(values: Counter[str]) -> Remark:
    count = len(values)
    example = shorten(next(iter(values)))
    what = "1 person is" if count == 1 else f"{count:,} people are"
    return Remark(
        code="person_differs",
        value=example,
        count=count,
        message=f"{what} described in more than one way, such as '{example}'; the first is kept. "
        "Give starts_on where people change teams.",
    )


def _bad_email(column: str, values: Counter[str], total: int) -> Remark:
    example = shorten(next(iter(values)))
    return Remark(
        code="bad_email",
        column=column,
        value=example,
        count=total,
        message=f"{column}: '{example}' and the like are no e-mail addresses and were left empty "
        f"in {rows(total)}.",
    )
