"""The deals: opened, moved from stage to stage, won or lost, handed over, corrected."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from juara.samples import market, plans, seasons
from juara.samples.effort import is_at_work
from juara.samples.rows import CLOSED_WON, DEMO, NEGOTIATION, PROPOSAL, Deal
from juara.samples.types import Person, Profile
from juara.samples.world import Agenda, World

_PRICE_LEVELS = {"ID": 0.9, "AU": 1.05, "US": 1.12}
_HONOLULU = 0.8


@dataclass(slots=True, eq=False)
class Running:
    """A deal on its way. `host` does the work, even where the CRM names another owner."""

    deal: Deal
    host: Person
    visible_at: datetime
    steps: plans.Steps
    # An entry of the agenda for another day than this is one the deal has left behind.
    due_on: date | None = None


class Pipeline:
    """Every open deal, what is due on them, and the corrections of those just closed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, Running] = {}
        self._due: Agenda[Running] = Agenda()
        self._amendments: Agenda[tuple[Running, str]] = Agenda()

    def forget_corrections(self) -> None:
        """Drop the corrections still planned, so that no deal is told of by its correction."""
        self._amendments = Agenda()

    # Opening

    def start(
        self,
        host: Person,
        *,
        origin: str,
        account: str,
        moment: datetime,
        sdr: str = "",
        meeting: str = "",
        is_small: bool = False,
    ) -> None:
        """Open a deal for the host at that moment today."""
        world, rng = self._world, self._world.rng
        product = market.pick_product(rng, is_small=is_small)
        owner = world.owner_key(host, unknown=0.012, missing=0.003)
        deal = Deal(
            external_id=world.rows.next_id("D"),
            account=account,
            product=product.name,
            origin=origin,
            amount=market.price(rng, product, self._price_level(host)),
            created_at=moment,
            owner=owner,
            creator=sdr or host.key,
            sdr=sdr,
            meeting=meeting,
            expected_on=world.day + timedelta(days=rng.choice((30, 45, 60, 90))),
        )
        running = Running(deal, host, world.typed_at(moment), self._plan(host, origin, product))
        self._open[deal.external_id] = running
        self._deliver(running, moment)
        self._set_next(running)
        self._foresee(running, ((0.008, "delete", 2, 20), (0.015, "hand over", 3, 30)))

    def _price_level(self, host: Person) -> float:
        team = self._world.team_of(host)
        level = _HONOLULU if team.name == "Honolulu" else _PRICE_LEVELS[team.country]
        return level * (host.strength.deal_size if host.strength else 1.0)

    def _plan(self, host: Person, origin: str, product: market.Product) -> plans.Steps:
        skill = self._world.skill(host)
        wins = host.strength.wins if host.strength else 1.0
        return plans.draw_steps(
            self._world.rng,
            opened_on=self._world.day,
            country=self._world.team_of(host).country,
            product=product,
            win_rate=min(0.75, plans.WIN_RATES[origin] * wins * skill),
            demos=0.75 + 0.25 * skill,
        )

    # Moving

    def advance(self) -> None:
        """Take today's steps of the deals that have one due."""
        for running in self._due.take(self._world.day):
            if not running.deal.is_open or running.due_on != self._world.day:
                continue
            running.host = self._world.heir(running.host)
            if is_at_work(running.host, self._world.day):
                self._step(running)
            else:
                self._set_next(running)

    def _set_next(self, running: Running) -> None:
        """Plan the next step for a day its host is at work, from tomorrow on."""
        if running.steps:
            day = max(running.steps[-1][0], self._world.day + seasons.ONE_DAY)
            running.due_on = self._world.next_day_at_work(running.host, day)
            self._due.put(running.due_on, running)

    def _step(self, running: Running) -> None:
        stage = running.steps.pop()[1]
        moment = self._world.office_moment(running.host)
        self._before(running, stage, moment)
        self._move(running, stage, moment)
        if running.deal.is_open:
            self._set_next(running)
            return
        del self._open[running.deal.external_id]
        if stage == CLOSED_WON:
            self._foresee(
                running,
                (
                    (0.040, "amount", 1, 12),
                    (0.007, "reopen", 1, 4),
                    (0.008, "date", 1, 6),
                    (0.006, "owner", 1, 9),
                    (0.004, "delete", 2, 8),
                ),
            )

    def _before(self, running: Running, stage: str, moment: datetime) -> None:
        """Hold the demo or meeting that brings a deal to the stage, and mend its amount."""
        rng, deal = self._world.rng, running.deal
        if stage == DEMO:
            self._hold("demo", running, "product demo", moment - timedelta(minutes=60))
        elif stage in (PROPOSAL, NEGOTIATION) and rng.random() < 0.35:
            self._hold("meeting", running, stage.lower(), moment - timedelta(minutes=45))
        if stage == PROPOSAL and rng.random() < 0.3:
            deal.amount = _rounded(deal.amount * Decimal(rng.randint(85, 118)) / 100)
        if stage == NEGOTIATION and running.steps:
            deal.expected_on = running.steps[0][0] + timedelta(days=rng.randint(-4, 6))

    def _hold(self, kind: str, running: Running, purpose: str, moment: datetime) -> None:
        world = self._world
        point = world.rng.random()
        row = world.rows.activity(
            kind,
            occurred_at=moment,
            owner=running.host.key,
            outcome="held" if point < 0.88 else "no_show" if point < 0.95 else "cancelled",
            account=running.deal.account,
            contact=world.market.contact(world.rng, world.team_of(running.host)),
            sdr=running.deal.sdr,
            attributes={"purpose": purpose, "deal": running.deal.external_id},
        )
        world.post(row, moment)

    def _move(self, running: Running, stage: str, moment: datetime) -> None:
        deal = running.deal
        before, deal.stage, deal.correction = deal.stage, stage, ""
        deal.closed_at = None if deal.is_open else moment
        self._note(running, "stage", before, stage, moment)

    def _note(self, running: Running, what: str, before: str, after: str, moment: datetime) -> None:
        """Deliver a history row and the deal as it is after it."""
        row = self._world.rows.change(running.deal, what, before, after, moment)
        self._world.outbox.put(row, self._found_at(running, moment))
        self._deliver(running, moment)

    def _deliver(self, running: Running, moment: datetime) -> None:
        row = self._world.rows.deal(running.deal)
        self._world.outbox.put(row, self._found_at(running, moment))

    @staticmethod
    def _found_at(running: Running, moment: datetime) -> datetime:
        """Return when a sync can find it: not before the deal was typed in, nor before its past."""
        running.visible_at = max(moment + timedelta(minutes=2), running.visible_at)
        return running.visible_at

    # Handing over

    def hand_over(self, leaver: Person) -> None:
        """Give everything the leaver still has open to the team, first thing in the morning."""
        world = self._world
        moment = seasons.local_moment(world.team_of(leaver).zone, world.day, 8 * 3600)
        for running in [item for item in self._open.values() if item.host is leaver]:
            running.host = world.heir(leaver)
            self._give(running, leaver, moment)

    def _give(self, running: Running, former: Person, moment: datetime) -> None:
        """Write the new host into the CRM, unless a stranger or nobody owns the deal there."""
        if running.deal.owner == former.key:
            running.deal.owner = running.host.key
            self._note(running, "owner", former.key, running.host.key, moment)

    def _take_over(self, running: Running) -> None:
        """Let an heir own a deal that comes back after its host has left."""
        former, running.host = running.host, self._world.heir(running.host)
        if running.deal.owner == former.key:
            running.deal.owner = running.host.key

    def _colleague(self, person: Person) -> Person:
        team = self._world.team_of(person)
        closers = self._world.teammates(team, Profile.CLOSER)
        others = [other for other in closers if other is not person]
        return self._world.rng.choice(others)

    # Correcting

    def _foresee(self, running: Running, chances: tuple[tuple[float, str, int, int], ...]) -> None:
        """Draw at most one correction, to happen some days from now."""
        point = self._world.rng.random()
        for share, what, least, most in chances:
            point -= share
            if point < 0:
                day = self._world.day + timedelta(days=self._world.rng.randint(least, most))
                country = self._world.team_of(running.host).country
                self._amendments.put(seasons.next_workable(country, day), (running, what))
                return

    def amend(self) -> None:
        """Make today's corrections."""
        for running, what in self._amendments.take(self._world.day):
            moment = self._world.office_moment(running.host)
            if what == "restore":
                self._restore(running, moment)
            elif not running.deal.is_deleted:
                self._amend(running, what, moment)

    def _amend(self, running: Running, what: str, moment: datetime) -> None:
        deal = running.deal
        if what == "delete":
            self._delete(running, moment)
        elif what == "hand over":
            if deal.is_open:
                former, running.host = running.host, self._colleague(running.host)
                self._give(running, former, moment)
        elif what == "reopen":
            self._reopen(running, moment)
        elif not deal.is_open:
            self._correct(running, what, moment)

    def _correct(self, running: Running, what: str, moment: datetime) -> None:
        """Mend a closed deal: its amount, the day it closed, or whose it was."""
        rng, deal = self._world.rng, running.deal
        deal.correction = what
        if what == "amount":
            percent = rng.choice((50, 80, 90, 95, 110, 120))
            deal.amount = _rounded(deal.amount * Decimal(percent) / 100)
        elif what == "date" and deal.closed_at:
            earlier = deal.closed_at - timedelta(days=rng.randint(1, 3))
            deal.closed_at = max(deal.created_at, earlier)
        elif what == "owner":
            self._credit_colleague(running, moment)
            return
        self._deliver(running, moment)

    def _credit_colleague(self, running: Running, moment: datetime) -> None:
        """Give the closed deal to a colleague, if that one was there when it was closed."""
        closed_on = (running.deal.closed_at or running.deal.created_at).date()
        former, other = running.host, self._colleague(running.host)
        if other.hired_on < closed_on - timedelta(days=1):
            running.host = other
            self._give(running, former, moment)

    def _reopen(self, running: Running, moment: datetime) -> None:
        deal = running.deal
        if deal.is_open:
            return
        before, deal.stage, deal.closed_at = deal.stage, NEGOTIATION, None
        deal.correction = "reopened"
        self._open[deal.external_id] = running
        self._take_over(running)
        country = self._world.team_of(running.host).country
        running.steps = plans.draw_second_ending(
            self._world.rng, today=self._world.day, country=country
        )
        self._note(running, "stage", before, NEGOTIATION, moment)
        self._set_next(running)

    def _delete(self, running: Running, moment: datetime) -> None:
        running.deal.is_deleted = True
        self._open.pop(running.deal.external_id, None)
        self._deliver(running, moment)
        if self._world.rng.random() < 0.15:
            day: date = self._world.day + timedelta(days=self._world.rng.randint(1, 4))
            self._amendments.put(day, (running, "restore"))

    def _restore(self, running: Running, moment: datetime) -> None:
        deal = running.deal
        deal.is_deleted, deal.correction = False, "restored"
        if deal.is_open:
            self._open[deal.external_id] = running
            self._take_over(running)
            self._set_next(running)
        self._deliver(running, moment)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("1E1")).quantize(Decimal(1))
