"""Writing a scorecard: the form that carries its own state, and what it would come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from juara.core import clock, scope
from juara.core.calendar import ALWAYS, FOREVER, period_of
from juara.core.errors import DomainError
from juara.goals import queries as goals
from juara.goals.types import CUSTOM, GRAINS, PlannedGoal
from juara.leaderboards import queries as boards
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.scorecards import operations, preview, queries
from juara.scorecards.queries import Owner, RuleFacts
from juara.scorecards.types import WHOLE, Definition, Kind, Mode, WithoutValue
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.scorecard_rules import drafts, words
from juara.web.scorecard_rules.drafts import Built, Draft
from juara.web.today.shown import grain_name


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose scorecard is written; `profile` or `team` is their public id."""

    name: str
    owner: Owner
    profile: str = ""
    team: str = ""

    @property
    def is_profile(self) -> bool:
        return self.owner.profile_id is not None


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around the form: who it is about, today, the metrics and the goals there are."""

    subject: Subject
    today: date
    metrics: dict[str, MetricFacts]
    planned: tuple[PlannedGoal, ...]
    rule: Definition | None


@vary_on_headers("HX-Request")
@in_organization
def rule_of_profile(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    owner = queries.owner(profile=public_id)
    name = people.profiles()[owner.profile_id or 0].name
    return _answer(request, viewer, Subject(name, owner, profile=public_id))


@vary_on_headers("HX-Request")
@in_organization
def rule_of_team(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show and take the form of a team's scorecard, the company's where the team is the root."""
    access.require_admin(viewer)
    team = access.team_to_change(viewer, public_id)
    owner = queries.owner(team=public_id)
    return _answer(request, viewer, Subject(team.name, owner, team=public_id))


def _answer(request: HttpRequest, viewer: Viewer, subject: Subject) -> HttpResponse:
    at = _setting(subject)
    if request.method != "POST":
        return _page(request, at, _standing(at))
    draft = drafts.read(request.POST)
    verb, _colon, which = request.POST.get("do", "look").partition(":")
    match verb:
        case "save":
            return _saved(request, viewer, at, draft)
        case "copy":
            return _copied(request, viewer, at)
        case "equal":
            return _removed(request, viewer, at)
        case "even":
            draft = drafts.even(draft)
        case "add":
            metric, _bar, grain = request.POST.get("goal", "").partition("|")
            draft = drafts.added(draft, metric, grain)
        case "metric":
            asked = request.POST
            draft = drafts.added(draft, asked.get("metric", ""), asked.get("grain", ""))
        case "remove":
            draft = drafts.without(draft, which)
    return _page(request, at, draft, built=drafts.build(draft))


def _setting(subject: Subject) -> Setting:
    today = boards.today(clock.now())
    owner = subject.owner
    whose = (owner.profile_id, owner.team_id, None)
    return Setting(
        subject=subject,
        today=today,
        metrics={each.public_id: each for each in metrics.metrics()},
        planned=tuple(
            each
            for each in goals.planned(today)
            if (each.first.profile_id, each.first.team_id, each.first.member_id) == whose
        ),
        rule=queries.rules_on(today).of(owner),
    )


def _standing(at: Setting) -> Draft:
    today = at.today.isoformat()
    if at.rule is not None:
        return drafts.draft_of(at.rule, today)
    return drafts.begun(at.planned, {each.id: each for each in at.metrics.values()}, today)


