"""The name that an error says is not there, and the names that are: what a slip of the hand can have meant."""

import builtins
import inspect
import os
import re
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any, Dict, List, Optional, Set

MOST_NAMES = 400


def meant(chain: List[BaseException], home: str) -> Optional[Dict[str, Any]]:
    """{wrong, there, loaded} of the first cause that tells it, from the innermost; None where none does.

    loaded: of what is there, the columns that the pipeline has loaded before.

    chain: from the outermost exception to the first cause. home: the folder of the user's own files.
    """
    for error in reversed(chain):
        found = of_error(error, chain, home)
        if found and found["wrong"] and found["there"]:
            there = sorted(set(found["there"]))[:MOST_NAMES]
            before = loaded_before(chain)
            return {"wrong": found["wrong"], "there": there, "loaded": [n for n in there if n in before]}
    return None


def of_error(error: BaseException, chain: List[BaseException], home: str) -> Optional[Dict[str, Any]]:
    frame = own_frame(chain, home)
    said = str(error)
    resources = getattr(error, "available_resources", None)
    if resources:  # dlt
        return known(next(iter(getattr(error, "not_found_resources", [])), None), resources)
    unbound = getattr(error, "columns", None)
    if type(error).__name__.startswith("UnboundColumn") and unbound:  # dlt: keys that are in no row
        return known(unbound[0].get("name"), columns_of(error, chain))
    listed = re.search(r"[`' =](\w+)[`']? (?:is not one of|must be one of)[^\[({]*[\[({]([^\])}]*)[\])}]", said)
    if listed:
        return known(listed.group(1), re.findall(r"['\"`](\w+)['\"`]", listed.group(2)))
    if hasattr(error, "json_path"):  # dlt: the cursor of an incremental load
        return known(str(error.json_path), keys_of(getattr(error, "item", None)))
    if isinstance(error, NameError):
        return known(first(r"name '([^']+)'", said), names_in(frame))
    if isinstance(error, AttributeError):
        name = getattr(error, "name", None) or first(r"has no attribute '([^']+)'", said)
        return known(name, visible(getattr(error, "obj", None)))
    if isinstance(error, ModuleNotFoundError):
        files = os.listdir(home) if os.path.isdir(home) else []
        return known(error.name, [f[:-3] for f in files if f.endswith(".py")] + list(sys.modules))
    if isinstance(error, ImportError):
        return known(first(r"cannot import name '([^']+)'", said), visible(sys.modules.get(error.name or "")))
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return known(error.args[0], keys_in(frame))
    if isinstance(error, TypeError):
        function = first(r"([\w.]+)\(\) got an unexpected keyword argument", said)
        return known(first(r"unexpected keyword argument '([^']+)'", said), arguments_of(function, frame))
    return None


def known(wrong: Optional[str], there: Any) -> Optional[Dict[str, Any]]:
    return {"wrong": wrong, "there": [n for n in there if isinstance(n, str)]} if wrong else None


def first(pattern: str, text: str) -> Optional[str]:
    found = re.search(pattern, text)
    return found.group(1) if found else None


def own_frame(chain: List[BaseException], home: str) -> Optional[FrameType]:
    """The innermost frame in the user's own files."""
    for error in reversed(chain):
        found, step = None, error.__traceback__
        while step is not None:
            path = os.path.abspath(step.tb_frame.f_code.co_filename)
            if path.startswith(home + os.sep) and "site-packages" not in path:
                found = step.tb_frame
            step = step.tb_next
        if found is not None:
            return found
    return None


def names_in(frame: Optional[FrameType]) -> List[str]:
    if frame is None:
        return []
    return [*frame.f_locals, *frame.f_globals, *dir(builtins)]


def visible(thing: Any) -> List[str]:
    return [] if thing is None else [n for n in dir(thing) if not n.startswith("_")]


def keys_of(item: Any) -> List[str]:
    if isinstance(item, Mapping):
        return [k for k in item if isinstance(k, str)]
    names = getattr(item, "column_names", None) or getattr(item, "columns", None)  # Arrow, pandas
    return [str(n) for n in names] if names is not None else []


def columns_of(error: Any, chain: List[BaseException]) -> List[str]:
    """Of the table that dlt speaks of: those that rows have brought. Of a new one only dlt at work knows them."""
    lacking = [c.get("name") for c in error.columns]
    for schema in schemas_in(chain):
        columns = getattr(schema, "tables", {}).get(error.table_name, {}).get("columns", {})
        found = [name for name in columns if name not in lacking and not name.startswith("_dlt")]
        if found:
            return found
    return []


def schemas_in(chain: List[BaseException]) -> List[Any]:
    """Schemas of dlt that the failing lines have at hand, from the innermost."""
    found: List[Any] = []
    for error in reversed(chain):
        step, here = error.__traceback__, []
        while step is not None:
            here.append(step.tb_frame.f_locals.get("schema"))
            step = step.tb_next
        found += reversed(here)
    return [schema for schema in found if schema is not None]


def loaded_before(chain: List[BaseException]) -> Set[str]:
    pipeline = next((e.pipeline for e in chain if hasattr(e, "pipeline")), None)
    schemas = getattr(pipeline, "schemas", None) or {}
    names = list(getattr(pipeline, "schema_names", []))
    return {c for name in names for table in schemas[name].tables.values() for c in table.get("columns", {})}


def keys_in(frame: Optional[FrameType]) -> List[str]:
    """Keys of the mappings and tables that the failing lines can see; of what is global only where nothing is local."""
    if frame is None:
        return []
    local = [k for value in frame.f_locals.values() for k in keys_of(value)]
    return local or [k for value in frame.f_globals.values() for k in keys_of(value)]


def arguments_of(function: Optional[str], frame: Optional[FrameType]) -> List[str]:
    """Of the function that goes by this name where the call stands, in a module or of an object that is named there."""
    if function is None or frame is None:
        return []
    name = function.split(".")[-1]
    seen = [*frame.f_locals.values(), *frame.f_globals.values()]
    named = [frame.f_locals.get(name), frame.f_globals.get(name)]
    for found in named + [inspect.getattr_static(thing, name, None) for thing in seen]:
        if callable(found):
            try:
                return list(inspect.signature(found).parameters)
            except (TypeError, ValueError):
                continue
    return []
