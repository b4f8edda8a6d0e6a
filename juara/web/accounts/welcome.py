"""Coming in by a link: for the first time, or with a new password."""

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from juara.core import clock
from juara.core.errors import DomainError, Kind
from juara.people import invitations
from juara.people.invitations import Welcome
from juara.web.accounts.language import speak
from juara.web.errors import refused, sentence


class WelcomeForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("As others see it on boards and televisions."),
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("At least ten characters, not only digits, and no common word."),
        error_messages={"required": gettext_lazy("Write a password.")},
    )


def _form(request: HttpRequest, found: Welcome) -> WelcomeForm:
    form = WelcomeForm(request.POST or None, initial={"name": found.name})
    if found.purpose == "reset":
        del form.fields["name"]
        form.fields["password"].label = _("Choose a new password")
    elif found.has_sign_in:
        form.fields["password"].label = _("Your password")
        form.fields["password"].help_text = _("The one you sign in with already.")
    return form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Greet whoever comes by a link and let them in; say kindly why a link is no longer good."""
    network, now = request.META.get("REMOTE_ADDR", ""), clock.now()
    try:
        found = invitations.welcome(token, network=network, now=now)
    except DomainError as refusal:
        return _closed(request, refusal)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(
                token,
                name=form.cleaned_data.get("name", ""),
                password=form.cleaned_data["password"],
                network=network,
                language=translation.get_language() or "",
                moment=now,
            )
        except DomainError as refusal:
            if refusal.kind is Kind.GONE:
                return _closed(request, refusal)
            _explain(form, refusal)
        else:
            auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            messages.success(request, _said(found))
            return speak(redirect("home"), user.language) if user.language else redirect("home")
    context = {"welcome": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/accounts/welcome.html", context, status=status)


def _said(found: Welcome) -> str:
    if found.purpose == "reset":
        return _("Your new password is saved.")
    return _("Welcome to %(organization)s.") % {"organization": found.organization}


def _explain(form: WelcomeForm, refusal: DomainError) -> None:
    if refusal.code == "sign_in.refused":
        form.add_error("password", _("This is not the password you sign in with."))
    elif refusal.code in ("user.invalid", "password.weak"):
        # In the reader's language already, as the rules for passwords say it.
        form.add_error("password", refusal.message)
    else:
        form.add_error(None, sentence(refusal))


def _closed(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if refusal.kind is not Kind.GONE:
        status = 404 if refusal.kind is Kind.NOT_FOUND else 429
        return refused(request, sentence(refusal), status=status)
    context = {"message": sentence(refusal), "is_used": refusal.code == "invitation.used"}
    return render(request, "web/accounts/closed.html", context, status=410)
