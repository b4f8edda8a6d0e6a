"""The import wizard: files, what was understood, what it means, the check."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from juara.connect import drafts, queries, uploads
from juara.core import clock, environment
from juara.core import scope as core_scope
from juara.core.errors import DomainError, NotFoundError
from juara.people import access
from juara.people.access import Viewer
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.sources import again, checking, labels, ready
from juara.web.sources.frame import (
    address,
    csv_of,
    first_address,
    goes_on,
    is_part,
    open_draft,
    steps_of,
    toml_of,
)
from juara.web.sources.wizard import Wizard

_ACCEPTED = ".csv,.tsv,.txt,.xlsx"


# --- Files ---


@in_organization
def import_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show where files are dropped; the first one that arrives begins an import."""
    access.require_admin(viewer)
    if request.method != "POST":
        return _files_page(request, None)
    if not request.FILES:
        return _files_page(request, None, error=_("Choose a file first."), status=422)
    draft = drafts.start(moment=clock.now(), actor=viewer.member.email)
    return _took(request, draft, viewer)


@in_organization
@goes_on
def import_files(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    if request.method != "POST":
        return _files_page(request, open_draft(public_id))
    if not request.FILES:
        opened = open_draft(public_id)
        return _files_page(request, opened, error=_("Choose a file first."), status=422)
    return _took(request, public_id, viewer)


def _took(request: HttpRequest, draft: str, viewer: Viewer) -> HttpResponse:
    """Keep the files of a form; one that cannot be kept does not keep the others out."""
    _keep_all(request, draft, viewer)
    moment = clock.now()
    if key := again.recognised(draft):
        again.prepared(draft, key, moment=moment, is_recognised=True)
    return redirect(address("import_files", draft))


def _keep_all(request: HttpRequest, draft: str, viewer: Viewer) -> None:
    for file in request.FILES.getlist("files"):
        try:
            _keep(draft, file, viewer.member.email)
        except DomainError as refusal:
            name = uploads.safe_name(file.name or "")
            messages.error(request, f"{name}: {sentence(refusal)}")


def _keep(draft: str, file: "UploadedFile[bytes]", actor: str) -> None:
    """Let a draft have a file; one of the same name takes the place of the one before."""
    name, moment = file.name or "", clock.now()
    found = queries.draft(draft)
    safe = uploads.safe_name(name)
    kept = uploads.keep(file.chunks(), name=name, moment=moment, actor=actor)
    for before in found.files:
        if before.name == safe:
            drafts.remove_file(draft, before.public_id, moment=moment)
    drafts.add_file(draft, kept.public_id, moment=moment)


@require_POST
@in_organization
def import_file_remove(
    request: HttpRequest,  # noqa: ARG001
    viewer: Viewer,
    public_id: str,
    upload: str,
) -> HttpResponse:
    access.require_admin(viewer)
    drafts.remove_file(public_id, upload, moment=clock.now())
    return redirect("import_files", core_scope.current().slug, public_id)


def _files_page(
    request: HttpRequest, opened: Wizard | None, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "steps": steps_of("files", opened),
        "wizard": opened,
        "files": [
            {"facts": each, "problem": opened.broken.get(each.name, "")}
            for each in opened.draft.files
        ]
        if opened
        else [],
        "accepted": _ACCEPTED,
        "most_bytes": environment.upload_limit(),
        "errors": [error] if error else [],
    }
    return render(request, "web/sources/files.html", context, status=status)


# --- The check ---


@in_organization
@goes_on
def import_check(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Read everything without changing anything, and say what would come in and what not."""
    access.require_admin(viewer)
    opened = open_draft(public_id)
    if not opened.is_ready:
        return redirect(first_address(opened))
    problem = ""
    if request.method == "POST" or opened.draft.check is None or not opened.draft.check.is_current:
        try:
            checking.begin(request.organization, opened, moment=clock.now())  # type: ignore[attr-defined]
        except DomainError as refusal:
            problem = sentence(refusal)
        opened = open_draft(public_id)
        if request.method == "POST" and not problem:
            return redirect("import_check", core_scope.current().slug, public_id)
    context = {
        "steps": steps_of("check", opened),
        "wizard": opened,
        "problem": problem,
        "check": opened.draft.check,
        "shown": checking.shown(opened),
        "preview": checking.preview(opened) if checking.is_done(opened) else (),
        "cautions": [labels.finding(each) for each in opened.other_currencies],
        "has_owners": any(each.first("owner") for each in opened.choices.files),
    }
    part = "_check" if is_part(request) else "check"
    return render(request, f"web/sources/{part}.html", context)


@require_safe
@in_organization
def import_check_rows(
    request: HttpRequest,  # noqa: ARG001
    viewer: Viewer,
    public_id: str,
) -> HttpResponse:
    access.require_admin(viewer)
    return csv_of(checking.bad_rows(public_id), _("rows-left-out"))


@require_safe
@in_organization
def import_mapping(
    request: HttpRequest,  # noqa: ARG001
    viewer: Viewer,
    public_id: str,
) -> HttpResponse:
    access.require_admin(viewer)
    draft = queries.draft(public_id)
    return toml_of(draft.mapping, draft.source_key)


@require_POST
@in_organization
@goes_on
def import_begin(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let the import begin, with the ready metrics that count it where there are none yet."""
    access.require_admin(viewer)
    opened = open_draft(public_id)
    if not opened.is_ready:
        return redirect(first_address(opened))
    try:
        run = ready.begin(opened, moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return redirect("import_check", core_scope.current().slug, public_id)
    return redirect("import_run", core_scope.current().slug, run)


@require_POST
@in_organization
def import_discard(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    access.require_admin(viewer)
    drafts.discard(public_id)
    messages.success(request, _("The import in preparation and its files are gone."))
    return redirect("sources", core_scope.current().slug)


# --- A newer file of the same source ---


@in_organization
def import_again(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Take newer files of a source, and go straight to the check with what was chosen before."""
    access.require_admin(viewer)
    found = next((each for each in queries.source_list() if each.key == key), None)
    if found is None:
        raise NotFoundError("source.unknown", _("There is no such source."))
    error = ""
    if request.method == "POST":
        files = request.FILES.getlist("files")
        if files:
            return _took_again(request, found.key, found.name, viewer)
        error = _("Choose a file first.")
    context = {
        "source": found,
        "expected": again.expected(key),
        "accepted": _ACCEPTED,
        "most_bytes": environment.upload_limit(),
        "errors": [error] if error else [],
    }
    return render(request, "web/sources/again.html", context, status=422 if error else 200)


def _took_again(request: HttpRequest, key: str, name: str, viewer: Viewer) -> HttpResponse:
    moment = clock.now()
    draft = drafts.start(moment=moment, actor=viewer.member.email, source_key=key, source_name=name)
    _keep_all(request, draft, viewer)
    opened = again.prepared(draft, key, moment=moment)
    return redirect(address("import_check", draft) if opened.is_ready else first_address(opened))
