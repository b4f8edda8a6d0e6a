"""The company: three regions, eight teams, and the people who come, move and go."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from juara.samples import names
from juara.samples.chance import generator
from juara.samples.types import (
    DemoCompany,
    Person,
    Posting,
    Profile,
    Strength,
    Team,
    UnknownOwner,
)

ZONE = "Asia/Jakarta"
MONTHS = 13

TEAMS = (
    Team("Jakarta", "Indonesia", "Asia/Jakarta", "ID"),
    Team("Surabaya", "Indonesia", "Asia/Jakarta", "ID"),
    Team("Bandung", "Indonesia", "Asia/Jakarta", "ID"),
    Team("Sydney", "Australia", "Australia/Sydney", "AU"),
    Team("Melbourne", "Australia", "Australia/Melbourne", "AU"),
    Team("New York", "Americas", "America/New_York", "US"),
    Team("Atlanta", "Americas", "America/New_York", "US"),
    Team("Honolulu", "Americas", "Pacific/Honolulu", "US"),
)
REGIONS = ("Indonesia", "Australia", "Americas")

# The reps of each team when the story ends (64 in all), and how many of them are SDRs.
SEATS = {
    "Jakarta": (10, 3),
    "Surabaya": (8, 2),
    "Bandung": (7, 2),
    "Sydney": (9, 2),
    "Melbourne": (8, 2),
    "New York": (9, 2),
    "Atlanta": (8, 2),
    "Honolulu": (5, 1),
}

# How far through the story each happens, as a share of its days.
_HIRES = {
    "Jakarta": (0.12, 0.74),
    "Surabaya": (0.50,),
    "Sydney": (0.33,),
    "Melbourne": (0.46,),
    "New York": (0.62,),
    "Atlanta": (0.20,),
    "Honolulu": (0.86,),
}
_LEAVERS = (("Melbourne", 0.37), ("Surabaya", 0.43), ("New York", 0.54), ("Jakarta", 0.68))
# From, to, when, and how many days late it was typed in.
_TRANSFERS = (
    ("Jakarta", "Surabaya", 0.18, 0),
    ("Sydney", "Melbourne", 0.35, 0),
    ("Jakarta", "Sydney", 0.52, 4),
    ("New York", "Atlanta", 0.68, 0),
    ("Atlanta", "Honolulu", 0.80, 0),
)

_TITLES = {Profile.SDR: "Sales Development Representative", Profile.CLOSER: "Account Executive"}


@dataclass(slots=True)
class _Seat:
    """One rep's place before the rep is drawn."""

    team: Team
    profile: Profile
    hired_on: date
    left_on: date | None = None
    moved_from: Team | None = None
    moved_on: date | None = None
    entered_on: date | None = None


def demo_company(seed: int, until: datetime, *, months: int = MONTHS) -> DemoCompany:
    """Build the company whose thirteen months end with the last complete hour before `until`.

    With fewer `months` the same things happen to it in a shorter time.

    The same seed and moment give the same company, byte for byte. Raises ValueError for a
    moment without a zone.
    """
    if until.tzinfo is None:
        raise ValueError("The end of the story needs a moment with a time zone.")
    ends_at = until.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    ends_on = ends_at.astimezone(ZoneInfo(ZONE)).date()
    starts_on = _months_before(ends_on, months)
    starts_at = datetime.combine(starts_on, time(), ZoneInfo(ZONE)).astimezone(UTC)
    return DemoCompany(
        seed=seed,
        name="Bahari Cold Chain",
        slug="demo",
        zone=ZONE,
        currency="USD",
        starts_at=starts_at,
        ends_at=ends_at,
        starts_on=starts_on,
        ends_on=ends_on,
        regions=REGIONS,
        teams=TEAMS,
        people=_Staff(seed, starts_on, ends_on).everybody(),
        integration=UnknownOwner("USR-0001", "Integration User"),
        consultant=UnknownOwner("USR-0907", "Harbourline Consulting (external)"),
    )


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


