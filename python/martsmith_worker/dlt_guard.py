"""Keeps a rehearsal of a load script in its own folders.

Python tells of each file that is opened for writing, each connection and each process before it happens (PEP 578).
What C libraries do is not told: DuckDB opens a copy of a file that lies elsewhere, and drivers that talk to servers from
C are not let in at all. This holds back what a script does in good faith; it is no prison for one that means harm.
"""

import os
import re
import shutil
import sys
import tempfile
from typing import Any, Dict, List, Optional


class LeavesTheSandbox(PermissionError):
    """What a rehearsal may not do."""


# Paths that are written, by their place among the arguments of an event.
WRITES = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
    "sqlite3.connect": (0,),
}
STARTS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn", "subprocess.Popen"}
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"}
# They open connections from C.
DRIVERS = {
    "_mysql_connector", "MySQLdb", "confluent_kafka", "cx_Oracle", "grpc", "ibm_db", "oracledb", "psycopg", "psycopg2",
    "pymssql", "pyodbc",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Guard:
    """`refused` is the first thing that was held back, in words: a rehearsal without it proves nothing."""

    def __init__(self, within: List[str]) -> None:
        self.within = [os.path.realpath(folder) for folder in within]
        self.refused: Optional[str] = None
        self.copies: Dict[str, str] = {}

    def install(self) -> None:
        sys.dont_write_bytecode = True
        self.ask_duckdb()
        sys.addaudithook(self.hook)

    def refuse(self, words: str) -> None:
        self.refused = self.refused or words
        raise LeavesTheSandbox("in a rehearsal the script may not %s" % words)

    def hook(self, event: str, args: Any) -> None:
        if event == "open":
            path, mode, flags = args
            writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool((flags or 0) & WRITING)
            if writes:
                self.check(path)
        elif event in WRITES:
            for place in WRITES[event]:
                self.check(args[place])
        elif event == "import":
            if args[0].split(".")[0] in DRIVERS:
                self.refuse("use %s, which reaches a server" % args[0].split(".")[0])
        elif event in STARTS:
            self.refuse("start another program")
        elif event in CALLS:
            where = args[0] if isinstance(args[0], (str, bytes)) else args[-1]
            host = where[0] if isinstance(where, tuple) else where
            self.refuse("reach the network (%s)" % (os.fsdecode(host) if isinstance(host, (str, bytes)) else host))

    def check(self, path: Any) -> None:
        if isinstance(path, int) or path is None:
            return
        name = os.fsdecode(path)
        if not self.is_within(name):
            self.refuse("write %s, which lies outside of the project" % name)

    def is_within(self, name: str) -> bool:
        if name in ("", ":memory:") or name.startswith(("/dev/", "/proc/")):
            return True
        real = os.path.realpath(name)
        return any(real == folder or real.startswith(folder + os.sep) for folder in self.within)

    def ask_duckdb(self) -> None:
        try:
            import duckdb
        except ImportError:
            return
        connect, guard = duckdb.connect, self

        def asked(database: Any = ":memory:", read_only: bool = False, *rest: Any, **named: Any) -> Any:
            name = os.fsdecode(database or "")
            # A name of several letters before a colon is no drive: it is a service.
            if re.match(r"[A-Za-z]\w+:", name):
                guard.refuse("reach %s" % name.split(":")[0])
            if read_only or guard.is_within(name):
                return connect(database, read_only, *rest, **named)
            return connect(guard.copy_of(name, connect), read_only, *rest, **named)

        duckdb.connect = asked

    def copy_of(self, name: str, connect: Any) -> str:
        """A file of DuckDB that lies elsewhere is opened as a copy, made once, while nobody can write to it."""
        real = os.path.realpath(name)
        if real not in self.copies:
            copy = os.path.join(tempfile.mkdtemp(dir=self.within[0]), os.path.basename(real))
            if os.path.exists(real):
                held = connect(real, True)
                try:
                    if os.path.getsize(real) > shutil.disk_usage(self.within[0]).free / 2:
                        self.refuse("copy %s, for which there is no room" % name)
                    for ending in ("", ".wal"):
                        if os.path.exists(real + ending):
                            shutil.copyfile(real + ending, copy + ending)
                finally:
                    held.close()
            self.copies[real] = copy
        return self.copies[real]
