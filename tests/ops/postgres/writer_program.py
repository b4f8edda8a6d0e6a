"""Insert one row after the other, each in a transaction, and print each once it is committed."""

import sys

import psycopg


def main() -> None:
    with psycopg.connect(sys.argv[1], autocommit=True) as connection:
        number = 0
        while True:
            number += 1
            connection.execute("INSERT INTO written VALUES (%s)", [number])
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


try:
    main()
except psycopg.OperationalError:
    # The server was killed under us, as the test means it to be.
    sys.exit(0)
