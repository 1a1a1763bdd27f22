"""Runs dbt and asks DuckDB for an examination: one JSON request per line in, one JSON answer per line out.

One process for many requests, so that dbt is imported once: each says its folder and its environment. The warehouse's
file is free between requests.
"""
import json
import os
import sys

protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def rows(file, statements):
    import duckdb

    with duckdb.connect(file) as db:
        db.execute("set enable_progress_bar = false")
        answers = []
        for statement in statements:
            cursor = db.execute(statement)
            columns = [[d[0], str(d[1])] for d in cursor.description or []]
            answers.append({"columns": columns, "rows": cursor.fetchall() if columns else []})
        return answers


def dbt(args):
    from dbt.cli.main import dbtRunner
    from dbt.deprecations import reset_deprecations

    reset_deprecations()  # told once in a process, and counted over all of its commands
    done = dbtRunner().invoke([*args, "--quiet", "--no-use-colors"])
    try:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()
    except ImportError:
        pass
    results = getattr(done.result, "results", None) or []
    return {
        "success": bool(done.success),
        "error": None if done.exception is None else str(done.exception),
        "failed": [
            f"{r.node.unique_id}: {(r.message or '').strip()}"
            for r in results
            if str(r.status) in ("error", "fail", "runtime error")
        ],
        "passed": sum(1 for r in results if str(r.status) in ("pass", "success")),
    }


def plain(value):
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return str(value)


for line in sys.stdin:
    request = json.loads(line)
    os.chdir(request["dir"])
    os.environ.update(request["env"])
    try:
        answer = {"ok": rows(**request["rows"]) if "rows" in request else dbt(request["dbt"])}
    except Exception as error:  # said to the examiner, which fails the scenario with it
        answer = {"error": f"{type(error).__name__}: {error}"}
    protocol.write(json.dumps(answer, default=plain) + "\n")
