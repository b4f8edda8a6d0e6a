"""Lines of a scorecard, and the steps of its score, in words ready for a template."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.goals.types import Status
from juara.people import queries as people
from juara.scorecards.cards import Scorecard, ScoredLine
from juara.scorecards.types import MOST_PACE, WHOLE, Kind, Mode, Step, Unscored
from juara.ui import formats
from juara.ui.figures import ScoreStep
from juara.web.as_of import AsOf
from juara.web.scorecards.curves import Curve
from juara.web.today import shown as words
from juara.web.today.landing import NOWHERE, Landing

_ONE = Decimal(1)


# Everything there is, of the company nobody's included.
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose records a value opens, in which team; '' opens nothing."""

    key: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line in words; `url` '' opens nothing, `curve` None where its days do not add up."""

    key: str
    name: str
    note: str
    value: str
    target: str
    expected: str
    needed: str
    state: str
    share: str
    expected_share: str
    low: str
    high: str
    whole: str
    attainment: str
    weight: str
    points: str
    url: str
    landing: Landing
    curve: Curve | None


def line(
    each: ScoredLine,
    mode: Mode,
    *,
    holder: Holder,
    as_of: AsOf,
    landing: Landing,
    curve: Curve | None,
) -> LineShown:
    """Return a line in words; `holder` says whose records are behind its value."""
    pace, metric = each.pace, each.metric
    paced = pace is not None and pace.needed is not None
    part = None if pace is None else pace.attainment
    if pace is not None and paced:
        part = _part(pace.value, pace.target)
    return LineShown(
        key=key(each),
        name=_(metric.name),
        note=_note(each),
        value=words.amount(metric, None if pace is None else pace.value),
        target="" if pace is None else words.amount(metric, pace.target),
        expected=words.amount(metric, pace.expected) if pace and paced and pace.expected else "",
        needed=_needed(each),
        state=Status.NO_TARGET.value if pace is None else pace.status.value,
        **_bar(part, _part(pace.expected, pace.target) if pace and paced else None, landing),
        attainment=percent(each.step.attainment),
        weight=weight(each.step),
        points=formats.plain(each.step.points, most=mode_places(mode)),
        url=_records(each, holder, as_of),
        landing=landing or NOWHERE,
        curve=curve,
    )


def key(each: ScoredLine) -> str:
    """Return what a line is told apart by on its page."""
    return f"{each.metric.public_id}-{each.grain}"


def _bar(part: Decimal | None, expected: Decimal | None, landing: Landing) -> dict[str, str]:
    """Return where the parts of a bar lie: it ends at the target, or at a forecast beyond it."""
    ends = _ONE
    if landing.high:
        ends = max(_ONE, min(Decimal(landing.high), Decimal(2)))

    def at(share: Decimal | None) -> str:
        return "" if share is None else f"{min(max(share / ends, Decimal()), _ONE):.4f}"

    return {
        "share": at(part or Decimal()),
        "expected_share": at(expected),
        "low": at(Decimal(landing.low)) if landing.high else "",
        "high": at(Decimal(landing.high)) if landing.high else "",
        "whole": at(_ONE) if ends > _ONE else "",
    }


def _part(value: Decimal | None, whole: Decimal) -> Decimal | None:
    return None if value is None or whole <= 0 else value / whole


def _note(each: ScoredLine) -> str:
    """Say what a line is: how often it is asked, what kind it is, how many days it is asked of."""
    kinds = {Kind.ACTIVITY: _("Activity"), Kind.OBJECTIVE: _("Objective")}
    parts = [words.grain_name(each.grain)]
    if each.kind is not None:
        parts.append(kinds[each.kind])
    target = None if each.goal is None else each.goal.target
    if target and each.pace is not None and each.pace.target != target:
        asked = {"target": words.amount(each.metric, target)}
        is_own = each.period.unit == each.grain
        # Translators: the second is of a daily or weekly target in the score of a longer time.
        said = _("share of %(target)s") if is_own else _("%(target)s each")
        parts.append(said % asked)
    return " · ".join(parts)


def _needed(each: ScoredLine) -> str:
    """Say the way forward, or for what does not add up the bound."""
    pace, metric = each.pace, each.metric
    if pace is None:
        return ""
    if pace.needed is None:
        target = words.amount(metric, pace.target)
        said = _("At least %(target)s") if metric.is_higher_better else _("At most %(target)s")
        return said % {"target": target}
    if pace.status is Status.DONE:
        return _("Target reached")
    if pace.target == 0:
        return _("Nothing expected")
    needed = words.to_do(metric, pace.needed)
    if pace.needed_per_day is None or each.period.days == 1:
        return _("%(needed)s to go") % {"needed": needed}
    a_day = words.amount(metric, pace.needed_per_day.quantize(Decimal("0.1")))
    return _("%(needed)s to go, %(a_day)s a working day") % {"needed": needed, "a_day": a_day}


def _records(each: ScoredLine, holder: Holder, as_of: AsOf) -> str:
    """Return where the records behind a value are, '' where there are none to open."""
    if not holder.key or not each.credits or each.pace is None or each.pace.value is None:
        return ""
    counts_all = each.goal is None or each.goal.counts_unassigned
    if holder.key == TOTAL and not holder.scope and not counts_all:
        return ""
    return as_of.url(
        "leaderboard_evidence",
        metric=each.metric.public_id,
        period=each.period.key,
        scope=holder.scope,
        by="member",
        holder=holder.key,
    )


# --- The score ---


def mode_places(mode: Mode) -> int:
    """Return the decimals points are told with: ranks add up to small numbers."""
    return 1 if mode.is_higher_better else 2


def points(value: Decimal | None, mode: Mode) -> str:
    return formats.NO_VALUE if value is None else formats.plain(value, most=mode_places(mode))


def percent(share: Decimal | None) -> str:
    """Write a share with a decimal where it has one."""
    if share is None:
        return ""
    rounded = round(share * 100, 1)
    return formats.percent(share, 0 if rounded == rounded.to_integral_value() else 1)


def weight(step: Step) -> str:
    return formats.plain(step.weight, most=1)


def steps(card: Scorecard) -> list[ScoreStep]:
    return [_step(each, card.score.mode) for each in card.lines]


def _step(each: ScoredLine, mode: Mode) -> ScoreStep:
    step = each.step
    is_scored = step.unscored is None
    return ScoreStep(
        name=f"{_(each.metric.name)} · {words.grain_name(each.grain)}",
        worked=_worked(each, mode) if is_scored else "",
        counted=_counted(step, mode) if is_scored else "",
        weight=_counted_weight(step, mode),
        points=formats.plain(step.points),
        rule=_rule(step, mode),
        state=Status.NO_TARGET.value if each.pace is None else each.pace.status.value,
        share=step.points / WHOLE if mode.is_higher_better else 0,
        key=key(each),
    )


def _worked(each: ScoredLine, mode: Mode) -> str:
    """Write how the attainment comes about; of less that is better, what was saved."""
    step, metric = each.step, each.metric
    said = {
        "value": words.amount(metric, step.value or Decimal()),
        "target": words.amount(metric, step.target),
        "attainment": percent(step.attainment),
    }
    if not metric.is_higher_better and step.target:
        return _("2 − %(value)s ÷ %(target)s = %(attainment)s") % said
    if mode is Mode.PACE_INDEX:
        return _("%(value)s ÷ %(target)s expected = %(attainment)s") % said
    return _("%(value)s ÷ %(target)s = %(attainment)s") % said


def _counted(step: Step, mode: Mode) -> str:
    if mode.is_higher_better:
        return percent(step.counted)
    return formats.number(step.rank or 0)


def _counted_weight(step: Step, mode: Mode) -> str:
    found = formats.plain(step.counted_weight, most=2)
    return found if mode.is_higher_better else f"{found} ÷ {formats.number(100)}"


def _rule(step: Step, mode: Mode) -> str:
    """Say what else was done to a line, or why it is not scored."""
    reasons = {
        Unscored.NO_TARGET: _("there is no target"),
        Unscored.ZERO_TARGET: _("the target is nothing"),
        Unscored.NO_VALUE: _("there is nothing to measure yet"),
    }
    if step.unscored is not None:
        return reasons[step.unscored]
    parts = []
    if not mode.is_higher_better:
        said = {"rank": formats.number(step.rank or 0), "peers": formats.number(step.peers)}
        parts.append(_("rank %(rank)s of %(peers)s") % said)
    if step.is_capped and step.cap is not None:
        parts.append(_("capped at %(cap)s") % {"cap": percent(step.cap)})
    if step.is_below_start and step.start is not None:
        parts.append(_("counts from %(start)s on") % {"start": percent(step.start)})
    if step.counted_weight != step.weight:
        said = {"weight": weight(step), "counted": formats.plain(step.counted_weight, most=2)}
        parts.append(_("weight %(weight)s, scaled to %(counted)s") % said)
    return ", ".join(parts)


def meaning(card: Scorecard) -> str:
    """Say how this kind of score is made, in one sentence."""
    mode = card.score.mode
    if mode is Mode.RANK_POINTS:
        return _(
            "Weight times rank among the people with the same job profile, added up: 1 is first in"
            " everything, less is better."
        )
    if mode is Mode.PACE_INDEX:
        return _(
            "Weight times pace over the last 30 days, added up: 100 is exactly where one should"
            " be, 250 is the most."
        )
    return _("Weight times attainment, added up: 100 is everything on target.")


def remarks(card: Scorecard) -> tuple[str, ...]:
    """Say openly what nobody chose: equal weights, and weights that were scaled up."""
    found = []
    if card.is_equal and card.lines:
        found.append(_("Nobody has set weights, so every line with a target counts the same."))
    if card.score.is_scaled:
        said = {"weight": formats.plain(card.score.scored_weight, most=1)}
        found.append(
            _("Lines that cannot be scored are left out: weights of %(weight)s were scaled to 100.")
            % said
        )
    return tuple(found)


def most(card: Scorecard) -> Decimal:
    """Return where the gauge ends, as a share of the whole: at its cap, two where there is none."""
    if card.score.mode is Mode.PACE_INDEX:
        return MOST_PACE
    cap = card.definition.cap if card.definition else None
    return max(cap or Decimal(2), _ONE)


def whose(card: Scorecard) -> str:
    """Return the name of who a scorecard is of."""
    if card.member is not None:
        return card.member.name
    return card.team.name if card.team else people.root_team().name
