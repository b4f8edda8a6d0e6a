"""Targets: what each job profile is asked for. Administrators change them, managers look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ONE_DAY, period_of
from juara.core.errors import DomainError
from juara.core.worktime import Span
from juara.goals import calc, measures, operations, profile_targets, queries
from juara.goals.defaults import FIRST_PROFILES, defaults_for
from juara.goals.types import CUSTOM, GRAINS, GoalFacts, PlannedGoal
from juara.leaderboards import queries as boards
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import access, calendars
from juara.people import operations as people_operations
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import PlaceSpan, ProfileFacts
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.today import amounts, shown
from juara.web.today.forms import ChangeForm, CopyForm, EndForm, ProfileForm, SetForm

# The working days of each running period, by its length.
Running = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line as the targets page shows it; `typed` is its target as the form takes it."""

    public_id: str
    name: str
    grain: str
    target: str
    typed: str
    a_day: str
    change: str
    is_primary: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class ProfileShown:
    public_id: str
    name: str
    people: str
    lines: tuple[LineShown, ...]


@in_organization
def targets(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    return _page(request, viewer)


@require_POST
@in_organization
def target_set(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = SetForm(request.POST, today=_today())
    if not form.is_valid():
        return _page(request, viewer, new=form)
    given = form.cleaned_data

    def work() -> None:
        operations.set_target(
            profile=given["profile"], metric=given["metric"], grain=given["grain"],
            target=given["amount"], is_primary=given["is_primary"], from_day=given["from_day"],
            moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip

    if not _done(form, work):
        return _page(request, viewer, new=form)
    messages.success(request, _("The target is set."))
    return _back(given["profile"])


@require_POST
@in_organization
def target_change(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    unit = queries.unit_of(public_id)
    form = ChangeForm(request.POST, today=_today(), unit=unit)
    if not form.is_valid():
        return _page(request, viewer, changed=(public_id, form))
    given = form.cleaned_data

    def work() -> None:
        operations.change_target(
            public_id, target=given["amount"], is_primary=given["is_primary"],
            from_day=given["from_day"], moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip

    if not _done(form, work):
        return _page(request, viewer, changed=(public_id, form))
    messages.success(request, _("The target is changed. Days before that keep the old one."))
    return _back()


@require_POST
@in_organization
def target_end(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    form = EndForm(request.POST, today=_today())
    if not form.is_valid():
        return _page(request, viewer, changed=(public_id, form))
    operations.end_target(
        public_id,
        from_day=form.cleaned_data["from_day"],
        moment=clock.now(),
        actor=viewer.member.email,
    )
    messages.success(request, _("The target has ended. Days before that keep it."))
    return _back()


@require_POST
@in_organization
def target_move(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    profile_targets.move_line(
        public_id,
        is_up=request.POST.get("way") == "up",
        day=_today(),
        moment=clock.now(),
        actor=viewer.member.email,
    )
    return _back()


@require_POST
@in_organization
def target_copy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = CopyForm(request.POST, today=_today())
    if not form.is_valid():
        return _page(request, viewer, copy=form)
    given = form.cleaned_data
    added = profile_targets.copy_targets(
        from_profile=given["source"],
        to_profile=given["receiver"],
        from_day=given["from_day"],
        moment=clock.now(),
        actor=viewer.member.email,
    )
    if added:
        messages.success(request, _("The targets are copied. What was there already stays."))
    else:
        messages.info(request, _("There was nothing to copy that was not there already."))
    return _back(given["receiver"])


@require_POST
@in_organization
def target_first(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give every job profile that has no targets sensible ones, or begin with two profiles."""
    access.require_admin(viewer)
    today = _today()
    asked = {each.first.profile_id for each in queries.planned(today)}
    known = people.profiles().values()
    profile_targets.install_defaults(
        [each.name for each in known if each.id not in asked] if known else list(FIRST_PROFILES),
        from_day=today,
        moment=clock.now(),
        actor=viewer.member.email,
    )
    messages.success(request, _("First targets are set. Adjust them to what your people can do."))
    return _back()


@require_POST
@in_organization
def target_profile(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, profile=form)
    made = people_operations.ensure_profile(
        form.cleaned_data["name"], moment=clock.now(), actor=viewer.member.email
    )
    messages.success(request, _("The job profile is there. Now give it targets."))
    return _back(made.public_id)


def _done(form: django_forms.Form, work: Callable[[], None]) -> bool:
    """Do what a form asked for; what the domain refuses becomes an error of the form."""
    try:
        work()
    except DomainError as refusal:
        form.add_error(None, sentence(refusal))
        return False
    return True


def _back(profile: str = "") -> HttpResponse:
    answer = redirect("targets", core_scope.current().slug)
    if profile:
        answer["Location"] += f"#profile-{profile}"
    return answer


def _today() -> date:
    return boards.today(clock.now())


def _page(
    request: HttpRequest,
    viewer: Viewer,
    *,
    new: SetForm | None = None,
    changed: tuple[str, django_forms.Form] | None = None,
    copy: CopyForm | None = None,
    profile: ProfileForm | None = None,
) -> HttpResponse:
    as_of = moments.read(request, now=clock.now())
    today, batch = as_of.today, as_of.batch
    every = {each.id: each for each in metrics.metrics(batch=batch, day=today)}
    planned = queries.planned(today, batch=batch)
    places = people.places(today, today + ONE_DAY, batch=batch)
    profiles = people.profiles().values()
    running = _running(today, batch)
    shown_profiles = [
        _profile(each, [line for line in planned if line.first.profile_id == each.id], every,
                 sum(place.profile_id == each.id for place in places), running)
        for each in profiles
    ]  # fmt: skip
    refused = next((form for form in (new, copy, profile) if form is not None), None)
    context = {
        "profiles": shown_profiles,
        "has_targets": any(each.lines for each in shown_profiles),
        "lacks_targets": any(not each.lines and defaults_for(each.name) for each in shown_profiles),
        "has_metrics": bool(every),
        "can_set": viewer.is_admin and not as_of,
        "as_of": as_of,
        "new": new or SetForm(today=today),
        "copy": copy or CopyForm(today=today),
        "profile_form": profile or ProfileForm(),
        "changed_id": changed[0] if changed else "",
        "changed": changed[1] if changed else None,
        "open": "new" if new else "copy" if copy else "",
        "today": today,
        "people_without": _without_profile(places),
    }
    status = 422 if refused is not None or changed is not None else 200
    return render(request, "web/today/targets.html", context, status=status)


def _without_profile(places: tuple[PlaceSpan, ...]) -> int:
    """Return how many reps hold no job profile, and so can have no target."""
    members = people.members()
    return sum(each.profile_id is None and members[each.member_id].role == "rep" for each in places)


def _profile(
    profile: ProfileFacts,
    lines: list[PlannedGoal],
    every: dict[int, MetricFacts],
    holders: int,
    running: Running,
) -> ProfileShown:
    return ProfileShown(
        public_id=profile.public_id,
        name=profile.name,
        people=shown.people_count(holders),
        lines=tuple(
            _line(each, every[each.first.metric_id], running, at == 0, at == len(lines) - 1)
            for at, each in enumerate(lines)
        ),
    )


def _line(
    line: PlannedGoal, metric: MetricFacts, running: Running, is_first: bool, is_last: bool
) -> LineShown:
    return LineShown(
        public_id=line.first.public_id,
        name=_(metric.name),
        grain=shown.grain_name(line.first.grain),
        target=shown.amount(metric, line.target),
        typed="" if line.target is None else amounts.typed(line.target, metric.unit),
        a_day=_a_day(line.now, metric, running),
        change=_change(line, metric),
        is_primary=line.first.is_primary,
        is_first=is_first,
        is_last=is_last,
    )


def _running(today: date, batch: int) -> Running:
    """Return the working days of the running week, month, quarter and year by the default."""
    rules = core_scope.current().rules
    found = {grain: period_of(grain, today, rules=rules) for grain in GRAINS if grain != CUSTOM}
    first = min(each.from_day for each in found.values())
    last = max(each.until_day for each in found.values())
    work = calendars.working_times(first, last, batch=batch, member_ids=()).everybodys(0)
    return {grain: work.work(Span(each.from_day, each.until_day)) for grain, each in found.items()}


def _a_day(goal: GoalFacts | None, metric: MetricFacts, running: Running) -> str:
    """Say what a longer target means for each working day of the running period."""
    if goal is None or goal.target is None or goal.grain == "day":
        return ""
    if not measures.accumulates(metric):
        return ""
    days = running.get(goal.grain)
    if not days:
        return ""
    each = calc.per_day(goal.target, days).quantize(Decimal("0.1"))
    return _("about %(amount)s a working day") % {"amount": shown.amount(metric, each)}


def _change(line: PlannedGoal, metric: MetricFacts) -> str:
    if line.next_day is None:
        return ""
    day = formats.day(line.next_day)
    if line.next_target is None:
        return _("ends before %(day)s") % {"day": day}
    target = shown.amount(metric, line.next_target)
    return _("%(target)s from %(day)s") % {"target": target, "day": day}
