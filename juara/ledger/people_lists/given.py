"""One row of a list of people, read cell by cell; what cannot be read says how to mend it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from juara.core import zones
from juara.ledger.people_lists import values
from juara.ledger.people_lists.table import Row
from juara.ledger.people_lists.words import role_called

LONGEST_ADDRESS = 254


class Problem(Exception):  # noqa: N818 - it is a signal between parts of this package
    """A row that cannot go in, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Given:
    """The cells of a row by meaning, trimmed."""

    row: Row
    cells: dict[str, str]

    def get(self, meaning: str) -> str:
        return self.cells.get(meaning, "")

    @property
    def email(self) -> str:
        return self.get("email").lower()

    @property
    def name(self) -> str:
        whole = self.get("name") or " ".join(
            filter(None, [self.get("first_name"), self.get("last_name")])
        )
        if whole or not self.email:
            return whole
        # Only an address: it usually says the name.
        return " ".join(
            part.capitalize() for part in self.email.partition("@")[0].replace("_", ".").split(".")
        ).strip()

    @property
    def is_named(self) -> bool:
        return bool(self.get("name") or self.get("first_name") or self.get("last_name"))

    def role(self) -> str:
        text = self.get("role")
        role = values.role_of(text) or role_called(text)
        if text and not role:
            raise Problem(
                _("“%(text)s” is not a role. Write sales rep, manager, executive or administrator.")
                % {"text": short(text)}
            )
        return role

    def zone(self) -> str:
        zone = values.zone_of(self.get("zone"))
        if zone and zone not in zones.names():
            raise Problem(
                _("“%(text)s” is not a time zone. Write one like Asia/Jakarta.")
                % {"text": short(zone)}
            )
        return zone


def is_address(text: str) -> bool:
    if len(text) > LONGEST_ADDRESS:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
