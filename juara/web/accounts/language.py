"""The language somebody reads, kept with their sign-in and carried by a cookie."""

from django.conf import settings
from django.http import HttpResponse

_YEAR = 365 * 24 * 3600


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Let this browser's pages come in a language from the next one on; '' in its own."""
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response
