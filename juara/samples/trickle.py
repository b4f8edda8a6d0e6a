"""Goes on where the story ends: a few records every few seconds, for as long as one asks."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from juara.connect.types import Attribute, RecordRow
from juara.samples import market, seasons
from juara.samples.activity import EMAIL_OUTCOMES, MEETING_OUTCOMES, MISSED_CALLS
from juara.samples.chance import generator, log_normal, pick_weighted
from juara.samples.rows import (
    CLOSED_LOST,
    CLOSED_WON,
    DEMO,
    DISCOVERY,
    NEGOTIATION,
    PROPOSAL,
    Deal,
    RowWriter,
    read_deal,
)
from juara.samples.types import DemoCompany, Person, Profile, Team, TrickleStep

_KINDS = (
    ("call", 0.58), ("email", 0.12), ("meeting", 0.13), ("move", 0.08), ("order", 0.06),
    ("lose", 0.03),
)  # fmt: skip
_NEXT_STAGES = {DISCOVERY: DEMO, DEMO: PROPOSAL, PROPOSAL: NEGOTIATION}
# More open deals than this are not kept in mind; new ones are then lost instead of opened.
_MOST_OPEN = 3_000


class Trickle:
    """An endless stream of what happens next, at moments the caller gives.

    The same company, seed, `since`, open deals and moments give the same steps. The ids carry
    `since`, so a trickle begun at another moment never repeats them. `open_deals` are rows of
    kind deal, such as `Story.open_deals` holds: wins are found among them first.
    """

    def __init__(
        self,
        company: DemoCompany,
        *,
        seed: int,
        since: datetime,
        open_deals: Iterable[RecordRow] = (),
    ) -> None:
        self._company = company
        self._origin = (seed, int(since.timestamp()))
        self._writer = RowWriter(company.currency, f"L{self._origin[1]:X}-")
        self._market = market.Market(company.seed, company.teams)
        self._reps = {person.key: person for person in company.reps_now}
        self._open = {row.external_id: read_deal(row) for row in open_deals}
        self._steps = 0
        self._next_win = 4

    def next_step(self, moment: datetime) -> TrickleStep:
        """Return what happens at the moment (1 to 3 records), and the wait until the next step.

        Whoever has working hours just then acts; when nobody has, somebody works late.
        """
        self._steps += 1
        rng = generator(*self._origin, self._steps)
        awake = self._awake(moment)
        if self._steps >= self._next_win:
            self._next_win = self._steps + rng.randint(9, 17)
            rows = self._win(rng, awake, moment)
        else:
            rows = self._ordinary(rng, awake, moment)
        return TrickleStep(round(rng.uniform(2.0, 6.0), 1), tuple(rows))

    def _awake(self, moment: datetime) -> dict[str, Person]:
        teams = [team for team in self._company.teams if seasons.is_office_time(team, moment)]
        awake = {key: rep for key, rep in self._reps.items() if self._team(rep) in teams}
        return awake or self._reps

    def _team(self, person: Person) -> Team:
        team = person.team_on(self._company.ends_on)
        if team is None:
            raise LookupError(f"{person.key} sits in no team.")
        return team

    def _ordinary(self, rng: Random, awake: dict[str, Person], moment: datetime) -> list[RecordRow]:
        kind = pick_weighted(rng, _KINDS)
        if kind in ("move", "lose"):
            return self._go_on(rng, kind, awake, moment)
        if kind == "meeting":
            return self._meet(rng, _closer(rng, awake), moment)
        if kind == "order":
            return self._open_deal(rng, _closer(rng, awake), "Customer", moment)
        return [self._contact(rng, kind, _anybody(rng, awake), moment)]

    def _go_on(
        self, rng: Random, kind: str, awake: dict[str, Person], moment: datetime
    ) -> list[RecordRow]:
        """Move or lose an open deal of those awake; where they have none, somebody calls."""
        deal = self._pick_deal(rng, awake, [DISCOVERY, DEMO, PROPOSAL])
        if deal is None:
            return [self._contact(rng, "call", _anybody(rng, awake), moment)]
        if kind == "lose":
            return self._close(deal, CLOSED_LOST, moment)
        return self._move(rng, deal, moment)

    # Activities

    def _contact(self, rng: Random, kind: str, person: Person, moment: datetime) -> RecordRow:
        """Write a call or an e-mail of the person."""
        rate = person.strength.connect_rate if person.strength else 0.24
        outcome, seconds = pick_weighted(rng, EMAIL_OUTCOMES), None
        attributes: dict[str, Attribute] = {}
        if kind == "call":
            is_connected = rng.random() < rate
            outcome = "connected" if is_connected else pick_weighted(rng, MISSED_CALLS)
            seconds = round(log_normal(rng, 205, 0.5)) if is_connected else rng.randint(8, 45)
            is_booked = is_connected and rng.random() < 0.11
            attributes = {"direction": "outbound", "meeting_booked": is_booked}
        return self._activity(
            rng, kind, person, moment, outcome=outcome, seconds=seconds, attributes=attributes
        )

    def _activity(
        self,
        rng: Random,
        kind: str,
        person: Person,
        moment: datetime,
        *,
        outcome: str,
        attributes: dict[str, Attribute],
        seconds: int | None = None,
        account: str = "",
        origin: str = "",
    ) -> RecordRow:
        team = self._team(person)
        return self._writer.activity(
            kind,
            occurred_at=moment,
            owner=person.key,
            outcome=outcome,
            account=account or self._market.account(rng, team),
            contact=self._market.contact(rng, team),
            seconds=seconds,
            origin=origin,
            attributes=attributes,
        )

    def _meet(self, rng: Random, host: Person, moment: datetime) -> list[RecordRow]:
        """Write a first meeting, and the deal it leads to in nearly half of the cases."""
        outcome = pick_weighted(rng, MEETING_OUTCOMES)
        attributes: dict[str, Attribute] = {"purpose": "discovery"}
        row = self._activity(
            rng, "meeting", host, moment, outcome=outcome, attributes=attributes, origin="Referral"
        )
        if outcome != "held" or rng.random() >= 0.45:
            return [row]
        return [row, *self._open_deal(rng, host, "Referral", moment, meeting=row)]

    # Deals

    def _open_deal(
        self,
        rng: Random,
        host: Person,
        origin: str,
        moment: datetime,
        meeting: RecordRow | None = None,
    ) -> list[RecordRow]:
        if len(self._open) >= _MOST_OPEN:
            return self._close(next(iter(self._open.values())), CLOSED_LOST, moment)
        deal = self._new_deal(rng, host, origin, moment)
        if meeting is not None:
            deal.meeting, deal.account = meeting.external_id, meeting.texts["account"]
        self._open[deal.external_id] = deal
        return [self._writer.deal(deal)]

    def _new_deal(self, rng: Random, host: Person, origin: str, moment: datetime) -> Deal:
        product = market.pick_product(rng)
        size = host.strength.deal_size if host.strength else 1.0
        return Deal(
            external_id=self._writer.next_id("D"),
            account=self._market.account(rng, self._team(host)),
            product=product.name,
            origin=origin,
            amount=market.price(rng, product, size),
            created_at=moment,
            owner=host.key,
            creator=host.key,
        )

    def _pick_deal(self, rng: Random, awake: dict[str, Person], stages: list[str]) -> Deal | None:
        """Pick an open deal in one of the stages whose owner is awake."""
        found = [deal for deal in self._open.values() if deal.owner in awake]
        found = [deal for deal in found if deal.stage in stages]
        return rng.choice(found) if found else None

    def _win(self, rng: Random, awake: dict[str, Person], moment: datetime) -> list[RecordRow]:
        """Win a deal that is ripe, or any; with none open, a customer orders on the spot."""
        ripe = self._pick_deal(rng, awake, [PROPOSAL, NEGOTIATION])
        deal = ripe or self._pick_deal(rng, awake, [DISCOVERY, DEMO])
        if deal is None:
            deal = self._new_deal(rng, _closer(rng, awake), "Customer", moment)
        return self._close(deal, CLOSED_WON, moment)

    def _close(self, deal: Deal, stage: str, moment: datetime) -> list[RecordRow]:
        self._open.pop(deal.external_id, None)
        deal.closed_at = moment
        return self._change(deal, stage, moment)

    def _move(self, rng: Random, deal: Deal, moment: datetime) -> list[RecordRow]:
        stage = _NEXT_STAGES[deal.stage]
        if stage == DEMO:
            return [self._demo(rng, deal, moment), *self._change(deal, stage, moment)]
        return self._change(deal, stage, moment)

    def _demo(self, rng: Random, deal: Deal, moment: datetime) -> RecordRow:
        return self._activity(
            rng,
            "demo",
            self._reps[deal.owner],
            moment,
            outcome="held",
            account=deal.account,
            attributes={"purpose": "product demo", "deal": deal.external_id},
        )

    def _change(self, deal: Deal, stage: str, moment: datetime) -> list[RecordRow]:
        before, deal.stage, deal.correction = deal.stage, stage, ""
        return [
            self._writer.change(deal, "stage", before, stage, moment),
            self._writer.deal(deal),
        ]


def _closer(rng: Random, awake: dict[str, Person]) -> Person:
    return rng.choice([one for one in awake.values() if one.profile is Profile.CLOSER])


def _anybody(rng: Random, awake: dict[str, Person]) -> Person:
    return rng.choice(list(awake.values()))
