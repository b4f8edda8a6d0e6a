"""A Monday afternoon at the office: calls made, a job profile, and targets for it."""

from collections.abc import Sequence
from datetime import timedelta

from juara.tenancy import scope
from tests import cast
from tests.goals import cast as goals
from tests.web.office import Office

# Half of the working day is over.
NOON = cast.at("2025-03-10T13:00")

HOMES = {
    "ana": ("North", "Alpha"), "budi": ("North", "Alpha"), "citra": ("North", "Beta"),
    "dewi": ("South", "Gamma"),
}  # fmt: skip


def begun(office: Office, *, names: Sequence[str] = ("ana", "budi", "citra", "dewi")) -> str:
    """Give people the profile SDR with twenty calls a day, and calls: Ana 12, Budi 9, Citra 2.

    Returns the line's public id.
    """
    with scope.enter(office.organization):
        for name in names:
            goals.give(office.members[name], *HOMES[name], profile="SDR")
        line = goals.target("calls", "day", "20")
        called(office, ana=12, budi=9, citra=2)
    return line


def called(office: Office, **counts: int) -> None:
    """Let people have called so often this morning."""
    with scope.enter(office.organization):
        cast.deliver(
            *(
                cast.call(
                    f"{name}-{number}",
                    owner=name,
                    when=cast.NOW + timedelta(minutes=number),
                    texts={"type": "call", "name": f"Call {number}"},
                )
                for name, count in counts.items()
                for number in range(count)
            ),
            moment=cast.at("2025-03-10T11:00"),
        )
