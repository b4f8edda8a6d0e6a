"""Currencies: which the records are in, what they are worth, and since when we know it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock, money
from juara.core import scope as core_scope
from juara.core.calendar import ONE_DAY
from juara.core.errors import DomainError, Kind, NotFoundError
from juara.leaderboards import queries as boards
from juara.ledger import currencies as occurring
from juara.ledger import dry_run
from juara.ledger import rates as operations
from juara.ledger.currencies import Gap, Occurring
from juara.metrics import rates
from juara.metrics.rates import CurrencyRates, Rate, RateChange
from juara.people import access
from juara.people.access import Viewer
from juara.ui import formats
from juara.web.asked import page_number
from juara.web.currencies import words
from juara.web.currencies.forms import RateForm
from juara.web.entrance import in_organization
from juara.web.errors import sentence

PAGE = 50
_HISTORY = 20
_GAPS = 8
# Reading every record must not hold a page up.
_PATIENCE_SECONDS = 4.0
_FIELDS = {
    "rate.currency": "currency",
    "rate.own": "currency",
    "rate.sign": "rate",
    "rate.large": "rate",
    "rate.decimals": "rate",
    "rate.days": "last_day",
    "rate.source": "source",
}


@require_safe
@in_organization
def currencies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    return _overview(request, RateForm(today=boards.today(clock.now())))


def _overview(request: HttpRequest, form: RateForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "own": core_scope.current().currency, "rated": rates.is_any_known()}
    return render(request, "web/currencies/page.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Row:
    """A currency of the records, of the rates, or of both."""

    code: str
    name: str
    held: Occurring | None
    known: CurrencyRates | None
    days: str
    total: str
    latest: str
    is_code: bool


@require_safe
@in_organization
def currencies_records(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the part that goes through the records; read when the page stands."""
    access.require_admin(viewer)
    known = {each.currency: each for each in rates.currencies()}
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            held = {each.currency: each for each in occurring.occurring()}
    except dry_run.TooLongError:
        held, is_too_large = {}, True
    else:
        is_too_large = False
    codes = [*held, *sorted(known.keys() - held.keys())]
    context = {
        "rows": [_row(code, held.get(code), known.get(code)) for code in codes],
        "own": core_scope.current().currency,
        "is_too_large": is_too_large,
    }
    return render(request, "web/currencies/_records.html", context)


def _row(code: str, held: Occurring | None, known: CurrencyRates | None) -> _Row:
    is_code = money.is_known(code)
    span = ""
    if held and held.first_day and held.last_day:
        span = words.days(held.first_day, held.last_day + ONE_DAY)
    return _Row(
        code=code,
        name=words.name(code) if is_code else "",
        held=held,
        known=known,
        days=span,
        total=formats.money(held.total, code if is_code else "", 0) if held else "",
        latest=words.equation(code, known.latest) if known else "",
        is_code=is_code,
    )


