"""Why there is no forecast, in the reader's words."""

from django.utils.translation import gettext as _

from juara.insights.types import NotForecast, TooLittle, Why


def without_forecast(answer: TooLittle | NotForecast) -> str:
    """Return why there is no forecast, and for too little history what is missing."""
    if isinstance(answer, NotForecast):
        return _reason(answer.why)
    if answer.days < answer.days_needed:
        return _(
            "Not enough history: a forecast needs %(needed)d working days, so far there are"
            " %(days)d."
        ) % {"needed": answer.days_needed, "days": answer.days}
    return _(
        "Not enough history: a forecast needs %(needed)d days with something on them, of the last"
        " %(days)d working days there are %(credited)d."
    ) % {"needed": answer.credited_needed, "days": answer.days, "credited": answer.credited}


def _reason(why: Why) -> str:
    reasons = {
        Why.BALANCE: _("Not forecast: this is what stands on a day, not what days add up to."),
        Why.DISTINCT: _(
            "Not forecast: what was counted on one day may not count again on another."
        ),
        Why.AVERAGE: _("Not forecast: the averages of days do not add up."),
        Why.EXTREME: _("Not forecast: the highest or lowest of days does not add up."),
        Why.DIVIDED: _("Not forecast: this is worked out from other numbers at the end."),
    }
    return reasons[why]
