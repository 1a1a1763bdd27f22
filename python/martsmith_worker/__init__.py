"""The Python side of martsmith: keeps dbt warm, runs dlt scripts, speaks NDJSON over stdio.

It runs under the user's own interpreter (the one that has their dbt or dlt), so it imports
nothing but the standard library until a request needs more, and supports Python 3.9 and later.
"""
