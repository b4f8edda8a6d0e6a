"""What a changed rule does, before it is saved: from which day, and before → after."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS, add_months
from juara.leaderboards import queries as boards
from juara.ledger import metric_changes
from juara.ledger.dry_run import TooLongError
from juara.ledger.preview_types import BeforeAfter, Comparison
from juara.metrics import queries as definitions
from juara.metrics import refusing
from juara.metrics.clauses import DefinitionError
from juara.metrics.operations import Presentation
from juara.metrics.queries import MetricFacts
from juara.metrics.sentence import sentence
from juara.metrics.words import refusal_word
from juara.ui import formats
from juara.web.metrics import forms
from juara.web.metrics.drafts import Draft
from juara.web.metrics.rules import Built

# Of a long list those whom it changes most.
_MOST_COMPARED = 50
# Whoever asks for it waits longer.
_PATIENT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A line of the comparison in words."""

    label: str
    before: str
    after: str
    difference: str
    direction: str  # up, down or same


def effective_day(data: QueryDict) -> date | str:
    """Return the day from which the changed rule holds, or what is wrong with it in words."""
    today = boards.today(clock.now())
    match data.get("effective", "today"):
        case "always":
            return ALWAYS
        case "day":
            try:
                day = date.fromisoformat(data.get("effective_day", ""))
            except ValueError:
                return _("Choose the day.")
            if day > today:
                return _("That day is still to come. Choose today or a past day.")
            return max(day, ALWAYS)
        case _:
            return today


def why_for_all_time(metric: MetricFacts, built: Built) -> str:
    """Say why a changed rule can only hold for all time, '' where it may begin on any day.

    What is counted in two ways cannot be put together over the days between them.
    """
    if built.definition is None:
        return ""
    try:
        refusing.check_continuity(built.definition, [metric.definition])
    except DefinitionError as error:
        reason = refusal_word(error)
        return reason[:1].upper() + reason[1:]
    return ""


def review(
    request: HttpRequest,
    metric: MetricFacts,
    draft: Draft,
    built: Built,
    presented: Presentation,
    effective: date | str,
) -> HttpResponse:
    comparison, is_too_long, problem = None, False, ""
    is_patient = request.POST.get("patient") == "1"
    for_all_time = why_for_all_time(metric, built)
    if for_all_time:
        effective = ALWAYS
    if isinstance(effective, date):
        try:
            comparison = metric_changes.compare(
                metric.key,
                definition=built.body or {},
                from_day=effective,
                presentation=presented,
                moment=clock.now(),
                seconds=_PATIENT_SECONDS if is_patient else metric_changes.SECONDS,
            )
        except TooLongError:
            is_too_long = True
    else:
        problem = effective
    names = {each.key: _(each.name) for each in definitions.metrics()}
    given = "always" if for_all_time else request.POST.get("effective", "today")
    context = {
        "metric": metric,
        "name": _(metric.name),
        "before": sentence(metric.definition, names),
        "after": sentence(built.definition, names) if built.definition else None,
        "pairs": [*forms.pairs(draft), ("began", request.POST.get("began", ""))],
        "effective": given if given in ("today", "day", "always") else "today",
        "for_all_time": for_all_time,
        "effective_day": request.POST.get("effective_day", "")[:10],
        "today": boards.today(clock.now()),
        "problem": problem,
        "is_too_long": is_too_long,
        "comparison": comparison,
        "compared": _compared(comparison, draft) if comparison else None,
        "ratios": [_(each.name) for each in definitions.ratios_over(metric.key)],
        "urls": {
            "here": request.path,
            "back": reverse("metric", args=[core_scope.current().slug, metric.public_id]),
        },
    }
    status = 422 if problem else 200
    return render(request, "web/metrics/review.html", context, status=status)


def _compared(comparison: Comparison, draft: Draft) -> dict[str, Any]:
    changed = [each for each in comparison.people if each.before != each.after]
    months = [each for each in comparison.months if each.before != each.after]
    return {
        "total": _row(comparison.total, _("Everybody"), draft),
        "people": [
            _row(each, each.name or _("Unassigned"), draft) for each in changed[:_MOST_COMPARED]
        ],
        "people_more": max(len(changed) - _MOST_COMPARED, 0),
        "people_same": len(comparison.people) - len(changed),
        "months": [
            _row(each, formats.day_range(*_month(each)), draft) for each in reversed(months)
        ],
        "months_same": len(comparison.months) - len(months),
        "begin": formats.number(comparison.credits_begin),
        "end": formats.number(comparison.credits_end),
    }


def _month(row: BeforeAfter) -> tuple[date, date]:
    first = row.month or ALWAYS
    return first, add_months(first, 1)


def _row(line: BeforeAfter, label: str, draft: Draft) -> CompareRow:
    difference = line.difference or Decimal(0)
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    shown = formats.difference(abs(difference), _Measure(draft))
    return CompareRow(
        label=label,
        before=formats.measured(line.before, _Measure(draft)),
        after=formats.measured(line.after, _Measure(draft)),
        difference=f"{sign}{shown}" if sign else "–",
        direction="up" if difference > 0 else "down" if difference < 0 else "same",
    )


class _Measure:
    """How the draft's numbers are written."""

    def __init__(self, draft: Draft) -> None:
        self.unit = draft.unit
        self.currency = core_scope.current().currency
        self.decimals = int(draft.decimals) if draft.decimals in {*"01234"} else 0
