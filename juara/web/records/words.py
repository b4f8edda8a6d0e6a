"""Records, and why they do or do not count, in the reader's words."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.connect.types import RecordKind
from juara.ledger.why_not import WhyNot
from juara.metrics import sentence
from juara.metrics.types import Clause, Counting, Group, TimeBetween
from juara.metrics.words import field_word, kind_word
from juara.records.history import FieldChange, Value, Version
from juara.ui import formats

_EQUALS = ("equals", "in")
_DIFFERS = ("not_equals", "not_in")


def kind_name(kind: str) -> str:
    """Return what one record of a kind is called."""
    words = {
        RecordKind.DEAL: _("Deal"),
        RecordKind.ACTIVITY: _("Activity"),
        RecordKind.LEAD: _("Lead"),
        RecordKind.ACCOUNT: _("Account"),
        RecordKind.CHANGE: _("Change of a record"),
        RecordKind.ENTRY: _("Entered by hand"),
        "split": _("Share in a deal"),
    }
    return str(words.get(kind, kind))


def value_text(field: str, value: Value | None, *, currency: str = "") -> str:
    """Write what a field of a record says; a dash where it says nothing."""
    if value is None or value == "":
        return formats.NO_VALUE
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if field == "amount" and isinstance(value, Decimal):
        return formats.money(value, currency, 0 if value == value.to_integral_value() else 2)
    return sentence.value_word(field, value)


def change_text(change: FieldChange, *, currency: str = "") -> str:
    """Write what a field said and says: “amount: $70 → $40”."""
    before, after = (
        value_text(change.field, each, currency=currency) for each in (change.before, change.after)
    )
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": field_word(change.field), "before": before, "after": after,
    }  # fmt: skip


def reason_text(found: WhyNot, version: Version) -> str:  # noqa: PLR0911 - one return a reason
    """Say why a metric does not count a version of a record, with the condition it fails."""
    definition = found.metric.definition
    if not isinstance(definition, Counting):
        return ""
    match found.reason:
        case "filter" if found.part is not None:
            return unmet(found.part, version)
        case "date":
            return _("“%(field)s” is empty, and that is the day it would count on") % {
                "field": field_word(definition.date)
            }
        case "value":
            return _("“%(field)s” is empty or no number: there is nothing to count") % {
                "field": _measured(definition)
            }
        case "currency":
            return _("its amount is in %(currency)s, and no exchange rate is known for its day") % {
                "currency": version.text("currency")
            }
        case "days" if found.day is not None and found.from_day is not None:
            return _("it is of %(day)s; the metric begins on %(first)s") % {
                "day": formats.day(found.day), "first": formats.day(found.from_day),
            }  # fmt: skip
    return _plain(found.reason)


def _plain(reason: str) -> str:
    words = {
        "deleted": _("it is deleted where it came from"),
        "parent": _("it belongs to no other record, and the rule needs one"),
        "split": _("its shares add up to more than 100 percent"),
        "first": _("only the first such record counts, and there is an earlier one"),
        "entry": _("it was entered under another rule of the metric, or in another currency"),
        "waiting": _("it has not been taken in yet"),
        "days": _("the metric has no rule for its day"),
    }
    return words.get(reason, _("the rule passes it over"))


def kinds_text(found: WhyNot) -> str:
    """Say which records a metric looks at."""
    definition = found.metric.definition
    kinds = definition.kinds if isinstance(definition, Counting) else ()
    return ", ".join(kind_word(kind) for kind in kinds)


def _measured(definition: Counting) -> str:
    value = definition.value
    if isinstance(value, TimeBetween):
        return _("time from %(start)s to %(end)s") % {
            "start": field_word(value.from_date), "end": field_word(value.until_date),
        }  # fmt: skip
    return field_word(value or "")


def unmet(part: Clause | Group, version: Version) -> str:
    """Say what a record says where a condition asks for something else."""
    if isinstance(part, Group):
        said = "; ".join(_says(field, version) for field in dict.fromkeys(_fields(part)))
        return _("%(said)s. The rule asks: %(condition)s") % {
            "said": said, "condition": str(sentence.condition(part)),
        }  # fmt: skip
    says = _says(part.field, version)
    values = part.values
    if part.operator in _EQUALS and all(isinstance(each, str | Decimal | bool) for each in values):
        return _("%(said)s; it must be %(wanted)s") % {
            "said": says, "wanted": _listed(part.field, values),
        }  # fmt: skip
    if part.operator in _DIFFERS and part.field in version.fields:
        return _("%(said)s, which this metric leaves out") % {"said": says}
    return _("%(said)s; the rule asks: %(condition)s") % {
        "said": says, "condition": str(sentence.condition(part)),
    }  # fmt: skip


def _says(field: str, version: Version) -> str:
    value = version.fields.get(field)
    if value is None:
        return _("%(field)s is empty") % {"field": field_word(field)}
    return _("%(field)s is “%(value)s”") % {
        "field": field_word(field),
        "value": value_text(field, value, currency=version.text("currency")),
    }


def _listed(field: str, values: tuple[object, ...]) -> str:
    said = [
        f"“{sentence.value_word(field, each)}”"
        for each in values
        if isinstance(each, str | Decimal | bool)
    ]
    if len(said) < 2:
        return "".join(said)
    return _("%(some)s or %(last)s") % {"some": ", ".join(said[:-1]), "last": said[-1]}


def _fields(part: Clause | Group) -> Iterator[str]:
    if isinstance(part, Clause):
        yield part.field
        return
    for each in part.parts:
        yield from _fields(each)


def nobody_text(reason: str, key: str) -> str:
    """Say why a credit is nobody's."""
    words = {
        "owner_empty": _("the record names no owner"),
        "owner_unknown": _("nobody is matched to “%(key)s”"),
        "not_assigned": _("“%(key)s” belonged to no team that day"),
        "split_rest": _("the shares give this part to nobody"),
    }
    return words.get(reason, reason) % {"key": key}
