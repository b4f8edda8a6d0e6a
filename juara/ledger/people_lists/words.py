"""What roles and columns are called on a page and in an export, in the reader's language."""

from django.utils.translation import gettext as _


def role_name(role: str) -> str:
    """Return a role in words."""
    return _roles()[role]


def role_called(text: str) -> str:
    """Return the role that is called so in the reader's language; "" for none."""
    small = text.casefold()
    return next((role for role, name in _roles().items() if name.casefold() == small), "")


def _roles() -> dict[str, str]:
    return {
        "rep": _("Sales rep"),
        "manager": _("Manager"),
        "executive": _("Executive"),
        "admin": _("Administrator"),
    }


def heading(meaning: str) -> str:
    """Return what an export calls the column of a meaning; "" for what is left out."""
    return {
        "name": _("Name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "region": _("Region"),
        "team": _("Team"),
        "role": _("Role"),
        "manager": _("Manager"),
        "profile": _("Job profile"),
        "zone": _("Time zone"),
        "calendar": _("Calendar"),
        "starts_on": _("Start date"),
    }.get(meaning, "")
