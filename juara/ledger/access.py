"""Who may enter values by hand, for whom, and who decides about them."""

from django.utils.translation import gettext_noop

from juara.core import scope
from juara.core.errors import NotAllowedError, NotFoundError
from juara.ledger import entry_queries
from juara.ledger.entry_queries import EntryFacts
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts


def member_to_enter_for(viewer: Viewer, public_id: str) -> MemberFacts:
    """Return somebody the viewer may enter values for: oneself, one's people, for admins all."""
    found = next((each for each in people.members().values() if each.public_id == public_id), None)
    if found is None:
        raise NotFoundError("member.unknown", gettext_noop("There is nobody like that."))
    if not viewer.may_open(found.id):
        raise NotAllowedError(
            "entry.not_yours", gettext_noop("You can enter values for yourself and your people.")
        )
    return found


def must_wait(viewer: Viewer, member_id: int) -> bool:
    """Say whether what a viewer enters for somebody waits for approval, where that is asked for.

    Nobody approves their own, administrators apart.
    """
    if not scope.current().needs_entry_approval or viewer.is_admin:
        return False
    return not may_decide(viewer, member_id)


def may_decide(viewer: Viewer, member_id: int) -> bool:
    """Say whether a viewer decides about entries for somebody: those above them do.

    Who stands in for a manager does, too; of a rep's own records nobody else's are open to them.
    """
    if viewer.is_admin:
        return True
    return viewer.may_open(member_id) and member_id != viewer.member.id


def may_withdraw(viewer: Viewer, entry: EntryFacts) -> bool:
    """Say whether a viewer may take an entry back: who made it, and who decides about it."""
    return entry.entered_by_id == viewer.member.id or may_decide(viewer, entry.member_id)


def entry_to_decide(viewer: Viewer, public_id: str) -> EntryFacts:
    found = _entry_to_see(viewer, public_id)
    if not may_decide(viewer, found.member_id):
        raise NotAllowedError(
            "entry.not_to_decide",
            gettext_noop("Their manager or an administrator decides about this entry."),
        )
    return found


def entry_to_withdraw(viewer: Viewer, public_id: str) -> EntryFacts:
    found = _entry_to_see(viewer, public_id)
    if not may_withdraw(viewer, found):
        raise NotAllowedError(
            "entry.not_to_withdraw",
            gettext_noop("Who made an entry can take it back, or their manager."),
        )
    return found


def _entry_to_see(viewer: Viewer, public_id: str) -> EntryFacts:
    found = entry_queries.entry(public_id)
    if not viewer.may_open(found.member_id):
        raise NotFoundError("entry.unknown", gettext_noop("There is no entry like that."))
    return found
