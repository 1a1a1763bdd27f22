"""The JSON schemas of dbt's own classes, kept between processes.

dbt checks configuration against schemas that it makes of its dataclasses, anew in each process: twenty of them, and
a second of work, a quarter of what a parse of a small project takes. They are the same for as long as the same is
installed.
"""

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import fields, is_dataclass
from typing import Any, Dict, Optional


class Kept:
    """What dbt asks of a schema that it has made."""

    def __init__(self, schema: Dict[str, Any]) -> None:
        self.schema = schema

    def to_dict(self) -> Dict[str, Any]:
        return self.schema


def keep_schemas(folder: Optional[str]) -> None:
    """From here on dbt's schemas are read from `folder`, and those that it makes are written there."""
    try:
        from dbt_common import dataclass_schema as dbt
    except ImportError:
        return  # a dbt that has them elsewhere makes them anew each time
    make = getattr(dbt, "build_json_schema", None)
    if not folder or make is None or getattr(make, "keeps", False):
        return
    path = os.path.join(folder, "dbt-schemas.json")
    of = installed(os.path.dirname(os.path.dirname(dbt.__file__)))
    schemas = read(path, of)

    def build_json_schema(cls: Any, *rest: Any, **named: Any) -> Any:
        if rest or named or not is_dataclass(cls):
            return make(cls, *rest, **named)
        key = "%s.%s %s" % (cls.__module__, cls.__qualname__, [(f.name, str(f.type)) for f in fields(cls)])
        known = schemas.get(key)
        if known is None:
            known = make(cls).to_dict()
            if json.loads(json.dumps(known)) == known:
                schemas[key] = known
                write(path, {"of": of, "schemas": schemas})
        return Kept(known)

    build_json_schema.keeps = True
    dbt.build_json_schema = build_json_schema


def installed(folder: str) -> str:
    """Changes with what is installed beside dbt."""
    seen = hashlib.sha256(sys.version.encode())
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            if entry.name.endswith((".dist-info", ".egg-info", ".pth")):
                seen.update(("%s %d\n" % (entry.name, entry.stat().st_mtime_ns)).encode())
    return seen.hexdigest()


def read(path: str, of: str) -> Dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        return dict(kept["schemas"]) if kept["of"] == of else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(path: str, kept: Dict[str, Any]) -> None:
    """Whole or not at all: several processes may write it. Where it cannot be written, nothing is kept."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False, encoding="utf-8") as file:
            json.dump(kept, file)
        os.replace(file.name, path)
    except OSError:
        pass
