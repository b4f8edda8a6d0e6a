"""An organization with nothing in it but an administrator, and the wizard as a browser walks it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from juara.accounts.models import User
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import operations as people
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.web import office


@dataclass(frozen=True, slots=True)
class Empty:
    """An organization whose only member administers it."""

    organization: Organization
    user: User
    client: Client

    def path(self, rest: str) -> str:
        return f"/o/{self.organization.slug}/sources/{rest}"

    def get(self, rest: str, **options: Any) -> Any:
        return self.client.get(self.path(rest), **options)

    def post(self, rest: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return self.client.post(self.path(rest), data or {}, **options)

    def send(self, *files: tuple[str, bytes], to: str = "import/") -> str:
        """Send files; return the id of the draft they are in."""
        sent = [SimpleUploadedFile(name, content) for name, content in files]
        answer = self.post(to, {"files": sent})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        found = re.search(r"/import/(\w+)/", answer["Location"])
        assert found is not None
        return found[1]

    def send_paths(self, *paths: Path) -> str:
        return self.send(*((path.name, path.read_bytes()) for path in paths))

    def opened(self, name: str, content: bytes) -> str:
        """Send a file and look at what it was taken for; return the id of its draft."""
        draft = self.send((name, content))
        self.draft(draft, "meaning")
        return draft

    def draft(self, public_id: str, step: str) -> Any:
        return self.get(f"import/{public_id}/{step}/")

    def begin(self, public_id: str) -> str:
        """Let a checked draft become an import; return the import's id."""
        answer = self.post(f"import/{public_id}/begin/")
        found = re.search(r"/run/(\w+)/", answer["Location"])
        assert found is not None, answer["Location"]
        return found[1]


def empty(slug: str = "acme") -> Empty:
    organization = cast.organization(slug, name=slug.title())
    with scope.enter(organization):
        home = cast.team()
        member = people.ensure_member(
            name="Adi", email="adi@example.com", role="admin", moment=cast.NOW, actor=cast.ACTOR
        )
        people.place(
            member, team=home, zone="UTC", from_day=ALWAYS, until_day=FOREVER, moment=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
        user = office.seated(member, slug)
    client = Client()
    client.force_login(user)
    return Empty(organization, user, client)


def page_text(answer: Any) -> str:
    """Return what a page says, without its markup."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
