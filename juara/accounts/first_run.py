"""The one link by which an empty installation is begun.

Only who sees the terminal has it: it is derived from the installation's own secret key, so that
it need not be stored, and it opens nothing once somebody can sign in.
"""

from django.utils.crypto import constant_time_compare, salted_hmac

from juara.accounts import queries

_SALT = "juara.accounts.first_run"
_LENGTH = 40


def token() -> str:
    """Return the token that begins this installation, '' once it has been begun."""
    return "" if queries.has_users() else _token()


def opens(given: str) -> bool:
    """Say whether a token begins this installation, which needs it to be empty still."""
    return constant_time_compare(given, _token()) and not queries.has_users()


def _token() -> str:
    return salted_hmac(_SALT, "begin", algorithm="sha256").hexdigest()[:_LENGTH]
