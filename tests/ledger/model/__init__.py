"""The rules of the product once more, in plain Python, sharing nothing with the ledger.

No SQL, no tallies, no knowledge of batches: slow, small, and asked for everything anew each time.
"""
