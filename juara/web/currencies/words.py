"""How rates and currencies are said on a page."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.ui import formats


def name(code: str) -> str:
    """Return what a currency is called; its code where it has no name."""
    return str(formats.locale().currencies.get(code, code))


def equation(code: str, value: Decimal) -> str:
    """Write what one unit is worth: 1 EUR = 1.0812 USD."""
    return f"1\u00a0{code} = {formats.exact(value)}\u00a0{scope.current().currency}"


def days(from_day: date, until_day: date) -> str:
    """Write the days something holds on: one, from one to another, or from one on."""
    if until_day >= FOREVER:
        return (
            _("always")
            if from_day <= ALWAYS
            else _("from %(day)s") % {"day": formats.day(from_day)}
        )
    if until_day - ONE_DAY <= from_day:
        return formats.day(from_day)
    return formats.day_range(from_day, until_day)
