"""Where a number will land, in words: of goals that add up and whose days are not over."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.core.calendar import Period
from juara.goals.types import Pace, Status
from juara.insights import forecasts
from juara.insights.forecasts import Whose
from juara.insights.types import Answer, Forecast, NotForecast
from juara.insights.words import without_forecast
from juara.metrics.queries import MetricFacts
from juara.ui import formats
from juara.web.today import shown

# A chance so small is told as what it takes.
_SLIGHT = Decimal("0.05")
_SURE = Decimal("0.99")


@dataclass(frozen=True, slots=True)
class Landing:
    """`low` and `high` are shares of the target, '' where there is no forecast.

    `text` is where it lands, `chance` how likely the target is, `lack` why neither is told.
    """

    text: str = ""
    chance: str = ""
    low: str = ""
    high: str = ""
    lack: str = ""


NOWHERE = Landing()


@dataclass(frozen=True, slots=True)
class Running:
    """A number that may be forecast, filed under `key`."""

    key: Hashable
    metric: MetricFacts
    period: Period
    whose: Whose
    pace: Pace


def of_running(
    lines: Iterable[Running], *, today: date, moment: datetime, batch: int
) -> dict[Hashable, Landing]:
    """Return where each lands that has days left to change it; the others are left out."""
    open_ = [each for each in lines if _is_open(each, today)]
    asked = [
        forecasts.Asked(
            key=each.key,
            metric=each.metric,
            period=each.period,
            whose=each.whose,
            value=each.pace.value,
            target=each.pace.target or None,
        )
        for each in open_
    ]
    found = forecasts.read(asked, moment=moment, batch=batch)
    return {each.key: landing(each.metric, each.pace, found[each.key]) for each in open_}


def _is_open(line: Running, today: date) -> bool:
    """Say whether there is a landing to tell: of a single day what is to go says more."""
    return (
        line.pace.needed is not None
        and line.pace.status is not Status.DONE
        and line.period.days > 1
        and line.period.contains(today)
    )


def landing(metric: MetricFacts, pace: Pace, answer: Answer) -> Landing:
    if not isinstance(answer, Forecast):
        return (
            NOWHERE if isinstance(answer, NotForecast) else Landing(lack=without_forecast(answer))
        )
    if not answer.days_used:
        return NOWHERE
    how = shown.measure(metric)
    low, middle, high = (
        formats.measured(each, how) for each in (answer.low, answer.middle, answer.high)
    )
    text = _("Heading for %(middle)s") % {"middle": middle}
    if low != high:
        said = {"middle": middle, "low": low, "high": high}
        # Translators: where a number will end: the middle of what is likely, and its ends.
        text = _("Heading for %(middle)s (%(low)s to %(high)s)") % said
    whole = pace.target
    return Landing(
        text=text,
        chance="" if answer.probability is None else _chance(answer.probability),
        low=_share(answer.low, whole),
        high=_share(answer.high, whole),
    )


def _chance(probability: Decimal) -> str:
    """Say how likely the target is; nothing is certain before its time."""
    if probability > _SURE:
        return _("almost certain to reach the target")
    if probability < _SLIGHT:
        return _("the target takes a faster pace")
    return _("%(chance)s likely to reach the target") % {"chance": formats.percent(probability)}


def _share(value: Decimal, whole: Decimal) -> str:
    return f"{value / whole:.4f}" if whole > 0 else ""
