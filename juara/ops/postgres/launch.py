"""Become the server: drop to its account, ask to be told of the parent's death, then exec.

Run as a script of its own (`python -I -S launch.py …`), never imported by the product. Doing
this here rather than in a `preexec_fn` keeps Python code out of a child forked from a process
with threads, where it may deadlock; exec keeps the process id, so PostgreSQL still ends up as
the supervisor's direct child.

Arguments: the parent's process id, the signal to receive when it dies, user id and group id to
become (`-` to stay), the program, its arguments.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 126


def drop_to(uid: int, gid: int) -> None:
    """Give up root for good; the order matters, for a dropped user may not change its groups."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, signal_number: int) -> None:
    """Receive the signal when the thread that started us ends.

    Linux only; elsewhere the next owner takes the orphan over. Called after the change of user,
    which clears the request.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    # A parent that died before the request was made sends nothing.
    if os.getppid() != parent:
        sys.exit(CANNOT_RUN)


def main(arguments: list[str]) -> None:
    parent, signal_number, uid, gid, program, *rest = arguments
    # Python ignores these, and an ignored signal survives exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        if uid != "-":
            drop_to(int(uid), int(gid))
        os.umask(0o077)
        os.chdir("/")
        die_with(int(parent), int(signal_number))
        # The program was chosen by the supervisor that starts us.
        os.execv(program, [program, *rest])  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"cannot run {program}: {error}\n")
        sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main(sys.argv[1:])
