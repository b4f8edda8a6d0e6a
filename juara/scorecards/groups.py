"""Scorecards of teams and the company: their goals, by the roll-up each goal names.

The target of a line is the group's own, or what its people are asked for together; its value is
what was earned in the team and below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from juara.core.calendar import Period, period_of
from juara.goals import calc as paces
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.types import CUSTOM
from juara.metrics.queries import MetricFacts
from juara.people.types import TeamFacts
from juara.scorecards import calc, cards, group_windows
from juara.scorecards.cards import Reading, Scorecard, ScoredLine
from juara.scorecards.types import Definition, Line, Mode


@dataclass(slots=True)
class Groups:
    """The scorecards of teams, and for None of the company, from what was read for a period."""

    reading: Reading
    owners: Owners

    def card(self, team: TeamFacts | None) -> Scorecard:
        whose = None if team is None or team.is_root else team
        definition = self.reading.rules.of_team(None if whose is None else whose.id)
        lines = self._equal(whose) if definition is None else definition.lines
        mode = Mode.WEIGHTED if definition is None else definition.mode
        taken = [self._take(whose, line, mode) for line in lines]
        score = cards.score(definition, self._measured(definition, lines, taken, mode))
        return Scorecard(
            period=self.reading.period,
            member=None,
            profile=None,
            team=whose,
            definition=definition,
            score=score,
            lines=tuple(
                ScoredLine(
                    metric=self.reading.metric(line.metric),
                    grain=line.grain,
                    kind=None if definition is None else line.kind,
                    period=self.reading.period if found is None else found.period,
                    goal=None if found is None else found.goal,
                    pace=None if found is None else found.pace,
                    credits=0 if found is None else found.credits,
                    step=step,
                    group=found,
                )
                for line, found, step in zip(lines, taken, score.steps, strict=True)
            ),
        )

    def _equal(self, team: TeamFacts | None) -> tuple[Line, ...]:
        found = [each for each in self.owners.goals(team) if each.pace is not None]
        weight = paces.to_decimal(calc.equal_weights(len(found)))
        return tuple(Line(each.metric.public_id, each.grain, weight) for each in found)

    def _measured(
        self,
        definition: Definition | None,
        lines: Sequence[Line],
        taken: Sequence[OwnerGoal | None],
        mode: Mode,
    ) -> list[calc.Measured]:
        equal = calc.equal_weights(len(lines))
        return [
            cards.measured(
                line,
                equal if definition is None else line.weight,
                self.reading.metric(line.metric),
                None if found is None else found.pace,
                mode,
            )
            for line, found in zip(lines, taken, strict=True)
        ]

    def _take(self, team: TeamFacts | None, line: Line, mode: Mode) -> OwnerGoal | None:
        """Measure a line over the days that count for it; None where there is nothing to ask."""
        metric = self.reading.metric(line.metric)
        if metric.id not in self.reading.ground.measured:
            return None
        own = self._period(team, line, metric)
        if own is None:
            return None
        period = self.reading.period
        if mode is Mode.PACE_INDEX:
            return group_windows.over(
                self.owners, team, metric, line.grain, self.reading.trailing, own
            )
        if line.grain == period.unit or cards.covers(own, period):
            return self.owners.of_subject(team, metric.id, line.grain, own)
        return group_windows.over(self.owners, team, metric, line.grain, period, own)

    def _period(self, team: TeamFacts | None, line: Line, metric: MetricFacts) -> Period | None:
        """Return the days of a line's own period, of a custom one those it names."""
        if line.grain != CUSTOM:
            return period_of(line.grain, self.reading.day, rules=self.reading.ground.rules)
        custom = (each for each in self.owners.goals(team) if each.grain == CUSTOM)
        return next((each.period for each in custom if each.metric.id == metric.id), None)
