"""What numbers say about what comes: forecasts, from what the ledger knows."""

import os

# The matrices here are small: two threads that wait for each other on a busy machine take twenty
# times as long as one. It is asked once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
