"""Telling apart the first row that names a person from the many that name them again."""

from juara.connect.types import PersonRow


class PeopleSeen:
    """The people delivered so far in one import.

    A file of deals names its owners in every row; each is delivered once. A person described
    again in another way keeps the first description, unless the rows are dated: then they are
    the stations of one person.
    """

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._described: set[int] = set()

    def is_new(self, person: PersonRow, noticed: list[tuple[str, str, str]]) -> bool:
        """Say whether this row is to be delivered; notice one that contradicts an earlier one."""
        described = hash(
            (
                person.key, person.name, person.email, person.team, person.role, person.zone,
                person.starts_on, person.ends_on,
            )
        )  # fmt: skip
        if described in self._described:
            return False
        is_known = person.key in self._keys
        is_dated = person.starts_on is not None or person.ends_on is not None
        if is_known and not is_dated:
            noticed.append(("person_differs", "", person.key))
            return False
        self._keys.add(person.key)
        self._described.add(described)
        return True
