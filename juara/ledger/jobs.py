"""What the ledger does in the background, for the job runner to find."""

from juara.ledger import (
    day_jobs,
    feed_jobs,
    import_jobs,
    metric_jobs,
    recount_jobs,
    settings_jobs,
    verification_jobs,
)

__all__ = [
    "day_jobs",
    "feed_jobs",
    "import_jobs",
    "metric_jobs",
    "recount_jobs",
    "settings_jobs",
    "verification_jobs",
]
