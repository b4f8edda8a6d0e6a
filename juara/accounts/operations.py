"""Creating sign-ins, and keeping guessers slow."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils.translation import gettext_noop

from juara.accounts.models import User
from juara.core import db
from juara.core.errors import ConflictError, DomainError, LimitError

# Failures of one address or one network address within a window before it must wait.
ATTEMPTS = 10
WINDOW = timedelta(minutes=15)


def create_user(*, email: str, password: str, moment: datetime, language: str = "") -> User:
    """Create a sign-in. Raises DomainError for a bad address or a weak password, in words."""
    address = email.strip().lower()
    try:
        validate_email(address)
        validate_password(password)
    except ValidationError as error:
        raise DomainError("user.invalid", " ".join(error.messages), email=address) from error
    if User.objects.filter(email=address).exists():
        raise ConflictError("user.exists", f"{address} already has a sign-in.", email=address)
    user = User(email=address, created_at=moment, language=language)
    user.set_password(password)
    user.save(force_insert=True)
    return user


def set_password(user_id: int, password: str) -> User:
    """Give a user another password; every session of the old one has ended with it.

    Raises DomainError, in words, for a weak one.
    """
    user: User = User.objects.get(id=user_id)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("password.weak", " ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def change_password(user_id: int, *, old: str, new: str, network: str, moment: datetime) -> User:
    """Change a password by who knows the old one; a wrong one counts as a failed sign-in.

    Raises DomainError `sign_in.refused` for a wrong old password, `password.weak` for a weak new
    one, LimitError after too many wrong ones.
    """
    user = User.objects.get(id=user_id)
    sign_in(email=user.email, password=old, network=network, moment=moment)
    return set_password(user_id, new)


def end_sessions(user_id: int) -> None:
    """Sign a user out everywhere, from their next request on."""
    User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)


def keep_language(user_id: int, language: str) -> None:
    """Remember which language a user reads; '' leaves it to the browser."""
    if language and language not in dict(settings.LANGUAGES):
        raise DomainError("language.unknown", gettext_noop("This language is not offered."))
    User.objects.filter(id=user_id).update(language=language)


def sign_in(*, email: str, password: str, network: str, moment: datetime) -> User:
    """Return the user whose address and password these are.

    Raises DomainError `sign_in.refused` without saying which of the two was wrong, and
    LimitError after too many failures from one network or for one address.
    """
    address = email.strip().lower()
    keys = [f"email:{address}"[:300], f"network:{network}"[:300]]
    refuse_guessing(keys, moment=moment)
    user = authenticate(email=address, password=password)
    if not isinstance(user, User):
        note_failure(keys, moment=moment)
        raise DomainError("sign_in.refused", "The e-mail address or the password is not right.")
    db.execute("DELETE FROM sign_in_attempt WHERE key = %s", [keys[0]])
    return user


def refuse_guessing(keys: list[str], *, moment: datetime) -> None:
    """Raise LimitError where one of these keys has failed too often within the window."""
    tried = db.one(
        "SELECT coalesce(max(count), 0) FROM sign_in_attempt"
        " WHERE key = ANY(%s) AND window_from > %s",
        [keys, moment - WINDOW],
    )[0]
    if tried >= ATTEMPTS:
        raise LimitError(
            "sign_in.too_many",
            gettext_noop("Too many attempts. Wait fifteen minutes and try again."),
        )


def note_failure(keys: list[str], *, moment: datetime) -> None:
    """Count a failure in one statement, so that parallel guesses cannot slip past the limit."""
    since = moment - WINDOW
    db.execute(
        "INSERT INTO sign_in_attempt AS a (key, window_from, count)"
        " SELECT unnest(%(keys)s::text[]), %(moment)s, 1"
        " ON CONFLICT (key) DO UPDATE SET"
        " count = CASE WHEN a.window_from > %(since)s THEN a.count + 1 ELSE 1 END,"
        " window_from = CASE WHEN a.window_from > %(since)s THEN a.window_from"
        " ELSE %(moment)s END",
        {"keys": keys, "moment": moment, "since": since},
    )
