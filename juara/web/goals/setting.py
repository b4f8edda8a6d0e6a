"""Setting, changing and ending a goal, with help from what was reached before."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import DomainError, Kind, NotFoundError
from juara.goals import access as goal_access
from juara.goals import ground as grounds
from juara.goals import helping, measures, operations, queries
from juara.goals.owners import Owners
from juara.goals.types import CUSTOM, GRAINS, GoalFacts, GoalOwner, Owner, PlannedGoal, RollUp
from juara.leaderboards import queries as boards
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts, TeamFacts
from juara.ui import formats
from juara.ui.figures import Histogram
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.goals import reading, shown
from juara.web.goals.forms import EndForm, GoalForm
from juara.web.today import amounts
from juara.web.today import shown as today_shown

_FIELDS = {
    "target.value": "target", "target.day": "from_day", "target.days": "last_day",
    "target.serves": "serves", "target.grain": "grain", "target.roll_up_of_a_rate": "roll_up",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose a goal is or is to be, as the address says it: company, team:id or member:id."""

    kind: Owner
    team: TeamFacts | None = None
    member: MemberFacts | None = None

    @property
    def text(self) -> str:
        return self.kind.value if not self.public_id else f"{self.kind.value}:{self.public_id}"

    @property
    def public_id(self) -> str:
        whose = self.team or self.member
        return "" if whose is None else whose.public_id

    @property
    def name(self) -> str:
        whose = self.team or self.member
        return people.root_team().name if whose is None else whose.name

    @property
    def url(self) -> str:
        slug = core_scope.current().slug
        if self.member is not None:
            return reverse("goals_person", args=[slug, self.member.public_id])
        return reverse("goals", args=[slug]) + (f"#team-{self.public_id}" if self.team else "")

    def require(self, viewer: Viewer) -> None:
        reach = goal_access.reach(viewer, today=_today())
        if self.member is not None:
            goal_access.require(reach.sets_member(self.member.id))
        elif self.team is not None:
            goal_access.require(reach.sets_team(self.team.id))
        else:
            goal_access.require(reach.sets_company())


def _today() -> date:
    return boards.today(clock.now())


def _whose(text: str) -> _Whose:
    kind, _colon, public_id = text.partition(":")
    if kind == Owner.TEAM:
        team = people.team_of_id(public_id)
        return _Whose(Owner.COMPANY) if team.is_root else _Whose(Owner.TEAM, team=team)
    if kind == Owner.MEMBER:
        return _Whose(Owner.MEMBER, member=people.member_of_id(public_id))
    return _Whose(Owner.COMPANY)


def _of(facts: GoalFacts) -> _Whose:
    if facts.profile_id is not None:
        raise NotFoundError("target.unknown", "There is no such target.")
    if facts.member_id is not None:
        return _Whose(Owner.MEMBER, member=people.members()[facts.member_id])
    if facts.team_id is not None:
        return _Whose(Owner.TEAM, team=people.teams()[facts.team_id])
    return _Whose(Owner.COMPANY)


@require_http_methods(["GET", "POST"])
@in_organization
def goal_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Set a goal of the company, a team or a person."""
    access.require_leader(viewer)
    given = request.POST if request.method == "POST" else request.GET
    whose = _whose(given.get("owner", ""))
    whose.require(viewer)
    every = metrics.metrics()
    metric = reading.metric_of(given.get("metric", "")) or reading.first_metric(every)
    if metric is None:
        return redirect("goals", core_scope.current().slug)
    form = _new_form(request, whose, metric, every)
    if request.method == "POST" and form.is_valid():
        public_id = _save(form, whose, metric, viewer)
        if public_id:
            messages.success(request, _("The goal is set."))
            return _after(whose, metric, form, public_id)
    return _form_page(request, form, whose, metric, planned=None)


def _new_form(
    request: HttpRequest, whose: _Whose, metric: MetricFacts, every: tuple[MetricFacts, ...]
) -> GoalForm:
    given = request.POST if request.method == "POST" else request.GET
    grain = given.get("grain", "")
    if grain not in GRAINS:
        grain = "month"
    today = _today()
    initial = {
        "metric": metric.public_id, "grain": grain, "roll_up": RollUp.OWN.value,
        "from_day": today, "is_prorated": True, "counts_unassigned": True,
        **{f"weekday_{at}": "100" for at in range(7)},
        **{name: value for name, value in given.items() if name in ("target", "roll_up", "serves")},
    }  # fmt: skip
    return GoalForm(
        request.POST if request.method == "POST" else None,
        initial=initial, owner=whose.kind, today=today, rules=reading.rules_now(), measured=every,
        serves=_served(whose, None), adds_up=measures.accumulates(metric), grain=grain,
    )  # fmt: skip


def _served(whose: _Whose, facts: GoalFacts | None) -> list[tuple[str, str]]:
    """Return the goals above that one may be part of."""
    if whose.kind is Owner.COMPANY:
        return []
    every, teams = {each.id: each for each in metrics.metrics()}, people.teams()
    found = []
    for each in queries.planned(_today()):
        first = each.first
        is_above = first.owner is Owner.COMPANY or (
            first.owner is Owner.TEAM and (whose.team is None or first.team_id != whose.team.id)
        )
        if is_above and first.metric_id in every and (not facts or facts.goal_id != first.goal_id):
            owner = teams[first.team_id].name if first.team_id else people.root_team().name
            text = f"{owner}: {_(every[first.metric_id].name)}, {shown.length(first)}"
            found.append((first.public_id, text))
    return found


def _save(
    form: GoalForm, whose: _Whose, metric: MetricFacts, viewer: Viewer, *, is_primary: bool = True,
    days: tuple[date, date] | None = None,
) -> str:  # fmt: skip
    """Set what the form says; what is refused becomes an error of the form."""
    from_day, until_day = form.span()
    try:
        return operations.set_goal(
            GoalOwner(whose.kind, whose.public_id), metric=metric.public_id, grain=form.length,
            asking=form.asking(), is_primary=is_primary, days=days or form.days(),
            from_day=from_day, until_day=until_day, moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip
    except DomainError as refusal:
        if refusal.kind is not Kind.INVALID:
            raise
        field = _FIELDS.get(refusal.code)
        form.add_error(field if field in form.fields else None, sentence(refusal))
        return ""


def _after(whose: _Whose, metric: MetricFacts, form: GoalForm, public_id: str) -> HttpResponse:
    """Lead on to dividing where there is something to divide, else back."""
    is_divided = (
        whose.kind is not Owner.MEMBER
        and measures.accumulates(metric)
        and form.cleaned_data["amount"] is not None
        and form.length != CUSTOM
    )
    if is_divided:
        return redirect("goal_divide", core_scope.current().slug, public_id)
    return redirect(whose.url)


@require_safe
@in_organization
def goal(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show one goal with its targets over time, and the form that changes it."""
    access.require_leader(viewer)
    return _one(request, viewer, public_id)


