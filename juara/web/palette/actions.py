"""What can be begun from the command palette."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from juara.web.navigation import ADMINS, EVERYBODY, LEADERS


@dataclass(frozen=True, slots=True)
class Action:
    """Something to begin: the page it begins on, and who may."""

    label: Any
    icon: str
    url_name: str
    roles: frozenset[str]


ACTIONS = (
    Action(_("Add people"), "user-plus", "people_add", ADMINS),
    Action(_("Import a file"), "upload", "import_new", ADMINS),
    Action(_("Define a metric"), "ruler", "metric_new", ADMINS),
    Action(_("Set targets"), "target", "targets", LEADERS - {"executive"}),
    Action(_("Type in a value"), "square-pen", "entries", EVERYBODY),
    Action(_("Connect a television"), "tv", "screens", ADMINS),
    Action(_("Check the numbers"), "shield-check", "health", ADMINS),
)
