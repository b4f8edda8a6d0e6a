"""Scorecards in words."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.metrics.queries import MetricFacts
from juara.scorecards.queries import RuleFacts
from juara.scorecards.types import Definition, Mode
from juara.ui import formats
from juara.web.today.shown import grain_name

MODES = {
    Mode.WEIGHTED: gettext_lazy("Weighted"),
    Mode.PACE_INDEX: gettext_lazy("Pace index"),
    Mode.RANK_POINTS: gettext_lazy("Rank points"),
}
MEANINGS = {
    Mode.WEIGHTED: gettext_lazy(
        "Weight × how much of the target is reached. 100 is all on target."
    ),
    Mode.PACE_INDEX: gettext_lazy(
        "How the last 30 days went against what was expected by now, from 0 to 250."
    ),
    Mode.RANK_POINTS: gettext_lazy(
        "Places among the people of the profile; fewer points are better."
    ),
}


def points(found: Decimal | None) -> str:
    return "—" if found is None else formats.plain(found, most=1)


def summary(definition: Definition, metrics: dict[str, MetricFacts]) -> str:
    """Return the lines with their weights, in a row."""
    return " · ".join(
        _("%(metric)s (%(length)s) %(weight)s")
        % {
            "metric": _(metrics[each.metric].name) if each.metric in metrics else "?",
            "length": grain_name(each.grain).lower(),
            "weight": formats.plain(each.weight),
        }
        for each in definition.lines
    )


def days(rule: RuleFacts) -> str:
    """Return the days a scorecard holds on."""
    first = formats.day(rule.from_day)
    last = formats.day(rule.until_day - ONE_DAY) if rule.until_day < FOREVER else ""
    if rule.from_day <= ALWAYS:
        return _("Until %(day)s") % {"day": last} if last else _("Always")
    if not last:
        return _("From %(day)s") % {"day": first}
    return formats.day_range(rule.from_day, rule.until_day)
