"""Columns of many relations in few statements."""

from typing import Any, Dict, List, Optional, Tuple

from .dbt_compile import parsed, with_macros
from .dbt_host import adapter, release
from .protocol import Emit

# Every relation of the schemas that are named, with the warehouse's own types.
BULK = {
    "duckdb": "select database_name, schema_name, table_name, column_name, data_type from duckdb_columns()"
    " where lower(schema_name) in (%s) order by 1, 2, 3, column_index",
    "postgres": "select current_database(), n.nspname::text, c.relname::text, a.attname::text,"
    " format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid"
    " join pg_namespace n on n.oid = c.relnamespace where lower(n.nspname) in (%s)"
    " and c.relkind in ('r', 'v', 'm', 'p', 'f') and a.attnum > 0 and not a.attisdropped"
    " order by 2, 3, a.attnum",
}
# Where names are the same however they are written.
ANY_CASE = {"duckdb"}

Place = Tuple[str, str, str]


def catalog(params: Dict[str, Any], emit: Emit) -> List[Any]:
    """params: {project_dir, args, parse, relations: [{database, schema, identifier}]}.

    Answers, in order, a list of {name, type}, or null where there is no such relation, or {error}.
    """
    relations = params["relations"]
    try:
        of = adapter(params)
        if of.type() in BULK:
            try:
                with of.connection_named("martsmith"):
                    found = in_bulk(of, sorted({r["schema"].lower() for r in relations}))
            except Exception as error:
                return [{"error": str(error)} for _ in relations]
            return [look_up(found, r, of.type() in ANY_CASE) for r in relations]
        manifest = parsed(params, emit)  # which may have made another adapter
        return [one_by_one(with_macros(adapter(params), manifest), r) for r in relations]
    finally:
        release({}, emit)


def in_bulk(of: Any, schemas: List[str]) -> Dict[Place, List[Dict[str, str]]]:
    literals = ", ".join("'%s'" % s.replace("'", "''") for s in schemas)
    # Not through `execute`: guessing the types of tens of thousands of cells costs dbt seconds.
    _, cursor = of.connections.add_query(BULK[of.type()] % (literals or "null"), auto_begin=False)
    found: Dict[Place, List[Dict[str, str]]] = {}
    for database, schema, name, column, kind in cursor.fetchall():
        place = (str(database), str(schema), str(name))
        found.setdefault(place, []).append({"name": str(column), "type": str(kind)})
    if of.type() in ANY_CASE:
        for place in list(found):
            found.setdefault(lowered(place), found[place])
    return found


def lowered(place: Place) -> Place:
    return (place[0].lower(), place[1].lower(), place[2].lower())


def look_up(found: Dict[Place, Any], relation: Dict[str, str], any_case: bool) -> Optional[List[Dict[str, str]]]:
    place = (relation["database"], relation["schema"], relation["identifier"])
    return found.get(place) or (found.get(lowered(place)) if any_case else None)


def one_by_one(of: Any, relation: Dict[str, str]) -> Any:
    try:
        with of.connection_named("martsmith"):
            known = of.get_relation(relation["database"], relation["schema"], relation["identifier"])
            if known is None:
                return None
            columns = of.get_columns_in_relation(known)
        return [{"name": column.name, "type": column.data_type} for column in columns]
    except Exception as error:
        return {"error": str(error)}


HANDLERS = {"dbt.catalog": catalog}
