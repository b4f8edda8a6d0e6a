"""What can go wrong with the embedded server, each with the sentence a person needs."""

from juara.core.errors import ConflictError, DomainError


class ClusterError(DomainError):
    """The embedded PostgreSQL cannot do what was asked."""


class ClusterBusyError(ConflictError, ClusterError):
    """Another process owns this home's server; `data["pid"]` names it (None when unknown)."""


class BinariesMissingError(ClusterError):
    """There is no PostgreSQL where it should be, or it does not run here."""


class VersionMismatchError(ClusterError):
    """The data directory was made by another major version than the binaries."""


class ClusterStartError(ClusterError):
    """PostgreSQL refused to initialise, start or stop; the sentence ends with its own words."""
