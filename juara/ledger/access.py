"""Who may open a record, enter values by hand, for whom, and who decides about them."""

from django.utils.translation import gettext_noop

from juara.core import ids, scope
from juara.core.errors import NotAllowedError, NotFoundError
from juara.ledger import entry_queries, record_credits
from juara.ledger.entry_queries import EntryFacts
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts
from juara.records import history
from juara.records.history import RecordFacts


def record_to_open(viewer: Viewer, public_id: str) -> RecordFacts:
    """Return a record that is the viewer's to open: of themselves or of their people.

    Whose it is say its credits, those that were superseded too (it stood behind their number
    once), and the people it names now, whether or not anything counts it. Executives and
    administrators open every record.
    """
    number = ids.decode_public(public_id) or 0
    found = history.records([number]).get(number)
    if found is None:
        raise NotFoundError("record.unknown", gettext_noop("There is no record like that."))
    if viewer.opens is not None:
        theirs = record_credits.members_credited(number) | history.members_named(number)
        if not viewer.opens & theirs:
            raise NotAllowedError(
                "records.closed",
                gettext_noop(
                    "These records are open to the person, their managers and executives."
                ),
            )
    return found


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
