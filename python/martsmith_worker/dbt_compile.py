"""Compiles nodes of the parsed project, each as it stands or with other code in its place.

dbt's own compiler renders them, with the warehouse at hand as in `dbt compile`; what it would put in front
for ephemeral parents is left out, and named instead.
"""

from typing import Any, Dict, List

from .dbt_host import PARSED, adapter, invoke, open_profile, project_key, release
from .protocol import Emit, Fault


def compile_nodes(params: Dict[str, Any], emit: Emit) -> List[Dict[str, Any]]:
    """params: {project_dir, args, parse: [str], nodes: [{id, raw_code?, mode?: "full" | "incremental"}]}.

    `mode` is what is_incremental() answers, whether or not the relation is there; without it dbt decides.
    Answers, in order, {compiled, ephemeral: {cte: id}} or {error}.
    """
    from dbt.compilation import Compiler

    manifest = parsed(params, emit)
    compiler = Compiler(open_profile(params))
    try:
        of = with_macros(adapter(params), manifest)
        return [compiled(compiler, of, manifest, wanted) for wanted in params["nodes"]]
    finally:
        release({}, emit)


def with_macros(of: Any, manifest: Any) -> Any:
    from dbt.context.providers import generate_runtime_macro_context

    of.config.load_dependencies()  # macros are looked for in packages; an adapter of our own has not read them
    of.set_macro_context_generator(generate_runtime_macro_context)
    of.set_macro_resolver(manifest)
    return of


def compiled(compiler: Any, of: Any, manifest: Any, wanted: Dict[str, Any]) -> Dict[str, Any]:
    from dbt.flags import get_flags

    node, mode = manifest.nodes.get(wanted["id"]), wanted.get("mode")
    if node is None or node.language != "sql":
        return {"error": "%s is no node with SQL" % wanted["id"]}
    # As `dbt run --full-refresh` would say it: macros ask the flag too.
    object.__setattr__(get_flags(), "FULL_REFRESH", mode == "full")
    extra = {"is_incremental": lambda: mode == "incremental"} if mode else {}
    original, node.extra_ctes = node.raw_code, []
    try:
        node.raw_code = wanted.get("raw_code", original)
        # A connection each: a statement that fails would spoil the transaction for those behind it.
        with of.connection_named(node.unique_id):
            code = compiler._compile_code(node, manifest, extra).compiled_code
        ephemeral = {cte_name(compiler, manifest.nodes[cte.id]): cte.id for cte in node.extra_ctes}
        return {"compiled": code, "ephemeral": ephemeral}
    except Exception as error:
        return {"error": str(error)}
    finally:
        node.raw_code = original


def cte_name(compiler: Any, parent: Any) -> str:
    return compiler.add_ephemeral_prefix(parent.identifier)


def parsed(params: Dict[str, Any], emit: Emit) -> Any:
    """A copy of the manifest of the project as it stands, parsed now where the one at hand is older."""
    project_dir, args = params["project_dir"], params["args"]
    manifest = PARSED.get(project_key(project_dir, args))
    if manifest is not None:
        return manifest
    answer = invoke({"args": params["parse"], "project_dir": project_dir, "reuse": True}, emit)
    if not answer["success"]:
        raise Fault(**answer.get("exception", {"type": "Fault", "message": "dbt cannot parse the project"}))
    manifest = PARSED.get(project_key(project_dir, args))
    if manifest is None:
        raise Fault("files of the project changed while dbt was reading them; run the command again")
    return manifest


HANDLERS = {"dbt.compile": compile_nodes}
