"""The set-up checklist, and the small look at the first board on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import NotFoundError
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.ledger import queries as ledger
from juara.metrics import queries as metrics
from juara.people import access
from juara.people.access import Viewer
from juara.samples import queries as samples
from juara.tenancy import operations as tenancy
from juara.web.entrance import in_organization
from juara.web.leaderboards.labels import period_label
from juara.web.setup import checklist


@require_safe
@in_organization
def setup(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    organization = request.organization  # type: ignore[attr-defined]
    if organization.is_sample:
        return redirect("sample_progress", organization.slug)
    found = checklist.facts(boards.today(clock.now()))
    first = _first_board(found.numbers)
    query = "?" + urlencode({"metric": first[0], "period": first[1]}) if first else ""
    context = {
        "board_query": query,
        "checklist": checklist.checklist(
            found, skipped=organization.setup_skipped, board_query=query
        ),
        "is_put_away": organization.setup_done_at is not None,
        "sample_slug": samples.sample_of(viewer.member.user_id or 0),
    }
    return render(request, "web/setup/page.html", context)


@require_safe
@in_organization
def setup_preview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the top three of the metric that last had numbers, in the month it had them."""
    access.require_admin(viewer)
    now = clock.now()
    first = _first_board(ledger.newest_months())
    if first is None:
        return render(request, "web/setup/_preview.html", {"board": None})
    key, period = first
    board = boards.board(Asked(metric=key, period=period), now=now, viewer=viewer)
    context = {
        "board": board,
        "rows": board.rows[: checklist.SHOWN],
        "metric_name": _(board.metric.name),
        "period_name": period_label(period, boards.today(now)),
        "metric_key": key,
        "period": period,
        "now": now,
    }
    return render(request, "web/setup/_preview.html", context)


def _first_board(numbers: checklist.Numbers) -> tuple[str, str] | None:
    """Return the metric and period of the board to show first: one with something on it."""
    if not numbers:
        return None
    # Money first: nothing else shows as quickly what a board is.
    ordered = sorted(metrics.metrics(), key=lambda each: each.unit != "currency")
    newest = checklist.newest(numbers, [each.id for each in ordered])
    if newest is None:
        return None
    key = next(each.key for each in ordered if each.id == newest[0])
    return key, newest[1].strftime("%Y-%m")


@require_POST
@in_organization
def setup_skip(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Leave a step out for now, or take it up again."""
    access.require_admin(viewer)
    step = request.POST.get("step", "")
    if step not in checklist.STEPS:
        raise NotFoundError("setup.step", gettext_noop("There is no such step."))
    organization = core_scope.current().organization_id
    tenancy.skip_step(organization, step, is_skipped="again" not in request.POST)
    return redirect("setup", core_scope.current().slug)


@require_POST
@in_organization
def setup_done(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Put the checklist away, or bring it back."""
    access.require_admin(viewer)
    organization = core_scope.current()
    if "again" in request.POST:
        tenancy.finish_setup(organization.organization_id, moment=None)
        return redirect("setup", organization.slug)
    tenancy.finish_setup(organization.organization_id, moment=clock.now())
    messages.success(request, _("Set-up is put away. You find it again in the settings."))
    return redirect("home")
