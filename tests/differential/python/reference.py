"""Runs programs in CPython for the differential test.

Reads one JSON object {"source": text} for each line of standard input and answers each with one
line {"output": text, "error": type name or null} on standard output.
"""

import contextlib
import io
import json
import sys

sys.setrecursionlimit(1000)
replies = sys.stdout
for line in sys.stdin:
    source = json.loads(line)["source"]
    printed = io.StringIO()
    error = None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
        except BaseException as failure:
            error = f"{type(failure).__name__}: {failure}"
    replies.write(json.dumps({"output": printed.getvalue(), "error": error}) + "\n")
    replies.flush()
