"""Refusals about people and teams, said in the reader's language around what they name."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from juara.core.errors import DomainError
from juara.ui import formats
from juara.web import errors

_SENTENCES: dict[str, str | Promise] = {
    "team.loop": gettext_lazy(
        "%(team)s cannot hang under %(under)s: on that day or later %(under)s is below it."
    ),
    "team.closed": gettext_lazy(
        "%(team)s is closed on %(day)s. Choose another team, or open it again first."
    ),
    "team.ended": gettext_lazy(
        "%(team)s is closed. Choose another team, or open it again first."
    ),
    "team.name_taken": gettext_lazy("There is a team called “%(name)s” there already."),
    "team.name": gettext_lazy("Give the team a name of up to 120 characters."),
    "team.root": gettext_lazy("The company itself cannot be closed."),
    "team.has_people": ngettext_lazy(
        "%(count)s person is in %(team)s on %(day)s or later. Move them first.",
        "%(count)s people are in %(team)s on %(day)s or later. Move them first.",
        "count",
    ),
    "team.has_teams": gettext_lazy(
        "%(below)s hangs under %(team)s on %(day)s or later. Move or close it first."
    ),
    "place.span": gettext_lazy("The last day lies before the first one. Choose a later one."),
    "place.day": gettext_lazy("Choose a day between 1900 and 9999."),
    "place.own_manager": gettext_lazy("%(name)s cannot report to themselves."),
    "acting.no_manager": gettext_lazy(
        "%(name)s manages nobody. Give them the role manager first."
    ),
    "acting.self": gettext_lazy("%(name)s cannot stand in for themselves."),
    "squad.name": gettext_lazy("Give the squad a name of up to 80 characters."),
    "squad.name_taken": gettext_lazy("There is a squad called “%(name)s” already."),
    "squad.archived": gettext_lazy("%(name)s is archived. Restore it before adding anybody."),
    "profile.name": gettext_lazy("Give the job profile a name of up to 80 characters."),
    "profile.name_taken": gettext_lazy("There is a job profile called “%(name)s” already."),
    "profile.name_archived": gettext_lazy(
        "The job profile “%(name)s” is archived. Restore it in the list below."
    ),
}  # fmt: skip


def sentence(refusal: DomainError) -> str:
    """Say a refusal in the reader's language, with days written as the reader writes them."""
    found = _SENTENCES.get(refusal.code)
    if found is None:
        return errors.sentence(refusal)
    data: dict[str, Any] = {
        name: formats.day(value) if isinstance(value, date) else value
        for name, value in refusal.data.items()
    }
    return str(found % data)
