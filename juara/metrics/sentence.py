"""A rule as one sentence in the reader's language, its terms apart from the words around them.

"Count *activities* where *type* is *call*, on the day of *occurred*, credited to *owner*".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.metrics import clauses
from juara.metrics.formula import PEOPLE, WORKDAYS
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    Definition,
    Ends,
    Formula,
    Group,
    Operand,
    Ratio,
    Relative,
    TimeBetween,
)
from juara.metrics.words import (
    field_word,
    kind_word,
    operator_word,
    several_word,
    stored_word,
)
from juara.ui import formats

# Around a term inside a translated sentence; no text of ours or of a CRM has them.
_START, _END = "\x02", "\x03"
_TERM = re.compile(f"{_START}(.*?){_END}", re.DOTALL)
_IN_FORMULA = re.compile(r"""(?P<quoted>"[^"]*"|'[^']*')|(?P<name>[^\W\d]\w*)|(?P<sign>[*/-])""")
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
    if isinstance(definition, Formula):
        return _parts(_formula(definition.expression, names or {}))
    return _parts(_counting(definition))


def condition(part: Clause | Group) -> Sentence:
    """Say one condition or group by itself, as beside what it drops."""
    return _parts(_said(part))


def _formula(expression: str, names: Mapping[str, str]) -> str:
    words = {
        PEOPLE: _("people"), WORKDAYS: _("working days"), "floor": _("rounded down"),
        "ceil": _("rounded up"), "*": "×", "/": "÷", "-": "−",
    }  # fmt: skip

    def said(found: re.Match[str]) -> str:
        sign, quoted, name = found.group("sign", "quoted", "name")
        if sign:
            return words[sign]
        key = quoted[1:-1] if quoted else name
        return _term(names.get(key) or (key if quoted else words.get(key, key)))

    return _IN_FORMULA.sub(said, expression)


def _counting(definition: Counting) -> str:
    text = _head(definition)
    if definition.where.parts:
        text = _("%(what)s where %(where)s") % {"what": text, "where": _said(definition.where)}
    if definition.is_first_only:
        text = _("%(what)s, only the first of each record") % {"what": text}
    template = _("%(what)s, on the day of %(day)s, credited to %(credit)s")
    if definition.is_series:
        template = _("%(what)s, from %(day)s until the next one, credited to %(credit)s")
    elif definition.ends is not None:
        template = _("%(what)s, from %(day)s until %(end)s, credited to %(credit)s")
    said = template % {
        "what": text,
        "day": _term(field_word(definition.date)),
        "end": _end(definition.ends) if definition.ends else "",
        "credit": _credit(definition),
    }
    return "".join((said, *_more(definition)))


def _head(definition: Counting) -> str:
    """Say how much of which records: "Add up amount of deals"."""
    value = definition.value
    words = {
        "kinds": _listed([_term(kind_word(kind)) for kind in definition.kinds], _("and")),
        "value": _value(value),
    }
    match definition.aggregation:
        case Aggregation.COUNT:
            template = _("Count %(kinds)s")
        case Aggregation.SUM:
            template = _("Add up %(value)s of %(kinds)s")
        case Aggregation.AVERAGE:
            template = _("Average %(value)s of %(kinds)s")
        case Aggregation.MINIMUM:
            template = _("Lowest %(value)s of %(kinds)s")
        case Aggregation.MAXIMUM:
            template = _("Highest %(value)s of %(kinds)s")
        case Aggregation.DISTINCT:
            words["value"] = _term(several_word(str(value)))
            template = _("Count the different %(value)s of %(kinds)s")
        case _ if value is None:
            template = _("How many %(kinds)s are open")
        case _ if definition.is_series:
            template = _("The latest %(value)s of %(kinds)s")
        case _:
            template = _("The open %(value)s of %(kinds)s")
    return template % words


def _end(ends: Ends) -> str:
    day = _term(field_word(ends.date))
    if not ends.where.parts:
        return day
    return _("%(day)s where %(where)s") % {"day": day, "where": _said(ends.where)}


def _more(definition: Counting) -> Iterator[str]:
    """Say what is not usual: shares, managers, how balances of several people are put together."""
    split = definition.split
    if split is not None and split.parts:
        shares = [
            _("%(person)s with %(percent)s percent")
            % {"person": _term(field_word(each.field)), "percent": _term(field_word(each.percent))}
            for each in split.parts
        ]
        yield _(", shared by fields: %(shares)s") % {"shares": _listed(shares, _("and"))}
    elif split is not None and split.type:
        yield _(", shared by its splits of type %(type)s") % {"type": _term(split.type)}
    elif split is not None:
        yield _(", shared by its splits")
    if definition.overlay:
        yield _(", and also to the managers above (indirect)")
    if definition.group == "average":
        yield _(", averaged over several people")


def _value(value: str | TimeBetween | None) -> str:
    if value is None:
        return ""
    if isinstance(value, TimeBetween):
        return _term(
            _("time from %(start)s to %(end)s")
            % {"start": field_word(value.from_date), "end": field_word(value.until_date)}
        )
    return _term(field_word(value))


def _credit(definition: Counting) -> str:
    leading, *rest = definition.credit
    first = _term(field_word(leading.field))
    if definition.owner_at == "event":
        first = _("%(person)s at the time") % {"person": first}
    if not rest:
        return first
    people = [first, *(_term(field_word(each.field)) for each in rest)]
    return _listed(
        [
            _("%(person)s as %(role)s") % {"person": person, "role": _term(each.role)}
            for person, each in zip(people, definition.credit, strict=True)
        ],
        _("and"),
    )


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
    is_date = clauses.field_type(clause.field) == "date"
    values = clause.values
    # One of a single value is that value.
    if clause.operator == "changed_from_to":
        before, after = (_term(value_word(clause.field, str(each))) for each in values)
        return _("%(field)s changed from %(before)s to %(after)s") % {
            "field": _term(field_word(clause.field)), "before": before, "after": after,
        }  # fmt: skip
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


def value_word(field: str, value: Operand) -> str:
    """Return a value as people write it: days, numbers and our own words in the reader's way."""
    if isinstance(value, Relative):
        return _relative(value)
    field = field.removeprefix(clauses.PARENT)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        if field == "duration_seconds":
            return formats.duration(value)
        places = max(-int(value.normalize().as_tuple().exponent), 0)
        return formats.number(value, places)
    if clauses.field_type(field) == "date":
        return formats.day(date.fromisoformat(value))
    return stored_word(field, value)


def _relative(value: Relative) -> str:
    """Say a day by its distance: "30 days ago", "2 days after created"."""
    words = {"count": formats.number(abs(value.days)), "field": field_word(value.field)}
    if value.field and not value.days:
        text = _("the day of %(field)s")
    elif value.field and value.days > 0:
        text = ngettext(
            "%(count)s day after %(field)s", "%(count)s days after %(field)s", value.days
        )
    elif value.field:
        text = ngettext(
            "%(count)s day before %(field)s", "%(count)s days before %(field)s", -value.days
        )
    elif not value.days:
        text = _("today")
    elif value.days > 0:
        text = ngettext("in %(count)s day", "in %(count)s days", value.days)
    else:
        text = ngettext("%(count)s day ago", "%(count)s days ago", -value.days)
    return text % words


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