class _Staff:
    """Draws everybody, in one order, from the seed."""

    def __init__(self, seed: int, starts_on: date, ends_on: date) -> None:
        self._rng = generator(seed, "people")
        self._starts_on = starts_on
        self._ends_on = ends_on
        self._number = 1000

    def everybody(self) -> tuple[Person, ...]:
        pools = {country: list(pool) for country, pool in names.REPS.items()}
        for pool in pools.values():
            self._rng.shuffle(pool)
        reps = [self._rep(seat, pools) for seat in self._seats()]
        return (*self._leaders(), *self._managers(), *reps)

    def _day(self, share: float) -> date:
        """Return the Monday that far through the story."""
        days = (self._ends_on - self._starts_on).days
        return _monday(self._starts_on + timedelta(days=round(days * share)))

    def _long_ago(self, least: int = 200) -> date:
        return _monday(self._starts_on - timedelta(days=self._rng.randint(least, 2400)))

    def _key(self) -> str:
        self._number += self._rng.randint(1, 9)
        return f"USR-{self._number}"

    # Leaders and managers

    def _leader(self, name: str, role: str, title: str, place: Team | str | None) -> Person:
        hired_on = self._long_ago(700)
        team = place if isinstance(place, Team) else None
        path = team.path if team else (place,) if isinstance(place, str) else ()
        return Person(
            key=self._key(),
            name=name,
            email=email_of(name),
            role=role,
            title=title,
            zone=team.zone if team else _head_office(place),
            postings=(Posting(path, team, hired_on),),
            hired_on=hired_on,
        )

    def _leaders(self) -> list[Person]:
        chief, revenue = names.LEADERS["executive"]
        return [
            self._leader(chief, "executive", "Chief Executive Officer", None),
            self._leader(revenue, "executive", "Chief Revenue Officer", None),
            self._leader(names.LEADERS["admin"][0], "admin", "Head of Revenue Operations", None),
        ]

    def _managers(self) -> list[Person]:
        directors = [
            self._leader(names.DIRECTORS[region], "manager", "Regional Director", region)
            for region in REGIONS
        ]
        managers = [
            self._leader(names.MANAGERS[team.name], "manager", "Team Manager", team)
            for team in TEAMS
        ]
        return directors + managers

    # Reps

    def _seats(self) -> list[_Seat]:
        seats = [seat for team in TEAMS for seat in self._seats_of(team)]
        by_name = {team.name: team for team in TEAMS}
        for origin, target, share, late in _TRANSFERS:
            seat = next(s for s in seats if s.team.name == target and self._may_have_moved(s))
            seat.moved_from, seat.moved_on = by_name[origin], self._day(share)
            seat.entered_on = seat.moved_on + timedelta(days=late) if late else None
        for name, share in _LEAVERS:
            leaver = _Seat(by_name[name], Profile.CLOSER, self._long_ago(), self._day(share))
            seats.append(leaver)
        return seats

    def _seats_of(self, team: Team) -> list[_Seat]:
        size, sdrs = SEATS[team.name]
        hires = _HIRES.get(team.name, ())
        seats = []
        for position in range(size):
            # The newcomers sit last, the SDRs first.
            newcomer = position - (size - len(hires))
            hired_on = self._day(hires[newcomer]) if newcomer >= 0 else self._long_ago()
            profile = Profile.SDR if position < sdrs else Profile.CLOSER
            seats.append(_Seat(team, profile, hired_on))
        return seats

    def _may_have_moved(self, seat: _Seat) -> bool:
        is_free = seat.moved_on is None and seat.hired_on < self._starts_on
        return is_free and seat.profile is Profile.CLOSER

    def _rep(self, seat: _Seat, pools: dict[str, list[str]]) -> Person:
        home = seat.moved_from or seat.team
        name = pools["HI" if home.name == "Honolulu" else home.country].pop()
        return Person(
            key=self._key(),
            name=name,
            email=email_of(name),
            role="rep",
            title=_TITLES[seat.profile],
            zone=seat.team.zone,
            postings=_postings(seat),
            hired_on=seat.hired_on,
            left_on=seat.left_on,
            profile=seat.profile,
            strength=_strength(self._rng),
            absences=self._absences(),
        )

    def _absences(self) -> tuple[tuple[date, date], ...]:
        """Draw two or three holidays and a few days of illness."""
        days = (self._ends_on - self._starts_on).days
        lengths = [self._rng.choice((5, 7, 9, 12)) for _ in range(self._rng.choice((2, 2, 3)))]
        lengths += [self._rng.choice((1, 1, 2)) for _ in range(self._rng.randrange(5))]
        begins = [self._starts_on + timedelta(days=self._rng.randrange(days)) for _ in lengths]
        spans = zip(begins, lengths, strict=True)
        return tuple(sorted((begin, begin + timedelta(days=length)) for begin, length in spans))


def _head_office(place: Team | str | None) -> str:
    return next((team.zone for team in TEAMS if team.region == place), ZONE)


def email_of(name: str) -> str:
    """Return the address: first and last word of the name, in the domain kept for examples."""
    words = name.lower().replace("'", "").split()
    return f"{words[0]}.{words[-1]}@example.com"


def _postings(seat: _Seat) -> tuple[Posting, ...]:
    if seat.moved_from is None or seat.moved_on is None:
        return (Posting(seat.team.path, seat.team, seat.hired_on, seat.left_on),)
    return (
        Posting(seat.moved_from.path, seat.moved_from, seat.hired_on, seat.moved_on),
        Posting(seat.team.path, seat.team, seat.moved_on, None, seat.entered_on),
    )


def _strength(rng: Random) -> Strength:
    """Draw a rep's strengths. A common talent lifts most of them, hard work only the calls."""
    talent = rng.gauss(0, 1)

    def rate(low: float, high: float) -> float:
        middle, half = (low + high) / 2, (high - low) / 2
        return middle + half * max(-1.0, min(1.0, 0.3 * talent + rng.gauss(0, 0.4)))

    return Strength(
        calls=max(0.5, min(1.7, rng.lognormvariate(0, 0.24))),
        connect_rate=rate(0.18, 0.30),
        booking_rate=rate(0.07, 0.15),
        opportunity_rate=rate(0.36, 0.54),
        wins=max(0.55, min(1.6, rng.lognormvariate(0.13 * talent, 0.14))),
        deal_size=max(0.6, min(1.8, rng.lognormvariate(0.08 * talent, 0.18))),
        trend=rng.uniform(-0.25, 0.35),
        phase=rng.uniform(0, 6.28),
    )
