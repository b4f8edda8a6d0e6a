"""An organization with one of everything, so that every page of it has something to show."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client

from juara.accounts import first_run, removal
from juara.accounts.models import Seat
from juara.connect import drafts, uploads
from juara.core import clock
from juara.core.calendar import ALWAYS
from juara.people import invitations
from juara.samples.models import SampleLoad
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.whole.routes import ADMIN, EXECUTIVE, MANAGER, REP, Things, things
from tools.every_page import EVERY_PAGE, Page, Stage

# Who looks at a page in the name of a role.
WHO = {"rep": REP, "manager": MANAGER, "executive": EXECUTIVE, "admin": ADMIN}
STANDING = tuple(each for each in EVERY_PAGE if each.stage is not Stage.EMPTY)
BEFORE = tuple(each for each in EVERY_PAGE if each.stage is Stage.EMPTY)

Batch = tuple[Page, ...]
# What a browser looks at in one go: some pages, all seen by one role.
_MOST_PAGES = 12


def _batches() -> Iterator[Batch]:
    for role in ("", *WHO):
        pages = tuple(each for each in STANDING if each.role == role)
        for first in range(0, len(pages), _MOST_PAGES):
            yield pages[first : first + _MOST_PAGES]


def batch_name(pages: Batch) -> str:
    return f"{pages[0].role or 'anybody'}: {pages[0].name} to {pages[-1].name}"


BATCHES = tuple(_batches())

# What a page is asked for when its numbers are to be those of the rows, whatever today is.
IN_MARCH = {
    "leaderboard": "?period=2025-03",
    "leaderboard-teams": "&period=2025-03",
    "records": "&period=2025-03",
    "today": "?as_of=2025-03-10T09:00",
    "team-now": "?as_of=2025-03-10T09:00",
}

_PEOPLE = b"login,name,team\nana,Ana,North\nnia,Nia,South\n"
_DEALS = b"""id,name,owner,stage,amount,closed
1,Ships,ana,Won,1200.50,2025-03-03
2,Sails,nia,Lost,80.00,2025-03-04
3,Ropes,nia,Won,,2025-03-05
"""


@dataclass(frozen=True, slots=True)
class Furnished:
    """Where to find one of everything."""

    office: Office
    ids: Things

    def address(self, page: Page) -> str:
        return page.below(self.office.slug, self.ids)

    def client(self, page: Page) -> Client:
        client = Client()
        if page.role:
            client.force_login(self.office.users[WHO[page.role]])
        return client


def furnished(office: Office, other: Office) -> Furnished:
    """Fill an organization, and give its administrator a seat in the other."""
    user = office.users[ADMIN]
    Seat(organization=other.organization, user=user).save(force_insert=True)
    ids = things(office)
    with scope.enter(office.organization):
        SampleLoad(
            seed=7, until=cast.NOW, months=1, row_count=700, rows_expected=1400, batch_count=3
        ).save(force_insert=True)
        guest = cast.member("Nia", "North", email="nia@example.com")
        # Good for some days only, counted from today.
        invited = invitations.invite([guest.public_id], moment=clock.now(), actor=cast.ACTOR)
        ids |= {
            "welcome": invited.links[0].token,
            "token": office.token,
            "draft": _draft(),
            "from": ALWAYS.isoformat(),
        }
    ids["ticket"] = _removal()
    return Furnished(office, ids)


def _removal() -> str:
    """Begin to remove a third organization; return the ticket its progress is seen with."""
    gone = cast.organization("gone", name="Gone")
    with scope.enter(gone):
        return removal.ask(gone, typed="Gone", moment=cast.NOW, actor=cast.ACTOR)


def beginning() -> Things:
    """Return what the pages of an empty installation take."""
    return {"begin": first_run.token()}


def _draft() -> str:
    """Prepare an import of people and deals, one row of which is to be looked at."""
    draft = drafts.start(moment=cast.NOW, actor=cast.ACTOR)
    for name, content in (("people.csv", _PEOPLE), ("deals.csv", _DEALS)):
        kept = uploads.keep([content], name=name, moment=cast.NOW, actor=cast.ACTOR)
        drafts.add_file(draft, kept.public_id, moment=cast.NOW)
    return draft
