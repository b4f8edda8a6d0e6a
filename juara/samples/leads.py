"""The leads: people who ask, at any hour, and what becomes of their question."""

from datetime import timedelta

from juara.samples.activity import Activity
from juara.samples.chance import count_near, pick_weighted
from juara.samples.effort import is_at_work
from juara.samples.rows import Lead
from juara.samples.seasons import day_weight, local_moment
from juara.samples.types import Person, Profile, Team
from juara.samples.world import Agenda, World

_LEADS_PER_REP = 0.29
_ORIGINS = (("Website", 0.46), ("Webinar", 0.22), ("Trade show", 0.18), ("Referral", 0.14))
_DEAL_ORIGINS = {"Trade show": "Event", "Referral": "Referral"}
_ENDINGS = (("qualified", 0.46), ("disqualified", 0.36), ("unresponsive", 0.18))


class Leads:
    """Leads on their way from question to answer."""

    def __init__(self, world: World, activity: Activity) -> None:
        self._world = world
        self._activity = activity
        self._due: Agenda[tuple[Lead, Person]] = Agenda()

    def arrive(self) -> None:
        """Receive today's leads, each given to an SDR or a closer of the team."""
        world = self._world
        for team in world.company.teams:
            weight = max(0.25, day_weight(team.country, world.day))
            mean = _LEADS_PER_REP * weight * len(world.teammates(team))
            for _ in range(count_near(world.rng, mean)):
                self._arrive(team)

    def _arrive(self, team: Team) -> None:
        world, rng = self._world, self._world.rng
        wanted = Profile.SDR if rng.random() < 0.5 else Profile.CLOSER
        yesterday = world.day - timedelta(days=1)
        # A first day may not have begun by the organization's clock when a lead comes at night.
        takers = [one for one in world.teammates(team, wanted) if one.hired_on <= yesterday]
        if not takers:
            return
        person = rng.choice(takers)
        moment = local_moment(team.zone, world.day, 20_000 + rng.random() * 62_000)
        lead = Lead(
            external_id=world.rows.next_id("L"),
            name=world.market.contact(rng, team),
            account=world.market.account(rng, team),
            origin=pick_weighted(rng, _ORIGINS),
            created_at=moment,
            owner=world.owner_key(person, unknown=0.01, missing=0.004),
            creator=world.company.integration.key,
        )
        world.outbox.put(world.rows.lead(lead), moment)
        day = world.day + timedelta(days=rng.randint(1, 4))
        self._due.put(world.next_day_at_work(person, day), (lead, person))

    def answer(self) -> None:
        """Answer the leads that are due today."""
        world = self._world
        for lead, taker in self._due.take(world.day):
            person = world.heir(taker)
            if is_at_work(person, world.day):
                self._answer(lead, taker, person)
            else:
                self._due.put(world.next_day_at_work(person, world.day), (lead, person))

    def _answer(self, lead: Lead, taker: Person, person: Person) -> None:
        world, rng = self._world, self._world.rng
        if lead.owner == taker.key:
            lead.owner = person.key
        lead.status = pick_weighted(rng, _ENDINGS)
        world.outbox.put(world.rows.lead(lead), world.office_moment(person))
        if lead.status == "qualified":
            origin = _DEAL_ORIGINS.get(lead.origin, "Inbound")
            self._activity.book(person, origin, lead.account, lead.name, source=lead.external_id)
