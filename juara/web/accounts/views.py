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
from juara.web.accounts.demo import demo_accounts
from juara.web.accounts.forms import SignInForm
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
            return redirect(target or "home")
    context = {"form": form, "next": target, "demo_accounts": demo_accounts()}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/accounts/sign_in.html", context, status=status)


def _safe_target(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else ""


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("sign_in")


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Go on to the only organization there is, or let the person choose."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    found = queries.organizations_of(request.user.pk)
    if len(found) == 1:
        return redirect("leaderboards", found[0].slug)
    links = [
        {"name": each.name, "url": reverse("leaderboards", args=[each.slug])} for each in found
    ]
    return render(request, "web/home.html", {"organizations": links})
