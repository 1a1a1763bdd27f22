"""`python worker.py`: answers requests until its parent goes away."""

import sys

from martsmith_worker import dbt_catalog, dbt_compile, dbt_host, dlt_host, protocol, sandbox_host


def hello(params, emit):
    """What this interpreter is. Imports nothing heavy, so that it can be asked first."""
    from importlib import metadata

    def version(name):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    adapters = {}
    for dist in metadata.distributions():
        name = (dist.metadata["Name"] or "").lower().replace("_", "-")
        if name.startswith("dbt-") and name not in dbt_host.NOT_ADAPTERS:
            adapters[name[len("dbt-") :]] = dist.version
    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "executable": sys.executable,
        "dbt": version("dbt-core"),
        "dlt": version("dlt"),
        "adapters": adapters,
    }


if __name__ == "__main__":
    of_dbt = (dbt_host, dbt_compile, dbt_catalog, sandbox_host)
    placed = {name: dbt_host.placed(handle) for host in of_dbt for name, handle in host.HANDLERS.items()}
    protocol.serve({"hello": hello, **placed, **dlt_host.HANDLERS})
