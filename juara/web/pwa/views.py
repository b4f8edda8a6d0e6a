"""The manifest, the service worker and the page that stands in while there is no connection."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from juara.ui import assets

# The pages' own ground, so that nothing flashes while it opens.
_PAPER = "#faf9f6"


@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    """Say how the application is called, looks and begins; the same for everybody."""
    pictures = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    pictures += [("maskable-512.png", "512x512", "maskable")]
    icons = [
        {"src": static(f"ui/icons/{file}"), "sizes": size, "type": "image/png", "purpose": purpose}
        for file, size, purpose in pictures
    ]
    vector = {"src": static("ui/icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "id": "/",
        "name": "Juara",
        "short_name": "Juara",
        "description": _("Sales performance whose every number can be trusted."),
        "lang": translation.get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": "#ffffff",
        "icons": [*icons, vector],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Serve the worker with the version of the assets in it: another version is another worker."""
    told = {
        "version": assets.version(),
        "offline": reverse("offline"),
        "kept": [assets.address("ui/app.css"), assets.address("ui/theme.js")],
        "fonts": static("ui/fonts/"),
        "assets": static("ui/"),
    }
    head = f"const TOLD = {json.dumps(told)};\n"
    body = (assets.BUILT / "service-worker.js").read_text()
    return HttpResponse(head + body, content_type="text/javascript; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of the offline page in one language."""

    code: str
    title: str
    text: str
    typed: str
    again: str


@require_safe
@cache_control(max_age=3600, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """Show what is kept for when there is no connection: in every language, of nobody."""
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(
                Said(
                    code,
                    _("No connection"),
                    _(
                        "Juara cannot be reached right now. Your device may be offline, or the "
                        "server is being restarted. Nothing you had saved is lost."
                    ),
                    _("If you were filling in a form, what you typed is kept in this window."),
                    _("Try again"),
                )
            )
    return render(request, "web/pwa/offline.html", {"said": said})
