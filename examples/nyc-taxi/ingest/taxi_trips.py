"""Load the taxi trips of data/taxis.csv into raw.trips of the project's warehouse.

Run from the project root: python ingest/taxi_trips.py
"""

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dlt

# Absolute, so that the same files are meant whatever the working directory is.
PROJECT_DIR = Path(__file__).resolve().parent.parent
TRIPS_FILE = PROJECT_DIR / "data" / "taxis.csv"
WAREHOUSE_FILE = PROJECT_DIR / "warehouse" / "nyc_taxi.duckdb"

# dlt keeps its working state per machine and pipeline name. Beside the warehouse, two clones
# cannot take up each other's pending loads, and whoever deletes the warehouse deletes both.
# A DLT_DATA_DIR set by the caller wins.
PIPELINES_DIR = None if "DLT_DATA_DIR" in os.environ else str(WAREHOUSE_FILE.parent / ".dlt")

CHUNK_ROWS = 1_000


def to_amount(text: str) -> Decimal:
    """Read a number of at most two decimals; refuse more, rather than round money silently."""
    amount = Decimal(text)
    rounded = amount.quantize(Decimal("0.01"))
    if amount != rounded:
        raise ValueError("more than two decimals")
    return rounded


TIMESTAMP = {"data_type": "timestamp", "timezone": False, "nullable": False}
AMOUNT = {"data_type": "decimal", "precision": 10, "scale": 2, "nullable": False}
TEXT = {"data_type": "text"}

# The columns of the file in order: how to read a value, and the type it has in the warehouse.
# Pickup and dropoff are local New York times without a zone, and stay so.
FILE_COLUMNS: dict[str, tuple[Callable[[str], Any], dict[str, Any]]] = {
    "pickup": (datetime.fromisoformat, TIMESTAMP),
    "dropoff": (datetime.fromisoformat, TIMESTAMP),
    "passengers": (int, {"data_type": "bigint", "nullable": False}),
    "distance": (to_amount, AMOUNT),
    "fare": (to_amount, AMOUNT),
    "tip": (to_amount, AMOUNT),
    "tolls": (to_amount, AMOUNT),
    "total": (to_amount, AMOUNT),
    "color": (str, {**TEXT, "nullable": False}),
    "payment": (str, TEXT),
    "pickup_zone": (str, TEXT),
    "dropoff_zone": (str, TEXT),
    "pickup_borough": (str, TEXT),
    "dropoff_borough": (str, TEXT),
}
# A copy for each column: dlt writes the column's name into the hints that it is given.
TABLE_COLUMNS = {
    "trip_id": {"data_type": "text", "nullable": False},
    **{name: dict(hints) for name, (_, hints) in FILE_COLUMNS.items()},
}


def trip_id(trip: dict[str, Any]) -> str:
    """Hash a trip, of which the file has no key, into one: 32 hex digits, stable across loads.

    All columns take part, because the file promises no smaller key. Measured on the 6,433 trips of
    March 2019: no two rows are equal; pickup alone repeats (6,414 distinct values); pickup and
    dropoff together happen to be unique, but this is a sample, and two cabs may well share both.
    The price: a trip that is corrected at the source comes in as another trip.

    The typed values are hashed, not the raw text, so that 7.0 and 7.00 are one trip.
    """
    # The unit separator cannot be typed into a zone name, so ("a", "bc") and ("ab", "c") differ.
    text = "\x1f".join("" if trip[name] is None else str(trip[name]) for name in FILE_COLUMNS)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def parse(row: dict[str, Any], place: str) -> dict[str, Any]:
    """Type one row of the file; an empty field is null. Errors name the place and the column."""
    if None in row or None in row.values():
        raise ValueError(f"{place}: expected {len(FILE_COLUMNS)} fields, found another number")
    trip = {}
    for name, (convert, hints) in FILE_COLUMNS.items():
        text = row[name]
        if text == "" and not hints.get("nullable", True):
            raise ValueError(f"{place}, column {name}: a value is required")
        try:
            trip[name] = None if text == "" else convert(text)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(
                f"{place}, column {name}: {text!r} is not a valid {hints['data_type']}"
            ) from error
    return trip


# insert-only: the key covers the whole row, so a row whose key is known has nothing to update.
# It keeps the _dlt_load_id of the load that brought it, and that is what fct_trips reads as the
# time of arrival. (The default, delete-insert, would mark every row as new in every load.)
@dlt.resource(
    name="trips",
    primary_key="trip_id",
    write_disposition={"disposition": "merge", "strategy": "insert-only"},
    columns=TABLE_COLUMNS,
    schema_contract={"columns": "freeze", "data_type": "freeze"},
)
def trips(path: Path = TRIPS_FILE) -> Iterator[list[dict[str, Any]]]:
    """Yield the trips of a file in chunks of typed rows, each trip once."""
    # MERGE compares a load with the table, not with itself: a line that stands twice in the file
    # would come in twice. Costs some 100 bytes a trip.
    seen: set[str] = set()
    chunk: list[dict[str, Any]] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != list(FILE_COLUMNS):
            raise ValueError(
                f"{path}: expected the columns {', '.join(FILE_COLUMNS)}; "
                f"found {', '.join(reader.fieldnames or ['none'])}"
            )
        for row in reader:
            trip = parse(row, place=f"{path}, line {reader.line_num}")
            key = trip_id(trip)
            if key in seen:
                continue
            seen.add(key)
            chunk.append({"trip_id": key, **trip})
            if len(chunk) == CHUNK_ROWS:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def load():
    """Run the pipeline once; return dlt's load info. Loading the same file again adds nothing."""
    WAREHOUSE_FILE.parent.mkdir(exist_ok=True)
    pipeline = dlt.pipeline(
        pipeline_name="taxi_trips",
        pipelines_dir=PIPELINES_DIR,
        destination=dlt.destinations.duckdb(str(WAREHOUSE_FILE)),
        dataset_name="raw",
    )
    # With packages of an interrupted run pending, run() loads those and does not read the file.
    if pipeline.has_pending_data:
        pipeline.run()
    return pipeline.run(trips())


if __name__ == "__main__":
    print(load())
