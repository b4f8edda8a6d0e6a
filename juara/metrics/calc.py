"""Reading and writing definitions, and the arithmetic of values."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from juara.connect.types import DATE_FIELDS, DELIVERED_KINDS, RecordKind
from juara.core.errors import gettext_noop
from juara.metrics import clauses, formula
from juara.metrics.clauses import DefinitionError, an_object, field_type, only
from juara.metrics.types import (
    Aggregation,
    Counting,
    CreditTo,
    Definition,
    Ends,
    Formula,
    Ratio,
    Split,
    SplitPart,
    Sums,
    TimeBetween,
)

VALUE_PLACES = Decimal("0.0001")
WHOLE_SHARE = 10_000
# So many one entry may count at once: a credit's share is held in four bytes.
MOST_AT_ONCE = 100_000
# Credits of the managers above stand in roles of their own, beside those they come from.
INDIRECT = 100
MOST_ROLES = 10
_MOST_PARTS = 10

_OWNER = [{"role": "owner", "field": "owner"}]
_COUNTING_KEYS = {
    "aggregation", "kinds", "where", "date", "credit", "value", "owner_at", "overlay", "split",
    "occurrence", "ends", "series", "group",
}  # fmt: skip
# Of these a share makes sense: what one has of a highest value, say, is no smaller a value.
_SHARED = (Aggregation.COUNT, Aggregation.SUM, Aggregation.AVERAGE)

_CHOOSE = gettext_noop("choose one of %(list)s")
_PERSON = gettext_noop("must be owner, creator or users.<name>")
# Why a field's different values cannot be counted, and why it cannot be added up, by its type.
_NO_TEXT = {
    None: gettext_noop("there is no field “%(name)s”"),
    "number": gettext_noop("“%(name)s” is a number; different values are counted of a text"),
    "date": gettext_noop("“%(name)s” is a date; different values are counted of a text"),
}
_NO_NUMBER = {
    None: gettext_noop("there is no field “%(name)s”"),
    "text": gettext_noop("“%(name)s” is a text; it must be a number"),
    "date": gettext_noop("“%(name)s” is a date; it must be a number"),
    "user": gettext_noop("“%(name)s” is a person; it must be a number"),
}


def parse_definition(data: Any) -> Definition:
    """Read a definition from its JSON form; DefinitionError says where and why it cannot be."""
    body = an_object(data, "definition")
    aggregation = body.get("aggregation")
    if aggregation not in [member.value for member in Aggregation]:
        raise DefinitionError("aggregation", _CHOOSE, list=", ".join(Aggregation))
    if aggregation == Aggregation.RATIO:
        only(body, {"aggregation", "numerator", "denominator"}, "definition")
        return _parse_ratio(body)
    if aggregation == Aggregation.FORMULA:
        only(body, {"aggregation", "expression"}, "definition")
        return _parse_formula(body)
    only(body, _COUNTING_KEYS, "definition")
    return _parse_counting(body, Aggregation(aggregation))


def written(definition: Definition) -> dict[str, Any]:
    """Return the JSON form of a definition, from which `parse_definition` reads it back."""
    if isinstance(definition, Ratio):
        return {
            "aggregation": Aggregation.RATIO.value,
            "numerator": definition.numerator,
            "denominator": definition.denominator,
        }
    if isinstance(definition, Formula):
        return {"aggregation": Aggregation.FORMULA.value, "expression": definition.expression}
    body: dict[str, Any] = {
        "aggregation": definition.aggregation.value,
        "kinds": list(definition.kinds),
        "where": clauses.written_part(definition.where),
        "date": definition.date,
        "credit": [{"role": each.role, "field": each.field} for each in definition.credit],
    }
    if isinstance(definition.value, TimeBetween):
        body["value"] = {"time_between": [definition.value.from_date, definition.value.until_date]}
    elif definition.value is not None:
        body["value"] = definition.value
    return body | _written_options(definition)


def _written_options(definition: Counting) -> dict[str, Any]:
    """Return what differs from the usual."""
    body: dict[str, Any] = {}
    if definition.owner_at != "now":
        body["owner_at"] = definition.owner_at
    if definition.overlay:
        body["overlay"] = True
    if definition.split is not None:
        body["split"] = _written_split(definition.split)
    if definition.is_first_only:
        body["occurrence"] = "first"
    if definition.ends is not None:
        where = clauses.written_part(definition.ends.where)
        body["ends"] = {"date": definition.ends.date, "where": where}
    if definition.is_series:
        body["series"] = True
    if definition.group != "sum":
        body["group"] = definition.group
    return body


def _written_split(split: Split) -> dict[str, Any]:
    if split.parts:
        return {"fields": [{"field": each.field, "percent": each.percent} for each in split.parts]}
    return {"records": split.type or True}


def _parse_ratio(body: Mapping[str, Any]) -> Ratio:
    for part in ("numerator", "denominator"):
        if not isinstance(body.get(part), str) or not body[part]:
            raise DefinitionError(part, gettext_noop("name the metric by its key"))
    return Ratio(body["numerator"], body["denominator"])


def _parse_formula(body: Mapping[str, Any]) -> Formula:
    expression = body.get("expression")
    if not isinstance(expression, str):
        raise DefinitionError("expression", gettext_noop("write the formula as text"))
    try:
        names = formula.names(expression)
    except formula.FormulaError as error:
        raise DefinitionError("expression", error.sentence, **error.data) from error
    metrics = tuple(name for name in names if name not in formula.CIRCUMSTANCES)
    if not metrics:
        raise DefinitionError("expression", gettext_noop("name at least one metric by its key"))
    return Formula(expression.strip(), metrics)


def _parse_counting(body: Mapping[str, Any], aggregation: Aggregation) -> Counting:
    kinds = body.get("kinds")
    known = {kind.value for kind in DELIVERED_KINDS}
    if not isinstance(kinds, list) or not kinds or not set(map(str, kinds)) <= known:
        raise DefinitionError(
            "kinds", gettext_noop("list one or more of %(list)s"), list=", ".join(sorted(known))
        )
    date = body.get("date")
    if date not in DATE_FIELDS:
        raise DefinitionError("date", _CHOOSE, list=", ".join(DATE_FIELDS))
    definition = Counting(
        aggregation=aggregation,
        kinds=tuple(kinds),
        where=clauses.parse_group(body.get("where", {"all": []}), "where"),
        date=date,
        credit=_parse_credit(body.get("credit", _OWNER)),
        value=_parse_value(body.get("value"), aggregation),
        owner_at=_one_of(body, "owner_at", ("now", "event")),
        overlay=_yes_or_no(body, "overlay"),
        split=_parse_split(body.get("split")),
        is_first_only=_one_of(body, "occurrence", ("each", "first")) == "first",
        ends=_parse_ends(body.get("ends")),
        is_series=_yes_or_no(body, "series"),
        group=_one_of(body, "group", ("sum", "average")),
    )
    _check_changes(definition)
    _check_sharing(definition)
    _check_balance(definition)
    return definition


def _one_of(body: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """Return what was chosen, the first unless said otherwise."""
    value = body.get(name, choices[0])
    if value not in choices:
        raise DefinitionError(name, _CHOOSE, list=", ".join(choices))
    return str(value)


def _yes_or_no(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise DefinitionError(name, gettext_noop("say true or false"))
    return value


def _parse_credit(data: Any) -> tuple[CreditTo, ...]:
    if not isinstance(data, list) or not 1 <= len(data) <= MOST_ROLES:
        raise DefinitionError(
            "credit",
            gettext_noop("list between 1 and %(most)s roles, the leading one first"),
            most=MOST_ROLES,
        )
    found = []
    for index, item in enumerate(data):
        body = an_object(item, f"credit[{index}]")
        only(body, {"role", "field"}, f"credit[{index}]")
        role, name = body.get("role"), body.get("field")
        if not isinstance(role, str) or not role.strip():
            raise DefinitionError(f"credit[{index}].role", gettext_noop("give the role a name"))
        if not isinstance(name, str) or field_type(name) != "user":
            raise DefinitionError(f"credit[{index}].field", _PERSON)
        found.append(CreditTo(role.strip(), name))
    if len({credit.role for credit in found}) < len(found):
        raise DefinitionError("credit", gettext_noop("each role can stand there once"))
    return tuple(found)


def _parse_value(data: Any, aggregation: Aggregation) -> str | TimeBetween | None:
    if aggregation is Aggregation.COUNT:
        if data is not None:
            raise DefinitionError(
                "value", gettext_noop("a count has none; remove it or choose sum or average")
            )
        return None
    if aggregation is Aggregation.LATEST and data is None:
        return None
    if isinstance(data, str):
        return _parse_value_field(data, aggregation)
    body = an_object(data, "value")
    only(body, {"time_between"}, "value")
    ends = body.get("time_between")
    if not isinstance(ends, list) or len(ends) != 2 or not set(map(str, ends)) <= set(DATE_FIELDS):
        raise DefinitionError(
            "value.time_between", gettext_noop("give two of %(list)s"), list=", ".join(DATE_FIELDS)
        )
    if aggregation is Aggregation.DISTINCT:
        raise DefinitionError(
            "value", gettext_noop("name the field whose different values are counted")
        )
    return TimeBetween(ends[0], ends[1])


def _parse_value_field(name: str, aggregation: Aggregation) -> str:
    kind = field_type(name)
    if aggregation is Aggregation.DISTINCT:
        if kind in ("text", "user", "attribute"):
            return name
        raise DefinitionError("value", _NO_TEXT[kind], name=name)
    if kind in ("number", "attribute"):
        return name
    raise DefinitionError("value", _NO_NUMBER[kind], name=name)


def _parse_split(data: Any) -> Split | None:
    if data is None:
        return None
    body = an_object(data, "split")
    only(body, {"records", "fields"}, "split")
    if "records" in body and "fields" not in body:
        given = body["records"]
        if given is True or (isinstance(given, str) and given.strip()):
            return Split(type="" if given is True else given.strip())
        raise DefinitionError(
            "split.records", gettext_noop("say true, or name the type of the splits")
        )
    listed = body.get("fields")
    if "records" in body or not isinstance(listed, list) or not 1 <= len(listed) <= _MOST_PARTS:
        raise DefinitionError(
            "split",
            gettext_noop("give either records, or fields with 1 to %(most)s shares"),
            most=_MOST_PARTS,
        )
    return Split(parts=tuple(_parse_part(item, index) for index, item in enumerate(listed)))


def _parse_part(item: Any, index: int) -> SplitPart:
    where = f"split.fields[{index}]"
    body = an_object(item, where)
    only(body, {"field", "percent"}, where)
    field, percent = body.get("field"), body.get("percent")
    if not isinstance(field, str) or field_type(field) != "user":
        raise DefinitionError(f"{where}.field", _PERSON)
    if not isinstance(percent, str) or field_type(percent) not in ("number", "attribute"):
        raise DefinitionError(
            f"{where}.percent", gettext_noop("name the number that holds the percentage")
        )
    return SplitPart(field, percent)


def _parse_ends(data: Any) -> Ends | None:
    if data is None:
        return None
    body = an_object(data, "ends")
    only(body, {"date", "where"}, "ends")
    if body.get("date") not in DATE_FIELDS:
        raise DefinitionError("ends.date", _CHOOSE, list=", ".join(DATE_FIELDS))
    where = clauses.parse_group(body.get("where", {"all": []}), "ends.where")
    return Ends(body["date"], where)


def _check_changes(definition: Counting) -> None:
    """Refuse asking what changed of records that are no changes."""
    is_history = definition.kinds == (RecordKind.CHANGE,)
    asks = any(
        each.operator in clauses.CHANGE_OPERATORS for each in clauses.clauses(definition.where)
    )
    if asks and not is_history:
        raise DefinitionError(
            "where", gettext_noop("only of changes can be asked what changed to what")
        )
    if definition.is_first_only and not is_history:
        raise DefinitionError(
            "occurrence", gettext_noop("only of changes can the first alone count")
        )


def _check_sharing(definition: Counting) -> None:
    if definition.split is not None and definition.aggregation not in _SHARED:
        raise DefinitionError(
            "split", gettext_noop("only a count, a sum or an average can be shared")
        )
    if definition.owner_at == "event":
        if definition.split is not None:
            raise DefinitionError(
                "owner_at", gettext_noop("shares name their people; leave it at now")
            )
        if definition.credit[0].field not in ("owner", "parent.owner"):
            raise DefinitionError("owner_at", gettext_noop("history is kept of the owner alone"))


def _check_balance(definition: Counting) -> None:
    if definition.aggregation is not Aggregation.LATEST:
        for name, given in (
            ("ends", definition.ends is not None),
            ("series", definition.is_series),
            ("group", definition.group != "sum"),
        ):
            if given:
                raise DefinitionError(name, gettext_noop("only a balance (latest) has this"))
        return
    if (definition.ends is None) is not definition.is_series:
        raise DefinitionError(
            "ends",
            gettext_noop(
                "say when a record stops counting, or that each follows the one before (series)"
            ),
        )
    if definition.owner_at == "event":
        raise DefinitionError(
            "owner_at", gettext_noop("a balance belongs to whoever owns the record now")
        )
    if definition.overlay:
        # What a manager began to stand above need not end while they still do.
        raise DefinitionError(
            "overlay", gettext_noop("a balance is not credited to the managers above")
        )


def value_of(  # noqa: PLR0911 - one return an aggregation is the clearest list of them
    aggregation: Aggregation, sums: Sums, *, group: str = "sum"
) -> Decimal | None:
    """Return a metric's value from its sums; None is *no value*, which is not 0.

    count = Σ share, sum = Σ value, average = Σ value ÷ Σ share, minimum and maximum over all,
    distinct = how many different items, latest = what stands at the end: its sum, or its average
    over what stands. Rounded half-even to 4 places.
    """
    match aggregation:
        case Aggregation.COUNT:
            return (Decimal(sums.shares) / WHOLE_SHARE).quantize(VALUE_PLACES)
        case Aggregation.SUM:
            return sums.total.quantize(VALUE_PLACES)
        case Aggregation.MINIMUM:
            return sums.lowest
        case Aggregation.MAXIMUM:
            return sums.highest
        case Aggregation.DISTINCT:
            return Decimal(len(sums.items)).quantize(VALUE_PLACES)
        case Aggregation.LATEST if group == "sum":
            return sums.total.quantize(VALUE_PLACES)
    if sums.shares == 0:
        return None
    return (sums.total * WHOLE_SHARE / sums.shares).quantize(VALUE_PLACES, ROUND_HALF_EVEN)


def ratio_of(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Divide at the last moment: no denominator is *no value*, never 0. Rounded to 4 places."""
    if numerator is None or not denominator:
        return None
    return (numerator / denominator).quantize(VALUE_PLACES, ROUND_HALF_EVEN)


def rounded(exact: Fraction) -> Decimal:
    """Return an exact value as a decimal of 4 places, rounded half-even."""
    return Decimal(round(exact * WHOLE_SHARE)) / WHOLE_SHARE
