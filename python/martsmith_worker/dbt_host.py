"""dbt kept warm: one interpreter that has imported dbt once and remembers the parsed project.

Every invocation goes through `dbtRunner`, dbt's own programmatic entry; what it reports are dbt's
structured events, in the same shape that `dbt --log-format json` prints.
"""

import gc
import hashlib
import json
import os
import pickle
import sys
from dataclasses import fields
from typing import Any, Dict, List, Optional

from .dbt_schemas import keep_schemas
from .dbt_syntax import keep_syntax
from .protocol import Emit, Fault

# Distributions that are called dbt-something and are no adapters.
NOT_ADAPTERS = {
    "dbt-core", "dbt-common", "dbt-adapters", "dbt-extractor", "dbt-protos", "dbt-semantic-interfaces",
    "dbt-sl-sdk", "dbt-artifacts-parser", "dbt-coverage", "dbt-checkpoint", "dbt-osmosis", "dbt-bouncer",
    "dbt-score", "dbt-metricflow", "dbt-loom", "dbt-mcp",
}  # fmt: skip

# Folders that hold what tools make, not what people write: a change there needs no new parse.
GENERATED_ANYWHERE = {".git", "node_modules", "__pycache__"}
GENERATED = GENERATED_ANYWHERE | {"target", "logs", ".martsmith", ".tasks", ".venv", "venv"}
SOURCE_FILES = (".sql", ".yml", ".yaml", ".csv", ".py", ".md")

# Events that carry progress below the level of a warning.
PROGRESS = {"NodeStart", "NodeFinished", "FoundStats", "LogFreshnessResult"}


# Where what is kept between processes may be written: the first argument of the worker.
CACHE_DIR = sys.argv[1] if len(sys.argv) > 1 else None


class Parsed:
    """Parsed projects, pickled, by what they were parsed from: the user's, and both sides of a sandbox."""

    MOST = 3

    def __init__(self) -> None:
        self.manifests: Dict[str, bytes] = {}

    def get(self, key: str) -> Any:
        # A fresh copy each time: an invocation leaves its marks on the manifest (a node compiled
        # twice in one manifest loses the CTEs of its ephemeral parents).
        kept = self.manifests.pop(key, None)
        if not kept:
            return None
        self.manifests[key] = kept  # the one used last is the last to go
        from dbt.contracts.graph.manifest import Manifest

        return Manifest(**pickle.loads(kept))

    def put(self, key: str, manifest: Any) -> None:
        # Field by field: Manifest's own pickling puts some of its fields in the wrong place
        # (dbt-core 1.11.16 leaves one out of the argument list). Look-ups are built again when needed.
        named = {f.name: getattr(manifest, f.name) for f in fields(manifest) if not f.name.startswith("_")}
        self.manifests[key] = pickle.dumps(named)
        while len(self.manifests) > self.MOST:
            del self.manifests[next(iter(self.manifests))]


PARSED = Parsed()


