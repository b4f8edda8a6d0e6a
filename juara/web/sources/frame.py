"""What the steps of the wizard share: the draft, the way through them, files to hand over."""

from collections.abc import Callable, Iterator
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from juara.connect import queries
from juara.core import clock
from juara.core import scope as core_scope
from juara.core.errors import ConflictError
from juara.web.sources import wizard
from juara.web.sources.wizard import Wizard

_IN_VAIN = ("failed", "cancelled", "undone")
_STEPS = ("files", "reading", "meaning", "check")


class BegunError(ConflictError):
    """A draft has become an import meanwhile, perhaps in another window."""

    def __init__(self, run: str) -> None:
        super().__init__("draft.begun", gettext_noop("This import has begun already."))
        self.run = run


def goes_on(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead whoever comes back to the draft of an import to the import itself."""

    @wraps(view)
    def led(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BegunError as begun:
            return redirect("import_run", core_scope.current().slug, begun.run)

    return led


def open_draft(public_id: str) -> Wizard:
    """Return a draft; one that has become an import is open again only if that came to nothing."""
    opened = wizard.opened(public_id, moment=clock.now())
    run = opened.draft.run
    if run is not None and queries.run(run).state not in _IN_VAIN:
        raise BegunError(run)
    return opened


def is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise


def address(name: str, public_id: str) -> str:
    return reverse(name, args=[core_scope.current().slug, public_id])


def first_address(opened: Wizard) -> str:
    """The step where something is still to be done."""
    if not opened.looks:
        return address("import_files", opened.id)
    return address("import_meaning", opened.id)


def steps_of(current: str, opened: Wizard | None) -> list[tuple[str, str, str]]:
    """The steps of the wizard: those behind and, once they make sense, those ahead are links."""
    titles = (_("Files"), _("What was understood"), _("Meaning"), _("Check"))
    here = _STEPS.index(current)
    found = []
    for place, (key, title) in enumerate(zip(_STEPS, titles, strict=True)):
        state = "done" if place < here else "current" if place == here else "next"
        found.append((title, _step_address(key, opened), state))
    found.append((_("Import"), "", "next"))
    return found


def _step_address(key: str, opened: Wizard | None) -> str:
    if opened is None or (key != "files" and not opened.looks):
        return ""
    if opened.is_given and key == "meaning":
        return ""
    if key == "check" and not opened.is_ready:
        return ""
    return address(f"import_{key}", opened.id)


def csv_of(lines: Iterator[str], name: str) -> HttpResponse:
    """Answer with lines of CSV as a file; spreadsheets know UTF-8 by the mark at its start."""
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def toml_of(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name or "mapping"}.toml"'
    return answer
