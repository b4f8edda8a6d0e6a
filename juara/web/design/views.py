"""The gallery of components, in development and in the demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from juara.ui.gallery import gallery_context


def design(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.IS_DEMO):
        raise Http404
    return render(request, "web/design/gallery.html", gallery_context())
