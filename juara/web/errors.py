"""From what the domain refuses to what a browser is told."""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.errors import DomainError, Kind, filled
from juara.metrics.clauses import DefinitionError
from juara.metrics.words import refusal_word

_log = logging.getLogger("juara.web")

STATUS = {
    Kind.INVALID: 400,
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 403,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.LIMIT: 429,
}
# Those that have a page of their own; the others share the one that says "not understood".
PAGES = frozenset({400, 403, 404, 409, 410, 429})


class DomainErrorMiddleware:
    """Turn a DomainError that no view caught into its page and status."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # PostgreSQL keeps no NUL in a text: nothing that exists is called so, and every look-up
        # of it would crash. Most forms refuse it by themselves; for the others see below.
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not is_part(request):
            # Whoever opens the address of a form's deed gets a page, as for everything else.
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return render(request, "400.html", status=400) if _has_nul(request) else None
        return refused(request, sentence(exception), status=STATUS[exception.kind])


def _has_nul(request: HttpRequest) -> bool:
    return any("\x00" in each for _name, values in request.POST.lists() for each in values)


def refused(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    """Say a refusal: as a page of its own, or in the part of a page that htmx asked for."""
    context = {"message": message}
    if is_part(request):
        return render(request, "web/_problem.html", context, status=status)
    template = f"{status}.html" if status in PAGES else "400.html"
    return render(request, template, context, status=status)


def is_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks. Read from the header: an error may come before any middleware."""
    return request.headers.get("HX-Request") == "true"


def sentence(refusal: DomainError) -> str:
    """Say a refusal in the reader's language.

    Sentences are marked for translation where they stand. Those said here again tell more on a
    page than in a terminal.
    """
    named = {
        "period.unreadable": gettext_lazy(
            "“%(key)s” is not a period. Write a day (2017-10-05), a week (2017-W40), a month "
            "(2017-10), a quarter (2017-Q4), a year (2017) or a range (2017-10-05..2017-11-04)."
        ),
        "metric.unknown": gettext_lazy(
            "There is no metric “%(key)s”. Go back and choose one from the list."
        ),
        "team.unknown": gettext_lazy(
            "There is no team “%(name)s”. Go back and choose one from the list."
        ),
    }
    if refusal.code in named:
        return str(named[refusal.code]) % refusal.data
    if isinstance(refusal, DefinitionError):
        return f"{refusal.data['where']}: {refusal_word(refusal)}"
    return filled(_(refusal.sentence), refusal.data)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a crash with an id that the log has too."""
    error_id = secrets.token_hex(4)
    _log.exception("Error %s at %s", error_id, request.path)
    context = {"error_id": error_id}
    if is_part(request):
        context["message"] = _("Something broke on our side. Nothing you had saved is lost.")
        return render(request, "web/_problem.html", context, status=500)
    return render(request, "500.html", context, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old: usually a page left open overnight."""
    _log.info("A form at %s was refused: %s", request.path, reason)
    message = _("This form has expired. Go back, reload the page and send it again.")
    return refused(request, message, status=403)