def _saved(request: HttpRequest, viewer: Viewer, at: Setting, draft: Draft) -> HttpResponse:
    built = drafts.build(draft)
    from_day = _day(draft.from_day, at, built)
    if built.definition is not None and not built.errors:
        try:
            changed = operations.set_scorecard(
                built.definition, profile=at.subject.profile, team=at.subject.team,
                from_day=from_day, moment=clock.now(), actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            drafts.refuse(built, refusal)
        else:
            text = _("The scorecard is set. Days before %(day)s keep what held.")
            messages.success(
                request,
                text % {"day": formats.day(from_day)}
                if changed
                else _("It was like that already."),
            )
            return redirect("scorecard_rules", scope.current().slug)
    return _page(request, at, draft, built=built, status=422)


def _copied(request: HttpRequest, viewer: Viewer, at: Setting) -> HttpResponse:
    built, receiver = Built(), request.POST.get("receiver", "")
    from_day = _day(request.POST.get("from_day", ""), at, built)
    if built.errors:
        return _page(request, at, _standing(at), tool=("copy", built), status=422)
    try:
        operations.copy_scorecard(
            from_profile=at.subject.profile, to_profile=receiver,
            from_day=from_day, moment=clock.now(), actor=viewer.member.email,
        )  # fmt: skip
    except DomainError as refusal:
        built.errors[""] = sentence(refusal)
        return _page(request, at, _standing(at), tool=("copy", built), status=422)
    messages.success(request, _("The scorecard is copied."))
    return redirect("scorecard_rule_profile", scope.current().slug, receiver)


def _removed(request: HttpRequest, viewer: Viewer, at: Setting) -> HttpResponse:
    built = Built()
    from_day = _day(request.POST.get("from_day", ""), at, built)
    if built.errors:
        return _page(request, at, _standing(at), tool=("equal", built), status=422)
    operations.remove_scorecard(
        profile=at.subject.profile,
        team=at.subject.team,
        from_day=from_day,
        moment=clock.now(),
        actor=viewer.member.email,
    )
    messages.success(request, _("Every line with a target weighs the same again."))
    return redirect("scorecard_rules", scope.current().slug)


def _day(text: str, at: Setting, built: Built) -> date:
    """Return the day something holds from; empty is today, what is none is noted."""
    if not text:
        return at.today
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = ALWAYS
    if not ALWAYS < found < date(2999, 1, 1):
        built.errors["from_day"] = _("Choose a day from the calendar.")
        return at.today
    return found


def _page(
    request: HttpRequest,
    at: Setting,
    draft: Draft,
    *,
    built: Built | None = None,
    tool: tuple[str, Built] | None = None,
    status: int = 200,
) -> HttpResponse:
    checked = built or drafts.build(draft)
    # What is not finished yet is not wrong before somebody wants to keep it.
    errors = checked.errors if status == 422 else {}
    context = {
        "subject": at.subject,
        "draft": draft,
        "lines": [_line(each, number, at, errors) for number, each in enumerate(draft.lines)],
        "errors": errors,
        "modes": [(each.value, words.MODES[each], words.MEANINGS[each]) for each in _modes(at)],
        "is_set": at.rule is not None,
        "together": formats.plain(checked.together or Decimal(), most=4),
        "is_whole": checked.together == WHOLE,
        "missing": "" if checked.together is None else _missing(checked),
        "problems": list(dict.fromkeys(checked.errors.values())),
        "preview": _preview(at, checked),
        "is_ranked": draft.mode == Mode.RANK_POINTS,
        "here": request.path,
        "tool": tool,
    } | _around(at, draft)
    part = "web/scorecard_rules/_side.html"
    if request.headers.get("HX-Request"):
        looks = request.POST.get("do", "look") == "look"
        return render(request, part if looks else "web/scorecard_rules/_editor.html", context)
    return render(request, "web/scorecard_rules/edit.html", context, status=status)


def _around(at: Setting, draft: Draft) -> dict[str, Any]:
    """Return what the form offers beside its lines: further lines, other profiles, the past."""
    taken = drafts.subjects(draft.lines)
    by_id = {each.id: each for each in at.metrics.values()}
    subjects = dict.fromkeys(
        (by_id[each.first.metric_id].public_id, each.first.grain)
        for each in at.planned
        if each.first.metric_id in by_id
    )
    held = queries.versions(at.subject.owner)
    return {
        "goals": [
            (f"{metric}|{grain}", f"{_(at.metrics[metric].name)} · {grain_name(grain)}")
            for metric, grain in subjects
            if (metric, grain) not in taken
        ],
        "metric_choices": [(each.public_id, _(each.name)) for each in at.metrics.values()],
        "grain_choices": [(each, grain_name(each)) for each in GRAINS if each != CUSTOM],
        "receivers": [
            (each.public_id, each.name)
            for each in people.profiles().values()
            if at.subject.is_profile and each.id != at.subject.owner.profile_id
        ],
        "versions": [
            (words.days(each), words.MODES[each.definition.mode],
             words.summary(each.definition, at.metrics), each.from_day <= at.today < each.until_day)
            for each in reversed(held)
        ],
        "has_gaps": bool(held) and _has_gaps(held),
        "today": at.today,
    }  # fmt: skip


def _has_gaps(held: Sequence[RuleFacts]) -> bool:
    """Say whether rules in the order of their days leave any day out."""
    ends = (ALWAYS, *(each.until_day for each in held))
    begins = (*(each.from_day for each in held), FOREVER)
    return ends != begins


def _modes(at: Setting) -> list[Mode]:
    return [each for each in Mode if at.subject.is_profile or each is not Mode.RANK_POINTS]


def _line(
    line: drafts.LineDraft, number: int, at: Setting, errors: dict[str, str]
) -> dict[str, Any]:
    metric = at.metrics.get(line.metric)
    found = {
        name: errors.get(f"{number}-{name}", "") for name in ("weight", "cap", "start", "grain")
    }
    return {
        "draft": line,
        "number": number,
        "name": _(metric.name) if metric else _("Archived metric"),
        "length": grain_name(line.grain) if line.grain in GRAINS else line.grain,
        "errors": found,
        "is_open": bool(found["cap"] or found["start"] or line.cap or line.start
                        or line.without_value == WithoutValue.SKIP),
        "is_activity": line.kind == Kind.ACTIVITY,
        "skips": line.without_value == WithoutValue.SKIP,
        "has_goal": metric is not None and (metric.id, line.grain) in {
            (each.first.metric_id, each.first.grain) for each in at.planned
        },
    }  # fmt: skip


def _missing(built: Built) -> str:
    if built.together is None or built.together == WHOLE:
        return ""
    rest = WHOLE - built.together
    if rest > 0:
        return _("%(weight)s to go") % {"weight": formats.plain(rest, most=4)}
    return _("%(weight)s too much") % {"weight": formats.plain(-rest, most=4)}


def _preview(at: Setting, built: Built) -> dict[str, Any] | None:
    """Return the scores of people as they are and would be; None while there is nothing to try."""
    if built.definition is None:
        return None
    now = clock.now()
    month = period_of("month", at.today, rules=scope.current().rules)
    found = preview.preview(built.definition, at.subject.owner, period=month, moment=now)
    return {
        "month": formats.day_range(month.from_day, month.until_day),
        "rows": [_outlook(each, at.subject.name) for each in found.outlooks],
        "more": found.count - len(found.outlooks),
    }


def _outlook(each: preview.Outlook, name: str) -> dict[str, Any]:
    before, after = each.before.points, each.after.points
    change = None if before is None or after is None else after - before
    is_same_mode = each.before.mode is each.after.mode
    return {
        "name": each.name or name,
        "before": words.points(before),
        "after": words.points(after),
        "change": words.points(abs(change)) if change and is_same_mode else "",
        "is_up": bool(change and change > 0),
        "is_good": bool(change) and ((change or 0) > 0) == each.after.mode.is_higher_better,
        "is_same": change == 0,
    }