@require_safe
@in_organization
def currency(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    access.require_admin(viewer)
    code = _known_code(code)
    given = request.GET.get("from", "")
    form = RateForm(today=_day(given) or boards.today(clock.now()), code=code)
    return _currency_page(request, form, code)


def _known_code(code: str) -> str:
    if not money.is_known(code) or code == core_scope.current().currency:
        raise NotFoundError("rate.currency_page", "There is nothing at this address.")
    return code


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _currency_page(
    request: HttpRequest, form: RateForm, code: str, *, status: int = 200
) -> HttpResponse:
    number = page_number(request.GET.get("page", "1"))
    count = next((each.count for each in rates.currencies() if each.currency == code), 0)
    pages = max(1, -(-count // PAGE))
    here = reverse("currency", args=[core_scope.current().slug, code])
    context = {
        "form": form,
        "code": code,
        "name": words.name(code),
        "own": core_scope.current().currency,
        "count": count,
        "rates": [
            _shown(each) for each in rates.rates(code, limit=PAGE, offset=(number - 1) * PAGE)
        ],
        "gaps": _gaps(code),
        "history": [_told(each) for each in rates.history(code, limit=_HISTORY)],
        "now": clock.now(),
        "page": number,
        "page_count": pages,
        "previous_url": f"{here}?page={number - 1}" if number > 1 else "",
        "next_url": f"{here}?page={number + 1}" if number < pages else "",
    }
    return render(request, "web/currencies/currency.html", context, status=status)


def _shown(each: Rate) -> dict[str, Any]:
    return {
        "rate": each,
        "days": words.days(each.from_day, each.until_day),
        "value": formats.exact(each.rate),
    }


def _gaps(code: str) -> list[dict[str, Any]]:
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            found = occurring.gaps(code, limit=_GAPS)
    except dry_run.TooLongError:
        return []
    return [_gap(code, each) for each in found]


def _gap(code: str, each: Gap) -> dict[str, Any]:
    return {
        "days": words.days(each.from_day, each.until_day),
        "from_day": each.from_day,
        "records": each.records,
        "total": formats.money(each.total, code, 0),
    }


def _told(each: RateChange) -> dict[str, Any]:
    """Say a change of rates as a sentence."""
    days = words.days(each.from_day, each.until_day)
    shown = {
        "days": days,
        "count": formats.number(each.count),
        "rate": "" if each.rate is None else formats.exact(each.rate),
        "before": "" if each.before is None else formats.exact(each.before),
    }
    if each.is_withdrawal and each.before is not None:
        said = _("Withdrew %(before)s, %(days)s") % shown
    elif each.is_withdrawal:
        said = ngettext("Withdrew %(count)s rate", "Withdrew %(count)s rates", each.count) % shown
    elif each.rate is None:
        said = ngettext(
            "%(count)s rate, %(days)s", "%(count)s rates, %(days)s", each.count
        ) % shown  # fmt: skip
    elif each.before is None:
        said = _("%(rate)s, %(days)s") % shown
    else:
        said = _("%(rate)s instead of %(before)s, %(days)s") % shown
    return {"said": said, "change": each}


@require_POST
@in_organization
def rate_lay(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a rate, or correct one: from its day on it takes the place of what held."""
    access.require_admin(viewer)
    code = request.POST.get("on", "")
    code = _known_code(code) if code else ""
    form = RateForm(request.POST, today=boards.today(clock.now()), code=code)
    if form.is_valid():
        quote = form.quote()
        try:
            changed = operations.lay(
                quote, source=form.cleaned_data["source"], until_day=form.until_day(),
                moment=clock.now(), actor=viewer.member.email,
            )  # fmt: skip
        except DomainError as refusal:
            if refusal.kind is not Kind.INVALID:
                raise
            form.add_error(_FIELDS.get(refusal.code), sentence(refusal))
        else:
            if changed:
                messages.success(
                    request,
                    _("The rate is stored, and every amount it converts is counted with it."),
                )
            else:
                messages.info(request, _("Nothing was changed: this rate holds already."))
            return redirect("currency", core_scope.current().slug, quote.currency)
    if code:
        return _currency_page(request, form, code, status=422)
    return _overview(request, form, status=422)


@require_POST
@in_organization
def rate_withdraw(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    access.require_admin(viewer)
    code = _known_code(code)
    from_day = _day(request.POST.get("from_day", ""))
    if from_day is None:
        raise NotFoundError("rate.unknown", "There is nothing at this address.")
    operations.withdraw(code, from_day=from_day, moment=clock.now(), actor=viewer.member.email)
    messages.success(request, _("The rate is withdrawn. What it converted no longer counts."))
    return redirect("currency", core_scope.current().slug, code)


@require_POST
@in_organization
def rates_withdraw(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Withdraw every rate of a currency."""
    access.require_admin(viewer)
    code = _known_code(code)
    count = operations.withdraw_all(code, moment=clock.now(), actor=viewer.member.email)
    messages.success(
        request,
        ngettext("%(count)s rate is withdrawn.", "%(count)s rates are withdrawn.", count)
        % {"count": formats.number(count)},
    )
    return redirect("currencies", core_scope.current().slug)
