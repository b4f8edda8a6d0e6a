"""The demo as it is served: a believable company (juara.samples) that goes on living."""
