"""Comparing a list of people with those there are: new, as they were, changed, or a problem."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.calendar import ALWAYS
from juara.core.errors import DomainError
from juara.ledger.people_lists import columns as understanding
from juara.ledger.people_lists import table as tables
from juara.ledger.people_lists import values
from juara.ledger.people_lists.calendars import calendar_change, calendar_of
from juara.ledger.people_lists.columns import Column
from juara.ledger.people_lists.given import LONGEST_ADDRESS, Given, Problem, is_address, short
from juara.ledger.people_lists.known import Known
from juara.ledger.people_lists.table import Row, Table
from juara.ledger.people_lists.teams import LONGEST_NAME, team_of
from juara.ledger.people_lists.types import Change, Checked, CheckedRow, Intended
from juara.ledger.people_lists.words import role_name
from juara.people.models import Assignment
from juara.people.types import MemberFacts
from juara.ui import formats

LONGEST_PROFILE = 80
_YEARS = range(1950, 2101)


def check(table: Table, *, moment: datetime, from_day: date | None = None) -> Checked:
    """Say what a list would do, row by row. Nothing is stored.

    `from_day` is the day from which somebody known works in another place, today if not said. A
    number of queries that does not grow with the list.
    """
    today = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    known = Known.on(today)
    columns, body = understanding.understand(table, teams=known.team_words)
    if not body:
        raise DomainError("people.empty", _("There is only a header here. Add a line per person."))
    if not {"name", "email", "first_name", "last_name"} & {each.meaning for each in columns}:
        raise DomainError(
            "people.no_names",
            _("No column looks like names or e-mail addresses. Add a header line with “Name”."),
        )
    checker = _Checker(known, columns, from_day or today)
    rows = tuple(checker.rows(body))
    return Checked(
        text=tables.text_of(table),
        columns=tuple(columns),
        rows=rows,
        new_teams=tuple(checker.new_teams),
        new_profiles=tuple(checker.new_profiles.values()),
        from_day=from_day or today,
        counts=dict(Counter(row.outcome for row in rows)),
    )


@dataclass(slots=True)
class _Checker:
    known: Known
    columns: Sequence[Column]
    from_day: date
    new_teams: dict[str, None] = field(default_factory=dict)
    new_profiles: dict[str, str] = field(default_factory=dict)
    _people: dict[int, MemberFacts | None] = field(default_factory=dict)
    _row_of_email: dict[str, int] = field(default_factory=dict)
    _rows_of_name: dict[str, list[int]] = field(default_factory=dict)
    _problems: dict[int, str] = field(default_factory=dict)
    _repeats: dict[int, int] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _day_first: bool | None = None

    def rows(self, body: Sequence[Row]) -> Iterator[CheckedRow]:
        given = [Given(row, self._cells(row)) for row in body]
        self._settle_days(given)
        # Everybody is told apart first: a row may name a manager who stands further down.
        for each in given:
            try:
                self._tell_apart(each)
            except Problem as problem:
                self._problems[each.row.number] = str(problem)
        for each in given:
            yield self._checked(each)

    def _cells(self, row: Row) -> dict[str, str]:
        return {
            column.meaning: cell
            for column, cell in zip(self.columns, row.cells, strict=False)
            if column.meaning and cell
        }

    def _settle_days(self, given: Sequence[Given]) -> None:
        """Let the days that can be read in one way only decide how the others are read."""
        for each in given:
            text = each.get("starts_on")
            if len(values.days_of(text)) == 1 and (parts := text.replace(".", "/").split("/")):
                numbers = [int(part) for part in parts if part.isdecimal() and len(part) < 3]
                if len(numbers) == 2 and max(numbers) > 12:
                    self._day_first = numbers[0] > 12

    # Who is meant.

    def _tell_apart(self, given: Given) -> None:
        number = given.row.number
        if any(len(cell) > tables.LONGEST_CELL for cell in given.row.cells):
            raise Problem(_("A cell of this row is far too long for a list of people. Shorten it."))
        self._check_who(given)
        first = self._row_of_email.get(given.email) if given.email else None
        if first is None and not given.email:
            first = next(iter(self._rows_of_name.get(given.name.casefold(), [])), None)
        if first is not None:
            self._repeats[number] = first
            return
        self._people[number] = self._found(given)
        self._names[number] = given.name
        if given.email:
            self._row_of_email[given.email] = number
        self._rows_of_name.setdefault(given.name.casefold(), []).append(number)

    def _check_who(self, given: Given) -> None:
        if not given.name:
            raise Problem(_("The name is missing. Write one."))
        if len(given.name) > LONGEST_NAME:
            raise Problem(_("The name is longer than 120 characters. Shorten it."))
        if given.email and not is_address(given.email):
            raise Problem(
                _("“%(text)s” is not an e-mail address. Correct it, or leave it empty.")
                % {"text": short(given.email)}
            )
        if not given.email and "@" in given.name:
            raise Problem(
                _("“%(text)s” is not an e-mail address. Correct it, or leave it empty.")
                % {"text": short(given.name)}
            )

    def _found(self, given: Given) -> MemberFacts | None:
        """Return the member a row means; None for somebody new."""
        namesakes = self.known.by_name.get(given.name.casefold(), [])
        if given.email:
            owner = self.known.by_email.get(given.email)
            if owner is not None:
                others = [each for each in namesakes if each.id != owner.id]
                if given.is_named and others and owner not in namesakes:
                    raise Problem(
                        _("%(email)s is the address of %(name)s. Correct the address or the name.")
                        % {"email": given.email, "name": owner.name}
                    )
                return owner
            namesakes = [each for each in namesakes if not each.email]
        if len(namesakes) > 1:
            raise Problem(
                _("Several people are called %(name)s. Add the e-mail address of the one you mean.")
                % {"name": given.name}
            )
        return namesakes[0] if namesakes else None

    # What is asked for.

    def _checked(self, given: Given) -> CheckedRow:
        number = given.row.number
        if number in self._problems:
            return _left_out(given, problem=self._problems[number])
        if number in self._repeats:
            remark = _("The same person stands in row %(row)s already. This row is left out.")
            return _left_out(given, remark=remark % {"row": self._repeats[number]})
        try:
            return self._understood(given)
        except Problem as problem:
            return _left_out(given, problem=str(problem))

    def _understood(self, given: Given) -> CheckedRow:
        person = self._people[given.row.number]
        intended = self._intended(given, person)
        changes: tuple[Change, ...] = ()
        remark = ""
        if person is not None:
            changes, intended = self._changes(person, intended)
            if intended.since is None and intended.from_day is None and given.get("starts_on"):
                remark = self._kept_start(person, given)
        elif self.known.by_name.get(given.name.casefold()):
            remark = _("Somebody called %(name)s is here already, with another address.") % {
                "name": given.name
            }
        outcome = "new" if person is None else "change" if changes else "same"
        self._note_new(intended)
        return CheckedRow(
            number=given.row.number,
            cells=given.row.cells,
            outcome=outcome,  # type: ignore[arg-type]
            name=given.name,
            email=given.email,
            team=self._team_label(intended, person),
            role=role_name(intended.role or (person.role if person else "rep")),
            changes=changes,
            remark=remark,
            intended=intended,
        )

    def _intended(self, given: Given, person: MemberFacts | None) -> Intended:
        team, team_id = team_of(self.known, given, person)
        manager_id, manager_row = self._manager(given, person)
        profile = given.get("profile")
        if len(profile) > LONGEST_PROFILE:
            raise Problem(_("The job profile is longer than 80 characters. Shorten it."))
        starts_on = self._starts_on(given)
        return Intended(
            member_id=None if person is None else person.id,
            name=given.name if given.is_named or person is None else "",
            email=given.email,
            role=given.role(),
            team=team,
            team_id=team_id,
            manager_id=manager_id,
            manager_row=manager_row,
            profile=profile,
            zone=given.zone(),
            calendar_id=calendar_of(self.known, given),
            calendar_from=starts_on or ALWAYS,
            from_day=starts_on,
        )

    def _starts_on(self, given: Given) -> date | None:
        text = given.get("starts_on")
        if not text:
            return None
        found = values.days_of(text)
        if len(found) == 2 and self._day_first is not None:
            day_first = int(text.replace(".", "/").replace("-", "/").partition("/")[0])
            found = tuple(day for day in found if (day.day == day_first) == self._day_first)
        if len(found) == 2:
            raise Problem(
                _("“%(text)s” can be read in two ways. Write the day like %(day)s.")
                % {"text": text, "day": found[0].isoformat()}
            )
        if not found or found[0].year not in _YEARS:
            raise Problem(
                _("“%(text)s” is not a day. Write it like 2024-03-31.") % {"text": short(text)}
            )
        return found[0]

    # Managers.

    def _manager(self, given: Given, person: MemberFacts | None) -> tuple[int | None, int | None]:
        """Return the member somebody is to report to, or the row that adds them."""
        text = given.get("manager")
        if not text:
            return None, None
        place = self.known.places.get(person.id) if person else None
        small, now = text.casefold(), None
        if place is not None and place.manager is not None:
            now = place.manager
            if small in (now.email.casefold(), now.name.casefold()):
                return now.id, None
        member_ids = self._managers_called(small)
        rows = {self._row_of_email[small]} if small in self._row_of_email else set()
        rows |= set() if rows else set(self._rows_of_name.get(small, []))
        rows = {row for row in rows if self._people.get(row) is None}
        if len(member_ids) + len(rows) > 1:
            raise Problem(
                _("Several people are called %(name)s. Write the manager's e-mail address.")
                % {"name": short(text)}
            )
        if not member_ids and not rows:
            raise Problem(
                _("There is no manager “%(name)s”, neither here nor in the list.")
                % {"name": short(text)}
            )
        own = given.row.number in rows or (person is not None and person.id in member_ids)
        if own:
            raise Problem(_("Nobody reports to themselves. Name another manager."))
        return next(iter(member_ids), None), next(iter(rows), None)

    def _managers_called(self, text: str) -> set[int]:
        if text in self.known.by_email:
            return {self.known.by_email[text].id}
        return {each.id for each in self.known.by_name.get(text, [])}

    # What would change.

    def _changes(
        self, person: MemberFacts, intended: Intended
    ) -> tuple[tuple[Change, ...], Intended]:
        """Return what of somebody known changes, and the intention cut down to that."""
        about: list[Change] = []
        if intended.name and intended.name != person.name:
            about.append(Change(_("Name"), person.name, intended.name))
        if intended.email and intended.email != person.email.lower():
            about.append(Change(_("E-mail"), person.email, intended.email))
        if intended.role and intended.role != person.role:
            about.append(Change(_("Role"), role_name(person.role), role_name(intended.role)))
        current = self.known.places.get(person.id)
        moves = self._moves(current, intended)
        from_day, since = self._days(person, current, intended, moves=bool(moves))
        if moves and from_day is not None and from_day != ALWAYS:
            moves.append(Change(_("From"), "", formats.day(from_day)))
        if since is not None:
            first = self.known.first_days[person.id]
            moves.append(Change(_("Start date"), formats.day(first), formats.day(since)))
        works = calendar_change(self.known, person, intended.calendar_id)
        return (*about, *moves, *works), replace(
            intended, from_day=from_day if moves else None, since=since,
            calendar_id=intended.calendar_id if works else None,
            calendar_from=(from_day if moves else None) or self.from_day,
        )  # fmt: skip

    def _moves(self, current: Assignment | None, intended: Intended) -> list[Change]:
        if current is None:
            if intended.team is None and intended.team_id is None:
                return []
            return [Change(_("Team"), "", self._team_label(intended, None))]
        found = []
        if intended.team is not None or intended.team_id not in (None, current.team_id):
            before = self.known.tree.label(current.team_id)
            found.append(Change(_("Team"), before, self._team_label(intended, None)))
        if intended.manager_row is not None or intended.manager_id not in (
            None, current.manager_id
        ):  # fmt: skip
            before = current.manager.name if current.manager else ""
            found.append(Change(_("Manager"), before, self._manager_name(intended)))
        profile = current.profile.name if current.profile else ""
        if intended.profile and intended.profile.casefold() != profile.casefold():
            found.append(Change(_("Job profile"), profile, intended.profile))
        if intended.zone and intended.zone != current.zone:
            found.append(Change(_("Time zone"), current.zone, intended.zone))
        return found

    def _days(
        self, person: MemberFacts, current: Assignment | None, intended: Intended, *, moves: bool
    ) -> tuple[date | None, date | None]:
        """Return from when the changes hold, and an earlier first day, if there is one.

        A start date never takes days away from an earlier place: before the first of them it
        adds days, inside the present place it says from when the changes hold, and otherwise
        they hold from the chosen day on.
        """
        first, starts_on = self.known.first_days.get(person.id), intended.from_day
        if first is None:
            return starts_on or ALWAYS, None
        since = starts_on if starts_on is not None and starts_on < first else None
        if not moves:
            return None, since
        is_later = starts_on is not None and (
            current is None or starts_on > current.valid_from
        )  # fmt: skip
        if is_later and (current is not None or starts_on >= self.known.today):  # type: ignore[operator]
            return starts_on, since
        return self.from_day, since

    def _kept_start(self, person: MemberFacts, given: Given) -> str:
        current = self.known.places.get(person.id)
        if current is None or self._starts_on(given) == current.valid_from:
            return ""
        if current.valid_from == ALWAYS:
            return _("The start date is left as it is: here since always.")
        return _("The start date is left as it is: %(day)s.") % {
            "day": formats.day(current.valid_from)
        }

    # Names for what is there or will be.

    def _team_label(self, intended: Intended, person: MemberFacts | None) -> str:
        if intended.team is not None:
            return " > ".join(intended.team)
        if intended.team_id is not None:
            return self.known.tree.label(intended.team_id)
        if person is None:
            return self.known.company
        place = self.known.places.get(person.id)
        return self.known.tree.label(place.team_id) if place else ""

    def _manager_name(self, intended: Intended) -> str:
        if intended.manager_id is not None:
            return self.known.members[intended.manager_id].name
        return "" if intended.manager_row is None else self._names[intended.manager_row]

    def _note_new(self, intended: Intended) -> None:
        if intended.team:
            self.new_teams[" > ".join(intended.team)] = None
        small = intended.profile.casefold()
        if small and small not in self.known.profiles:
            self.new_profiles.setdefault(small, intended.profile)


def _left_out(given: Given, *, problem: str = "", remark: str = "") -> CheckedRow:
    return CheckedRow(
        number=given.row.number,
        cells=given.row.cells,
        outcome="problem" if problem else "repeated",
        name=given.name[:LONGEST_NAME],
        email=given.email[:LONGEST_ADDRESS],
        problem=problem,
        remark=remark,
    )