def warm(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    """Imports dbt, which is most of what a dbt command costs."""
    gc.disable()
    try:
        import dbt.cli.main  # noqa: F401
        import dbt.version
    except ImportError as error:
        raise Fault(str(error), kind="dbt-missing", module=error.name)
    keep()
    # dbt's thousands of classes and a parsed project stay for good: looking through them again and again
    # for garbage costs a build a tenth of its time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    return {"dbt": dbt.version.installed.to_version_string(skip_matcher=True)}


def keep() -> None:
    """What dbt would make again, in this process or the next."""
    keep_syntax()
    keep_schemas(CACHE_DIR)


def project_key(project_dir: str, args: List[str]) -> str:
    """What a parse depends on: the project's files, the arguments that change it, the environment."""
    seen = hashlib.sha256(project_dir.encode(errors="surrogateescape"))
    for folder, folders, files in os.walk(project_dir):
        made = GENERATED if folder == project_dir else GENERATED_ANYWHERE
        folders[:] = sorted(f for f in folders if f not in made)
        for name in sorted(files):
            if name.endswith(SOURCE_FILES) and not name.startswith("."):
                stat = os.stat(os.path.join(folder, name))
                seen.update(("%s/%s %d %d\n" % (folder, name, stat.st_mtime_ns, stat.st_size)).encode())
    for profiles in profile_files(project_dir, args):
        stat = os.stat(profiles)
        seen.update(("%s %d %d\n" % (profiles, stat.st_mtime_ns, stat.st_size)).encode())
    relevant = {o: option(args, o) for o in ("--target", "--profile", "--vars", "--profiles-dir")}
    seen.update(json.dumps([relevant, sorted(os.environ.items())]).encode())
    return seen.hexdigest()


def profile_files(project_dir: str, args: List[str]) -> List[str]:
    folders = [option(args, "--profiles-dir"), os.environ.get("DBT_PROFILES_DIR"), project_dir]
    folders.append(os.path.join(os.path.expanduser("~"), ".dbt"))
    paths = [os.path.join(f, "profiles.yml") for f in folders if f]
    return [p for p in paths if os.path.isfile(p)]


def forget_told() -> None:
    """dbt tells each deprecation once in a process: the next command is to say what one of its own would say."""
    import dbt.deprecations as deprecations

    deprecations.active_deprecations.clear()
    # What was held back by a command that failed before it could be told; older dbt holds nothing back.
    getattr(deprecations, "buffered_deprecations", []).clear()


def option(args: List[str], name: str) -> Optional[str]:
    return args[args.index(name) + 1] if name in args[:-1] else None


def invoke(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    """Runs one dbt command. params: {args: [str], project_dir, reuse: bool}.

    Answers {success, reused, exception?: {type, message}, lines?: [str]}; `lines` is what `ls` found.
    """
    from dbt.cli.main import dbtRunner

    keep()
    forget_told()
    args, project_dir = list(params["args"]), params["project_dir"]
    os.chdir(project_dir)
    reuse = bool(params.get("reuse"))
    key = project_key(project_dir, args) if reuse else ""
    manifest = PARSED.get(key) if reuse else None
    runner = dbtRunner(manifest=manifest, callbacks=[lambda message: forward(message, emit)])
    ADAPTER_AT[:] = [place_of(project_dir, args)]
    kept = None if manifest is not None or not reuse else keep_manifest(key, project_key, project_dir, args)
    try:
        result = runner.invoke(args)
    finally:
        if kept:
            kept()
        release({}, emit)
    answer: Dict[str, Any] = {"success": bool(result.success), "reused": manifest is not None}
    if result.exception is not None:
        answer["exception"] = {"type": type(result.exception).__name__, "message": str(result.exception)}
    if isinstance(result.result, list):
        answer["lines"] = [str(line) for line in result.result]
    return answer


def keep_manifest(key: str, key_now: Any, project_dir: str, args: List[str]) -> Any:
    """Remembers the manifest of this invocation before dbt compiles into it. Answers how to undo."""
    from dbt.parser.manifest import ManifestLoader

    original = ManifestLoader.__dict__["get_full_manifest"]

    def get_full_manifest(cls: Any, *rest: Any, **named: Any) -> Any:
        manifest = original.__func__(cls, *rest, **named)
        # A file that was saved while dbt was reading belongs to neither state: do not keep it.
        if key_now(project_dir, args) == key:
            PARSED.put(key, manifest)
        return manifest

    ManifestLoader.get_full_manifest = classmethod(get_full_manifest)

    def undo() -> None:
        ManifestLoader.get_full_manifest = original

    return undo


def forward(message: Any, emit: Emit) -> None:
    if message.info.name in PROGRESS or message.info.level in ("warn", "error"):
        from dbt_common.events.functions import msg_to_dict

        emit(msg_to_dict(message))


def open_profile(params: Dict[str, Any]) -> Any:
    """The runtime configuration of {project_dir, args} as dbt itself reads it: project and profile."""
    from argparse import Namespace

    import yaml
    from dbt.config.runtime import RuntimeConfig
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    keep()
    set_invocation_context(dict(os.environ))  # env_var() reads it
    args, project_dir = params["args"], params["project_dir"]
    os.chdir(project_dir)
    wanted = Namespace(
        project_dir=project_dir,
        profiles_dir=profiles_dir(project_dir, args),
        profile=option(args, "--profile"),
        target=option(args, "--target"),
        vars=yaml.safe_load(option(args, "--vars") or "{}") or {},
        threads=None,
        which="show",
    )
    set_from_args(wanted, {})
    return RuntimeConfig.from_args(wanted)


def target(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    """The profile's target, without its secrets. params: {project_dir, args}.

    Answers {profile, target, type, schema, database, threads, shown: {}}; `shown` are the fields that
    `dbt debug` prints.
    """
    config = open_profile(params)
    creds = config.credentials
    return {
        "profile": config.profile_name,
        "target": config.target_name,
        "type": creds.type,
        "schema": creds.schema,
        "database": creds.database,
        "threads": config.threads,
        "shown": {str(k): str(v) for k, v in creds.connection_info()},
    }


def profiles_dir(project_dir: str, args: List[str]) -> str:
    chosen = option(args, "--profiles-dir") or os.environ.get("DBT_PROFILES_DIR")
    if chosen:
        return chosen
    here = os.path.join(project_dir, "profiles.yml")
    return project_dir if os.path.isfile(here) else os.path.join(os.path.expanduser("~"), ".dbt")


def adapter(params: Dict[str, Any]) -> Any:
    """The adapter of {project_dir, args}: that of the last invocation, if it was there, else one of our own."""
    from dbt.adapters.factory import FACTORY, register_adapter, reset_adapters
    from dbt.mp_context import get_mp_context

    place = place_of(params["project_dir"], params["args"])
    if not FACTORY.adapters or ADAPTER_AT != [place]:
        reset_adapters()
        register_adapter(open_profile(params), get_mp_context())
        ADAPTER_AT[:] = [place]
    return next(iter(FACTORY.adapters.values()))


# Where the adapter that dbt holds now was made: one process serves the user's project and its sandboxes.
ADAPTER_AT: List[Any] = []


def place_of(project_dir: str, args: List[str]) -> Any:
    return (project_dir, [option(args, o) for o in ("--target", "--profile", "--vars", "--profiles-dir")])


def placed(handler: Any) -> Any:
    """A request may have an environment of its own, on top of that of the process; None takes a variable away."""

    def handle(params: Dict[str, Any], emit: Emit) -> Any:
        before = {name: os.environ.get(name) for name in params.get("env") or {}}
        try:
            set_environment(params.get("env") or {})
            return handler(params, emit)
        finally:
            set_environment(before)

    return handle


def set_environment(env: Dict[str, Optional[str]]) -> None:
    for name, value in env.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def query(params: Dict[str, Any], emit: Emit) -> List[Dict[str, Any]]:
    """Answers read-only statements, each on its own, so that one that fails spoils no other.

    params: {project_dir, args, statements: [sql], limit}. Answers, in order, {columns, rows} or {error}.
    """
    answers: List[Dict[str, Any]] = []
    try:
        for sql in params["statements"]:
            try:
                with adapter(params).connection_named("martsmith"):
                    _, table = adapter(params).execute(sql, fetch=True, limit=params.get("limit", 1000))
                answers.append({"columns": list(table.column_names), "rows": [list(row) for row in table.rows]})
            except Exception as error:
                answers.append({"error": str(error)})
    finally:
        release({}, emit)
    return answers


def columns(params: Dict[str, Any], emit: Emit) -> List[Any]:
    """Name and type of each column of relations: the warehouse's own types where it is known how to ask,
    else those of its Python driver.

    params: {project_dir, args, relations: [sql]}. Answers, in order, a list of {name, type}, or {error}.
    """
    answers: List[Any] = []
    try:
        for relation in params["relations"]:
            try:
                with adapter(params).connection_named("martsmith"):
                    answers.append(column_types(adapter(params), relation))
            except Exception as error:
                answers.append({"error": str(error)})
    finally:
        release({}, emit)
    return answers


OWN_TYPES = {
    "duckdb": "select column_name, column_type from (describe select * from %(sql)s)",
    "postgres": "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
    " where attrelid = '%(text)s'::regclass and attnum > 0 and not attisdropped order by attnum",
}


def column_types(of: Any, relation: str) -> List[Dict[str, str]]:
    own = OWN_TYPES.get(of.type())
    if not own:
        found = of.get_column_schema_from_query("select * from %s where 1 = 0" % relation)
        return [{"name": column.name, "type": column.data_type} for column in found]
    _, table = of.execute(own % {"sql": relation, "text": relation.replace("'", "''")}, fetch=True)
    return [{"name": str(name), "type": str(kind)} for name, kind in table.rows]


def release(params: Dict[str, Any], emit: Emit) -> None:
    """Lets go of the DuckDB file. dbt-duckdb keeps its connection open for the life of the process: its
    `close_all_connections` only forgets it, and a thread that still refers to it keeps the lock. So the
    threads' connections are given back first, and the file is then closed by name. Other adapters need
    no more than dbt's own clean-up."""
    from dbt.adapters.factory import FACTORY

    for open_adapter in FACTORY.adapters.values():
        open_adapter.cleanup_connections()
    module = sys.modules.get("dbt.adapters.duckdb.connections")
    if module:
        manager = module.DuckDBConnectionManager
        environment = getattr(manager, "_ENV", None)
        manager.close_all_connections()
        if environment is not None and hasattr(environment, "close"):
            environment.close()


HANDLERS = {
    "dbt.warm": warm,
    "dbt.invoke": invoke,
    "dbt.target": target,
    "dbt.query": query,
    "dbt.columns": columns,
}
