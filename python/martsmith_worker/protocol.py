"""Newline-delimited JSON over stdin and stdout.

Request   {"id": 1, "method": "dbt.invoke", "params": {...}}
Answers   {"id": 1, "event": {...}} any number of times, then exactly one of
          {"id": 1, "result": ...} or {"id": 1, "error": {"type", "message", ...}}

End of stdin means that the parent is gone, however it went: the whole process group dies at once,
so that nothing goes on writing to the warehouse or holding its lock.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback
from typing import Any, Callable, Dict, TextIO, Tuple

Emit = Callable[[Dict[str, Any]], None]
Handler = Callable[[Dict[str, Any], Emit], Any]


def claim_stdio() -> Tuple[TextIO, TextIO]:
    """Keeps stdin and stdout for the protocol: user code that reads finds nothing, what it prints goes
    to stderr."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin, sys.stdout = open(os.devnull), sys.stderr
    return requests, answers


class Fault(Exception):
    """An error with fields that the other side understands."""

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.fields = fields


def serve(handlers: Dict[str, Handler]) -> None:
    incoming, channel = claim_stdio()
    write_lock = threading.Lock()
    requests: "queue.Queue[Dict[str, Any]]" = queue.Queue()

    def send(message: Dict[str, Any]) -> None:
        # ASCII only: a line separator of Unicode inside a value would end the line for the reader, and a
        # lone surrogate of a file's name could not be written at all.
        line = json.dumps(finite(message), default=str)
        with write_lock:
            channel.write(line + "\n")
            channel.flush()

    def read() -> None:
        for line in incoming:
            if line.strip():
                requests.put(json.loads(line))
        die()

    # A daemon thread of its own: while the main thread is deep inside a build, the end of stdin
    # must still be noticed. Work itself stays on the main thread, where Python delivers signals.
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while True:
        try:
            request = requests.get()
        except KeyboardInterrupt:
            continue  # an interrupt that arrived after the work it was meant for had ended
        answer(request, handlers, send)


def finite(value: Any) -> Any:
    """JSON has no NaN and no infinity; its reader holds integers up to 2^53 only, so larger ones go as text."""
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        return str(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(v) for v in value]
    return value


def answer(request: Dict[str, Any], handlers: Dict[str, Handler], send: Emit) -> None:
    ident = request["id"]

    def emit(event: Dict[str, Any]) -> None:
        send({"id": ident, "event": event})

    try:
        handler = handlers[request["method"]]
        send({"id": ident, "result": handler(request.get("params") or {}, emit)})
    except Fault as fault:
        send({"id": ident, "error": {"type": "Fault", "message": str(fault), **fault.fields}})
    except BaseException as error:  # user code may raise SystemExit or KeyboardInterrupt too
        send(
            {
                "id": ident,
                "error": {
                    "type": type(error).__name__,
                    "message": words_of(error),
                    "traceback": traceback.format_exc(),
                },
            }
        )


def words_of(error: BaseException) -> str:
    """A module that is missing is missing from one Python of several that a machine has."""
    return "%s (%s)" % (error, sys.executable) if isinstance(error, ModuleNotFoundError) else str(error)


def die() -> None:
    """Ends this process and every child it started, without asking them."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
