"""JavaScript of pages, run by Node: once for many cases, for its start takes time."""

import json
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from needed import needed

import backprop_cli

STATIC = Path(backprop_cli.__file__).parent / "page/static"

# JSON has no −0, no infinity and no NaN: as texts they get across.
_READING = """
const told = (x) => x && x.float !== undefined ? Number(x.float) : x;
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"), (_, x) => told(x));
"""
_WRITING = """
const written = (_, x) => typeof x !== "number" || (Number.isFinite(x) && !Object.is(x, -0)) ? x
  : { float: Object.is(x, -0) ? "-0.0" : String(x).replace("Infinity", "inf") };
process.stdout.write(JSON.stringify(found, written));
"""


def in_node(scripts, code, cases):
    """What `code` returns: the body of a function of `cases`, which may use `scripts`.

    `scripts` are files of `page/static`, or sources. Skips the test where there is no Node.
    """
    node = shutil.which("node")
    needed(node is not None, "there is no Node.js here")
    sources = [
        (STATIC / script).read_text("utf-8") if script.endswith(".js") else script
        for script in scripts
    ]
    program = "\n".join([*sources, _READING, f"const found = (() => {{ {code} }})();", _WRITING])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cases.cjs")
        path.write_text(program, "utf-8")
        result = subprocess.run(
            [node, path],
            input=json.dumps(_sent(cases)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout, object_hook=_received)


def _sent(value):
    if isinstance(value, float) and (value == 0 or not math.isfinite(value)):
        return {"float": repr(value).replace("inf", "Infinity").replace("nan", "NaN")}
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sent(item) for item in value]
    return value


def _received(value):
    return float(value["float"]) if set(value) == {"float"} else value
