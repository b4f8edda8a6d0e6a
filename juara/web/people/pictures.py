"""Pictures of people: shown to their own organization, changed by its administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from juara.core import clock, scope
from juara.core.errors import DomainError
from juara.people import access, pictures
from juara.people.access import Viewer
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.people.views import picture_url

# The address changes with the picture, so what is behind one never does.
_FOR_EVER = "private, max-age=31536000, immutable"


@require_safe
@in_organization
def member_picture(
    _request: HttpRequest, _viewer: Viewer, public_id: str, fingerprint: str
) -> HttpResponse:
    found = pictures.content(public_id, fingerprint)
    return HttpResponse(
        found,
        content_type=pictures.CONTENT_TYPE,
        headers={
            "Cache-Control": _FOR_EVER,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_organization
def people_picture(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let an administrator choose somebody's picture, or take it away."""
    member = access.member_to_change(viewer, public_id)
    slug, problem = scope.current().slug, ""
    if request.method == "POST":
        try:
            change_picture(request, public_id, actor=viewer.member.email)
        except DomainError as refusal:
            problem = sentence(refusal)
        else:
            return redirect("people", slug)
    fingerprint = pictures.fingerprint_of(member.id)
    context = {
        "member": member,
        "picture_url": picture_url(slug, public_id, fingerprint),
        "problems": [problem] if problem else [],
        "most_bytes": pictures.MOST_BYTES,
        "action": reverse("people_picture", args=[slug, public_id]),
    }
    return render(request, "web/people/picture.html", context, status=422 if problem else 200)


def change_picture(request: HttpRequest, public_id: str, *, actor: str) -> None:
    """Do what a picture form asks: keep the file it brings, or with `remove` show initials.

    DomainError, in words, for what is no picture, and for no file at all.
    """
    now = clock.now()
    if "remove" in request.POST:
        pictures.remove_picture(public_id, moment=now, actor=actor)
        messages.success(request, _("The picture is gone; the initials are back."))
        return
    pictures.set_picture(public_id, uploaded(request), moment=now, actor=actor)
    messages.success(request, _("The picture is saved."))


def uploaded(request: HttpRequest) -> bytes:
    """Return the picture a form brings; DomainError for none, and for one too large to read."""
    file = request.FILES.get("picture")
    if file is None or not file.size:
        raise DomainError("picture.none", _("Choose a picture first."))
    # One byte more is enough to be refused for its size.
    content: bytes = file.read(pictures.MOST_BYTES + 1)
    return content
