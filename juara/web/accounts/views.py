"""Signing in and out, and choosing where to go."""

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from juara.accounts import operations, queries
from juara.core import clock
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.ledger import queries as ledger
from juara.people import access
from juara.tenancy import scope
from juara.web import navigation
from juara.web.accounts.demo import demo_accounts
from juara.web.accounts.forms import SignInForm
from juara.web.accounts.language import speak
from juara.web.begin.views import waiting
from juara.web.entrance import to_sign_in

_SENTENCES = {
    "sign_in.refused": lambda: _("The e-mail address or the password is not right."),
    "sign_in.too_many": lambda: _("Too many attempts. Wait fifteen minutes and try again."),
}


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _safe_target(request)
    if request.user.is_authenticated:
        return redirect(target or "home")
    if not queries.has_users():
        return waiting(request)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = operations.sign_in(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                network=request.META.get("REMOTE_ADDR", ""),
                moment=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, _SENTENCES[refusal.code]())
        else:
            auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            onward = redirect(target or "home")
            return speak(onward, user.language) if user.language else onward
    context = {"form": form, "next": target, "demo_accounts": demo_accounts()}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/accounts/sign_in.html", context, status=status)


def _safe_target(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without a slash it would be taken for the name of a view.
    return target if allowed and "/" in target else ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("sign_in")


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Go on to where one's day begins; with several organizations, choose first."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    found = queries.organizations_of(request.user.pk)
    chosen = found[0].slug if len(found) == 1 else request.GET.get("in", "")
    if beginning := _beginning(request.user.pk, chosen):
        return redirect(beginning)
    links = [{"name": each.name, "url": f"{reverse('home')}?in={each.slug}"} for each in found]
    return render(request, "web/home.html", {"organizations": links})


def _beginning(user_id: int, slug: str) -> str:
    """Return where somebody begins in an organization of theirs, "" in any other.

    An administrator begins with the set-up until a board is live or it was put away.
    """
    organization = queries.organization_of(user_id, slug) if slug else None
    if organization is None:
        return ""
    with scope.enter(organization):
        viewer = access.viewer_of_user(user_id, today=boards.today(clock.now()))
        is_set_up = (
            not viewer.is_admin
            or organization.setup_done_at is not None
            or bool(ledger.newest_months())
        )
    return navigation.start(viewer.member.role, slug, is_set_up=is_set_up)
