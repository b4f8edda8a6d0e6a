"""Dividing a goal over teams and people: seen first, then written in one step."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import Period, period_of, previous
from juara.core.errors import DomainError, NotFoundError
from juara.goals import access as goal_access
from juara.goals import dividing, grid, operations, queries
from juara.goals import ground as grounds
from juara.goals.ground import Ground
from juara.goals.types import Change, GoalFacts, GoalOwner, Owner
from juara.metrics.queries import MetricFacts
from juara.people import access
from juara.people import calc as tree
from juara.people.access import Viewer
from juara.people.types import MemberFacts, TeamFacts
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.goals import reading, shown
from juara.web.today import amounts

EQUALLY, BY_LAST = "equally", "last"


@dataclass(frozen=True, slots=True)
class Part:
    """What one person would be asked for; `teams` are those above them, their own first."""

    member: MemberFacts
    teams: tuple[int, ...]
    last: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Plan:
    """A goal with the people its target is divided over, for a period and those after it."""

    facts: GoalFacts
    metric: MetricFacts
    ground: Ground
    period: Period
    teams: tuple[tuple[TeamFacts, int], ...]
    parts: tuple[Part, ...]

    @property
    def target(self) -> Decimal:
        return self.facts.target or Decimal()


@require_http_methods(["GET", "POST"])
@in_organization
def goal_divide(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Divide a goal over the people below it and set what each gets, with their teams' sums."""
    access.require_leader(viewer)
    by = request.POST.get("by") or request.GET.get("by") or EQUALLY
    plan = _plan(public_id, by)
    reach = goal_access.reach(viewer, today=plan.ground.today)
    goal_access.require(reach.sets(plan.facts))
    typed = dict[str, str]()
    errors = dict[str, str]()
    if request.method == "POST" and "again" not in request.POST:
        typed = {each.member.public_id: request.POST.get(f"p:{each.member.public_id}", "").strip()
                 for each in plan.parts}  # fmt: skip
        found = {name: _amount(text, plan.metric) for name, text in typed.items() if text}
        wrong = _("This is not a number from 0 up.")
        errors = {name: wrong for name, each in found.items() if each is None}
        if not errors:
            amounts_ = {name: each for name, each in found.items() if each is not None}
            return _write(request, viewer, plan, amounts_)
    return _page(request, plan, by, typed, errors)


def _plan(public_id: str, by: str) -> Plan:
    moment = clock.now()
    goal_id = queries.goal_of_id(public_id).id
    ground = grounds.read(moment=moment)
    facts = next(
        (each for each in ground.goals if each.goal_id == goal_id and each.holds_on(ground.today)),
        None,
    ) or next((each for each in ground.goals if each.goal_id == goal_id), None)  # fmt: skip
    if (
        facts is None
        or facts.owner not in (Owner.COMPANY, Owner.TEAM)
        or facts.target is None
        or facts.days is not None
    ):
        raise NotFoundError("target.unknown", "There is no such target.")
    metric = ground.metrics[facts.metric_id]
    day = max(ground.today, facts.from_day)
    period = period_of(facts.grain, day, rules=ground.rules)
    parents = tree.parents_on(ground.parents, ground.today)
    root = next(each for each in ground.teams.values() if each.is_root)
    top = ground.teams[facts.team_id] if facts.team_id else root
    order = grid.in_order(ground.teams.values(), parents, top)
    return Plan(
        facts, metric, ground, period, tuple(order),
        _parts(ground, facts, metric, period, {team.id for team, _ in order}, parents, by),
    )  # fmt: skip


def _parts(
    ground: Ground,
    facts: GoalFacts,
    metric: MetricFacts,
    period: Period,
    inside: set[int],
    parents: dict[int, int],
    by: str,
) -> tuple[Part, ...]:
    day = max(ground.today, period.from_day)
    placed = {
        member_id: place.team_id
        for member_id, places in ground.places.items()
        for place in places
        if place.from_day <= day < place.until_day and place.team_id in inside
    }
    sold = ground.sums(previous(period, rules=ground.rules))
    last = {each: _value(ground, metric, sold.get(each, {})) for each in placed}
    # Who leads sells through others, unless they sold themselves.
    members = [
        ground.members[each]
        for each in placed
        if ground.members[each].role == "rep" or last[each] > 0
    ]
    members.sort(key=lambda each: (each.name.casefold(), each.id))
    weights = [last[each.id] if by == BY_LAST else Decimal(1) for each in members]
    decimals = 0 if metric.unit == "currency" else metric.decimals
    parts = dividing.parts(facts.target or Decimal(), weights, decimals=decimals)
    return tuple(
        Part(each, tree.line_of(parents, placed[each.id]), last[each.id], part)
        for each, part in zip(members, parts, strict=True)
    )


