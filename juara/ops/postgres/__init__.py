"""PostgreSQL for a home that has none: its own programs, run and looked after by us.

`Cluster` owns the server of a home, `attach_or_start` serves commands beside it, and
`bootstrap_roles` prepares any other server for the product. Knows nothing of Django.
"""

from juara.ops.postgres.attach import AttachedCluster, attach, attach_or_start
from juara.ops.postgres.binaries import Binaries, find_binaries
from juara.ops.postgres.cluster import Cluster
from juara.ops.postgres.errors import (
    BinariesMissingError,
    ClusterBusyError,
    ClusterError,
    ClusterStartError,
    VersionMismatchError,
)
from juara.ops.postgres.handle import DATABASE, ServerHandle
from juara.ops.postgres.roles import bootstrap_roles

__all__ = [
    "DATABASE",
    "AttachedCluster",
    "Binaries",
    "BinariesMissingError",
    "Cluster",
    "ClusterBusyError",
    "ClusterError",
    "ClusterStartError",
    "ServerHandle",
    "VersionMismatchError",
    "attach",
    "attach_or_start",
    "bootstrap_roles",
    "find_binaries",
]
