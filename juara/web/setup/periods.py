"""What weeks and fiscal years go by: the page that says it, shows it and changes it."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from juara.core import clock
from juara.core import scope as core_scope
from juara.core.calendar import ONE_DAY, FiscalYear, Period, PeriodRules, following, period_of
from juara.leaderboards import queries as boards
from juara.ledger import periods as operations
from juara.ledger import settings as organization_settings
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.entrance import in_organization
from juara.web.setup.period_forms import FiscalForm, WeekForm, fiscal_initial, week_initial

# How far ahead the next year of 53 weeks is looked for; they are five or six years apart.
_YEARS_AHEAD = 8
_LONG_YEAR = 53


@dataclass(frozen=True, slots=True)
class Told:
    """What holds now, and what has been decided for later days, a sentence each."""

    now: tuple[str, ...]
    coming: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of the preview: its name, its first and last day, and how long that is."""

    name: str
    first: str
    last: str
    length: str
    is_year: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a layout comes to: a year with its quarters, its months where they are of weeks."""

    rows: tuple[PeriodRow, ...]
    months: tuple[PeriodRow, ...]
    notes: tuple[str, ...]


@require_http_methods(["GET", "POST"])
@in_organization
def settings_periods(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    now = clock.now()
    today = boards.today(now)
    if request.method != "POST":
        return _page(request, today)
    if request.POST.get("what") == "week":
        week = WeekForm(request.POST, today=today)
        if not week.is_valid():
            return _page(request, today, week=week, status=422)
        week_start, day = week.asked()
        changed = operations.change_week_start(
            week_start, from_day=day, moment=now, actor=viewer.member.email
        )
    else:
        fiscal = FiscalForm(request.POST, today=today)
        is_look = "look" in request.POST
        if is_look or not fiscal.is_valid():
            return _page(request, today, fiscal=fiscal, status=200 if is_look else 422)
        layout, day = fiscal.asked()
        changed = operations.change_fiscal_year(
            layout, from_day=day, moment=now, actor=viewer.member.email
        )
    if changed:
        messages.success(request, _("Saved. Every board goes by it now."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("settings_periods", core_scope.current().slug)


def _page(
    request: HttpRequest,
    today: date,
    *,
    week: WeekForm | None = None,
    fiscal: FiscalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = core_scope.current().rules
    since = "next" if organization_settings.has_numbers() else "always"
    wanted, begins = rules, today
    if fiscal is not None and fiscal.is_valid():
        layout, day = fiscal.asked()
        wanted, begins = rules.with_fiscal(layout, from_day=day), max(day, today)
    context = {
        "week": week or WeekForm(today=today, initial=week_initial(rules, today, since=since)),
        "fiscal": fiscal
        or FiscalForm(today=today, initial=fiscal_initial(rules, today, since=since)),
        "told": told(rules, today),
        "outlook": outlook(wanted, begins),
    }
    return render(request, "web/setup/periods.html", context, status=status)


def told(rules: PeriodRules, today: date) -> Told:
    """Say what weeks and fiscal years go by now and from which later day otherwise."""
    coming = [
        _("From %(day)s: %(what)s") % {"day": formats.day(day), "what": what}
        for day, what in sorted(
            [(day, _week_words(start)) for day, start in rules.weeks if day > today]
            + [(day, _fiscal_words(fiscal)) for day, fiscal in rules.fiscal if day > today]
        )
    ]
    now = (_week_words(rules.week_start_on(today)), _fiscal_words(rules.fiscal_on(today)))
    return Told(now, tuple(coming))


def outlook(rules: PeriodRules, day: date) -> Outlook:
    """Show the fiscal year a day lies in, what it is cut into, and what is odd about it."""
    fiscal = rules.fiscal_on(day)
    year = period_of("fiscal-year", day, rules=rules)
    after = following(year, rules=rules)
    parts = _parts("fiscal-month", year, rules) if fiscal.is_weeks else []
    return Outlook(
        rows=(
            _row(year, fiscal, is_year=True),
            *(_row(each, fiscal) for each in _parts("fiscal-quarter", year, rules)),
            _row(after, fiscal, is_year=True),
        ),
        months=tuple(_row(each, fiscal) for each in parts),
        notes=tuple(_notes(rules, fiscal, year, day)),
    )


def _notes(rules: PeriodRules, fiscal: FiscalYear, year: Period, day: date) -> list[str]:
    notes = []
    before = period_of("fiscal-year", year.from_day - ONE_DAY, rules=rules)
    if _is_cut(rules, before):
        days = formats.first_to_last(before.from_day, before.until_day)
        notes.append(_("The year before it is a short one: %(days)s.") % {"days": days})
    if _is_cut(rules, year):
        days = formats.first_to_last(year.from_day, year.until_day)
        notes.append(_("The first year is a short one: %(days)s.") % {"days": days})
    if fiscal.is_weeks:
        own, other = (fiscal.last_weekday + 1) % 7, rules.week_start_on(day)
        if own != other:
            notes.append(
                _("The weeks of this year begin on %(own)s, while weeks begin on %(other)s.")
                % {"own": _weekday(own), "other": _weekday(other)}
            )
        first = fiscal.year_of(year.from_day)
        long = [
            number
            for number in range(first, first + _YEARS_AHEAD)
            if fiscal.weeks_in(number) == _LONG_YEAR
        ]
        if long:
            name = formats.fiscal_name(f"FY{long[0]:04d}")
            notes.append(
                _("%(name)s has 53 weeks; the extra one lies in its last month.") % {"name": name}
            )
    return notes


def _is_cut(rules: PeriodRules, year: Period) -> bool:
    """Say whether a change of the layout has cut a fiscal year."""
    fiscal = rules.fiscal_on(year.from_day)
    begins = fiscal.twelfths(fiscal.year_of(year.from_day))
    return (year.from_day, year.until_day) != (begins[0], begins[-1])


def _parts(unit: str, year: Period, rules: PeriodRules) -> list[Period]:
    parts = [period_of(unit, year.from_day, rules=rules)]
    while parts[-1].until_day < year.until_day:
        parts.append(following(parts[-1], rules=rules))
    return parts


def _row(period: Period, fiscal: FiscalYear, *, is_year: bool = False) -> PeriodRow:
    return PeriodRow(
        name=formats.fiscal_name(period.key),
        first=formats.day(period.from_day),
        last=formats.day(period.until_day - ONE_DAY),
        length=_length(period.days, is_weeks=fiscal.is_weeks),
        is_year=is_year,
    )


def _length(days: int, *, is_weeks: bool) -> str:
    if is_weeks and days % 7 == 0:
        weeks = days // 7
        return ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": formats.number(days)}


def _week_words(start: int) -> str:
    return _("Weeks begin on %(weekday)s.") % {"weekday": _weekday(start)}


def _fiscal_words(fiscal: FiscalYear) -> str:
    if fiscal.is_calendar:
        return _("The fiscal year is the calendar year.")
    month = formats.locale().months["format"]["wide"][fiscal.start_month]
    if not fiscal.is_weeks:
        return _("The fiscal year begins in %(month)s.") % {"month": month}
    closing = formats.locale().months["format"]["wide"][(fiscal.start_month - 2) % 12 + 1]
    words = {"pattern": fiscal.pattern, "weekday": _weekday(fiscal.last_weekday), "month": closing}
    if fiscal.close == "last":
        return _(
            "The fiscal year has quarters of %(pattern)s weeks and ends on the last %(weekday)s "
            "in %(month)s."
        ) % words  # fmt: skip
    return _(
        "The fiscal year has quarters of %(pattern)s weeks and ends on the %(weekday)s nearest to "
        "the end of %(month)s."
    ) % words  # fmt: skip


def _weekday(number: int) -> str:
    name: str = formats.locale().days["format"]["wide"][number]
    return name
