"""The calendar a row of a list names: which one that is, and whether it is another than now."""

from django.utils.translation import gettext as _

from juara.ledger.people_lists.given import Given, Problem, short
from juara.ledger.people_lists.known import Known
from juara.ledger.people_lists.types import Change
from juara.people.types import MemberFacts


def calendar_of(known: Known, given: Given) -> int | None:
    """Return the calendar a row names; None without one. Problem for one that is not there."""
    text = given.get("calendar")
    if not text:
        return None
    found = known.calendars.get(text.casefold())
    if found is None:
        raise Problem(
            _("There is no calendar “%(name)s”. Make it under Calendars first.")
            % {"name": short(text)}
        )
    return found.id


def calendar_change(
    known: Known, person: MemberFacts, calendar_id: int | None
) -> tuple[Change, ...]:
    """Return how somebody's calendar changes; nothing where they work by it already."""
    now = known.calendar_by(person.id)
    if calendar_id is None or (now is not None and now.id == calendar_id):
        return ()
    return (Change(_("Calendar"), now.name if now else "", known.calendar_name(calendar_id)),)
