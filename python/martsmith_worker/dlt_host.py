"""Runs a user's dlt script as it stands, and watches what its pipelines do.

The script is run as `python script.py` would run it. `dlt.Pipeline` is observed, not replaced: before
data is extracted, packages of an interrupted load are drained; around each load the rows are counted
in the destination, because dlt's own numbers for a merge are rows sent, not rows new.
"""

import os
import runpy
import sys
import time
from typing import Any, Dict, List, Optional

from .dlt_errors import explain, newer_dlt
from .dlt_guard import Guard
from .protocol import Emit, Fault


def warm(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    try:
        import dlt
    except ImportError as error:
        raise Fault(str(error), kind="dlt-missing", module=error.name)
    leave_no_identity()
    return {"dlt": dlt.__version__}


def leave_no_identity() -> None:
    """dlt writes an anonymous id into a folder of the machine (as root: /var/dlt), also where its
    telemetry is off. Nothing of a run may lie outside the project."""
    try:
        from dlt.common.runtime import anon_tracker

        anon_tracker.get_anonymous_id = lambda: "martsmith"
    except ImportError:
        pass  # another version of dlt keeps it elsewhere, or not at all


class Watched:
    """What one pipeline did during the script."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline
        self.before: Optional[Dict[str, int]] = None
        self.drained = 0
        self.draining = False
        self.seen = False
        self.sent: Dict[str, int] = {}
        self.schema_changes: List[Dict[str, Any]] = []
        self.failed_jobs: List[Dict[str, Any]] = []
        self.loads = 0
        self.packages = 0
        # Runs of the script that an interrupted attempt has loaded already; None until it is looked for.
        self.to_keep: Optional[int] = None
        self.kept = 0
        self.given_up = 0


class Watch:
    """Observes every dlt pipeline of this process. `resumed` tells, per pipeline, how many loads its
    destination had before the attempt that was interrupted."""

    def __init__(self, emit: Emit, resumed: Dict[str, int], give_up: bool) -> None:
        self.emit = emit
        self.resumed = resumed
        self.give_up = give_up
        self.pipelines: Dict[Any, Watched] = {}

    def of(self, pipeline: Any) -> Watched:
        # `dlt.pipeline("x")` makes a new object each time; scripts call it in a loop.
        destination = getattr(pipeline.destination, "destination_name", None)
        key = (pipeline.pipeline_name, pipeline.dataset_name, destination)
        watched = self.pipelines.setdefault(key, Watched(pipeline))
        if watched.pipeline is not pipeline or not watched.seen:
            watched.pipeline, watched.seen = pipeline, True
            pipeline.collector = progress_collector(pipeline.pipeline_name, self.emit)
        return watched

    def install(self) -> None:
        from dlt.pipeline.pipeline import Pipeline

        run, extract, normalize, load = Pipeline.run, Pipeline.extract, Pipeline.normalize, Pipeline.load
        watch = self

        def watched_run(self: Any, data: Any = None, **named: Any) -> Any:
            watched = watch.of(self)
            if data is not None and self.has_pending_data and watch.give_up:
                watched.given_up += give_up_packages(self)
            if data is not None and self.has_pending_data:
                # With pending packages run() loads those and does not read `data` at all.
                where = {k: v for k, v in named.items() if k in ("destination", "dataset_name", "credentials")}
                watch.emit({"kind": "draining", "pipeline": self.pipeline_name})
                before, watched.draining = watched.packages, True
                run(self, **where)  # dlt throws packages away where the dataset itself is gone
                watched.drained += watched.packages - before
                watched.draining = False
            if data is not None and watch.keeps(watched):
                return load(self)
            return run(self, data, **named)

        def watched_extract(self: Any, *rest: Any, **named: Any) -> Any:
            watched = watch.of(self)
            if watched.before is None:
                watch.note_before(watched)
            return extract(self, *rest, **named)

        def watched_normalize(self: Any, *rest: Any, **named: Any) -> Any:
            info = normalize(self, *rest, **named)
            add_counts(watch.of(self).sent, getattr(info, "row_counts", None) or {})
            return info

        def watched_load(self: Any, *rest: Any, **named: Any) -> Any:
            watched = watch.of(self)
            watch.note_before(watched)
            info = load(self, *rest, **named)
            watched.loads += 1
            watched.packages += len(info.loads_ids)
            note_packages(watched, info)
            return info

        Pipeline.run, Pipeline.extract = watched_run, watched_extract
        Pipeline.normalize, Pipeline.load = watched_normalize, watched_load

    def note_before(self, watched: Watched) -> None:
        """Told at once: whoever resumes an interrupted run goes by it. Tables become known step by step."""
        counted = count_rows(watched.pipeline)
        if counted is not None:
            watched.before = {**counted, **(watched.before or {})}
        self.emit({"kind": "before", "pipeline": watched.pipeline.pipeline_name, "counts": watched.before})

    def keeps(self, watched: Watched) -> bool:
        """Whether this run of the script was loaded by the attempt that was interrupted. To repeat a merge
        changes nothing; to repeat an append would add its rows again. The script runs the same way each
        time, so its first n runs are the n packages that have arrived since."""
        pipeline = watched.pipeline
        if watched.to_keep is None:
            before = self.resumed.get(pipeline.pipeline_name)
            now = (count_rows(pipeline) or {}).get(LOADS) if before is not None else None
            again = any(appends(pipeline, name) for _, name in data_tables(pipeline))
            watched.to_keep = now - before if now is not None and before is not None and again else 0
        if watched.to_keep <= 0:
            return False
        watched.to_keep -= 1
        watched.kept += 1
        return True

    def report(self) -> List[Dict[str, Any]]:
        return [describe(w) for w in self.pipelines.values()]


def give_up_packages(pipeline: Any) -> int:
    """Gives up packages of which nothing has been loaded yet, and goes back to the state before them: their rows
    are read again. How many; 0 where some have begun to load, or this dlt cannot restore the state."""
    if not newer_dlt():
        return 0
    plan = pipeline.abort_packages(dry_run=True)
    if not plan or plan["package_to_abort"]:
        return 0
    count = len(pipeline.list_extracted_load_packages()) + len(pipeline.list_normalized_load_packages())
    pipeline.abort_packages()
    return count


def add_counts(into: Dict[str, int], counts: Dict[str, int]) -> None:
    for table, rows in counts.items():
        if not table.startswith("_dlt"):
            into[table] = into.get(table, 0) + rows


def data_tables(pipeline: Any) -> List[Any]:
    tables = []
    for name in pipeline.schema_names:
        schema = pipeline.schemas[name]
        tables += [(schema, t["name"]) for t in schema.data_tables()]
    return tables


# dlt's table of the packages that have arrived: counted beside the data tables.
LOADS = "_dlt_loads"


def count_rows(pipeline: Any) -> Optional[Dict[str, int]]:
    """Rows per data table in the destination, and packages of this pipeline's schemas under LOADS; None
    where the destination cannot be queried."""
    from dlt.destinations.exceptions import DatabaseUndefinedRelation

    counts: Dict[str, int] = {}
    try:
        with pipeline.sql_client() as client:
            exists = client.has_dataset()
            if not exists:
                counts[LOADS] = 0
            elif pipeline.schema_names:  # else dlt does not know yet which loads are this pipeline's
                counts[LOADS] = count_loads(pipeline, client)
            for _, name in data_tables(pipeline):
                counts[name] = 0
                if exists:
                    try:
                        rows = client.execute_sql("SELECT count(*) FROM " + client.make_qualified_table_name(name))
                        counts[name] = int(rows[0][0])
                    except DatabaseUndefinedRelation:
                        pass
    except Exception as error:  # a count is evidence, never a reason to stop a load
        print("martsmith: rows could not be counted: %s" % error, file=sys.stderr)
        return None
    return counts


def count_loads(pipeline: Any, client: Any) -> int:
    from dlt.destinations.exceptions import DatabaseUndefinedRelation

    marks = ", ".join(["%s"] * len(pipeline.schema_names))
    table = client.make_qualified_table_name(LOADS)
    try:
        rows = client.execute_sql(
            "SELECT count(*) FROM %s WHERE status = 0 AND schema_name IN (%s)" % (table, marks),
            *pipeline.schema_names,
        )
        return int(rows[0][0])
    except DatabaseUndefinedRelation:
        return 0


def note_packages(watched: Watched, info: Any) -> None:
    for package in getattr(info, "load_packages", None) or []:
        for table, update in (package.schema_update or {}).items():
            if table.startswith("_dlt"):
                continue
            columns = [
                {"name": c["name"], "type": c.get("data_type")} for c in (update.get("columns") or {}).values()
            ]
            new = watched.before is not None and not watched.before.get(table) and "_dlt_id" in (update.get("columns") or {})
            watched.schema_changes.append({"table": table, "columns": columns, "newTable": new})
        for job in package.jobs.get("failed_jobs", []):
            watched.failed_jobs.append(
                {"table": job.job_file_info.table_name, "message": last_line(job.failed_message)}
            )


def appends(pipeline: Any, table: str) -> bool:
    """Whether a second load of the same rows adds them again: dlt's write disposition `append`."""
    for name in pipeline.schema_names:
        found = pipeline.schemas[name].tables.get(table)
        if found and "parent" not in found:
            return found.get("write_disposition", "append") == "append"
    return False


def last_line(text: Any) -> str:
    """dlt keeps a whole traceback; its last line is the database's message."""
    lines = [line.strip() for line in str(text or "").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def describe(watched: Watched) -> Dict[str, Any]:
    pipeline = watched.pipeline
    after = count_rows(pipeline)
    before = watched.before
    tables = []
    for name in sorted((set(after or {}) | set(watched.sent)) - {LOADS}):
        tables.append(
            {
                "name": name,
                "before": before.get(name, 0) if before is not None else None,
                "after": after.get(name) if after is not None else None,
                "sent": watched.sent.get(name, 0),
                "appends": appends(pipeline, name),
            }
        )
    destination = getattr(pipeline, "destination", None)
    return {
        "name": pipeline.pipeline_name,
        "destination": getattr(destination, "destination_name", None),
        "dataset": pipeline.dataset_name,
        "drained": watched.drained,
        "givenUp": watched.given_up,
        "loads": watched.loads,
        "kept": watched.kept,
        "tables": tables,
        "schemaChanges": watched.schema_changes,
        "failedJobs": watched.failed_jobs,
    }


# What dlt counts besides resources and tables.
OWN_COUNTERS = {"Resources", "Files", "Jobs", "Items"}


def progress_collector(pipeline: str, emit: Emit) -> Any:
    from dlt.common.runtime.collector import Collector

    class Progress(Collector):
        """Counts per resource or table; says so at most five times a second for each."""

        def __init__(self) -> None:
            self.counts: Dict[str, int] = {}
            self.said: Dict[str, float] = {}

        def update(self, name, inc=1, total=None, inc_total=None, message=None, label=None):  # type: ignore
            if name in OWN_COUNTERS or name.startswith("_dlt"):
                return
            self.counts[name] = self.counts.get(name, 0) + inc
            if time.monotonic() - self.said.get(name, 0) >= 0.2:
                self.say(name, total)

        def say(self, name: str, total: Optional[int] = None, done: bool = False) -> None:
            self.said[name] = time.monotonic()
            emit(
                {"kind": "progress", "pipeline": pipeline, "stage": self.step, "name": name,
                 "count": self.counts[name], "total": total, "done": done}
            )  # fmt: skip

        def _start(self, step: str) -> None:
            self.step = step
            self.counts, self.said = {}, {}
            emit({"kind": "stage", "pipeline": pipeline, "stage": step})

        def _stop(self) -> None:
            for name in self.counts:
                self.say(name, done=True)

    return Progress()


def run(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    """Runs one script. params: {script, cwd, args, resumed, giveUp, within}; the environment is the process's own.

    giveUp: packages that an earlier load left, and that nothing was loaded of, are given up and read again.

    within: the only folders that it may write to, and then nothing but files; None: it may do anything.

    Answers {pipelines: [...], error: None | {...}, refused: None | str}: an error of the script is a result,
    because the pipelines that did load before it are part of the answer.
    """
    script, cwd = params["script"], params["cwd"]
    os.chdir(cwd)
    warm({}, emit)
    watch = Watch(emit, params.get("resumed") or {}, bool(params.get("giveUp")))
    watch.install()
    sys.argv = [script] + list(params.get("args") or [])
    sys.path[0] = os.path.dirname(script)  # as `python script.py` has it, without our own folder
    guard = Guard(params["within"]) if params.get("within") else None
    if guard:
        guard.install()
    error: Optional[Dict[str, Any]] = None
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        if stop.code not in (None, 0):
            error = {**explain(stop, script), "message": "the script ended with exit code %s" % stop.code}
    except KeyboardInterrupt:
        raise
    except BaseException as raised:
        error = explain(raised, script)
    if error and any(w.draining for w in watch.pipelines.values()):
        error["draining"] = True
    return {"pipelines": watch.report(), "error": error, "refused": guard.refused if guard else None}


HANDLERS = {"dlt.warm": warm, "dlt.run": run}
