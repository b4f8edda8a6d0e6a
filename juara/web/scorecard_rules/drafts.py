"""A scorecard as it is being written: what the form holds, whole or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from juara.core.errors import DomainError
from juara.goals.types import GRAINS, PlannedGoal
from juara.metrics.queries import MetricFacts
from juara.scorecards import definitions
from juara.scorecards.types import DEFAULT_CAP, WHOLE, Definition, Kind, Line, Mode, WithoutValue
from juara.ui import formats
from juara.web.errors import sentence
from juara.web.today import amounts

# Shorter than this is what people do, longer what it is done for.
_ACTIVITY = ("day", "last-7-days", "week")
# More than anybody sends.
_MOST = definitions.MOST_LINES + 1
# At which field of a line a refusal is shown, and of the whole.
_AT_LINE = {
    "scorecard.weight": "weight",
    "scorecard.weight_places": "weight",
    "scorecard.cap_below_start": "start",
    "scorecard.grain": "grain",
}
_AT_WHOLE = {
    "scorecard.pace_cap": "cap",
    "scorecard.rank_owner": "mode",
    "scorecard.day": "from_day",
    "scorecard.weights": "weights",
}


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line as typed. `metric` is a public id."""

    metric: str
    grain: str
    weight: str = ""
    cap: str = ""
    start: str = ""
    kind: str = Kind.OBJECTIVE.value
    without_value: str = WithoutValue.ZERO.value

    @property
    def subject(self) -> tuple[str, str]:
        return self.metric, self.grain


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole form. `from_day` is as the browser sends a day."""

    lines: tuple[LineDraft, ...] = ()
    mode: str = Mode.WEIGHTED.value
    cap: str = ""
    from_day: str = ""


@dataclass(slots=True)
class Built:
    """What a draft comes to: a definition where all of it can be read, and what is wrong.

    Errors stand by the name of their field; those of a line by its number and field ("2-cap").
    """

    definition: Definition | None = None
    together: Decimal | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read(data: QueryDict) -> Draft:
    """Read what the form sent; rows that name nothing are no lines."""
    names = ("metric", "grain", "weight", "cap", "start", "kind", "without_value")
    columns = [data.getlist(f"line.{name}")[:_MOST] for name in names]
    count = min(map(len, columns))
    rows = (LineDraft(*(column[at][:60] for column in columns)) for at in range(count))
    return Draft(
        lines=tuple(each for each in rows if each.metric),
        mode=data.get("mode", ""),
        cap=data.get("cap", "")[:40],
        from_day=data.get("from_day", ""),
    )


def draft_of(definition: Definition, today: str) -> Draft:
    """Return a scorecard as the form shows it."""
    return Draft(
        lines=tuple(
            LineDraft(
                metric=each.metric,
                grain=each.grain,
                weight=amounts.typed(each.weight, "count"),
                cap=_typed(each.cap),
                start=_typed(each.start),
                kind=each.kind.value,
                without_value=each.without_value.value,
            )
            for each in definition.lines
        ),
        mode=definition.mode.value,
        cap=_typed(definition.cap),
        from_day=today,
    )


def begun(goals: Iterable[PlannedGoal], names: dict[int, MetricFacts], today: str) -> Draft:
    """Return what a first scorecard begins as: every goal there is, all of the same weight."""
    subjects = dict.fromkeys(
        (names[each.first.metric_id].public_id, each.first.grain)
        for each in goals
        if each.first.metric_id in names
    )
    lines = tuple(LineDraft(metric, grain, kind=_kind(grain)) for metric, grain in subjects)
    return even(Draft(lines[: definitions.MOST_LINES], cap=_typed(DEFAULT_CAP), from_day=today))


def even(draft: Draft) -> Draft:
    """Spread the weights in whole numbers, what is left over to the first lines."""
    count = len(draft.lines)
    weights = [100 // count + (at < 100 % count) for at in range(count)] if count else []
    lines = zip(draft.lines, weights, strict=True)
    return replace(
        draft, lines=tuple(replace(line, weight=formats.number(each)) for line, each in lines)
    )


def added(draft: Draft, metric: str, grain: str) -> Draft:
    """Add a line without weight, unless it is there or the list is full."""
    if not metric or grain not in GRAINS or len(draft.lines) >= definitions.MOST_LINES:
        return draft
    if (metric, grain) in {each.subject for each in draft.lines}:
        return draft
    return replace(draft, lines=(*draft.lines, LineDraft(metric, grain, kind=_kind(grain))))


def without(draft: Draft, at: str) -> Draft:
    kept = (each for number, each in enumerate(draft.lines) if str(number) != at)
    return replace(draft, lines=tuple(kept))


def build(draft: Draft) -> Built:
    """Return what a draft comes to, every refusal at its field."""
    built = Built()
    mode = draft.mode if draft.mode in list(Mode) else Mode.WEIGHTED.value
    cap = None if mode == Mode.RANK_POINTS else _share(draft.cap, "cap", built)
    lines = [_line(each, at, built) for at, each in enumerate(draft.lines)]
    built.together = sum((each.weight for each in lines), Decimal())
    made = Definition(tuple(lines), Mode(mode), cap)
    _check_lines(made, built)
    if built.errors:
        return built
    try:
        definitions.check(made)
    except DomainError as refusal:
        refuse(built, refusal)
    else:
        built.definition = made
    return built


def refuse(built: Built, refusal: DomainError) -> None:
    """Note what the domain refused at the field it is about, "" for all of it."""
    built.errors.setdefault(_AT_WHOLE.get(refusal.code, ""), sentence(refusal))


def _line(draft: LineDraft, at: int, built: Built) -> Line:
    weight = amounts.parse(draft.weight.replace("%", ""), "count")
    if weight is None:
        built.errors[f"{at}-weight"] = _("Write a number from 0 to 100.")
    return Line(
        metric=draft.metric,
        grain=draft.grain,
        weight=Decimal() if weight is None else weight,
        cap=_share(draft.cap, f"{at}-cap", built),
        start=_share(draft.start, f"{at}-start", built),
        kind=Kind.ACTIVITY if draft.kind == Kind.ACTIVITY else Kind.OBJECTIVE,
        without_value=WithoutValue.SKIP
        if draft.without_value == WithoutValue.SKIP
        else WithoutValue.ZERO,
    )


def _check_lines(made: Definition, built: Built) -> None:
    seen = set[tuple[str, str]]()
    for at, line in enumerate(made.lines):
        try:
            definitions.check_line(line, made)
        except DomainError as refusal:
            name = _AT_LINE.get(refusal.code) or _share_at(line)
            built.errors.setdefault(f"{at}-{name}", sentence(refusal))
        if (line.metric, line.grain) in seen:
            text = _("The same metric stands twice for the same length of time.")
            built.errors.setdefault(f"{at}-grain", text)
        seen.add((line.metric, line.grain))


def _share_at(line: Line) -> str:
    """Return which of a line's two shares cannot be one; the cap where both can."""
    if line.cap is not None and 0 < line.cap <= WHOLE:
        return "cap" if line.start is None else "start"
    return "start" if line.cap is None else "cap"


def _share(text: str, name: str, built: Built) -> Decimal | None:
    if not text.strip():
        return None
    found = amounts.parse(text, "percent")
    if found is None:
        built.errors[name] = _("Write a percentage, such as 200, or leave it empty.")
    return found


def _typed(share: Decimal | None) -> str:
    return "" if share is None else amounts.typed(share, "percent")


def _kind(grain: str) -> str:
    return (Kind.ACTIVITY if grain in _ACTIVITY else Kind.OBJECTIVE).value


def subjects(lines: Sequence[LineDraft]) -> set[tuple[str, str]]:
    return {each.subject for each in lines}
