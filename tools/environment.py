"""Make a virtual environment with this Python, or say which one is needed."""

import sys
import venv

# Run by whatever Python there is, also one that is too old.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(f"Juara needs Python 3.11 or later; this is {sys.version.split()[0]}.")
venv.create(sys.argv[1], with_pip=True)
