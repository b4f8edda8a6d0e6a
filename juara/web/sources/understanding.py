"""The steps "what was understood" and "what it means"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from juara.connect import uploads
from juara.connect.files.dialect import DELIMITERS
from juara.connect.files.format import ENCODINGS
from juara.connect.suggest.choices import ROLES, Told
from juara.core import clock, zones
from juara.core import scope as core_scope
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.people import access
from juara.people.access import Viewer
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.sources import labels, meaning, wizard
from juara.web.sources.frame import (
    address,
    first_address,
    goes_on,
    is_part,
    number,
    open_draft,
    steps_of,
)
from juara.web.sources.looking import Look
from juara.web.sources.wizard import Wizard


@in_organization
@goes_on
def import_reading(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show how each file is written; a form of one file reads it in another way."""
    access.require_admin(viewer)
    opened = open_draft(public_id)
    if not opened.draft.files:
        return redirect("import_files", core_scope.current().slug, public_id)
    problem, status, name = "", 200, request.POST.get("file", "")
    if request.method == "POST":
        if name not in {each.name for each in opened.draft.files}:
            raise NotFoundError("upload.unknown", _("There is no such file."))
        try:
            wizard.refuse_older(opened, request.POST.get("revision", ""))
            opened = wizard.retold(opened, name, _told(request), moment=clock.now())
        except ConflictError as refusal:
            problem, status = sentence(refusal), 409
        except DomainError as refusal:
            problem, status = labels.file_problem(refusal), 422
        if status == 200 and not is_part(request):
            return redirect("import_reading", core_scope.current().slug, public_id)
    context = _reading_context(opened, name, problem)
    if is_part(request):
        return render(request, "web/sources/_reading.html", context, status=status)
    return render(request, "web/sources/reading.html", context, status=status)


def _told(request: HttpRequest) -> Told:
    given = request.POST
    row = given.get("header_row", "")
    delimiter = {"tab": "\t"}.get(given.get("delimiter", ""), given.get("delimiter", ""))
    encoding = given.get("encoding", "")
    return Told(
        sheet=given.get("sheet", "")[:200],
        delimiter=delimiter if delimiter in DELIMITERS else "",
        encoding=encoding if encoding in ENCODINGS else "",
        header_row=min(int(row), 999) if row.isdecimal() and len(row) < 5 else 0,
        decimal=_one_of(given.get("decimal", ""), labels.DECIMALS),
        dates=_one_of(given.get("dates", ""), labels.DATES),
    )


def _one_of(given: str, known: dict[str, object]) -> str:
    return given if given in known else "auto"


def _reading_context(opened: Wizard, name: str, problem: str) -> dict[str, object]:
    return {
        "steps": steps_of("reading", opened),
        "wizard": opened,
        "cards": [
            _reading_card(place, each, opened.looks.get(each.name), opened)
            | {"problem": problem if each.name == name else ""}
            for place, each in enumerate(opened.draft.files)
        ],
    }


def _reading_card(
    place: int, file: uploads.UploadFacts, look: Look | None, opened: Wizard
) -> dict[str, object]:
    if look is None:
        return {"place": place, "name": file.name, "broken": opened.broken.get(file.name, "")}
    form, chosen = look.form, opened.choices.file(file.name)
    told = chosen.told if chosen else Told()
    return {
        "place": place,
        "name": file.name,
        "size": file.size,
        "form": form,
        "told": told,
        "rows": look.rows,
        "more_columns": max(len(form.header) - len(look.rows[0]) if look.rows else 0, 0),
        "header": form.header[: len(look.rows[0])] if look.rows else form.header[:40],
        "row_words": meaning.row_count(look),
        "column_count": len(form.header),
        "delimiters": [
            ("tab" if key == "\t" else key, words, key == form.delimiter)
            for key, words in labels.DELIMITERS.items()
        ],
        "encodings": [
            (key, labels.ENCODINGS[key], key == form.encoding) for key in _encodings(form.encoding)
        ],
        "sheets": [(sheet, sheet, sheet == form.sheet) for sheet in form.sheets],
        "date_words": labels.DATES.get(form.date_order, ""),
        "is_order_unclear": form.date_order == "ambiguous",
        "dates": [(key, words, key == told.dates) for key, words in labels.DATES.items()],
        "decimals": [(key, words, key == told.decimal) for key, words in labels.DECIMALS.items()],
        "notes": form.notes,
    }