def _value(ground: Ground, metric: MetricFacts, sums: Any) -> Decimal:
    return ground.measured[metric.id].value(sums) or Decimal()


def _amount(text: str, metric: MetricFacts) -> Decimal | None:
    found = amounts.parse(text, metric.unit)
    return None if found is None or not 0 <= found < 10**14 else found


def _write(
    request: HttpRequest, viewer: Viewer, plan: Plan, given: dict[str, Decimal]
) -> HttpResponse:
    """Set what everybody gets, and of every team below what its people get together."""
    from_day, until_day = max(plan.period.from_day, plan.facts.from_day), plan.facts.until_day
    changes = _changes(plan, given, from_day, until_day, has_teams="teams" in request.POST)
    try:
        batch = operations.lay_targets(changes, moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("goals", core_scope.current().slug)
    reading.remember(request, batch, len(changes))
    messages.success(
        request,
        ngettext(
            "The goal is divided: %(count)s target is set.",
            "The goal is divided: %(count)s targets are set.",
            len(changes),
        ) % {"count": formats.number(len(changes))},
    )  # fmt: skip
    return redirect("goals", core_scope.current().slug)


def _changes(
    plan: Plan, given: dict[str, Decimal], from_day: date, until_day: date, *, has_teams: bool
) -> list[Change]:
    metric, grain = plan.metric.public_id, plan.facts.grain
    people = [each for each in plan.parts if each.member.public_id in given]
    found = [
        Change(
            GoalOwner(Owner.MEMBER, each.member.public_id), metric, grain,
            given[each.member.public_id], from_day, until_day,
        )
        for each in people
    ]  # fmt: skip
    if has_teams:
        sums = dividing.added(
            {each.member.id: given[each.member.public_id] for each in people},
            {each.member.id: each.teams for each in people},
        )
        found += [
            Change(
                GoalOwner(Owner.TEAM, team.public_id), metric, grain, sums[team.id], from_day,
                until_day,
            )
            for team, depth in plan.teams
            if depth and team.id in sums
        ]  # fmt: skip
    return found


def _page(
    request: HttpRequest, plan: Plan, by: str, typed: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    metric = plan.metric
    sums = dividing.added(
        {each.member.id: each.amount for each in plan.parts},
        {each.member.id: each.teams for each in plan.parts},
    )
    before = previous(plan.period, rules=plan.ground.rules)
    context = {
        "goal_name": reading.goal_name(plan.ground, plan.facts),
        "goal_url": reverse("goal", args=[core_scope.current().slug, plan.facts.public_id]),
        "here": request.path,
        "by": by,
        "ways": [
            (EQUALLY, _("The same for everybody")),
            (BY_LAST, _("By what each reached in the last period")),
        ],
        "before": formats.period(before.key, before.from_day, before.until_day),
        "target": shown.amount(metric, plan.target),
        "plain_target": f"{plan.target:f}",
        "top": str(plan.teams[0][0].id),
        "total": shown.amount(metric, sum((each.amount for each in plan.parts), Decimal())),
        "has_last": any(each.last > 0 for each in plan.parts),
        "groups": [
            {
                "key": str(team.id),
                "name": team.name,
                "depth": depth,
                "total": shown.amount(metric, sums.get(team.id, Decimal())),
                "rows": [
                    _row(each, metric, typed, errors)
                    for each in plan.parts
                    if each.teams[0] == team.id
                ],
            }
            for team, depth in plan.teams
            if team.id in sums
        ],
        "from_day": max(plan.period.from_day, plan.facts.from_day),
        "has_teams": len([1 for team, depth in plan.teams if depth and team.id in sums]) > 0,
        "wants_teams": request.method != "POST" or "teams" in request.POST,
        "people": len(plan.parts),
        "error_count": len(errors),
        "decimals": metric.decimals,
        "currency": core_scope.current().currency if metric.unit == "currency" else "",
        "counts_here": metric.unit in ("count", "points", "currency"),
    }
    status = 422 if errors else 200
    return render(request, "web/goals/divide.html", context, status=status)


def _row(
    part: Part, metric: MetricFacts, typed: dict[str, str], errors: dict[str, str]
) -> dict[str, Any]:
    public_id = part.member.public_id
    return {
        "name": part.member.name,
        "field": f"p:{public_id}",
        "teams": " ".join(str(each) for each in part.teams),
        "last": shown.amount(metric, part.last),
        "text": typed.get(public_id, amounts.typed(part.amount, metric.unit)),
        "error": errors.get(public_id, ""),
    }
