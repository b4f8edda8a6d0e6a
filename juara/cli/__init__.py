"""The `juara` command."""

import os

import django


def main() -> None:
    """Set Django up, then run the command line. No database is needed for either."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")
    django.setup()
    # Models can be imported only now.
    from juara.cli.app import run

    run()
