"""What a script of dlt failed with: the step, the resource, the cause, and where in the user's own files."""

import os
import traceback
from typing import Any, Dict, List, Optional

from .dlt_meant import meant


def explain(raised: BaseException, script: str) -> Dict[str, Any]:
    """Which step, which resource, what was the cause, and where in the user's own files."""
    chain = causes(raised)
    root = chain[-1]
    step = next((e.step for e in chain if type(e).__name__ == "PipelineStepFailed"), None)
    pipeline = next((e.pipeline.pipeline_name for e in chain if type(e).__name__ == "PipelineStepFailed"), None)
    return {
        "type": type(root).__name__,
        # the words of a syntax error without its place, which stands in `where`
        "message": root.msg if isinstance(root, SyntaxError) else str(root),
        "step": step,
        "pipeline": pipeline,
        "resource": next((e.pipe_name for e in chain if getattr(e, "pipe_name", None)), None),
        "table": next((t for t in map(table_of, chain) if t), None),
        "missingModule": root.name if isinstance(root, ModuleNotFoundError) else None,
        "where": user_frame(chain, script),
        "meant": meant(chain, os.path.dirname(os.path.abspath(script))),
        "draining": False,
        "abortCommand": "abort-packages" if newer_dlt() else "drop-pending-packages",
        "traceback": "".join(traceback.format_exception(type(raised), raised, raised.__traceback__)),
    }


def newer_dlt() -> bool:
    """Newer versions abort packages and restore the state before them; older ones only delete them."""
    from dlt.pipeline.pipeline import Pipeline

    return hasattr(Pipeline, "abort_packages")


def table_of(error: BaseException) -> Optional[str]:
    """A job is called after its table: `orders.3fa2b1.insert_values`."""
    table = getattr(error, "table_name", None)
    job = getattr(error, "job_id", None)
    return table if isinstance(table, str) else job.split(".")[0] if isinstance(job, str) else None


def causes(raised: BaseException) -> List[BaseException]:
    """From the outermost exception to the first cause, each once."""
    chain: List[BaseException] = []
    current: Optional[BaseException] = raised
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or getattr(current, "exception", None) or current.__context__
        if not isinstance(current, BaseException):
            current = None
    return chain


def user_frame(chain: List[BaseException], script: str) -> Optional[str]:
    """`file:line` of the innermost frame that lies beside the script, not in a library."""
    home = os.path.dirname(os.path.abspath(script))
    for error in reversed(chain):
        if isinstance(error, SyntaxError) and error.filename:
            return "%s:%s" % (error.filename, error.lineno)
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = os.path.abspath(frame.filename)
            if path.startswith(home + os.sep) and "site-packages" not in path:
                return "%s:%d" % (path, frame.lineno)
    return None
