"""scorecard: what somebody is measured on, and how it comes to the score."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from juara.cli import context, differences
from juara.cli.context import AsOfOption, FormatOption, OrganizationOption, PeriodOption
from juara.cli.output import Format, counted, document, say, table
from juara.core.calendar import Period, parse_period
from juara.goals import progress
from juara.leaderboards import queries as boards
from juara.leaderboards.types import BoardMetric
from juara.people import queries as people
from juara.scorecards import results
from juara.scorecards.cards import Scorecard, ScoredLine
from juara.scorecards.results import Compared
from juara.scorecards.types import Mode, Unscored
from juara.tenancy import periods
from juara.ui import formats

_UNSCORED = {
    Unscored.NO_TARGET: "no target",
    Unscored.ZERO_TARGET: "target 0",
    Unscored.NO_VALUE: "no value",
}


def register(app: typer.Typer) -> None:
    app.command("scorecard")(scorecard)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was printed, and what it was printed of."""

    found: Compared
    measures: tuple[BoardMetric, ...]
    as_of: datetime | None

    @property
    def card(self) -> Scorecard:
        return self.found.card


def scorecard(
    member: Annotated[str, typer.Argument(help="E-mail, name or id.")],
    period: PeriodOption = "this-month",
    as_of: AsOfOption = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Print somebody's scorecard with every step of its score."""
    with context.inside(organization_) as entered:
        past = context.moment(as_of, zone=entered.zone)
        moment = past or context.now()
        batch = progress.batch_of(past)
        today = moment.astimezone(ZoneInfo(entered.zone)).date()
        found = results.compared(
            people.member(member).id,
            period=parse_period(period, today=today, rules=periods.rules(batch=batch)),
            moment=moment,
            batch=batch,
        )
        measures = tuple(boards.board_metric(each.metric) for each in found.card.lines)
    asked = _Asked(found, measures, past)
    if format_ is Format.JSON:
        document("scorecard", _body(asked))
    else:
        _tell(asked)


def _body(asked: _Asked) -> dict[str, Any]:
    card, found = asked.card, asked.found
    member, profile, team = card.member, card.profile, card.team
    return {
        "member": None if member is None else {"id": member.public_id, "name": member.name},
        "profile": None if profile is None else {"id": profile.public_id, "name": profile.name},
        "team": None if team is None else team.name,
        "period": _period(card.period),
        "as_of": asked.as_of,
        "mode": card.score.mode.value,
        "cap": None if card.definition is None else card.definition.cap,
        "has_equal_weights": card.is_equal,
        "score": card.score.points,
        "scored_weight": card.score.scored_weight,
        "lines": [
            _line(each, measure) for each, measure in zip(card.lines, asked.measures, strict=True)
        ],
        "before": {"period": found.before_period.key, "score": found.before.points},
        "team_median": found.median,
        "team_people": found.peers,
    }


def _period(period: Period) -> dict[str, Any]:
    return {"key": period.key, "from_day": period.from_day, "until_day": period.until_day}


def _line(line: ScoredLine, measure: BoardMetric) -> dict[str, Any]:
    step = line.step
    return {
        "metric": differences.metric_body(measure),
        "for": line.grain,
        "kind": None if line.kind is None else line.kind.value,
        "is_primary": line.is_primary,
        "period": _period(line.period),
        "weight": step.weight,
        "counted_weight": step.counted_weight,
        "value": step.value,
        "target": step.target,
        "attainment": step.attainment,
        "start": step.start,
        "cap": step.cap,
        "counted": step.counted,
        "rank": step.rank,
        "peers": step.peers,
        "points": step.points,
        "not_scored": None if step.unscored is None else step.unscored.value,
    }


def _tell(asked: _Asked) -> None:
    card = asked.card
    name = card.member.name if card.member else ""
    whose = name if card.profile is None else f"{name}, {card.profile.name}"
    is_ranked = card.score.mode is Mode.RANK_POINTS
    table(
        f"{whose}, {card.period.key}",
        ["line", "for", ">weight", ">value", ">target", ">reached",
         ">place" if is_ranked else ">counts", ">points"],
        [_row(each, measure) for each, measure in zip(card.lines, asked.measures, strict=True)],
    )  # fmt: skip
    for sentence in _remarks(card):
        say(sentence)
    score = _number(card.score.points)
    say(f"{_TITLES[card.score.mode]}: {score}", style="bold")


_TITLES = {
    Mode.WEIGHTED: "Score",
    Mode.PACE_INDEX: "Pace index",
    Mode.RANK_POINTS: "Rank points (1 is the best)",
}


def _row(line: ScoredLine, measure: BoardMetric) -> tuple[object, ...]:
    step = line.step
    counted_ = f"{step.rank} of {step.peers}" if step.rank else _percent(step.counted)
    weight = formats.plain(step.weight)
    if step.counted_weight not in (step.weight, 0):
        weight = f"{weight} → {formats.plain(step.counted_weight)}"
    return (
        measure.name, line.grain, weight,
        formats.measured(step.value, measure), formats.measured(step.target, measure),
        _UNSCORED[step.unscored] if step.unscored else _percent(step.attainment),
        "" if step.unscored else counted_, "" if step.unscored else formats.plain(step.points),
    )  # fmt: skip


def _remarks(card: Scorecard) -> list[str]:
    found: list[str] = []
    if card.is_equal and card.lines:
        found.append("Nobody has set a scorecard: every line with a target weighs the same.")
    left_out = sum(1 for each in card.lines if each.step.unscored)
    if card.score.is_scaled:
        found.append(
            f"{counted(left_out, 'line')} not scored: the others weigh"
            f" {formats.plain(card.score.scored_weight)} of 100, scaled up to the whole."
        )
    if not card.lines:
        found.append("There is nothing to score: no targets.")
    return found


def _percent(share: Decimal | None) -> str:
    return formats.NO_VALUE if share is None else f"{formats.plain(share * 100)}%"


def _number(points: Decimal | None) -> str:
    return "none" if points is None else formats.plain(points)
