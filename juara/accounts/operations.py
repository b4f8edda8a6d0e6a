"""Creating sign-ins, and keeping guessers slow."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from juara.accounts.models import User
from juara.core import db
from juara.core.errors import ConflictError, DomainError, LimitError

# Failures of one address or one network address within a window before it must wait.
ATTEMPTS = 10
WINDOW = timedelta(minutes=15)


def create_user(*, email: str, password: str, moment: datetime) -> User:
    """Create a sign-in. Raises DomainError for a bad address or a weak password, in words."""
    address = email.strip().lower()
    try:
        validate_email(address)
        validate_password(password)
    except ValidationError as error:
        raise DomainError("user.invalid", " ".join(error.messages), email=address) from error
    if User.objects.filter(email=address).exists():
        raise ConflictError("user.exists", f"{address} already has a sign-in.", email=address)
    user = User(email=address, created_at=moment)
    user.set_password(password)
    user.save(force_insert=True)
    return user


def sign_in(*, email: str, password: str, network: str, moment: datetime) -> User:
    """Return the user whose address and password these are.

    Raises DomainError `sign_in.refused` without saying which of the two was wrong, and
    LimitError after too many failures from one network or for one address.
    """
    address = email.strip().lower()
    keys = [f"email:{address}"[:300], f"network:{network}"[:300]]
    since = moment - WINDOW
    tried = db.one(
        "SELECT coalesce(max(count), 0) FROM sign_in_attempt"
        " WHERE key = ANY(%s) AND window_from > %s",
        [keys, since],
    )[0]
    if tried >= ATTEMPTS:
        raise LimitError(
            "sign_in.too_many", "Too many attempts. Wait fifteen minutes and try again."
        )
    user = authenticate(email=address, password=password)
    if not isinstance(user, User):
        _note_failure(keys, moment=moment, since=since)
        raise DomainError("sign_in.refused", "The e-mail address or the password is not right.")
    db.execute("DELETE FROM sign_in_attempt WHERE key = %s", [keys[0]])
    return user


def _note_failure(keys: list[str], *, moment: datetime, since: datetime) -> None:
    """Count a failure in one statement, so that parallel guesses cannot slip past the limit."""
    db.execute(
        "INSERT INTO sign_in_attempt AS a (key, window_from, count)"
        " SELECT unnest(%(keys)s::text[]), %(moment)s, 1"
        " ON CONFLICT (key) DO UPDATE SET"
        " count = CASE WHEN a.window_from > %(since)s THEN a.count + 1 ELSE 1 END,"
        " window_from = CASE WHEN a.window_from > %(since)s THEN a.window_from"
        " ELSE %(moment)s END",
        {"keys": keys, "moment": moment, "since": since},
    )
