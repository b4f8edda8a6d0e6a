"""Adding people: one by one, by a pasted list or by a file, each checked before it is stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from juara.core import clock, scope, zones
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.ledger import people_lists
from juara.ledger.people_lists import Checked
from juara.people import access, invitations, lists
from juara.people import queries as people
from juara.people.access import Viewer
from juara.ui import formats
from juara.web import export
from juara.web.entrance import in_organization
from juara.web.errors import sentence
from juara.web.people.invitations import links
from juara.web.people.words import ROLES

WAYS = ("paste", "file", "one")
_ROWS_SHOWN = 100
_MOST_TEXT = 4 * 1024 * 1024
# The fields of one person, and the headers that name them in a list.
_COLUMNS = {
    "name": "Name", "email": "E-mail", "team": "Team", "role": "Role", "profile": "Job profile",
    "manager": "Manager", "starts_on": "Start date", "zone": "Time zone",
}  # fmt: skip


class PersonForm(forms.Form):
    """One person; what is left empty is the company's own, or unknown."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the name of the person.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Needed to invite them; it is how they sign in."),
        error_messages={"invalid": gettext_lazy("This does not look like an e-mail address.")},
    )
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), initial="rep", required=False)
    profile = forms.ChoiceField(label=gettext_lazy("Job profile"), required=False)
    manager = forms.ChoiceField(label=gettext_lazy("Manager"), required=False)
    starts_on = forms.DateField(
        label=gettext_lazy("Start date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: here since always, so that all their records count."),
        error_messages={"invalid": gettext_lazy("Choose a day.")},
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree = lists.Tree.on(today)
        teams = [(tree.label(each.id), tree.label(each.id)) for each in tree.open_ones()]
        leaders = [(each.email or each.name, each.name) for each in people.leaders()]
        profiles = [(each.name, each.name) for each in people.profiles().values()]
        own = _("%(zone)s (the organization's)") % {"zone": scope.current().zone}
        self._offer("team", teams or [("", _("The company"))])
        self._offer("role", [(key, str(name)) for key, name in ROLES.items()])
        self._offer("manager", [("", _("As the team has it")), *leaders])
        self._offer("profile", [("", _("None")), *profiles])
        self._offer("zone", [("", own), *((each, each) for each in sorted(zones.names()))])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def text(self) -> str:
        """Return the person as a list of one, which is then checked like any other."""
        names = ("name", "email", "team", "role", "profile", "manager", "starts_on", "zone")
        header = [
            "Name",
            "E-mail",
            "Team",
            "Role",
            "Job profile",
            "Manager",
            "Start date",
            "Time zone",
        ]
        cells = [self.cleaned_data.get(name) or "" for name in names]
        written = [each.isoformat() if isinstance(each, date) else str(each) for each in cells]
        return people_lists.text_of_rows([header, written])


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page of the three ways shows again when something was refused."""

    way: str = "paste"
    text: str = ""
    problem: str = ""
    form: PersonForm | None = None


@require_safe
@in_organization
def people_add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_admin(viewer)
    way = request.GET.get("way", "")
    return _add_page(request, _Page(way=way if way in WAYS else "paste"))


def _add_page(request: HttpRequest, page: _Page, *, status: int = 200) -> HttpResponse:
    slug, today = scope.current().slug, boards.today(clock.now())
    here = reverse("people_add", args=[slug])
    names = {"paste": _("Paste a list"), "file": _("From a file"), "one": _("One person")}
    context = {
        "way": page.way,
        "text": page.text,
        "problem": page.problem,
        "form": (page.form or PersonForm(today=today)) if page.way == "one" else None,
        "ways": [(f"{here}?way={way}", names[way], way == page.way) for way in WAYS],
        "check_url": reverse("people_import", args=[slug]),
        "people_url": reverse("people", args=[slug]),
        "most_bytes": people_lists.MOST_BYTES,
    }
    return render(request, "web/people/add.html", context, status=status)


@never_cache
@require_POST
@in_organization
def people_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what a list would do, row by row. Nothing is stored."""
    access.require_admin(viewer)
    now = clock.now()
    way = request.POST.get("way", "paste")
    if way == "one":
        form = PersonForm(request.POST, today=boards.today(now))
        if not form.is_valid():
            return _add_page(request, _Page(way="one", form=form), status=422)
    try:
        table = _table(request, form.text() if way == "one" else request.POST.get("text", ""))
        checked = people_lists.check(table, moment=now, from_day=_day(request))
    except DomainError as refusal:
        page = _Page(
            way=way if way in ("paste", "file") else "paste",
            text=request.POST.get("text", "")[:_MOST_TEXT],
            problem=sentence(refusal),
        )
        return _add_page(request, page, status=422)
    return _check_page(request, checked)


def _table(request: HttpRequest, text: str) -> people_lists.Table:
    if request.POST.get("way") != "file":
        return people_lists.of_text(text)
    file = request.FILES.get("file")
    if file is None:
        raise DomainError("people.no_file", _("Choose a file first."))
    content = file.read(people_lists.MOST_BYTES + 1)
    return people_lists.of_file(content, name=file.name or "")


def _day(request: HttpRequest) -> date | None:
    try:
        found = date.fromisoformat(request.POST.get("from_day", ""))
    except ValueError:
        return None
    return found if 1950 <= found.year <= 2100 else None


def _check_page(
    request: HttpRequest, checked: Checked, *, problem: str = "", status: int = 200
) -> HttpResponse:
    slug = scope.current().slug
    counts = {key: checked.counts.get(key, 0) for key in ("new", "change", "same")}
    problems = checked.of("problem")
    left_out = len(problems) + checked.counts.get("repeated", 0)
    shown = {key: checked.of(key)[:_ROWS_SHOWN] for key in ("new", "change", "same")}
    context = {
        "checked": checked,
        "columns": _columns(checked),
        "unused": [each.header for each in checked.columns if _is_unused(each.meaning)],
        "counts": {key: (count, formats.number(count)) for key, count in counts.items()},
        "left_out": (left_out, formats.number(left_out)),
        "problems": problems[:_ROWS_SHOWN],
        "repeated": checked.of("repeated")[:_ROWS_SHOWN],
        "rows": shown,
        "more": {key: formats.number(counts[key] - len(shown[key])) for key in shown},
        "has_more": {key: counts[key] > len(shown[key]) for key in shown},
        "moves": any(change.what == _("From") for row in checked.rows for change in row.changes),
        "can_invite": any(row.email for row in checked.of("new")),
        "button": _button(counts["new"], counts["change"]),
        "problem": problem,
        "urls": {
            "store": reverse("people_import_store", args=[slug]),
            "check": reverse("people_import", args=[slug]),
            "problems": reverse("people_import_problems", args=[slug]),
            "add": reverse("people_add", args=[slug]),
            "people": reverse("people", args=[slug]),
        },
    }
    return render(request, "web/people/check.html", context, status=status)


def _is_unused(meaning: str) -> bool:
    return meaning in ("", "ignored")


def _columns(checked: Checked) -> list[tuple[str, str, str]]:
    """Return what each column was taken for, what it is called, and an example."""
    return [
        (people_lists.heading(each.meaning), each.header, each.example)
        for each in checked.columns
        if not _is_unused(each.meaning)
    ]


def _button(new: int, change: int) -> str:
    values = {"new": formats.number(new), "change": formats.number(change)}
    if new and change:
        return _("Add %(new)s and change %(change)s") % values
    if change:
        return ngettext("Change %(change)s person", "Change %(change)s people", change) % values
    if new:
        return ngettext("Add %(new)s person", "Add %(new)s people", new) % values
    return ""


@never_cache
@require_POST
@in_organization
def people_import_store(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Store a list that was checked; with `invite`, go on to the links of those added."""
    access.require_admin(viewer)
    text, now = request.POST.get("text", ""), clock.now()
    actor = viewer.member.email
    try:
        stored = people_lists.store(text, moment=now, actor=actor, from_day=_day(request))
    except DomainError as refusal:
        return _refused(request, text, refusal)
    _say(request, stored)
    if "invite" in request.POST and stored.added:
        return links(
            request, invitations.invite(stored.added, moment=now, actor=actor), purpose="invite"
        )
    return redirect("people", scope.current().slug)


def _refused(request: HttpRequest, text: str, refusal: DomainError) -> HttpResponse:
    """Show the check again where there is one to show, with why nothing was stored."""
    try:
        table = people_lists.of_text(text)
        checked = people_lists.check(table, moment=clock.now(), from_day=_day(request))
    except DomainError:
        page = _Page(text=text[:_MOST_TEXT], problem=sentence(refusal))
        return _add_page(request, page, status=422)
    return _check_page(request, checked, problem=sentence(refusal), status=422)


def _say(request: HttpRequest, stored: people_lists.Stored) -> None:
    new, changed = len(stored.added), stored.changed
    values = {"new": formats.number(new), "change": formats.number(changed)}
    if new and changed:
        said = _("%(new)s added, %(change)s changed.")
    elif new:
        said = ngettext("%(new)s person added.", "%(new)s people added.", new)
    elif changed:
        said = ngettext("%(change)s person changed.", "%(change)s people changed.", changed)
    else:
        said = _("Nothing to do: everybody is as the list says.")
    messages.success(request, said % values)


@never_cache
@require_POST
@in_organization
def people_import_problems(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the rows that stay out as a file, each with why."""
    access.require_admin(viewer)
    table = people_lists.of_text(request.POST.get("text", ""))
    checked = people_lists.check(table, moment=clock.now(), from_day=_day(request))
    width = len(checked.columns)
    headers = [each.header or people_lists.heading(each.meaning) for each in checked.columns]
    rows = [[*headers, _("Row"), _("What to mend")]]
    for row in checked.rows:
        if why := row.problem or (row.remark if row.outcome == "repeated" else ""):
            cells = [*row.cells, *[""] * width][:width]
            rows.append([*cells, str(row.number), why])
    response = HttpResponse(
        export.MARK + export.as_csv(rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="people-to-mend.csv"'
    return response
