"""The company's goals: how they stand, where they land, and what each is made of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ONE_DAY
from juara.goals import queries
from juara.metrics import queries as metrics
from juara.people.access import Viewer, require_leader
from juara.ui import formats
from juara.web import as_of as moments
from juara.web import export
from juara.web.company import asked as asking
from juara.web.company import reading, trend
from juara.web.company.asked import Asked
from juara.web.company.file import sheet
from juara.web.entrance import in_organization
from juara.web.today.asked import is_refresh


@vary_on_headers("HX-Request", "HX-Request-Type")
@in_organization
def company(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    require_leader(viewer)
    asked = _asked(request)
    kind = export.asked(request)
    has_forecasts = bool(kind) or request.GET.get("forecast") == "1"
    found = reading.company(asked, viewer=viewer, now=asked.as_of.now, has_forecasts=has_forecasts)
    if kind:
        return export.respond(request, sheet(found, asked), kind)
    page = reverse("company", args=[core_scope.current().slug])

    def at(**changes: str) -> str:
        query = asked.query(**changes)
        return f"{page}?{query}" if query else page

    metric = found.metric.public_id if found.metric else ""
    period = asked.period
    context = {
        "company": found,
        "asked": asked,
        "metric": metric,
        "period": formats.period(period.key, period.from_day, period.until_day),
        "days": formats.first_to_last(period.from_day, period.until_day),
        "now": asked.as_of.now,
        "as_of": asked.as_of,
        "above": [(name, at(team=team)) for team, name in found.above],
        "can_set": viewer.is_admin,
        "is_waiting": asked.is_running and not has_forecasts,
        "urls": {
            "page": page,
            "part": at(forecast="1"),
            "trend": f"{reverse('company_trend', args=[core_scope.current().slug])}"
            f"?{asked.query(metric=metric)}",
            "csv": at(export="csv"),
            "xlsx": at(export="xlsx"),
            "previous": at(period=asked.previous_key),
            "next": at(period=asked.next_key) if asked.next_key else "",
        },
    }
    part = "_company" if is_refresh(request) else "page"
    return render(request, f"web/company/{part}.html", context)


@vary_on_headers("HX-Request")
@in_organization
def company_trend(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    require_leader(viewer)
    asked = _asked(request)
    metric = metrics.metric(asked.metric)
    drawn, level = trend.chart(asked, metric, viewer=viewer, now=asked.as_of.now)
    back = reverse("company", args=[core_scope.current().slug])
    context = {"chart": drawn, "metric": metric, "level": level, "back": f"{back}?{asked.query()}"}
    part = "_trend" if getattr(request, "htmx", False) else "trend"
    return render(request, f"web/company/{part}.html", context)


def _asked(request: HttpRequest) -> Asked:
    as_of = moments.read(request, now=clock.now())
    goals = queries.goals(as_of.today, as_of.today + ONE_DAY, batch=as_of.batch)
    return asking.read(request, as_of, goals)
