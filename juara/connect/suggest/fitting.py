"""Whether what stands in a column could be a field at all, and what speaks for it."""

from juara.connect.suggest import words
from juara.connect.suggest.choices import Reason
from juara.connect.suggest.facts import ColumnFacts
from juara.connect.suggest.headers import meaning, tokens
from juara.connect.suggest.wording import epoch_form, some

# None: it cannot be; else a factor for the likeness of the name, and the reason.
Fit = tuple[float, Reason | None] | None

# The share of a shape that the cells of a field must have, and what is said for it.
_SHAPED = {
    "currency": ("currency", Reason("currencies")),
    "url": ("url", None),
    "owner_email": ("email", Reason("emails")),
    "email": ("email", Reason("emails")),
}
_PERSONS = ("owner", "creator", "user", "owner_name", "owner_team")
_WORDS = ("stage", "status", "type", "outcome", "change_field")


def fit(field: str, column: ColumnFacts) -> Fit:
    """Weigh a column of records for a field."""
    found = _common(field, column)
    if found is not _UNDECIDED:
        return found
    if field in ("amount", "duration_seconds", "percent"):
        clock = column.share("clock") if field == "duration_seconds" else 0.0
        fits = column.share("number") + clock > 0.6
        return (1.0, Reason("amounts")) if fits else None
    if field == "id":
        return _fit_id(column)
    if column.share("date") > 0.8 and column.distinct > 3:
        return None
    return _fit_words(field, column)


_UNDECIDED: Fit = (-1.0, None)


def _common(field: str, column: ColumnFacts) -> Fit:
    """What holds for records and people alike."""
    if not column.filled:
        return (0.5, Reason("empty"))
    if field in ("created", "occurred", "closed", "starts_on", "ends_on"):
        return _fit_date(column)
    if field in _SHAPED:
        shape, reason = _SHAPED[field]
        return (1.0, reason) if column.share(shape) > 0.8 else None
    return _UNDECIDED


def _fit_id(column: ColumnFacts) -> Fit:
    if column.empty or column.share("date") > 0.5:
        return None
    if column.is_key:
        return (1.0, Reason("unique"))
    # A few rows that stand twice in an export do not make its id another column.
    repeated = column.filled - column.distinct
    reason = Reason("nearly_unique", str(repeated))
    if repeated * 50 < column.filled:
        return (0.9, reason)
    return (0.6, reason) if repeated * 4 < column.filled else None


def _fit_date(column: ColumnFacts) -> Fit:
    # A few cells that are none are for the check to report, not for the guess to trip over.
    if column.share("date") > 0.6:
        return (1.0, Reason("dates"))
    if epoch_form(column):
        return (0.9, Reason("epoch"))
    return None


def _fit_words(field: str, column: ColumnFacts) -> Fit:
    repeats = column.distinct < column.filled or column.filled < 10
    if field in _PERSONS:
        is_amount = column.share("number") > 0.8 and column.share("whole") < 0.9
        return (1.0, Reason("names", some(column))) if repeats and not is_amount else None
    if field in _WORDS:
        if column.distinct > 60 or not repeats or (field == "status" and _is_region(column)):
            return None
        is_numbers = column.share("whole") > 0.8 and field != "stage"
        return (0.6, None) if is_numbers else (1.0, Reason("words", some(column)))
    if field in ("name", "account", "product", "origin"):
        is_text = column.share("number") < 0.8 and column.share("boolean") < 0.8
        return (1.0, None) if is_text else None
    return (1.0, None)


def _is_region(column: ColumnFacts) -> bool:
    """Whether the state a header speaks of is a part of a country."""
    return "state" in tokens(column.name) and not any(
        meaning(value, known)
        for value, _ in column.top
        for known in (words.STATUS, words.ACTIVITY_STATUS)
    )


def fit_person(field: str, column: ColumnFacts) -> Fit:
    """Weigh a column of a list of people for a field."""
    found = _common(field, column)
    if found is not _UNDECIDED:
        return found
    if column.share("date") > 0.8 or (column.share("email") > 0.8 and field != "key"):
        return None
    if field == "key":
        return (1.0, Reason("unique")) if column.is_key else (0.6, None)
    if field in ("name", "first_name", "last_name"):
        return None if column.share("number") > 0.5 else (1.0, None)
    repeats = column.distinct < column.filled or column.filled < 5
    return (1.0, Reason("names", some(column))) if repeats else None
