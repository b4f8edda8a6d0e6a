"""How scores went over the last periods: a chart with its numbers, or a small curve."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from juara.people.types import MemberFacts, TeamFacts
from juara.scorecards import results
from juara.scorecards.results import Past
from juara.scorecards.types import WHOLE, Mode
from juara.ui import formats
from juara.ui.charts import Chart, Series, Unit
from juara.web.scorecards import shown
from juara.web.scorecards.asked import Asked

COUNT = 6


@dataclass(frozen=True, slots=True)
class PastShown:
    """The scores of the last periods, the one that is looked at among them as the last.

    `values` and `texts` are for a small curve. Where the kind of score changed, only the periods
    since are shown: they are not of one scale.
    """

    chart: Chart
    values: tuple[object, ...]
    texts: tuple[str, ...]
    last: str
    when: str
    meaning: str

    @property
    def is_empty(self) -> bool:
        return self.chart.is_empty


def of_member(member: MemberFacts, asked: Asked) -> PastShown:
    """Return how somebody's score went. Reads every period."""
    found = results.history(
        member.id,
        period=asked.period, count=COUNT, moment=asked.as_of.at, batch=asked.as_of.batch,
    )  # fmt: skip
    return _shown(found, asked)


def of_group(team: TeamFacts | None, asked: Asked) -> PastShown:
    """Return the same of a team, or for None of the company."""
    found = results.group_history(
        team, period=asked.period, count=COUNT, moment=asked.as_of.at, batch=asked.as_of.batch
    )
    return _shown(found, asked)


def _shown(found: tuple[Past, ...], asked: Asked) -> PastShown:
    mode = found[-1].mode
    same = _since(found, mode)
    names = [formats.period(each.period.key, each.period.from_day, each.period.until_day)
             for each in same]  # fmt: skip
    series = [Series(_("Score"), [each.points for each in same], kind="bar")]
    if mode.is_higher_better:
        series.append(Series.target(_("Everything on target"), WHOLE, count=len(same)))
    texts = tuple(shown.points(each.points, mode) for each in same)
    return PastShown(
        chart=Chart(
            points=names,
            series=series,
            measure=Unit("points", decimals=shown.mode_places(mode)),
            points_name=_("Period"),
        ),
        values=tuple(each.points for each in same),
        texts=texts,
        last=texts[-1],
        when=names[-1],
        meaning=_meaning(mode, is_running=asked.is_running),
    )


def _since(found: tuple[Past, ...], mode: Mode) -> list[Past]:
    """Return the last ones of the same kind, without those before the first score."""
    kept: list[Past] = []
    for each in reversed(found):
        if each.mode is not mode:
            break
        kept.append(each)
    while len(kept) > 1 and kept[-1].points is None:
        kept.pop()
    return kept[::-1]


def _meaning(mode: Mode, *, is_running: bool) -> str:
    said = _("Each period by the scorecard and the targets of its own days.")
    if not mode.is_higher_better:
        said = f"{said} {_('Less is better.')}"
    return f"{said} {_('The last one is still running.')}" if is_running else said
