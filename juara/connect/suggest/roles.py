"""What each file is: deals, activities, leads, accounts, changes, people, a look-up, or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from juara.connect.suggest import words
from juara.connect.suggest.choices import GUESS, LIKELY, SURE, Reason
from juara.connect.suggest.facts import ColumnFacts, FileFacts
from juara.connect.suggest.headers import field_likeness, meaning, tokens
from juara.connect.suggest.links import Link

_LARGEST_REFERENCE = 5_000


@dataclass(frozen=True, slots=True)
class Role:
    role: str
    confidence: str
    reasons: tuple[Reason, ...]


def roles(files: Sequence[FileFacts], links: Sequence[Link]) -> dict[str, Role]:
    """Say what each file most likely is, by its name, its columns, and who refers to it."""
    return {file.name: _Weighing(file, links).role() for file in files}


class _Weighing:
    """The evidence about one file, added up by role; the strongest evidence becomes the reason."""

    def __init__(self, file: FileFacts, links: Sequence[Link]) -> None:
        self._file = file
        self._to = [link for link in links if link.to_file == file.name]
        self._from = [link for link in links if link.file == file.name]
        self._weights: Counter[str] = Counter()
        self._why: dict[str, list[tuple[float, Reason]]] = {}

    def role(self) -> Role:
        if not self._file.rows:
            return Role("ignore", SURE, (Reason("no_rows"),))
        self._add("ignore", 1.0, Reason("nothing_known"))
        self._by_name()
        self._by_headers()
        self._by_columns()
        self._by_links()
        (best, weight), (_, second) = self._weights.most_common(2) + [("", 0.0)] * (
            len(self._weights) < 2
        )
        if best == "account" and self._is_looked_up:
            best = "reference"
            self._why["reference"] = self._link_reasons()
        margin = weight - second
        sure = SURE if margin >= 3 else LIKELY if margin >= 1.5 else GUESS
        why = sorted(self._why[best], key=lambda each: -each[0])
        return Role(best, sure, tuple(reason for _, reason in why[:2]))

    def _add(self, role: str, weight: float, reason: Reason) -> None:
        if weight > 0:
            self._weights[role] += weight  # type: ignore[assignment]
            self._why.setdefault(role, []).append((weight, reason))

    def _by_name(self) -> None:
        said = set(tokens(self._file.name.rpartition(".")[0]))
        for role, known in words.FILES.items():
            if hit := sorted(said & known):
                self._add(role, 3.0 + len(hit), Reason("file_name", hit[0]))

    def _by_headers(self) -> None:
        for role, known in words.HEADERS.items():
            hit = [
                column.name
                for column in self._file.columns[:200]
                if known & set(tokens(column.name))
            ]
            if hit:
                self._add(role, min(len(hit), 3) * 1.0, Reason("headers", ", ".join(hit[:3])))

    def _by_columns(self) -> None:
        columns = self._file.columns[:200]
        dates = [each for each in columns if each.share("date") > 0.8]
        amount = self._best("amount", columns, "number")
        closed = self._best("closed", columns, "date")
        if amount is not None and dates:
            self._add("deal", 2.0, Reason("has_column", amount.name))
        if amount is not None and any(names_a_person(each.name) for each in columns):
            self._add("deal", 1.5, Reason("has_column", amount.name))
        if closed is not None:
            self._add("deal", 1.5, Reason("has_column", closed.name))
        for each in columns:
            if each.is_listed and each.distinct < each.filled and each.share("number") < 0.5:
                self._by_values(each)
        occurred = self._best("occurred", columns, "date")
        if occurred is not None:
            self._add("activity", 1.0, Reason("has_column", occurred.name))
        self._by_people(columns, has_dates=bool(dates), has_amount=amount is not None)
        if self._best("change_value", columns, "") and self._best("change_field", columns, ""):
            self._add("change", 4.0, Reason("has_old_and_new"))

    def _by_values(self, column: ColumnFacts) -> None:
        values = [value for value, _ in column.top]
        said = {meaning(value, words.STATUS) for value in values}
        if "won" in said and "lost" in said:
            self._add("deal", 3.0, Reason("has_words", _some(values)))
        types = {meaning(value, words.ACTIVITY_TYPE) for value in values} - {"", "note"}
        if len(types) >= 2 and len(column.top) <= 40:
            self._add("activity", 3.0, Reason("has_words", _some(values)))

    def _by_people(
        self, columns: Sequence[ColumnFacts], *, has_dates: bool, has_amount: bool
    ) -> None:
        if has_amount:
            return
        mail = next((each for each in columns if each.share("email") > 0.8), None)
        if mail is not None and mail.distinct > mail.filled * 0.9:
            self._add("people", 1.5, Reason("has_emails", mail.name))
        team = [each.name for each in columns if _is_team(each)]
        if team and not has_dates:
            self._add("people", 1.5, Reason("has_column", ", ".join(team[:2])))

    def _best(self, field: str, columns: Sequence[ColumnFacts], shape: str) -> ColumnFacts | None:
        fitting = [each for each in columns if not shape or each.share(shape) > 0.8]
        best = max(fitting, key=lambda each: field_likeness(field, each.name), default=None)
        return best if best is not None and field_likeness(field, best.name) >= 0.7 else None

    def _by_links(self) -> None:
        for link in self._to:
            if names_a_person(link.column):
                self._add("people", 4.0, Reason("named_by", f"{link.column} · {link.file}"))
            else:
                self._add("reference", 0.5, Reason("named_by", f"{link.column} · {link.file}"))
        if self._to and self._file.rows <= _LARGEST_REFERENCE and not self._from:
            self._add("reference", 2.0, self._link_reasons()[0][1])

    @property
    def _is_looked_up(self) -> bool:
        return any(not names_a_person(link.column) for link in self._to)

    def _link_reasons(self) -> list[tuple[float, Reason]]:
        link = self._to[0]
        return [(9.0, Reason("named_by", f"{link.column} · {link.file}"))]


def names_a_person(header: str) -> bool:
    """Whether a column of records, by its name, says whose they are."""
    owner = max(
        field_likeness(field, header) for field in ("owner", "creator", "user", "owner_email")
    )
    return owner >= 0.7 and owner > field_likeness("account", header)


def _is_team(column: ColumnFacts) -> bool:
    return field_likeness("team", column.name, is_people=True) >= 0.7 and 0 < column.distinct < max(
        column.filled, 2
    )


def _some(values: Sequence[str]) -> str:
    return ", ".join(values[:3])
