"""Names of periods as people say them."""

from datetime import date

from django.utils.translation import gettext as _

from juara.core.calendar import parse_period
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
    }
    if key in names:
        return names[key]
    try:
        period = parse_period(key, today=today)
    except DomainError:
        return key
    return formats.day_range(period.from_day, period.until_day)
