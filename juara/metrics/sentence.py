"""A rule as one sentence in the reader's language, its terms apart from the words around them.

"Count *activities* where *type* is *call*, on the day of *occurred*, credited to *owner*".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.metrics import calc
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    CreditTo,
    Definition,
    Group,
    Ratio,
    TimeBetween,
)
from juara.metrics.words import field_word, kind_word, operator_word, stored_word
from juara.ui import formats

# Around a term inside a translated sentence; no text of ours or of a CRM has them.
_START, _END = "\x02", "\x03"
_TERM = re.compile(f"{_START}(.*?){_END}", re.DOTALL)
_OF_ONE = {"in": "equals", "not_in": "not_equals"}
# Of a long list the first few say what it is about.
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the sentence; a term is what an editor lets one change."""

    text: str
    is_term: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


def sentence(definition: Definition, names: Mapping[str, str] | None = None) -> Sentence:
    """Say a whole rule. `names` gives metrics by key the names they are shown under."""
    if isinstance(definition, Ratio):
        return _parts(
            _("%(numerator)s divided by %(denominator)s")
            % {
                "numerator": _term((names or {}).get(definition.numerator, definition.numerator)),
                "denominator": _term(
                    (names or {}).get(definition.denominator, definition.denominator)
                ),
            }
        )
    return _parts(_counting(definition))


def condition(part: Clause | Group) -> Sentence:
    """Say one condition or group by itself, as beside what it drops."""
    return _parts(_said(part))


def _counting(definition: Counting) -> str:
    words = {
        "kinds": _listed([_term(kind_word(kind)) for kind in definition.kinds], _("and")),
        "day": _term(field_word(definition.date)),
        "credit": _credit(definition.credit),
        "value": _value(definition.value),
        "where": _said(definition.where) if definition.where.parts else "",
    }
    if definition.aggregation is Aggregation.COUNT:
        plain, filtered = (
            _("Count %(kinds)s, on the day of %(day)s, credited to %(credit)s"),
            _("Count %(kinds)s where %(where)s, on the day of %(day)s, credited to %(credit)s"),
        )
    elif definition.aggregation is Aggregation.SUM:
        plain, filtered = (
            _("Add up %(value)s of %(kinds)s, on the day of %(day)s, credited to %(credit)s"),
            _(
                "Add up %(value)s of %(kinds)s where %(where)s, on the day of %(day)s,"
                " credited to %(credit)s"
            ),
        )
    else:
        plain, filtered = (
            _("Average %(value)s of %(kinds)s, on the day of %(day)s, credited to %(credit)s"),
            _(
                "Average %(value)s of %(kinds)s where %(where)s, on the day of %(day)s,"
                " credited to %(credit)s"
            ),
        )
    return (filtered if words["where"] else plain) % words


def _value(value: str | TimeBetween | None) -> str:
    if value is None:
        return ""
    if isinstance(value, TimeBetween):
        return _term(
            _("time from %(start)s to %(end)s")
            % {"start": field_word(value.from_date), "end": field_word(value.until_date)}
        )
    return _term(field_word(value))


def _credit(credit: tuple[CreditTo, ...]) -> str:
    if len(credit) == 1:
        return _term(field_word(credit[0].field))
    return _listed(
        [
            _("%(person)s as %(role)s") % {"person": _term(field_word(each.field)),
                                          "role": _term(each.role)}
            for each in credit
        ],
        _("and"),
    )  # fmt: skip


def _said(part: Clause | Group, *, is_inner: bool = False) -> str:
    if isinstance(part, Clause):
        return _clause(part)
    if part.joined_by == "not":
        return _("not (%(condition)s)") % {"condition": _said(part.parts[0])}
    if not part.parts:
        return _("anything") if part.joined_by == "all" else _("nothing")
    inner = [_said(each, is_inner=len(part.parts) > 1) for each in part.parts]
    # A comma keeps alternatives apart from those inside a condition.
    text = (f" {_('and')} " if part.joined_by == "all" else f", {_('or')} ").join(inner)
    return f"({text})" if is_inner and len(inner) > 1 else text


def _clause(clause: Clause) -> str:
    is_date = calc.field_type(clause.field) == "date"
    values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
    # One of a single value is that value.
    is_one = len(values) == 1 and clause.operator in _OF_ONE
    operator = _OF_ONE[clause.operator] if is_one else clause.operator
    words = f"{_term(field_word(clause.field))} {operator_word(operator, is_date=is_date)}"
    if clause.value is None:
        return words
    said = [_term(value_word(clause.field, value)) for value in values if value is not None]
    if len(said) > _MOST_LISTED:
        said = [*said[: _MOST_LISTED - 1], _("%(count)s more") % {
            "count": formats.number(len(said) - _MOST_LISTED + 1)}]  # fmt: skip
    joint = _("and") if clause.operator == "between" else _("or")
    return f"{words} {_listed(said, joint)}"


def value_word(field: str, value: str | Decimal | bool) -> str:
    """Return a value as people write it: days, numbers and our own words in the reader's way."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        if field == "duration_seconds":
            return formats.duration(value)
        places = max(-int(value.normalize().as_tuple().exponent), 0)
        return formats.number(value, places)
    if calc.field_type(field) == "date":
        return formats.day(date.fromisoformat(value))
    return stored_word(field, value)


def _listed(texts: list[str], joint: str) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {joint} {texts[-1]}"


def _term(text: str) -> str:
    return f"{_START}{text.replace(_START, '').replace(_END, '')}{_END}"


def _parts(text: str) -> Sentence:
    found = []
    for index, each in enumerate(_TERM.split(text)):
        if each:
            found.append(Part(each, is_term=index % 2 == 1))
    return Sentence(tuple(found))
