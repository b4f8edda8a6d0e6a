"""Names of periods as people say them."""

from datetime import date

from django.utils.translation import gettext as _

from juara.core import scope as core_scope
from juara.core.calendar import offered_keys, parse_period
from juara.core.errors import DomainError
from juara.ui import formats


def period_label(key: str, today: date) -> str:
    """Return how a period is called: its relative name, or its days."""
    names = {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "this-week": _("This week"),
        "last-week": _("Last week"),
        "this-month": _("This month"),
        "last-month": _("Last month"),
        "this-quarter": _("This quarter"),
        "last-quarter": _("Last quarter"),
        "this-year": _("This year"),
        "last-year": _("Last year"),
        "this-fiscal-month": _("This fiscal month"),
        "last-fiscal-month": _("Last fiscal month"),
        "this-fiscal-quarter": _("This fiscal quarter"),
        "last-fiscal-quarter": _("Last fiscal quarter"),
        "this-fiscal-year": _("This fiscal year"),
        "last-fiscal-year": _("Last fiscal year"),
        "last-7-days": _("Last 7 days"),
        "last-30-days": _("Last 30 days"),
        "last-90-days": _("Last 90 days"),
    }
    if key in names:
        return names[key]
    try:
        period = parse_period(key, today=today, rules=core_scope.current().rules)
    except DomainError:
        return key
    return formats.period(period.key, period.from_day, period.until_day)


def offered_periods(today: date) -> list[tuple[str, str]]:
    """Return the periods worth offering as key and name, fiscal ones if they are others."""
    rules = core_scope.current().rules
    return [(key, period_label(key, today)) for key in offered_keys(rules, today=today)]
