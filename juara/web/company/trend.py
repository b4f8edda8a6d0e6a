"""How a goal went over the last periods, drawn against what was asked for in each."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from juara.core.calendar import ONE_DAY, Period, previous
from juara.goals import ground as grounds
from juara.goals import lengths
from juara.goals.owners import OwnerGoal, Owners
from juara.metrics.queries import MetricFacts
from juara.people.access import Viewer
from juara.ui import formats
from juara.ui.charts import Chart, Series
from juara.web.company import reading
from juara.web.company.asked import Asked
from juara.web.today.shown import measure

PERIODS = 12


def chart(asked: Asked, metric: MetricFacts, *, viewer: Viewer, now: datetime) -> tuple[Chart, str]:
    """Return the last twelve periods of a level's goal, and what the level is called.

    Two queries for each period beside those the ground takes.
    """
    moment, batch = asked.as_of.moment or now, asked.as_of.batch
    grains = (asked.grain, *lengths.shorter(asked.grain))
    wanted = _periods(asked)
    last_days = [each.until_day - ONE_DAY for each in wanted]
    wide = grounds.read(grains, moment=moment, batch=batch, day=asked.day, reaching=last_days)
    # Sums are read for what goals ask for: of one goal those of one metric.
    own = tuple(each for each in wide.goals if each.metric_id == metric.id)
    wide = replace(wide, goals=own)
    here = reading.level(wide, asked.team, viewer=viewer)
    found = [
        _of(replace(wide, chosen=min(day, asked.as_of.today)), here, metric, asked.grain, each)
        for each, day in zip(wanted, last_days, strict=True)
    ]
    targets = [each.pace.target if each.pace else None for each in found]
    series = [Series(_(metric.name), [each.value for each in found], kind="bar")]
    if any(each is not None for each in targets):
        series.append(Series(_("Target"), targets, kind="target", tone="neutral"))
    drawn = Chart(
        points=tuple(_name(each.period) for each in found),
        series=series,
        measure=measure(metric),
        points_name=_("Period"),
    )
    root = next((each.name for each in wide.teams.values() if each.is_root), "")
    return drawn, here.team.name if here.team else root


def _of(
    ground: grounds.Ground, here: reading.Level, metric: MetricFacts, grain: str, period: Period
) -> OwnerGoal:
    return Owners(ground).of_subject(here.team, metric.id, grain, period)


def _periods(asked: Asked) -> list[Period]:
    found = [asked.period]
    while len(found) < PERIODS:
        found.insert(0, previous(found[0], rules=asked.rules))
    return found


def _name(period: Period) -> str:
    if period.unit in ("day", "week", "custom"):
        return formats.short_day(period.from_day)
    return formats.period(period.key, period.from_day, period.until_day)
