"""What the warehouse does when one column of one table changes: which outputs of a query show it.

stdin: {"queries": [sql]}. stdout: for each query {"columns": [names], "shows": {"table.column": [index of output, ...]}},
or {"error": text}. -1 stands for the number of rows.
"""

import json
import sys

import duckdb

TABLES = {
    "orders": """select i::bigint order_id, (i * 7 % 5)::bigint customer_id,
        case i % 3 when 0 then 'paid' when 1 then 'open' else 'n' || (i % 4) end status,
        (i * 13 % 17 + 4)::double amount, case when i % 4 = 0 then null else (i * 5 % 11 + 3)::double end tip,
        date '2026-01-01' + (i * 3 % 19)::int placed_on, [('t' || i % 3), ('n' || i % 4)] tags,
        {'note': 'x' || i % 5, 'level': i % 3} extra from range(1, 13) r(i)""",
    "customers": """select i::bigint customer_id, 'n' || (i % 4) as name, 'c' || (i % 2) country,
        date '2025-12-30' + (i * 4)::int signed_up, (i * 3 % 5)::bigint score from range(0, 6) r(i)""",
    "items": """select (i % 9 + 1)::bigint order_id, 's' || (i % 4) sku, (i % 3 + 1)::bigint qty,
        (i * 11 % 13 + 2)::double price from range(0, 14) r(i)""",
}

# Ways to disturb a column: the same for all rows, other values, values that change places, none.
WAYS = {
    "BIGINT": ["{c} + 1", "-{c} * 3", "{c} % 2", "1", "null", "({c} * 5 + 1) % 7"],
    "DOUBLE": ["{c} + 1", "-{c} * 3", "{c} * {c}", "1", "null", "(coalesce({c}, 6) * 7) % 11"],
    "VARCHAR": ["'z' || {c}", "reverse({c})", "'paid'", "'n1'", "null", "case when {c} = 'paid' then 'open' else 'paid' end"],
    "DATE": ["{c} + 40", "date '2026-01-05'", "null", "date '2026-03-01' - ({c} - date '2026-01-01')::int"],
    "VARCHAR[]": ["list_reverse({c})", "['q']", "null", "{c} || ['open', 't1']"],
}
STRUCT = ["{{'note': 'q', 'level': 7}}", "null", "{{'note': reverse({c}.note), 'level': {c}.level * 3 + 1}}"]


def answers(db, sql):
    cursor = db.execute(sql)
    names = [d[0] for d in cursor.description]
    rows = cursor.fetchall()
    return names, [sorted(repr(row[i]) for row in rows) for i in range(len(names))], len(rows)


def main():
    db = duckdb.connect()
    for name, sql in TABLES.items():
        db.execute(f"create table true_{name} as {sql}")
        db.execute(f"create table {name} as from true_{name}")
    found = []
    for sql in json.load(sys.stdin)["queries"]:
        try:
            names, before, rows = answers(db, sql)
            found.append({"columns": names, "shows": {}, "sql": sql, "before": before, "rows": rows})
        except duckdb.Error as error:
            found.append({"error": str(error)})
    for table in TABLES:
        for column, kind, *_ in db.execute(f"describe true_{table}").fetchall():
            for way in STRUCT if kind.startswith("STRUCT") else WAYS[kind]:
                changed = way.format(c=column)
                db.execute(f"delete from {table}")
                db.execute(f"insert into {table} select * replace (({changed})::{kind} as {column}) from true_{table}")
                for one in found:
                    if "error" not in one:
                        disturb(db, one, f"{table}.{column}")
            db.execute(f"delete from {table}")
            db.execute(f"insert into {table} from true_{table}")
    for one in found:
        one.pop("before", None)
        one["shows"] = {k: sorted(v) for k, v in one.get("shows", {}).items()}
    print(json.dumps(found))


def disturb(db, one, origin):
    try:
        names, now, rows = answers(db, one["sql"])
    except duckdb.Error:
        return  # this disturbance is no valid input of the query
    if names != one["columns"]:
        return
    shows = {i for i, values in enumerate(now) if values != one["before"][i]}
    if rows != one["rows"]:
        shows.add(-1)
    if shows:
        one["shows"].setdefault(origin, set()).update(shows)


main()
