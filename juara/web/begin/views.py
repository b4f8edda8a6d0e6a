"""The first page of an installation, and the last of an organization."""

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from juara.accounts import first_run, queries
from juara.accounts import removal as removals
from juara.core import clock
from juara.core.errors import DomainError, GoneError, NotFoundError
from juara.samples import beginning
from juara.samples.beginning import Beginning
from juara.web.setup import choices
from juara.web.setup.forms import BeginForm


@never_cache
@require_safe
def begin_waiting(request: HttpRequest) -> HttpResponse:
    """Say where the link is that begins this installation."""
    if queries.has_users():
        raise _nothing_here()
    return waiting(request)


def waiting(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    """Show who reached the port without the link where to look, and nothing else."""
    return render(request, "web/begin/waiting.html", status=status)


def _nothing_here() -> NotFoundError:
    return NotFoundError("begin.done", gettext_noop("There is nothing at this address."))


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponse:
    if queries.has_users():
        raise _nothing_here()
    if not first_run.opens(token):
        return waiting(request, status=404)
    if request.method != "POST":
        return _page(request, BeginForm(initial=_guesses(request)))
    form = BeginForm(request.POST)
    if not form.is_valid() or not _is_strong(form):
        return _page(request, form, status=422)
    try:
        user, made = beginning.begin(_asked(form), moment=clock.now())
    except GoneError:
        messages.info(request, _("Somebody else has begun this installation. Sign in, please."))
        return redirect("sign_in")
    except DomainError as refusal:
        _explain(form, refusal)
        return _page(request, form, status=422)
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("Welcome. Everything you need comes next, step by step."))
    return redirect("setup", made.slug)


def _page(request: HttpRequest, form: BeginForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "zones": choices.zone_names()}
    return render(request, "web/begin/page.html", context, status=status)


def _guesses(request: HttpRequest) -> dict[str, str]:
    """Fill in what the browser gives away; the zone its script knows."""
    spoken = request.headers.get("Accept-Language", "").split(",")
    currency, week_start = choices.guess_place([tag.partition(";")[0] for tag in spoken])
    return {
        "zone": "UTC", "currency": currency, "week_start": week_start, "fiscal_start_month": "1",
    }  # fmt: skip


def _is_strong(form: BeginForm) -> bool:
    try:
        validate_password(form.cleaned_data["password"])
    except ValidationError as error:
        form.add_error("password", error)
    return form.is_valid()


def _asked(form: BeginForm) -> Beginning:
    given = form.cleaned_data
    return Beginning(
        name=given["name"],
        email=given["email"],
        password=given["password"],
        organization=given["organization"],
        slug=given["slug"] or slugify(given["organization"])[:40].strip("-") or "company",
        zone=given["zone"],
        currency=given["currency"],
        week_start=given["week_start"],
        fiscal_start_month=given["fiscal_start_month"],
    )


def _explain(form: BeginForm, refusal: DomainError) -> None:
    """Put a refusal at the field it is about."""
    if refusal.code == "organization.slug":
        form.add_error("slug", _("Use small letters, digits and hyphens only, like my-company."))
    elif refusal.code == "organization.exists":
        form.add_error("slug", _("This address is taken. Choose another."))
    else:
        form.add_error(None, _(refusal.message))


@never_cache
@require_safe
def removal(request: HttpRequest, ticket: str) -> HttpResponse:
    """Show how far the removal of an organization is to whoever asked for it."""
    progress = removals.progress(ticket)
    if progress is None:
        raise _nothing_here()
    context = {
        "progress": progress,
        "ticket": ticket,
        # Who removed the only organization begins again without going back to the terminal.
        "begin_token": first_run.token() if progress.is_done else "",
    }
    is_part = getattr(request, "htmx", False)
    template = "web/begin/_removal.html" if is_part else "web/begin/removal.html"
    return render(request, template, context)
