"""My settings: name, picture, language, password, organizations and sessions."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from juara.accounts import operations as accounts
from juara.accounts import queries as account_queries
from juara.core import clock
from juara.core.errors import DomainError
from juara.people import oneself, pictures
from juara.web.accounts.language import speak
from juara.web.context import ROLES
from juara.web.entrance import to_sign_in
from juara.web.errors import sentence
from juara.web.people.pictures import uploaded
from juara.web.people.views import picture_url

P = ParamSpec("P")


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("As others see it on boards and televisions."),
        error_messages={"required": gettext_lazy("Write your name.")},
    )


class PasswordForm(forms.Form):
    """The old password proves that it is you; the new one keeps to the rules of all."""

    old = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": gettext_lazy("Write your present password.")},
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        help_text=gettext_lazy("At least ten characters, not only digits, and no common word."),
        error_messages={"required": gettext_lazy("Write a new password.")},
    )


def signed_in(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Run a view for whoever is signed in; send others to sign in and back. Never cached."""

    @wraps(view)
    def entered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return never_cache(entered)


def user_id_of(request: HttpRequest) -> int:
    user_id: int = request.user.pk  # type: ignore[assignment]
    return user_id


@require_safe
@signed_in
def me(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: HttpRequest,
    *,
    name: NameForm | None = None,
    password: PasswordForm | None = None,
    picture_problem: str = "",
) -> HttpResponse:
    user = account_queries.user(user_id_of(request))
    mine = oneself.memberships(user.id)
    first = mine[0] if mine else None
    shown = next((each for each in mine if each.member.picture), None)
    context = {
        "user": user,
        "name": first.member.name if first else user.email,
        "name_form": name or NameForm(initial={"name": first.member.name if first else ""}),
        "password_form": password or PasswordForm(),
        "problems": [picture_problem] if picture_problem else [],
        "action": reverse("me_picture"),
        "picture_url": picture_url(shown.slug, shown.member.public_id, shown.member.picture)
        if shown
        else "",
        "most_bytes": pictures.MOST_BYTES,
        "memberships": [
            {
                "name": each.name,
                "url": f"{reverse('home')}?in={each.slug}",
                "role": ROLES[each.member.role],
            }
            for each in mine
        ],
    }
    is_refused = bool(picture_problem) or any(form and form.errors for form in (name, password))
    return render(request, "web/me/page.html", context, status=422 if is_refused else 200)


@require_POST
@signed_in
def me_name(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _page(request, name=form)
    oneself.rename(user_id_of(request), form.cleaned_data["name"], moment=clock.now())
    messages.success(request, _("Your name is saved."))
    return redirect("me")


@require_POST
@signed_in
def me_picture(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    if "remove" in request.POST:
        oneself.remove_picture(user_id_of(request), moment=now)
        messages.success(request, _("The picture is gone; the initials are back."))
        return redirect("me")
    try:
        oneself.set_picture(user_id_of(request), uploaded(request), moment=now)
    except DomainError as refusal:
        return _page(request, picture_problem=sentence(refusal))
    messages.success(request, _("The picture is saved."))
    return redirect("me")


@require_POST
@signed_in
def me_language(request: HttpRequest) -> HttpResponse:
    """Keep the language with the sign-in, for every browser, and go back."""
    language = request.POST.get("language", "")
    accounts.keep_language(user_id_of(request), language)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    # Without a slash it would be taken for the name of a view.
    return speak(redirect(target if "/" in target and is_ours else "me"), language)


@require_POST
@signed_in
def me_password(request: HttpRequest) -> HttpResponse:
    """Change the password; this session goes on, every other one ends."""
    form = PasswordForm(request.POST)
    if form.is_valid() and _is_changed(request, form):
        user = auth.get_user_model().objects.get(pk=user_id_of(request))
        auth.update_session_auth_hash(request, user)
        messages.success(
            request, _("Your password is changed. You are signed out everywhere else.")
        )
        return redirect("me")
    return _page(request, password=form)


def _is_changed(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        oneself.change_password(
            user_id_of(request),
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            network=request.META.get("REMOTE_ADDR", ""),
            moment=clock.now(),
        )
    except DomainError as refusal:
        if refusal.code == "sign_in.refused":
            form.add_error("old", _("This is not your present password."))
        elif refusal.code == "password.weak":
            form.add_error("new", refusal.message)
        else:
            form.add_error(None, sentence(refusal))
        return False
    return True


@require_POST
@signed_in
def me_sign_out(request: HttpRequest) -> HttpResponse:
    """End every session of this person, the present one too."""
    oneself.sign_out_everywhere(user_id_of(request), moment=clock.now())
    auth.logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("sign_in")
