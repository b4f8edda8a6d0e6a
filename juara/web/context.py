"""What every page's frame needs: who is signed in, and where."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Shell:
    """The signed-in person as the frame shows them."""

    name: str
    email: str
    can_manage_screens: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `viewer` and `organization`, where there are such."""
    viewer = getattr(request, "viewer", None)
    user = getattr(request, "user", None)
    if viewer is not None:
        person = Shell(viewer.member.name, viewer.member.email, viewer.is_admin)
        return {"viewer": person, "organization": getattr(request, "organization", None)}
    if user is not None and user.is_authenticated:
        return {"viewer": Shell(user.email, user.email, False)}
    return {}