@require_POST
@in_organization
def goal_change(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Ask for something else from a day on, or in one period only."""
    access.require_leader(viewer)
    return _one(request, viewer, public_id)


def _one(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    facts, planned = _planned(public_id)
    whose = _of(facts)
    metric = next((each for each in metrics.metrics() if each.id == facts.metric_id), None)
    if metric is None:
        raise NotFoundError("target.unknown", "There is no such target.")
    if request.method == "POST":
        whose.require(viewer)
    elif whose.member is not None:
        access.require_open(viewer, whose.member.id)
    form = _change_form(request, whose, metric, planned.now or planned.after or facts)
    if request.method == "POST" and form.is_valid():
        saved = _save(form, whose, metric, viewer, is_primary=facts.is_primary, days=facts.days)
        if saved:
            messages.success(request, _("The goal is changed. Days before that keep the old one."))
            return redirect("goal", core_scope.current().slug, public_id)
    can_set = goal_access.reach(viewer, today=_today()).sets(facts)
    return _form_page(request, form, whose, metric, planned=planned, can_set=can_set)


def _planned(public_id: str) -> tuple[GoalFacts, PlannedGoal]:
    """Return a goal as it is planned; of one that has ended its last target."""
    goal_id = queries.goal_of_id(public_id).id
    found = next(
        (each for each in queries.planned(_today()) if each.first.goal_id == goal_id), None
    )
    if found is not None:
        return found.first, found
    known = queries.known_targets([goal_id])
    latest = [facts for facts, _from, until in known if until == queries.OPEN]
    if not latest:
        raise NotFoundError("target.unknown", "There is no such target.")
    return latest[-1], PlannedGoal(first=latest[-1], now=None, next_day=None, after=None)


def _change_form(
    request: HttpRequest, whose: _Whose, metric: MetricFacts, facts: GoalFacts
) -> GoalForm:
    parts = facts.weekdays or (Decimal(1),) * 7
    served = _served(whose, facts)
    ids = {queries.goal_of_id(public_id).id: public_id for public_id, _text in served}
    today = _today()
    initial = {
        "roll_up": facts.roll_up.value, "from_day": today, "is_prorated": facts.is_prorated,
        "counts_unassigned": facts.counts_unassigned,
        "target": "" if facts.target is None else amounts.typed(facts.target, metric.unit),
        "serves": ids.get(facts.serves_id or 0, ""),
        **{f"weekday_{at}": formats.plain(each * 100) for at, each in enumerate(parts)},
    }  # fmt: skip
    return GoalForm(
        request.POST if request.method == "POST" else None,
        initial=initial, owner=whose.kind, today=today, rules=reading.rules_now(),
        measured=[metric], serves=served, fixed=(metric.public_id, facts.grain),
        adds_up=measures.accumulates(metric),
    )  # fmt: skip


def _form_page(
    request: HttpRequest,
    form: GoalForm,
    whose: _Whose,
    metric: MetricFacts,
    *,
    planned: PlannedGoal | None,
    can_set: bool = True,
) -> HttpResponse:
    typed = form.data.get("target") or form.initial.get("target", "")
    context: dict[str, Any] = {
        "form": form,
        "whose": whose,
        "metric_id": metric.public_id,
        "metric_name": _(metric.name),
        "grain": form.length,
        "can_set": can_set,
        "end": EndForm(initial={"from_day": _today()}),
        "today": _today(),
        "help": help_shown(metric, form.length, whose, str(typed)),
    }
    status = 422 if form.errors else 200
    if planned is None:
        return render(request, "web/goals/new.html", context, status=status)
    facts = planned.now or planned.after or planned.first
    ground = grounds.read(GRAINS, moment=clock.now())
    found = reading.standing(Owners(ground), planned, whose.team) if not whose.member else None
    context |= {
        "goal": shown.goal(
            planned, metric, standing=found,
            names=reading.goal_names(ground, queries.planned(_today())), can_set=can_set,
            can_divide=measures.accumulates(metric) and whose.member is None,
        ),
        "history": _history(facts, metric),
        "has_ended": planned.now is None and planned.after is None,
    }  # fmt: skip
    return render(request, "web/goals/goal.html", context, status=status)


def _history(facts: GoalFacts, metric: MetricFacts) -> list[dict[str, Any]]:
    """Return every target of a goal, the newest days first."""
    today = _today()
    known = [each for each, _from, until in queries.known_targets([facts.goal_id])
             if until == queries.OPEN]  # fmt: skip
    return [
        {
            "target": shown.source(each.roll_up)
            if each.target is None
            else shown.amount(metric, each.target),
            "from_day": None if each.from_day <= ALWAYS else each.from_day,
            "until_day": None if each.until_day >= FOREVER else each.until_day,
            "when": _when(each),
            "is_current": each.holds_on(today),
        }
        for each in reversed(known)
    ]


def _when(each: GoalFacts) -> str:
    if each.from_day <= ALWAYS and each.until_day >= FOREVER:
        return _("always")
    if each.until_day >= FOREVER:
        return _("from %(day)s") % {"day": formats.day(each.from_day)}
    if each.from_day <= ALWAYS:
        return _("until before %(day)s") % {"day": formats.day(each.until_day)}
    return formats.first_to_last(each.from_day, each.until_day)


@require_POST
@in_organization
def goal_end(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Ask for nothing more from a day on."""
    access.require_leader(viewer)
    facts, _plan = _planned(public_id)
    whose = _of(facts)
    whose.require(viewer)
    form = EndForm(request.POST)
    from_day = form.cleaned_data["from_day"] if form.is_valid() else None
    operations.end_target(
        public_id,
        from_day=ALWAYS if facts.days else from_day or _today(),
        moment=clock.now(),
        actor=viewer.member.email,
    )
    messages.success(request, _("The goal has ended. Days before that keep it."))
    return redirect(whose.url)


# --- Help ---


@require_safe
@in_organization
def goal_help(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what was reached before, and who would have reached what is typed."""
    access.require_leader(viewer)
    whose = _whose(request.GET.get("owner", ""))
    if whose.member is not None:
        access.require_open(viewer, whose.member.id)
    metric = reading.metric_of(request.GET.get("metric", ""))
    grain = request.GET.get("grain", "")
    if metric is None or grain not in GRAINS:
        raise NotFoundError("metric.unknown", "There is no such metric.", key="")
    context = {"help": help_shown(metric, grain, whose, request.GET.get("target", ""))}
    return render(request, "web/goals/_help.html", context)


@dataclass(frozen=True, slots=True)
class HelpShown:
    """What stands behind a target, ready to read; `figures` are (name, value, note)."""

    figures: tuple[tuple[str, str, str], ...]
    histogram: Histogram | None
    label: str


def help_shown(metric: MetricFacts, grain: str, whose: _Whose, typed: str) -> HelpShown | None:
    """Return help with a target; None where nothing was reached before."""
    found = helping.of_owner(
        metric.id, grain, team=whose.team,
        member_id=None if whose.member is None else whose.member.id, moment=clock.now(),
    )  # fmt: skip
    if found is None:
        return None
    percentile_note = ngettext(
        "reached in one of four, of %(count)s period",
        "reached in one of four, of %(count)s periods",
        found.sample,
    ) % {"count": formats.number(found.sample)}
    figures = [
        (
            _("Last period"),
            shown.amount(metric, found.last),
            formats.period(found.period.key, found.period.from_day, found.period.until_day),
        ),
        (_("75th percentile"), shown.amount(metric, found.percentile), percentile_note),
        (
            _("Team median"),
            shown.amount(metric, found.median),
            today_shown.people_count(found.people),
        ),
    ]
    target = amounts.parse(typed, metric.unit) if typed else None
    if target is None or not 0 <= target < 10**14:
        target = found.percentile or found.median
    histogram = None
    if len(found.spread) > 1 and target is not None:
        # The line writes into the field where what it writes is read alike in every language.
        is_plain = metric.unit in ("count", "points", "currency")
        histogram = Histogram(
            values=found.spread, target=target, measure=today_shown.measure(metric),
            is_higher_better=metric.is_higher_better, field="id_target" if is_plain else "",
        )  # fmt: skip
    label = (
        _("People of the team in the last period")
        if found.is_of_people
        else _("The periods before")
    )
    return HelpShown(tuple(figures), histogram, label)
