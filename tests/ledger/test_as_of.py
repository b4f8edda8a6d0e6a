"""As of any past moment: the answer is what was shown then, whatever has changed since."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from juara.core import db
from juara.leaderboards import queries as boards
from juara.leaderboards.types import Board
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Member
from juara.records import operations as records
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

HOUR = timedelta(hours=1)
START = cast.at("2025-03-10T09:00")


@pytest.fixture(autouse=True)
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=START - HOUR, actor=cast.ACTOR)


def deal(external_id: str, owner: str, amount: str, day: int = 3) -> Any:
    return cast.deal(external_id, owner=owner, amount=amount, dates={"closed": date(2025, 3, day)})


@dataclass(frozen=True)
class Shown:
    """Everything that could be read at a moment."""

    at: datetime
    batch: int
    sums: dict[Any, Any]
    credits: frozenset[Any]
    boards: tuple[Any, ...]


def plain(board: Board) -> Any:
    """Return what stands on a board, apart from what only says when it was made."""
    rows = [
        (row.public_id, row.name, row.team_name, row.rank, row.value, row.gap, row.movement)
        for row in board.rows
    ]
    empty = [row.name for row in board.without_data]
    return rows, empty, board.company, board.unassigned, board.freshness.unassigned_records


def look(at: datetime, *, as_of: datetime | None = None, now: datetime | None = None) -> Shown:
    batch = knowledge.last_number() if as_of is None else knowledge.number_as_of(as_of)
    known = reading.LATEST if as_of is None else batch
    asked = [
        boards.Asked(metric, "2025-03", by=by, as_of=as_of)
        for metric in ("revenue_won", "win_rate")
        for by in boards.BY
    ]
    return Shown(
        at=at,
        batch=batch,
        sums=reading.sums("revenue_won", batch=known),
        credits=frozenset(
            (each.external_id, each.member_id, each.day, each.value, each.reason)
            for each in reading.credits_of("revenue_won", batch=known)
        ),
        boards=tuple(plain(boards.board(each, now=now or at)) for each in asked),
    )


def test_every_answer_given_once_is_given_again_as_of_its_moment() -> None:
    at = START
    shown: list[Shown] = []

    def take_in(*rows: Any) -> None:
        nonlocal at
        cast.deliver(*rows, moment=at)
        shown.append(look(at))
        at += HOUR

    def lost(external_id: str, owner: str) -> Any:
        return cast.deal(external_id, owner=owner, amount="1", texts={"status": "lost"})

    ana, budi = cast.member("Ana", "East", "Alpha"), cast.member("Budi", "East", "Beta")
    west = cast.team("West")
    take_in(deal("1", "ana", "100"), deal("2", "budi", "70", 9), deal("3", "ghost", "5"))
    take_in(deal("1", "ana", "40"), lost("4", "ana"))
    take_in(deal("2", "ana", "70", 9), deal("5", "budi", "1000", 10))
    take_in(cast.deal("1", is_deleted=True))
    people.place(ana, team=west, from_day=date(2025, 3, 5), moment=at, actor="t")
    take_in()
    people.move_team(
        cast.team("East", "Beta"), under=west, from_day=date(2025, 3, 8),
        moment=at, actor="t",
    )  # fmt: skip
    take_in()
    records.match_owner(source_id=cast.source().id, key="ghost", member=budi, moment=at, actor="t")
    take_in()
    people.end_assignment(budi, from_day=date(2025, 3, 10), moment=at, actor="t")
    take_in()
    metrics.change_rule(
        "revenue_won", from_day=date(2025, 3, 9), moment=at, actor="t",
        definition={"aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount"},
    )  # fmt: skip
    take_in()
    take_in(deal("1", "ana", "100"))

    later = at + 100 * HOUR
    for then in shown:
        for moment in (then.at, then.at + HOUR - timedelta(microseconds=1)):
            assert look(then.at, as_of=moment, now=later) == then
    assert len({then.batch for then in shown}) == len(shown) == 10
    assert verify().is_sound


def test_nothing_was_known_before_the_first_batch() -> None:
    cast.member("Ana", "North")
    cast.deliver(deal("1", "ana", "100"))

    assert knowledge.number_as_of(cast.at("2020-01-01T00:00")) == 0
    assert reading.sums("revenue_won", batch=0) == {}


def test_an_input_not_yet_taken_in_takes_nothing_away() -> None:
    """Between a change of people and its absorption every credit still stands somewhere."""
    ana = cast.member("Ana", "North")
    cast.deliver(deal("1", "ana", "100"), moment=START)
    people.place(ana, team=cast.team("South"), moment=START + HOUR, actor=cast.ACTOR)
    now = START + 2 * HOUR

    waiting = boards.board(boards.Asked("revenue_won", "2025-03"), now=now)
    cast.deliver(moment=START + 3 * HOUR)
    asked = boards.Asked("revenue_won", "2025-03", as_of=now)
    past = boards.board(asked, now=START + 4 * HOUR)

    assert [(row.name, row.value) for row in waiting.rows] == [("Ana", Decimal(100))]
    assert [(row.name, row.value) for row in past.rows] == [("Ana", Decimal(100))]
    assert waiting.company == past.company == 100
    settled = boards.board(boards.Asked("revenue_won", "2025-03", by="team"), now=now)
    assert [(row.name, row.value) for row in settled.rows] == [("South", Decimal(100))]


def test_a_batch_is_never_known_before_the_one_it_follows() -> None:
    cast.member("Ana", "North")
    first = cast.deliver(deal("1", "ana", "1"), moment=cast.at("2025-03-10T12:00")).batch
    second = cast.deliver(deal("1", "ana", "2"), moment=cast.at("2025-03-10T11:00")).batch

    assert first
    assert second
    assert knowledge.moment_of(second) == cast.at("2025-03-10T12:00")
    assert knowledge.number_as_of(cast.at("2025-03-10T11:59")) < first
    assert knowledge.number_as_of(cast.at("2025-03-10T12:00")) == second


def test_batches_have_no_gaps_and_moments_never_go_back() -> None:
    ana: Member = cast.member("Ana", "North")
    for number in range(5):
        cast.deliver(deal(str(number), "ana", "1"), moment=START - number * HOUR)
    people.place(ana, team=cast.team("South"), moment=START, actor=cast.ACTOR)
    cast.deliver()
    cast.deliver()

    found = db.rows("SELECT number, committed_at FROM batch ORDER BY number")
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    assert [moment for _, moment in found] == sorted(moment for _, moment in found)
