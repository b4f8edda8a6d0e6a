"""No model without its migration: like `makemigrations --check`, without waiting for a database."""

import warnings

import django
from django.core.management import call_command
from django.db import connection

django.setup()
# The pool would wait for a server that this check can do without.
connection.settings_dict["OPTIONS"].pop("pool", None)
warnings.simplefilter("ignore", RuntimeWarning)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
