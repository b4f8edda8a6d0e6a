"""The sheet of targets: people down, periods across; typed, pasted, saved in one batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import Period, period_of
from juara.core.errors import DomainError
from juara.goals import access as goal_access
from juara.goals import grid, operations
from juara.goals import ground as grounds
from juara.goals.access import Reach
from juara.goals.grid import Cell, Grid, Group, Row
from juara.goals.types import Change, GoalOwner, Owner
from juara.leaderboards import queries as boards
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import TeamFacts
from juara.tenancy import knowledge
from juara.ui import formats
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.goals import reading, shown
from juara.web.goals.forms import offered_grains
from juara.web.today import amounts

# How many periods stand side by side, by their length.
COUNTS = {
    "month": 12, "week": 13, "quarter": 8, "year": 5, "fiscal-month": 12, "fiscal-quarter": 8,
    "fiscal-year": 5,
}  # fmt: skip
PEOPLE = 50
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what makes no sense is as good as not asked."""

    metric: MetricFacts
    grain: str
    team: TeamFacts | None
    first: date
    page: int

    def query(self, **changes: str) -> str:
        given = {
            "metric": self.metric.public_id,
            "grain": self.grain,
            "team": EVERYBODY if self.team is None else self.team.public_id,
            "from": self.first.isoformat(),
            "page": str(self.page) if self.page > 1 else "",
        } | changes
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell as a field: `text` is typed or stored, `asked` what holds where it is left empty."""

    name: str
    label: str
    text: str
    asked: str
    plain: str
    error: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class SumShown:
    """What people together come to in a column, and how far that is from the team's own target."""

    total: str
    own: str
    gap: str
    state: str
    plain: str
    plain_own: str


@dataclass(frozen=True, slots=True)
class RowShown:
    name: str
    url: str
    teams: str
    total: str
    cells: tuple[CellShown, ...]
    can_set: bool


@dataclass(frozen=True, slots=True)
class GroupShown:
    key: str
    name: str
    depth: int
    sums: tuple[SumShown, ...]
    rows: tuple[RowShown, ...]


