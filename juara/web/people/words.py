"""What roles, ways in and whereabouts are called in the list of people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ROLES: dict[str, Any] = {
    "rep": _("Sales rep"),
    "manager": _("Manager"),
    "executive": _("Executive"),
    "admin": _("Administrator"),
}

# Word, tone and icon: never colour alone.
SEATS: dict[str, tuple[Any, str, str]] = {
    "active": (_("Signs in"), "good", "circle-check"),
    "invited": (_("Invited"), "accent", "mail"),
    "expired": (_("Invitation expired"), "warn", "clock-alert"),
    "none": (_("Not invited"), "neutral", "circle-dashed"),
}

PLACES: dict[str, Any] = {
    "here": _("In a team"),
    "later": _("Starts later"),
    "left": _("Left"),
    "nowhere": _("Not assigned"),
}
