"""From what the domain refuses to what a browser is told."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from juara.core.errors import DomainError, Kind

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
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = STATUS[exception.kind]
        template = f"{status}.html" if status in (403, 404) else "400.html"
        context = {"message": exception.message, "error_id": secrets.token_hex(4)}
        return render(request, template, context, status=status)
