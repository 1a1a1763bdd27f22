"""What a sandbox needs to know of, and do in, the user's warehouse through dbt's own connection."""

import os
import shutil
from typing import Any, Dict, List, Optional
from urllib.parse import urlparse

from . import dbt_host
from .protocol import Emit, Fault


def profile(params: Dict[str, Any], emit: Emit) -> Dict[str, Any]:
    """The target as it is written, Jinja and all, and the database files it opens.

    params: {project_dir, args}. Answers {entry, files}; `entry` is the output of profiles.yml before it is
    rendered, `files` are those of DuckDB (none for other adapters).
    """
    from dbt.config.profile import read_profile

    config = dbt_host.open_profile(params)
    folder = dbt_host.profiles_dir(params["project_dir"], params["args"])
    raw = read_profile(folder).get(config.profile_name) or {}
    entry = (raw.get("outputs") or {}).get(config.target_name) or {}
    return {"entry": entry, "files": database_files(config.credentials)}


def database_files(creds: Any) -> List[Dict[str, Any]]:
    """Each database that a DuckDB target opens: {alias, path, kind, read_only}; the first is the target's own.

    kind: `file`, `memory`, or `remote` for what is no file of DuckDB's own on this machine.
    """
    if creds.type != "duckdb":
        return []
    found = [described(creds.path, None, creds.database, False)]
    for one in creds.attach or []:
        derived = type(creds).path_derived_database_name(one.path)
        read_only = bool(one.read_only or (one.options or {}).get("read_only"))
        found.append(described(one.path, one.type or (one.options or {}).get("type"), one.alias or derived, read_only))
    return found


def described(path: str, kind: Optional[str], alias: str, read_only: bool) -> Dict[str, Any]:
    scheme = urlparse(path).scheme
    local = len(scheme) < 2 and (kind or "duckdb").lower() == "duckdb"  # one letter is a drive of Windows
    what = "memory" if path in (":memory:", "") else "file" if local else "remote"
    where = os.path.abspath(os.path.expanduser(path)) if what == "file" else path
    return {"alias": alias, "path": where, "kind": what, "read_only": read_only}


def copy_files(params: Dict[str, Any], emit: Emit) -> List[int]:
    """Copies DuckDB files, each while nobody can write to it. params: {files: [{from, to}]}. Answers bytes.

    The file is opened to read, which keeps writers out and changes nothing in it; what has not been
    written into it yet lies in its log, which goes with it.
    """
    import duckdb

    sizes = []
    for file in params["files"]:
        source, copy = file["from"], file["to"]
        os.makedirs(os.path.dirname(copy), mode=0o700, exist_ok=True)
        if not os.path.exists(source):
            sizes.append(0)  # the first build makes it
            continue
        try:
            held = duckdb.connect(source, read_only=True)
        except Exception as error:
            raise Fault(str(error), kind="database-locked")
        try:
            needed = os.path.getsize(source)
            free = shutil.disk_usage(os.path.dirname(copy)).free
            if needed > free:
                raise Fault("%s takes %d bytes, and %d are free" % (source, needed, free), kind="disk-full")
            for name in (source, source + ".wal"):
                if os.path.exists(name):
                    clone(name, copy + name[len(source) :])
            sizes.append(needed)
        finally:
            held.close()
    return sizes


def clone(source: str, copy: str) -> None:
    """A copy that shares its blocks where the file system can (btrfs, xfs): it costs nothing there."""
    with open(source, "rb") as old, open(copy, "wb") as new:
        try:
            import fcntl

            fcntl.ioctl(new.fileno(), 0x40049409, old.fileno())  # FICLONE
        except (ImportError, OSError):
            shutil.copyfileobj(old, new, 8 * 1024 * 1024)
    os.chmod(copy, 0o600)


def execute(params: Dict[str, Any], emit: Emit) -> List[Dict[str, Any]]:
    """Statements that write, each committed; the first that fails is the last that is tried.

    params: {project_dir, args, statements}. Answers {} or {error} for each that was tried.
    """
    done: List[Dict[str, Any]] = []
    try:
        for sql in params["statements"]:
            adapter = dbt_host.adapter(params)
            try:
                with adapter.connection_named("martsmith"):
                    adapter.execute(sql, auto_begin=True, fetch=False)
                    commit(adapter)
                done.append({})
            except Exception as error:
                done.append({"error": str(error)})
                break
    finally:
        dbt_host.release({}, emit)
    return done


def schemas(params: Dict[str, Any], emit: Emit) -> List[Dict[str, Any]]:
    """Makes or drops schemas the way dbt does. params: {action: create|drop, schemas: [{database, schema}]}.

    Answers {} or {error} for each.
    """
    done: List[Dict[str, Any]] = []
    try:
        adapter = with_macros(params)
        for one in params["schemas"]:
            try:
                with adapter.connection_named("martsmith"):
                    relation = adapter.Relation.create(
                        database=one["database"], schema=one["schema"]
                    ).without_identifier()
                    act = adapter.create_schema if params["action"] == "create" else adapter.drop_schema
                    act(relation)
                    commit(adapter)
                done.append({})
            except Exception as error:
                done.append({"error": str(error)})
    finally:
        dbt_host.release({}, emit)
    return done


def commit(adapter: Any) -> None:
    """Some of dbt's own calls have committed already, and a second time is an error."""
    connection = adapter.connections.get_if_exists()
    if connection is not None and connection.transaction_open:
        adapter.connections.commit_if_has_connection()


def with_macros(params: Dict[str, Any]) -> Any:
    """The adapter, able to run macros: an invocation leaves it so, else dbt's own macros are loaded."""
    adapter = dbt_host.adapter(params)
    if getattr(adapter, "_macro_resolver", None) is None:
        from dbt.context.providers import generate_runtime_macro_context
        from dbt.parser.manifest import ManifestLoader

        config = dbt_host.open_profile(params)
        adapter.set_macro_resolver(ManifestLoader.load_macros(config, adapter.connections.set_query_header))
        adapter.set_macro_context_generator(generate_runtime_macro_context)
    return adapter


HANDLERS = {
    "sandbox.profile": profile,
    "sandbox.copy_files": copy_files,
    "sandbox.execute": execute,
    "sandbox.schemas": schemas,
}
