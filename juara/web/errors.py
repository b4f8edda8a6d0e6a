"""From what the domain refuses to what a browser is told."""

import logging
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from juara.core.errors import DomainError, Kind

_log = logging.getLogger("juara.web")

STATUS = {
    Kind.INVALID: 400,
    Kind.NOT_FOUND: 404,
    Kind.NOT_ALLOWED: 403,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.LIMIT: 429,
}


class DomainErrorMiddleware:
    """Turn a DomainError that no view caught into its page and status."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # PostgreSQL keeps no NUL in a text: nothing that exists is called so, and every look-up
        # of it would crash. Forms refuse it by themselves.
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = STATUS[exception.kind]
        template = f"{status}.html" if status in (403, 404) else "400.html"
        # Sentences that name nothing are marked where they stand; others are shown as they are.
        return render(request, template, {"message": _(exception.message)}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a crash with an id that the log has too."""
    error_id = secrets.token_hex(4)
    _log.exception("Error %s at %s", error_id, request.path)
    return render(request, "500.html", {"error_id": error_id}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old: usually a page left open overnight."""
    _log.info("A form at %s was refused: %s", request.path, reason)
    message = _("This form has expired. Go back, reload the page and send it again.")
    return render(request, "403.html", {"message": message}, status=403)
