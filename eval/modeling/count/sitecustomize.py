"""Writes a line for each statement that dbt-duckdb sends, into the file that MARTSMITH_EVAL_STATEMENTS names.

Python imports this file by itself where its folder is on PYTHONPATH: the processes that are counted know nothing of it.
"""
import importlib.abc
import importlib.util
import os
import sys

COUNTED = "dbt.adapters.duckdb.environments.local"


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != COUNTED:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            wrap(module.DuckDBCursorWrapper)

        spec.loader.exec_module = exec_module
        return spec


def wrap(cursor):
    execute = cursor.execute

    def counted(self, sql, *args, **kwargs):
        with open(os.environ["MARTSMITH_EVAL_STATEMENTS"], "a") as log:
            log.write(" ".join(str(sql).split())[:200] + "\n")
        return execute(self, sql, *args, **kwargs)

    cursor.execute = counted


if "MARTSMITH_EVAL_STATEMENTS" in os.environ:
    sys.meta_path.insert(0, Finder())
