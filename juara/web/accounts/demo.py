"""The accounts of the demo, offered on its sign-in page and nowhere else."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

# Written by the demo beside its database, so that a page never holds a password of its own.
ACCOUNTS_FILE = "demo-accounts.json"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    name: str
    role: str
    email: str
    password: str


def demo_accounts() -> list[DemoAccount]:
    """Return the demo's accounts, none outside the demo."""
    if not settings.IS_DEMO:
        return []
    roles = {
        "rep": _("Sales rep"),
        "manager": _("Manager"),
        "executive": _("Executive"),
        "admin": _("Administrator"),
    }
    try:
        listed = json.loads((settings.HOME / ACCOUNTS_FILE).read_text())
    except FileNotFoundError:
        return []
    return [
        DemoAccount(each["name"], roles[each["role"]], each["email"], each["password"])
        for each in listed
    ]
