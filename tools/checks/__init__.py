"""Everything `make check` looks at."""
