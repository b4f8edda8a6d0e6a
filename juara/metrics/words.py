"""What fields, kinds and operators are called, and why a rule is refused, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from juara.core.errors import filled
from juara.metrics import clauses
from juara.metrics.clauses import DefinitionError


def kind_word(kind: str) -> str:
    """Return what several records of a kind are called."""
    words = {
        "deal": _("deals"),
        "activity": _("activities"),
        "lead": _("leads"),
        "account": _("accounts"),
        "change": _("changes"),
        "split": _("splits"),
        "snapshot": _("snapshots"),
    }
    return words.get(kind, kind)


def field_word(name: str) -> str:
    """Return what a field is called; a free one or a named person by its own name."""
    if name.startswith(clauses.PARENT):
        inner = field_word(name.removeprefix(clauses.PARENT))
        return _("%(field)s of the record it belongs to") % {"field": inner}
    words = {
        "type": _("type"),
        "stage": _("stage"),
        "status": _("status"),
        "outcome": _("outcome"),
        "name": _("name"),
        "account": _("account"),
        "product": _("product"),
        "origin": _("origin"),
        "currency": _("currency"),
        "url": _("address in the CRM"),
        "parent": _("record it belongs to"),
        "old_value": _("value before"),
        "new_value": _("value after"),
        "amount": _("amount"),
        "duration_seconds": _("duration"),
        "created": _("created"),
        "occurred": _("occurred"),
        "closed": _("closed"),
        "owner": _("owner"),
        "creator": _("creator"),
    }
    return words.get(name) or name.removeprefix(clauses.ATTRIBUTE).removeprefix(clauses.USER)


def several_word(name: str) -> str:
    """Return what the different values of a field are called: accounts, values of Region."""
    words = {
        "type": _("types"),
        "stage": _("stages"),
        "status": _("statuses"),
        "outcome": _("outcomes"),
        "name": _("names"),
        "account": _("accounts"),
        "product": _("products"),
        "origin": _("origins"),
        "currency": _("currencies"),
        "parent": _("records they belong to"),
        "owner": _("owners"),
        "creator": _("creators"),
    }
    return words.get(name) or _("values of %(field)s") % {"field": field_word(name)}


def stored_word(field: str, value: str) -> str:
    """Return what a value of ours is called; a word of the source stays as it is written there."""
    words = {
        "type": {
            "call": pgettext("a stored value", "call"),
            "email": pgettext("a stored value", "email"),
            "meeting": pgettext("a stored value", "meeting"),
            "demo": pgettext("a stored value", "demo"),
            "task": pgettext("a stored value", "task"),
            "note": pgettext("a stored value", "note"),
        },
        "status": {
            "open": pgettext("a stored value", "open"),
            "won": pgettext("a stored value", "won"),
            "lost": pgettext("a stored value", "lost"),
            "done": pgettext("a stored value", "done"),
            "planned": pgettext("a stored value", "planned"),
        },
        "outcome": {
            "connected": pgettext("a stored value", "connected"),
            "no_answer": pgettext("a stored value", "no answer"),
            "voicemail": pgettext("a stored value", "voicemail"),
            "busy": pgettext("a stored value", "busy"),
            "held": pgettext("a stored value", "held"),
            "no_show": pgettext("a stored value", "no-show"),
            "cancelled": pgettext("a stored value", "cancelled"),
        },
    }
    return words.get(field, {}).get(value.casefold(), value)


def operator_word(operator: str, *, is_date: bool = False) -> str:
    """Return an operator in words that stand between a field and its value."""
    if is_date and operator in (
        "equals", "not_equals", "greater", "greater_or_equal", "less", "less_or_equal",
    ):  # fmt: skip
        return {
            "equals": _("is on"),
            "not_equals": _("is not on"),
            "greater": _("is after"),
            "greater_or_equal": _("is on or after"),
            "less": _("is before"),
            "less_or_equal": _("is on or before"),
        }[operator]
    words = {
        "equals": _("is"),
        "not_equals": _("is not"),
        "in": _("is one of"),
        "not_in": _("is none of"),
        "contains": _("contains"),
        "starts_with": _("starts with"),
        "greater": _("is more than"),
        "greater_or_equal": _("is at least"),
        "less": _("is less than"),
        "less_or_equal": _("is at most"),
        "between": _("is between"),
        "is_empty": _("is empty"),
        "is_not_empty": _("is filled in"),
        "changed_to": _("changed to"),
        "changed_from_to": _("changed from … to"),
    }
    return words.get(operator, operator)


def unit_word(unit: str) -> str:
    words = {
        "count": _("Number"),
        "currency": _("Money"),
        "duration": _("Time"),
        "percent": _("Percent"),
        "points": _("Points"),
    }
    return words.get(unit, unit)


def aggregation_word(aggregation: str) -> str:
    """Return the verb a rule begins with."""
    words = {
        "count": _("Count"),
        "sum": _("Add up"),
        "average": _("Average"),
        "minimum": _("Lowest"),
        "maximum": _("Highest"),
        "distinct": _("Count different"),
        "latest": _("Balance of"),
        "ratio": _("Divide"),
        "formula": _("Formula"),
    }
    return words.get(aggregation, aggregation)


def refusal_word(refusal: DefinitionError) -> str:
    """Say why a rule cannot be, without the place in it."""
    reason: str = refusal.data["said"]
    return filled(_(reason), refusal.data["filling"])
