"""The ASGI application: styles and scripts straight from disk, everything else from Django."""

import os
from pathlib import Path

from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")

ASSETS = Path(__file__).resolve().parents[1] / "ui" / "static"


def _protect(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


# Outside Django, so that no middleware runs for a file and none is made to switch threads.
application = ServeStaticASGI(
    get_asgi_application(),
    root=ASSETS,
    prefix="static/",
    autorefresh=settings.DEBUG,
    allow_all_origins=False,
    add_headers_function=_protect,
)
