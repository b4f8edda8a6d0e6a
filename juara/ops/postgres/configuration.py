"""The server's settings, given on its command line so that a start depends on no edited file."""

from collections.abc import Mapping
from pathlib import Path

# Sized for a small machine that also runs the web processes and the worker.
_SETTINGS = {
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_connections": "100",
    "synchronous_commit": "on",
    "fsync": "on",
    # Compiling a query costs more than it saves on queries of milliseconds.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "track_io_timing": "off",
    # The supervisor keeps the log and its bound.
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "cluster_name": "juara",
}


def server_arguments(
    data: Path, socket_dir: Path, port: int, extra_settings: Mapping[str, str]
) -> list[str]:
    """Return the arguments of `postgres`; how it is reached cannot be overridden."""
    fixed = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": str(port),
    }
    settings = {**_SETTINGS, **extra_settings, **fixed}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return ["-D", str(data), *options]
