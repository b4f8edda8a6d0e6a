"""The worker process: runs what was deferred. Started by `juara run` beside the web process."""

import asyncio
import logging
import os

CONCURRENCY = 2


async def work() -> None:
    """Run jobs until asked to stop; what is being done is finished first."""
    from procrastinate.contrib.django import app  # reason: needs the settings to be loaded

    connector = app.connector.get_worker_connector()
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                concurrency=CONCURRENCY, shutdown_graceful_timeout=5, delete_jobs="never"
            )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")
    import django  # reason: needs the settings module to be named

    django.setup()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    asyncio.run(work())


if __name__ == "__main__":
    main()