def _encodings(found: str) -> list[str]:
    """The encodings to choose from, each name once, with the one that was found among them."""
    usual = [key for key in ENCODINGS if key not in ("utf-8-sig", "utf-16-le", "utf-16-be")]
    if found in usual or not found:
        return usual
    return [found, *(key for key in usual if labels.ENCODINGS[key] != labels.ENCODINGS[found])]


@in_organization
@goes_on
def import_meaning(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show what each column was taken for; a form of one file says it better."""
    access.require_admin(viewer)
    opened = open_draft(public_id)
    if not opened.looks or opened.is_given:
        return redirect(first_address(opened))
    problem, status = "", 200
    place = number(request.POST.get("place", ""), 0)
    if request.method == "POST":
        try:
            wizard.refuse_older(opened, request.POST.get("revision", ""))
            opened = _with_meaning(request, opened)
        except ConflictError as refusal:
            problem, status = sentence(refusal), 409
        if status == 200 and not is_part(request):
            return redirect(f"{address('import_meaning', public_id)}#file-{place}")
    pages = {
        each.name: number(request.GET.get(f"columns{place}", ""), 1)
        for place, each in enumerate(opened.choices.files)
    }
    if request.method == "POST" and (file := opened.choices.file(request.POST.get("file", ""))):
        pages[file.name] = number(request.POST.get("page", ""), 1)
    context = {
        "steps": steps_of("meaning", opened),
        "wizard": opened,
        "cards": meaning.cards(opened, pages=pages),
        "problems": _problems(opened),
        "problem": problem,
        "zones": sorted(zones.names()),
        "open_place": place,
    }
    if is_part(request):
        return render(request, "web/sources/_meaning.html", context, status=status)
    return render(request, "web/sources/meaning.html", context, status=status)


def _with_meaning(request: HttpRequest, opened: Wizard) -> Wizard:
    file = opened.choices.file(request.POST.get("file", ""))
    look = opened.look_of(file) if file else None
    if file is None or look is None:
        raise NotFoundError("upload.unknown", _("There is no such file."))
    role = request.POST.get("role", file.role)
    if role != file.role and role in ROLES:
        return wizard.with_role(opened, file.name, role, moment=clock.now())
    changed = meaning.changed(file, look, request.POST.dict())
    return opened if changed == file else wizard.with_file(opened, changed, moment=clock.now())


def _problems(opened: Wizard) -> list[tuple[str, bool]]:
    """What is to be mended, blocking things first, each with whether it blocks."""
    return [(labels.finding(each), each.is_blocking) for each in opened.findings]


@require_POST
@in_organization
def import_whole(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Change what holds for all files: name, time zone, currency, and what is missing."""
    access.require_admin(viewer)
    opened = open_draft(public_id)
    if request.POST.get("own") == "1":
        wizard.started_over(opened, moment=clock.now())
        return redirect("import_meaning", core_scope.current().slug, public_id)
    changed = wizard.with_whole(
        opened,
        name=request.POST.get("name", ""),
        zone=request.POST.get("zone", ""),
        currency=request.POST.get("currency", ""),
        missing=request.POST.get("missing", ""),
        moment=clock.now(),
    )
    if request.POST.get("next") == "check":
        return redirect("import_check", core_scope.current().slug, changed.id)
    return redirect("import_meaning", core_scope.current().slug, changed.id)