@require_safe
@in_organization
def goals_grid(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    asked = _asked(request, viewer)
    if asked is None:
        return redirect("goals", core_scope.current().slug)
    return _page(request, asked, goal_access.reach(viewer, today=boards.today(clock.now())))


@require_POST
@in_organization
def goals_save(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Save what was typed into the sheet that the address asks for."""
    access.require_leader(viewer)
    reach = goal_access.reach(viewer, today=boards.today(clock.now()))
    goal_access.require(bool(reach))
    asked = _asked(request, viewer)
    if asked is None:
        return redirect("goals", core_scope.current().slug)
    return _saved(request, viewer, asked, reach)


def _asked(request: HttpRequest, viewer: Viewer) -> Asked | None:
    given = request.GET
    every = metrics.metrics()
    metric = next((each for each in every if each.public_id == given.get("metric")), None)
    metric = metric or reading.first_metric(every)
    if metric is None:
        return None
    today, rules = boards.today(clock.now()), reading.rules_now()
    grains = [each for each in offered_grains(rules, today) if each in COUNTS]
    grain = given.get("grain", "")
    grain = grain if grain in grains else "month"
    first = reading.day_of(given.get("from", ""))
    if first is None or not 1950 < first.year < 2900:
        year = period_of("fiscal-year", today, rules=rules)
        first = today if grain == "week" else year.from_day
    first = period_of(grain, first, rules=rules).from_day
    return Asked(metric, grain, _team(given.get("team", ""), viewer), first,
                 page_number(given.get("page", "")))  # fmt: skip


def _team(text: str, viewer: Viewer) -> TeamFacts | None:
    """Return the team that is asked for; a manager begins with their own."""
    teams = people.teams()
    if text == EVERYBODY:
        return None
    if text:
        return next((each for each in teams.values() if each.public_id == text), None)
    if viewer.member.role != "manager":
        return None
    today = boards.today(clock.now())
    here = [
        each
        for each in people.places_of(viewer.member.id)
        if each.from_day <= today < each.until_day
    ]
    return teams[here[0].team_id] if here and not teams[here[0].team_id].is_root else None


def _read(asked: Asked, *, batch: int = grounds.LATEST) -> Grid:
    return grid.read(
        asked.metric.id, asked.grain, team=asked.team, first=asked.first,
        count=COUNTS[asked.grain], moment=clock.now(), batch=batch,
    )  # fmt: skip


def _name(row: Row, cell: Cell) -> str:
    return f"t:{row.member.public_id}:{cell.period.from_day.isoformat()}"


def _stored(cell: Cell, metric: MetricFacts) -> str:
    return "" if cell.own is None else amounts.typed(cell.own, metric.unit)


# --- Saving ---


def _saved(request: HttpRequest, viewer: Viewer, asked: Asked, reach: Reach) -> HttpResponse:
    """Save the cells that were changed since the page was shown, all or none.

    What somebody else has changed meanwhile, in cells that were left alone, stays.
    """
    seen = request.POST.get("seen", "")
    shown_then = _read(
        asked, batch=int(seen) if seen.isdecimal() and len(seen) < 19 else grounds.LATEST
    )
    changes: list[Change] = []
    errors: dict[str, str] = {}
    for row in shown_then.rows:
        for cell in row.cells:
            name = _name(row, cell)
            typed = request.POST.get(name)
            if typed is None or typed.strip() == _stored(cell, asked.metric):
                continue
            change, problem = _change(asked, row, cell, typed.strip(), reach)
            if problem:
                errors[name] = problem
            elif change is not None:
                changes.append(change)
    if errors:
        return _page(request, asked, reach, errors=errors)
    if not changes:
        messages.info(request, _("Nothing was changed."))
        return _back(asked)
    try:
        batch = operations.lay_targets(changes, moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        return _page(request, asked, reach, problem=sentence(refusal))
    reading.remember(request, batch, len(changes))
    messages.success(
        request,
        ngettext("%(count)s target is saved.", "%(count)s targets are saved.", len(changes))
        % {"count": formats.number(len(changes))},
    )
    return _back(asked)


def _change(
    asked: Asked, row: Row, cell: Cell, typed: str, reach: Reach
) -> tuple[Change | None, str]:
    """Return what a cell asks for, or why it is refused."""
    if not reach.sets_member(row.member.id):
        return None, _("Not yours to set.")
    if not cell.is_there:
        return None, _("Nobody here in this period.")
    target: Decimal | None = None
    if typed:
        target = amounts.parse(typed, asked.metric.unit)
        if target is None or not 0 <= target < 10**14:
            return None, _("This is not a number from 0 up.")
        target = target.quantize(Decimal("0.0001"))
    if target == cell.own:
        return None, ""
    owner = GoalOwner(Owner.MEMBER, row.member.public_id)
    return Change(
        owner, asked.metric.public_id, asked.grain, target, cell.period.from_day,
        cell.period.until_day,
    ), ""  # fmt: skip


def _back(asked: Asked) -> HttpResponse:
    answer = redirect("goals_grid", core_scope.current().slug)
    answer["Location"] += f"?{asked.query()}"
    return answer


@require_POST
@in_organization
def goals_undo(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Undo what this sign-in saved last."""
    access.require_leader(viewer)
    goal_access.require(bool(goal_access.reach(viewer, today=boards.today(clock.now()))))
    batch = reading.last_laid(request)
    if batch is None:
        messages.info(request, _("There is nothing to undo."))
    else:
        try:
            operations.put_back(batch, moment=clock.now(), actor=viewer.member.email)
        except DomainError as refusal:
            messages.error(request, sentence(refusal))
        else:
            messages.success(request, _("Undone. Every target is what it was before."))
        reading.forget(request)
    back = request.POST.get("back", "")
    here = reverse("goals_grid", args=[core_scope.current().slug])
    # Only back to a page of ours.
    return redirect(
        back if back.startswith(f"{here}?") else reverse("goals", args=[core_scope.current().slug])
    )


# --- The page ---


def _page(
    request: HttpRequest,
    asked: Asked,
    reach: Reach,
    *,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
) -> HttpResponse:
    seen = knowledge.last_number()
    found = _read(asked)
    every = metrics.metrics()
    errors = errors or {}
    typed = request.POST if request.method == "POST" else {}
    pages = max(-(-len(found.rows) // PEOPLE), 1)
    page = min(asked.page, pages)
    on_page = {row.member.id for row in found.rows[(page - 1) * PEOPLE : page * PEOPLE]}
    groups = [_group(each, found, asked, reach, on_page, typed, errors) for each in found.groups]
    here = reverse("goals_grid", args=[core_scope.current().slug])
    rules, today = reading.rules_now(), boards.today(clock.now())
    before, after = _moved(asked, found)
    context: dict[str, Any] = {
        "groups": [each for each in groups if each.rows or pages == 1 or not each.depth],
        "columns": [_column(each, today) for each in found.periods],
        "adds_up": found.adds_up,
        "asked": asked,
        "metric_name": _(asked.metric.name),
        "metrics": [(each.public_id, _(each.name)) for each in every],
        "grains": [
            (each, shown.grain_name(each))
            for each in offered_grains(rules, today) if each in COUNTS
        ],
        "teams": [(EVERYBODY, people.root_team().name)]
        + [(each.public_id, each.name) for each in people.teams().values() if not each.is_root],
        "team_id": EVERYBODY if asked.team is None else asked.team.public_id,
        "can_set": bool(reach),
        "people_count": len(found.rows),
        "seen": request.POST.get("seen", seen) if errors or problem else seen,
        "here": f"{here}?{asked.query()}",
        "save_url": f"{reverse('goals_save', args=[core_scope.current().slug])}?{asked.query()}",
        "before_url": f"{here}?{asked.query(**{'from': before.isoformat(), 'page': ''})}",
        "after_url": f"{here}?{asked.query(**{'from': after.isoformat(), 'page': ''})}",
        "page": page,
        "page_count": pages,
        "previous_url": f"{here}?{asked.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"{here}?{asked.query(page=str(page + 1))}" if page < pages else "",
        "error_count": len(errors),
        "problem": problem,
        "undo": reading.undo_words(request),
        "decimals": asked.metric.decimals,
        "currency": core_scope.current().currency if asked.metric.unit == "currency" else "",
        "counts_here": found.adds_up and asked.metric.unit in ("count", "points", "currency"),
    }  # fmt: skip
    status = 422 if errors or problem else 200
    return render(request, "web/goals/grid.html", context, status=status)


def _moved(asked: Asked, found: Grid) -> tuple[date, date]:
    """Return where the sheets before and after this one begin."""
    span = found.periods[-1].until_day - found.periods[0].from_day
    before = period_of(asked.grain, asked.first - span, rules=reading.rules_now()).from_day
    return before, found.periods[-1].until_day


def _column(period: Period, today: date) -> dict[str, Any]:
    return {
        "name": formats.period(period.key, period.from_day, period.until_day)
        if period.unit in ("month", "year", "quarter")
        else formats.fiscal_name(period.key) or formats.short_day(period.from_day),
        "title": formats.first_to_last(period.from_day, period.until_day),
        "is_now": period.contains(today),
    }


def _group(
    group: Group,
    found: Grid,
    asked: Asked,
    reach: Reach,
    on_page: set[int],
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> GroupShown:
    names = [_column(each, each.from_day)["name"] for each in found.periods]
    return GroupShown(
        key=str(group.team.id),
        name=group.team.name,
        depth=group.depth,
        sums=tuple(
            _sum(asked.metric, total, own)
            for total, own in zip(
                (*group.sums, sum(group.sums, Decimal())),
                (*group.own, _whole(group.own)),
                strict=True,
            )
        ),
        rows=tuple(
            _row(row, names, asked, reach, typed, errors)
            for row in group.rows
            if row.member.id in on_page
        ),
    )


def _whole(own: tuple[Decimal | None, ...]) -> Decimal | None:
    """Return what a team is asked for over all columns; None unless it is in each of them."""
    found = [each for each in own if each is not None]
    return sum(found, Decimal()) if len(found) == len(own) else None


def _sum(metric: MetricFacts, total: Decimal, own: Decimal | None) -> SumShown:
    gap, state = "", ""
    if own is not None:
        far = total - own
        state = "less" if far < 0 else "more" if far > 0 else "even"
        gap = shown.amount(metric, abs(far)) if far else ""
    return SumShown(
        total=shown.amount(metric, total),
        own="" if own is None else shown.amount(metric, own),
        gap=gap,
        state=state,
        plain=f"{total:f}",
        plain_own="" if own is None else f"{own:f}",
    )


def _row(
    row: Row,
    names: list[str],
    asked: Asked,
    reach: Reach,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> RowShown:
    can_set = reach.sets_member(row.member.id)
    cells = []
    for cell, name in zip(row.cells, names, strict=True):
        key = _name(row, cell)
        stored = _stored(cell, asked.metric)
        cells.append(
            CellShown(
                name=key,
                label=f"{row.member.name}, {name}",
                text=typed.get(key, stored),
                asked="" if cell.asked is None else amounts.typed(cell.asked, asked.metric.unit),
                plain="" if cell.asked is None else f"{cell.asked:f}",
                error=errors.get(key, ""),
                is_there=cell.is_there,
            )
        )
    return RowShown(
        name=row.member.name,
        url=reverse("goals_person", args=[core_scope.current().slug, row.member.public_id]),
        teams=" ".join(str(each) for each in row.teams),
        total=shown.amount(asked.metric, row.total),
        cells=tuple(cells),
        can_set=can_set,
    )
