"""The `juara` command."""

import os
import sys

import django


def main() -> None:
    """Set Django up, then run the command line. No database is needed for either."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")
    try:
        django.setup()
    except (ValueError, OSError) as error:
        # Settings come from the environment, and the first start makes the data directory.
        sys.stderr.write(f"Juara cannot start: {error}\n")
        sys.exit(1)
    # Models can be imported only now.
    from juara.cli.app import run

    run()
