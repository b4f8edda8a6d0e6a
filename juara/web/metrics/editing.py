"""Writing a metric: the form that carries its own state, its preview, and what saving changes."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.leaderboards import queries as boards
from juara.ledger import metric_changes
from juara.ledger.metric_changes import Saved
from juara.metrics import calc
from juara.metrics import queries as definitions
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.clauses import DefinitionError
from juara.metrics.queries import MetricFacts
from juara.metrics.sentence import sentence
from juara.metrics.types import Definition
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.errors import sentence as refusal_text
from juara.web.metrics import (
    buttons,
    drafts,
    filters,
    forms,
    pickers,
    previews,
    reviewing,
    rules,
    settling,
)
from juara.web.metrics.drafts import Draft
from juara.web.metrics.rules import Built

_SAVING = ("save", "confirm")


@vary_on_headers("HX-Request")
@in_organization
def metric_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show and take the form of a new metric; it may begin as another or as a ready one."""
    access.require_admin(viewer)
    if request.method != "POST":
        return _editor(request, _begun(request.GET), metric=None)
    draft, action = forms.read(request.POST), request.POST.get("do", "show")
    if action not in _SAVING:
        return _editor(request, buttons.acted(draft, action), metric=None, action=action)
    return _created(request, viewer, draft)


def _begun(query: QueryDict) -> Draft:
    """Return what a new metric begins as."""
    if ready := query.get("ready"):
        for entry in CATALOGUE:
            if entry["key"] == ready:
                definition = calc.parse_definition(entry["definition"])
                made = Draft(
                    name=_(entry["name"]),
                    description=_(entry["description"]),
                    decimals=str(entry.get("decimals", 0)),
                    direction="higher" if entry.get("is_higher_better", True) else "lower",
                )
                return drafts.with_rule(made, definition)
    if public_id := query.get("from"):
        other = definitions.any_metric(public_id)
        name = _("Copy of %(name)s") % {"name": _(other.name)}
        copied = replace(drafts.draft_of(other), name=name, key="", key_suggested="")
        return replace(copied, unit_suggested="")
    return Draft(kinds=("deal",), where=drafts.GroupDraft("all", ()))


def _created(request: HttpRequest, viewer: Viewer, draft: Draft) -> HttpResponse:
    draft = _settled(draft, None)
    built = _whole(draft, draft.key)
    presented = rules.presentation(draft, built)
    rules.check_key(draft, built)
    if built.errors or built.body is None:
        return _editor(request, draft, metric=None, built=built, status=422)
    try:
        saved = metric_changes.create(
            key=draft.key,
            presentation=presented,
            definition=built.body,
            moment=clock.now(),
            actor=viewer.member.email,
        )
    except DomainError as error:
        return _refused(request, draft, None, built, error)
    messages.success(request, _created_text(draft, saved))
    return redirect("metric", core_scope.current().slug, saved.metric.public_id)


def _created_text(draft: Draft, saved: Saved) -> str:
    if not saved.is_counted:
        return _("“%(name)s” is saved. Its history is being counted.") % {"name": draft.name}
    text = ngettext(
        "“%(name)s” is saved. %(count)s credit counts for it.",
        "“%(name)s” is saved. %(count)s credits count for it.",
        saved.credits_made,
    )
    return text % {"name": draft.name, "count": formats.number(saved.credits_made)}


