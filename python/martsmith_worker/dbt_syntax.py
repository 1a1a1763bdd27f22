"""Jinja's syntax trees of macros, kept for as long as the worker lives.

A parse of a project is for the most part Jinja reading macros of dbt and of the adapter, each twice, to see what
they call. They are the same in every project, and in both sides of a sandbox: read once, a project is parsed in
less than half of the time. dbt looks at these trees only (what it runs it reads again), and keeps them itself in
its own tests.
"""

from typing import Any, Dict, Tuple

# Far above what dbt and its adapters bring; a project with more is read as without this.
MOST = 5_000

KEPT: Dict[Tuple[Any, str], Any] = {}


def keep_syntax() -> None:
    try:
        from dbt_common.clients.jinja import MacroFuzzEnvironment as Environment
    except ImportError:
        return  # a dbt that has it elsewhere reads anew each time
    if "parse" in vars(Environment):
        return
    read = Environment.parse

    def parse(self: Any, source: str, name: Any = None, filename: Any = None) -> Any:
        if name is not None or filename is not None or type(source) is not str:
            return read(self, source, name, filename)
        key = (type(self), source)
        tree = KEPT.get(key)
        if tree is None:
            tree = read(self, source)
            if len(KEPT) < MOST:
                KEPT[key] = tree
        return tree

    Environment.parse = parse
