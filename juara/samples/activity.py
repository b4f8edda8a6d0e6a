"""What a rep does on a day: dials, e-mails, appointments kept, and deals that just come in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from juara.connect.types import Attribute, RecordRow
from juara.samples.chance import count_near, log_normal, pick_weighted
from juara.samples.effort import effort, is_at_work
from juara.samples.pipeline import Pipeline
from juara.samples.types import Person, Profile, Strength, Team
from juara.samples.world import Agenda, World

# What an experienced rep logs on an ordinary day. Real dialling is denser; this is enough to be
# lively, and a year of it is still replayed in a minute.
CALLS = {Profile.CLOSER: 4.2, Profile.SDR: 7.8}
EMAILS = {Profile.CLOSER: 1.2, Profile.SDR: 1.5}
APPOINTMENTS = {Profile.CLOSER: 0.64, Profile.SDR: 0.0}
DIRECT_DEALS = {Profile.CLOSER: 0.38, Profile.SDR: 0.10}

MISSED_CALLS = (("no_answer", 0.58), ("voicemail", 0.28), ("busy", 0.10), ("wrong_number", 0.04))
EMAIL_OUTCOMES = (("sent", 0.82), ("replied", 0.15), ("bounced", 0.03))
MEETING_OUTCOMES = (("held", 0.80), ("no_show", 0.12), ("cancelled", 0.08))
_DIRECT_ORIGINS = (("Customer", 0.62), ("Inbound", 0.20), ("Partner", 0.18))
_APPOINTMENT_ORIGINS = (("Customer", 0.28), ("Referral", 0.27), ("Partner", 0.25), ("Event", 0.20))


@dataclass(slots=True, eq=False)
class Meeting:
    """An appointment that was made: who will hold it, and who found it."""

    host: Person
    origin: str
    account: str
    contact: str
    sdr: Person | None = None
    # The call or lead it came from.
    source: str = ""


class Activity:
    """The reps' days, and the first meetings they lead to."""

    def __init__(self, world: World, pipeline: Pipeline) -> None:
        self._world = world
        self._pipeline = pipeline
        self._meetings: Agenda[Meeting] = Agenda()

    def work(self) -> None:
        """Let every rep do their day."""
        world = self._world
        for person in world.company.reps:
            team = world.team_of(person)
            share = effort(world.rng, person, team, world.day)
            if share and person.strength and person.profile:
                calls = CALLS[person.profile] * person.strength.calls * share
                self._dial(person, person.strength, calls)
                self._write(person, EMAILS[person.profile] * share)
                self._find(person, team, person.profile, share)

    # Calls and e-mails

    def _dial(self, person: Person, strength: Strength, mean: float) -> None:
        world, rng = self._world, self._world.rng
        team = world.team_of(person)
        booking = strength.booking_rate * (0.4 + 0.6 * world.skill(person))
        for _ in range(count_near(rng, mean)):
            is_connected = rng.random() < strength.connect_rate
            is_booked = is_connected and rng.random() < booking
            self._call(person, team, is_connected=is_connected, is_booked=is_booked)

    def _call(self, person: Person, team: Team, *, is_connected: bool, is_booked: bool) -> None:
        world, rng = self._world, self._world.rng
        moment = world.office_moment(person)
        account, contact = world.market.account(rng, team), world.market.contact(rng, team)
        outcome = "connected" if is_connected else pick_weighted(rng, MISSED_CALLS)
        seconds = _talk(log_normal(rng, 205, 0.75)) if is_connected else rng.randint(8, 45)
        row = world.rows.activity(
            "call",
            occurred_at=moment,
            owner=world.owner_key(person, unknown=0.003, missing=0.002),
            outcome=outcome,
            account=account,
            contact=contact,
            creator=person.key,
            seconds=seconds,
            attributes={"direction": "outbound", "meeting_booked": is_booked},
        )
        known_at = world.typed_at(moment)
        world.outbox.put(row, known_at)
        if is_booked:
            self.book(person, "Outbound", account, contact, source=row.external_id)
        elif rng.random() < 0.006:
            self._correct_call(row, known_at)

    def _correct_call(self, row: RecordRow, known_at: datetime) -> None:
        """Log the call again a day or two later: found to be twice there, or a wrong result."""
        rng = self._world.rng
        again = self._world.rows.correct_call(
            row,
            outcome="voicemail",
            seconds=rng.randint(12, 50),
            is_deleted=rng.random() < 0.4,
        )
        self._world.outbox.put(again, known_at + timedelta(hours=rng.randint(14, 60)))

    def _write(self, person: Person, mean: float) -> None:
        world, rng = self._world, self._world.rng
        team = world.team_of(person)
        for _ in range(count_near(rng, mean)):
            # A few are filed by the integration that listens to the mail server.
            is_filed = rng.random() < 0.02
            moment = world.office_moment(person)
            row = world.rows.activity(
                "email",
                occurred_at=moment,
                owner=world.company.integration.key if is_filed else person.key,
                outcome=pick_weighted(rng, EMAIL_OUTCOMES),
                account=world.market.account(rng, team),
                contact=world.market.contact(rng, team),
            )
            world.post(row, moment)

    # Appointments and deals nobody dialled for

    def _find(self, person: Person, team: Team, profile: Profile, share: float) -> None:
        world, rng = self._world, self._world.rng
        for _ in range(count_near(rng, APPOINTMENTS[profile] * share)):
            account, contact = world.market.account(rng, team), world.market.contact(rng, team)
            self.book(person, pick_weighted(rng, _APPOINTMENT_ORIGINS), account, contact)
        for _ in range(count_near(rng, DIRECT_DEALS[profile] * share)):
            self._pipeline.start(
                person,
                origin=pick_weighted(rng, _DIRECT_ORIGINS),
                account=world.market.account(rng, team),
                moment=world.office_moment(person),
                is_small=profile is Profile.SDR,
            )

    def book(
        self, finder: Person, origin: str, account: str, contact: str, source: str = ""
    ) -> None:
        """Make an appointment some days ahead; what an SDR found, a closer of the team holds."""
        world, rng = self._world, self._world.rng
        host, sdr = finder, None
        if finder.profile is Profile.SDR:
            closers = world.teammates(world.team_of(finder), Profile.CLOSER)
            host, sdr = rng.choice(closers), finder
        day = world.next_day_at_work(host, world.day + timedelta(days=rng.randint(1, 8)))
        self._meetings.put(day, Meeting(host, origin, account, contact, sdr, source))

    def meet(self) -> None:
        """Hold today's appointments; some of them become deals."""
        world = self._world
        for meeting in self._meetings.take(world.day):
            meeting.host = world.heir(meeting.host)
            if is_at_work(meeting.host, world.day):
                self._meet(meeting)
            else:
                self._meetings.put(world.next_day_at_work(meeting.host, world.day), meeting)

    def _meet(self, meeting: Meeting) -> None:
        world, rng, host = self._world, self._world.rng, meeting.host
        moment = world.office_moment(host)
        outcome = pick_weighted(rng, MEETING_OUTCOMES)
        sdr = meeting.sdr.key if meeting.sdr else ""
        row = world.rows.activity(
            "meeting",
            occurred_at=moment,
            owner=world.owner_key(host, unknown=0.006, missing=0.002),
            outcome=outcome,
            account=meeting.account,
            contact=meeting.contact,
            creator=self._creator(meeting),
            sdr=sdr,
            origin=meeting.origin,
            attributes=_first_meeting(meeting),
        )
        world.post(row, moment)
        rate = host.strength.opportunity_rate if host.strength else 0.45
        if outcome == "held" and rng.random() < rate * (0.54 + 0.41 * world.skill(host)):
            self._pipeline.start(
                host,
                origin=meeting.origin,
                account=meeting.account,
                moment=moment + timedelta(minutes=rng.randint(40, 120)),
                sdr=sdr,
                meeting=row.external_id,
            )

    def _creator(self, meeting: Meeting) -> str:
        """Return who made the appointment; a leaver's are taken over whole."""
        return meeting.sdr.key if meeting.sdr else meeting.host.key


def _talk(seconds: float) -> int:
    return round(max(20.0, min(3600.0, seconds)))


def _first_meeting(meeting: Meeting) -> dict[str, Attribute]:
    attributes: dict[str, Attribute] = {"purpose": "discovery"}
    if meeting.source:
        attributes["source"] = meeting.source
    return attributes
