"""The metrics there are, what each counts, and where it is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS, period_of
from juara.core.errors import ConflictError
from juara.goals import queries as goals
from juara.leaderboards.freshness import freshness
from juara.leaderboards.holders import TOTAL
from juara.ledger import metric_changes
from juara.ledger.totals import totals
from juara.metrics import calc, history
from juara.metrics import operations as rules
from juara.metrics import queries as definitions
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.queries import MetricFacts
from juara.metrics.sentence import Sentence, sentence
from juara.metrics.types import Counting
from juara.metrics.words import unit_word
from juara.people import access
from juara.people.access import Viewer
from juara.screens import queries as screens
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.entrance import in_organization
from juara.web.errors import sentence as refusal_text


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows or needs a metric. `icon` says of what kind it is."""

    icon: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A metric in the list."""

    public_id: str
    key: str
    name: str
    description: str
    sentence: Sentence
    unit: str
    is_higher_better: bool
    total: str
    uses: tuple[Use, ...]
    is_first: bool = False
    is_last: bool = False


@in_organization
def metrics(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    now = clock.now()
    as_of = moments.read(request, now=now)
    is_archive = request.GET.get("tab") == "archived"
    in_use = moments.metrics_in_use(as_of)
    archived = definitions.archived_metrics()
    shown = archived if is_archive else in_use
    names = _names((*in_use, *archived))
    sums = {} if is_archive else _month_totals(in_use, as_of)
    used = {} if is_archive else _uses(in_use, as_of)
    context = {
        "rows": [
            _row(each, names, sums, used, index == 0, index == len(shown) - 1)
            for index, each in enumerate(shown)
        ],
        "is_archive": is_archive,
        "is_admin": viewer.is_admin and not as_of,
        "as_of": as_of,
        "freshness": freshness(now=now, batch=as_of.batch, is_past=bool(as_of)),
        "now": now,
        "tabs": _tabs("archived" if is_archive else "", len(in_use), len(archived)),
        "missing_count": len(_missing()),
    }
    return render(request, "web/metrics/page.html", context)


def _row(
    metric: MetricFacts,
    names: Mapping[str, str],
    sums: Mapping[str, Decimal | None],
    used: Mapping[str, list[Use]],
    is_first: bool,
    is_last: bool,
) -> Row:
    return Row(
        public_id=metric.public_id,
        key=metric.key,
        name=_(metric.name),
        description=_(metric.description) if metric.description else "",
        sentence=sentence(metric.definition, names),
        unit=unit_word(metric.unit),
        is_higher_better=metric.is_higher_better,
        total=shown_value(sums.get(metric.key), metric) if sums else "",
        uses=tuple(used.get(metric.key, ())),
        is_first=is_first,
        is_last=is_last,
    )


def shown_value(value: Decimal | None, metric: MetricFacts) -> str:
    return formats.value(value, metric.unit, core_scope.current().currency, metric.decimals)


def _names(every: Sequence[MetricFacts]) -> dict[str, str]:
    return {each.key: _(each.name) for each in every}


def _month_totals(every: Sequence[MetricFacts], as_of: AsOf) -> dict[str, Decimal | None]:
    month = period_of("month", as_of.today)
    return totals(every, from_day=month.from_day, until_day=month.until_day, batch=as_of.batch)


def _uses(every: Sequence[MetricFacts], as_of: AsOf) -> dict[str, list[Use]]:
    """Return by key what shows or needs each metric: screens, ratios, targets."""
    slug = core_scope.current().slug
    found: dict[str, list[Use]] = {each.key: [] for each in every}
    for screen in screens.screens():
        if screen.metric_key in found:
            found[screen.metric_key].append(Use("tv", screen.name, reverse("screens", args=[slug])))
    for each in every:
        if not isinstance(each.definition, Counting):
            for key in each.definition.metrics:
                if key in found:
                    url = as_of.url("metric", each.public_id)
                    found[key].append(Use("divide", _(each.name), url))
    keys = {each.id: each.key for each in every}
    names = goals.owner_names()
    for goal in goals.planned(as_of.today, batch=as_of.batch):
        measured = keys.get(goal.first.metric_id)
        if measured is not None:
            use = Use("target", names(goal.first) or _("Company"))
            if use not in found[measured]:
                found[measured].append(use)
    return found


def _tabs(current: str, in_use: int, archived: int) -> list[tuple[str, str, bool]]:
    slug = core_scope.current().slug
    here = reverse("metrics", args=[slug])
    return [
        (here, _("In use (%(count)s)") % {"count": formats.number(in_use)}, current == ""),
        (reverse("metric_ready", args=[slug]), _("Ready-made"), current == "ready"),
        (
            f"{here}?tab=archived",
            _("Archived (%(count)s)") % {"count": formats.number(archived)},
            current == "archived",
        ),
    ]


# --- Ready-made metrics ---


def _missing() -> list[str]:
    have = {each.key for each in (*definitions.metrics(), *definitions.archived_metrics())}
    return [entry["key"] for entry in CATALOGUE if entry["key"] not in have]


@in_organization
def metric_ready(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    in_use, archived = definitions.metrics(), definitions.archived_metrics()
    have = {each.key for each in in_use}
    kept = {each.key for each in archived}
    names = {entry["key"]: _(entry["name"]) for entry in CATALOGUE}
    entries = [
        {
            "key": entry["key"],
            "name": _(entry["name"]),
            "description": _(entry["description"]),
            "sentence": sentence(calc.parse_definition(entry["definition"]), names),
            "state": "have" if entry["key"] in have else "kept" if entry["key"] in kept else "",
        }
        for entry in CATALOGUE
    ]
    context = {
        "entries": entries,
        "missing_count": sum(not entry["state"] for entry in entries),
        "tabs": _tabs("ready", len(in_use), len(archived)),
    }
    return render(request, "web/metrics/ready.html", context)


@require_POST
@in_organization
def metric_install(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    key = request.POST.get("key", "")
    wanted = tuple(_missing()) if key == "" else (key,)
    made = metric_changes.install(wanted, moment=clock.now(), actor=viewer.member.email)
    if made:
        text = ngettext(
            "%(count)s metric is installed, and its history counted.",
            "%(count)s metrics are installed, and their history counted.",
            len(made),
        )
        messages.success(request, text % {"count": formats.number(len(made))})
    return redirect("metrics" if key == "" else "metric_ready", core_scope.current().slug)


# --- One metric ---


@in_organization
def metric(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_leader(viewer)
    as_of = moments.read(request, now=clock.now())
    in_use = moments.metrics_in_use(as_of)
    here = (each for each in in_use if each.public_id == public_id)
    found = next(here, None) or definitions.any_metric(public_id)
    names = _names((*in_use, *definitions.archived_metrics(), found))
    is_archived = found.archived_at is not None
    is_known = found in in_use
    # An archived metric is shown as it is kept: nobody looks back at it from a page of the past.
    is_there = is_known or is_archived
    changes = history.changes(found.id, batch=as_of.batch)
    context = {
        "metric": found,
        "name": _(found.name),
        "description": _(found.description) if found.description else "",
        "sentence": sentence(found.definition, names),
        "unit": unit_word(found.unit),
        "is_archived": is_archived,
        "is_admin": viewer.is_admin and not as_of,
        "as_of": as_of,
        "is_known": is_there,
        "is_counting": is_known and not as_of and metric_changes.is_being_counted(found),
        "total": shown_value(_month_totals(in_use, as_of)[found.key], found) if is_known else "",
        "total_url": _total_url(found, viewer, as_of),
        "month": period_of("month", as_of.today),
        "uses": tuple(_uses(in_use, as_of)[found.key]) if is_known else (),
        "roles": found.roles if len(found.roles) > 1 else (),
        "changes": [(each, sentence(each.definition, names)) for each in changes],
        "always": ALWAYS,
        "board_url": as_of.url("leaderboards", metric=public_id),
    }
    return render(request, "web/metrics/metric.html", context)


@require_POST
@in_organization
def metric_archive(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    found = definitions.metric(public_id)
    slug = core_scope.current().slug
    try:
        _refuse_while_used(found)
        rules.archive(found.key, moment=clock.now(), actor=viewer.member.email)
    except ConflictError as error:
        messages.error(request, _in_words(error))
        return redirect("metric", slug, public_id)
    messages.success(
        request,
        _("“%(name)s” is archived. It keeps what it has counted.") % {"name": _(found.name)},
    )
    return redirect("metrics", slug)


def _refuse_while_used(metric: MetricFacts) -> None:
    """Raise ConflictError while a television or a target would be left without its metric."""
    every = definitions.metrics()
    now = AsOf(now=clock.now())
    used = [use for use in _uses(every, now)[metric.key] if use.icon != "divide"]
    if used:
        names = ", ".join(f"“{use.text}”" for use in used)
        raise ConflictError("metric.shown", "It is in use.", names=names)


def _in_words(error: ConflictError) -> str:
    texts = {
        "metric.in_use": _("%(names)s is worked out from it. Archive that first."),
        "metric.parts_missing": _("It is worked out from %(names)s. Bring that back first."),
        "metric.shown": _("%(names)s still shows or needs it. Change that first."),
    }
    return texts[error.code] % error.data if error.code in texts else refusal_text(error)


@require_POST
@in_organization
def metric_bring_back(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    try:
        metric_changes.bring_back(public_id, moment=clock.now(), actor=viewer.member.email)
    except ConflictError as error:
        messages.error(request, _in_words(error))
    else:
        messages.success(request, _("It is in use again, and has counted all it had missed."))
    return redirect("metric", core_scope.current().slug, public_id)


@require_POST
@in_organization
def metric_move(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Put a metric one place up or down in the list."""
    access.require_admin(viewer)
    places = -1 if request.POST.get("to") == "up" else 1
    rules.move(public_id, places=places, moment=clock.now(), actor=viewer.member.email)
    return redirect(f"{reverse('metrics', args=[core_scope.current().slug])}#m-{public_id}")


def _total_url(metric: MetricFacts, viewer: Viewer, as_of: AsOf) -> str:
    """Return where the records behind the month's total are; else where people have theirs."""
    asked = {"metric": metric.public_id, "period": f"{as_of.today:%Y-%m}"}
    if viewer.opens is None:
        return as_of.url("leaderboard_evidence", **asked, holder=TOTAL)
    return as_of.url("leaderboards", **asked)