@vary_on_headers("HX-Request")
@in_organization
def metric_edit(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show and take the form of a metric; a changed rule is compared before it is saved."""
    access.require_admin(viewer)
    metric = definitions.metric(public_id)
    if metric.public_id != public_id:
        raise NotFoundError("metric.unknown", f"There is no metric “{public_id}”.", key=public_id)
    if request.method != "POST":
        return _editor(request, drafts.draft_of(metric), metric=metric)
    draft, action = forms.read(request.POST), request.POST.get("do", "show")
    if action not in (*_SAVING, "compare"):
        return _editor(request, buttons.acted(draft, action), metric=metric, action=action)
    return _changed(request, viewer, metric, draft, action)


def _changed(
    request: HttpRequest, viewer: Viewer, metric: MetricFacts, draft: Draft, action: str
) -> HttpResponse:
    draft = _settled(draft, metric)
    built = _whole(draft, metric.key)
    presented = rules.presentation(draft, built)
    if built.errors or built.body is None:
        return _editor(request, draft, metric=metric, built=built, status=422)
    is_same = rules.is_same_rule(draft, _settled(drafts.draft_of(metric), metric))
    effective = reviewing.effective_day(request.POST)
    if reviewing.why_for_all_time(metric, built):
        effective = ALWAYS
    if not is_same and (action != "confirm" or isinstance(effective, str)):
        try:
            return reviewing.review(request, metric, draft, built, presented, effective)
        except DomainError as error:
            return _refused(request, draft, metric, built, error)
    try:
        saved = metric_changes.save(
            metric.key,
            presentation=presented,
            definition=None if is_same else built.body,
            from_day=effective if isinstance(effective, date) else ALWAYS,
            expected=_expected(request.POST, metric),
            moment=clock.now(),
            actor=viewer.member.email,
        )
    except DomainError as error:
        return _refused(request, draft, metric, built, error)
    messages.success(request, _saved_text(draft, saved))
    return redirect("metric", core_scope.current().slug, metric.public_id)


def _saved_text(draft: Draft, saved: Saved) -> str:
    if not saved.is_counted:
        return _created_text(draft, saved)
    if not saved.is_rule_changed:
        text = (
            _("“%(name)s” is saved.")
            if saved.is_presentation_changed
            else _("“%(name)s” was like that already.")
        )
        return text % {"name": draft.name}
    return _("“%(name)s” is saved: %(begun)s credits begin, %(ended)s end.") % {
        "name": draft.name,
        "begun": formats.number(saved.credits_made),
        "ended": formats.number(saved.credits_ended),
    }


def _expected(data: QueryDict, metric: MetricFacts) -> Definition:
    """Return the rule the form began from; ConflictError when that is no longer the stored one."""
    if data.get("began") in (None, "", _fingerprint(metric)):
        return metric.definition
    raise ConflictError(
        "metric.changed_meanwhile",
        "Somebody else has changed this rule meanwhile. Reload the page to see it.",
    )


def _fingerprint(metric: MetricFacts) -> str:
    return sha256(repr(metric.definition).encode()).hexdigest()[:16]


def _settled(draft: Draft, metric: MetricFacts | None) -> Draft:
    sorts = {each.name: each.sort for each in pickers.found_fields(draft)}
    return settling.settled(draft, sorts, taken_key=metric.key if metric else "")


def _whole(draft: Draft, key: str) -> Built:
    """Return what a draft that is to be saved comes to, all that is wrong with it noted."""
    found = rules.built(draft, is_strict=True)
    rules.check_beside_others(key, found)
    return found


def _so_far(draft: Draft, key: str) -> Built:
    """Return what a draft comes to while it is written: what is not finished is not wrong yet.

    A formula, and a value records do not have, are judged at once.
    """
    found = rules.built(draft, is_strict=False)
    if not (draft.is_formula and draft.expression.strip()):
        found = replace(found, errors={})
    rules.check_beside_others(key, found)
    return found


# --- The form ---


def _editor(
    request: HttpRequest,
    draft: Draft,
    *,
    metric: MetricFacts | None,
    built: Built | None = None,
    problem: str = "",
    action: str = "",
    status: int = 200,
) -> HttpResponse:
    found = pickers.found_fields(draft)
    sorts = {each.name: each.sort for each in found}
    draft = settling.settled(draft, sorts, taken_key=metric.key if metric else "")
    is_strict = built is not None
    own_key = metric.key if metric else ""
    checked = built or _so_far(draft, own_key)
    views = filters.filter_views(draft, checked, is_strict=is_strict)
    slug = core_scope.current().slug
    context = {
        "draft": draft,
        "metric": metric,
        "name": _(metric.name) if metric else "",
        "choices": pickers.choices(draft, found, own_key=own_key),
        "filter": views[drafts.ROOT],
        "ends": views.get(drafts.ENDS),
        "errors": checked.errors,
        "error_count": len(checked.errors) if is_strict else 0,
        "problem": problem,
        "focus": _focus(action, draft),
        "other": drafts.OTHER,
        "sentence": _sentence_of(draft),
        "began": request.POST.get("began") or (_fingerprint(metric) if metric else ""),
        "credit": list(enumerate(draft.credit)),
        "shares": list(enumerate(draft.shares)),
        "urls": {
            "here": request.path,
            "preview": reverse("metric_preview", args=[slug]),
            "back": reverse("metric", args=[slug, metric.public_id])
            if metric
            else reverse("metrics", args=[slug]),
        },
    }
    if getattr(request, "htmx", False):
        return render(request, "web/metrics/_form.html", context, status=status)
    today = boards.today(clock.now())
    context |= {"periods": previews.periods(today), "period": _period_key(request.POST)}
    if request.method == "POST":
        context["preview"] = _look(request.POST, draft, metric)
    return render(request, "web/metrics/edit.html", context, status=status)


def _sentence_of(draft: Draft) -> Any:
    lenient = rules.built(draft, is_strict=False)
    if lenient.definition is None:
        return None
    every = () if draft.reads_records else definitions.metrics()
    return sentence(lenient.definition, {each.key: _(each.name) for each in every})


def _focus(action: str, draft: Draft) -> str:
    """Return the path of what a button has just made, so that the keyboard goes on there."""
    verb, _colon, target = action.partition(":")
    if verb not in ("add", "group"):
        return ""
    every = [path for root, group in draft.filters for path, _ in drafts.parts_of(group, root)]
    paths = [path for path in every if path.startswith(f"{target}-")]
    direct = [path for path in paths if path.count("-") == target.count("-") + 1]
    last = direct[-1] if direct else ""
    return f"{last}-0" if verb == "group" and last else last


def _refused(
    request: HttpRequest,
    draft: Draft,
    metric: MetricFacts | None,
    built: Built,
    error: DomainError,
) -> HttpResponse:
    if isinstance(error, DefinitionError):
        rules.note(error, built)
        text = ""
    else:
        text = refusal_text(error)
    status = 409 if isinstance(error, ConflictError) else 422
    return _editor(request, draft, metric=metric, built=built, problem=text, status=status)


# --- The preview ---


@require_POST
@in_organization
def metric_preview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what the form as it stands would count; nothing is saved."""
    access.require_admin(viewer)
    metric = _metric_of(request.POST)
    draft = _settled(forms.read(request.POST), metric)
    today = boards.today(clock.now())
    context = {
        "preview": _look(request.POST, draft, metric),
        "periods": previews.periods(today),
        "period": _period_key(request.POST),
        "urls": {"preview": request.path},
    }
    return render(request, "web/metrics/_preview.html", context)


def _metric_of(data: QueryDict) -> MetricFacts | None:
    public_id = data.get("metric_id", "")
    return definitions.metric(public_id) if public_id else None


def _look(data: QueryDict, draft: Draft, metric: MetricFacts | None) -> previews.PreviewView:
    built = rules.built(draft, is_strict=False)
    rules.check_beside_others(metric.key if metric else "", built)
    return previews.looked(
        draft,
        built,
        metric_id=metric.id if metric else 0,
        period_key=_period_key(data),
        dropped_at=data.get("dropped_at", "")[:200],
        today=boards.today(clock.now()),
    )


def _period_key(data: QueryDict) -> str:
    return data.get("preview_period", previews.DEFAULT_PERIOD)[:40]
