"""What the ledger does in the background, for the job runner to find."""

from juara.ledger import feed_jobs, import_jobs, metric_jobs, settings_jobs, verification_jobs

__all__ = ["feed_jobs", "import_jobs", "metric_jobs", "settings_jobs", "verification_jobs"]
