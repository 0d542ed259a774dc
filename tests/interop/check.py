"""Runs the binary against other people's servers: `check.py VENVS BINARY [WORD]`. See README.md."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
VENVS, BINARY = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
WORD = sys.argv[3] if len(sys.argv) > 3 else ""
# What a check, or the start of a server, can take at most, in seconds: on a busy machine LiteLLM loads for
# minutes, and a model without sense writes until its window is full.
PATIENCE = 600

results = []


def rlm(*args, key="sk-interop", folder):
    """The binary's output; no variable of this environment tells it of a model."""
    env = {name: value for name, value in os.environ.items() if "API_KEY" not in name}
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"):
        env[name] = key
    env["XDG_STATE_HOME"] = str(folder)
    return subprocess.run(
        [BINARY, *args], capture_output=True, text=True, timeout=PATIENCE, cwd=folder, env=env
    )


def judge(name, problems, more=""):
    """Tells of one check, which holds if there are no problems."""
    if WORD not in name:
        return
    results.append(not problems)
    print("FAIL" if problems else "ok  ", name)
    for line in [*problems, *more.strip()[:1000].splitlines()] if problems else []:
        print("     ", line)


def check(name, output, expected=None, code=0, says=()):
    """Judges one run of the binary."""
    problems = []
    if output.returncode != code:
        problems.append(f"exit code {output.returncode}, not {code}")
    if expected is not None and output.stdout.strip() != expected:
        problems.append(f"printed {output.stdout.strip()[:200]!r}, not {expected!r}")
    said = output.stdout + output.stderr
    problems += [f"does not say {part!r}" for part in says if part not in said]
    judge(name, problems, output.stderr)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def server(command, port, path, folder):
    """A server that runs meanwhile; `path` answers once it is ready."""
    log = open(folder / "server.log", "w")
    process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE * 2):
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended: {(folder / 'server.log').read_text()[-2000:]}")
            with contextlib.suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(url + path, timeout=2)
                break
            time.sleep(0.5)
        else:
            raise SystemExit(f"{command[0]} is not ready: {(folder / 'server.log').read_text()[-2000:]}")
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def litellm(folder):
    (folder / "a.txt").write_text("some text\n")
    port = free_port()
    command = [VENVS / "litellm/bin/litellm", "--config", HERE / "litellm.yaml", "--host", "127.0.0.1", "--port", port]
    with server(command, port, "/health/liveliness", folder) as url:
        for api in ("openai", "anthropic", "gemini"):
            for more in ((), ("--no-stream",)):
                common = ("--api", api, "--base-url", url, "-q", *more)
                output = rlm("ask", "q", "a.txt", "--model", "root", "--sub-model", "word", *common, folder=folder)
                check(f"litellm {api} ask {' '.join(more)}".strip(), output, "a mocked wörd")
            typed = ("run", "-e", 'print(repr(ask("q", schema="int")))', "--model", "typed")
            output = rlm(*typed, "--api", api, "--base-url", url, folder=folder)
            check(f"litellm {api} typed", output, "7")
            one = ("ask", "q", "--model", "word", "--api", api, "--base-url", url, "-q")
            output = rlm(*one, key="sk-wrong", folder=folder)
            check(f"litellm {api} wrong key", output, code=1, says=["refuses"])
            output = rlm("ask", "q", "--model", "nothing", "--api", api, "--base-url", url, "-q", folder=folder)
            check(f"litellm {api} unknown model", output, code=1, says=["nothing"])


def llama(folder):
    python = VENVS / "llama/bin/python"
    subprocess.run([python, HERE / "tiny_model.py", folder / "tiny.gguf"], check=True, cwd=folder)
    port = free_port()
    command = [python, HERE / "llama_server.py", folder / "tiny.gguf", port]
    with server(command, port, "/health", folder) as url:
        program = """
rs = [ask(f"word {i}") for i in range(20)]
print(len([r for r in rs if r]))
"""
        output = rlm("run", "-e", program, "--base-url", url, folder=folder)
        check("llama plain calls", output, "20")
        program = """
print(ask("q", choices=["yes", "no"]) in ["yes", "no"])
print(ask("q", schema="bool") in [True, False, None])
print(set(classify(["a", "b", "c"], ["x", "y"])) <= {"x", "y"})
r = ask("q", schema={"kind": ["a", "b"], "tags": [["s", "t"]]})
print(r["kind"] in ["a", "b"], all([t in ["s", "t"] for t in r["tags"]]))
"""
        output = rlm("run", "-e", program, "--base-url", url, "--trace", "t.jsonl", folder=folder)
        check("llama schemas", output, "True\nTrue\nTrue\nTrue True")
        # A model without sense writes no program: its second reply is the answer, and marked so.
        output = rlm("ask", "q", "--base-url", url, "--direct", "never", "--json", folder=folder)
        check("llama ask", output, says=['"ending":"prose"'])
        totals = json.loads(output.stdout or "{}").get("totals", {})
        counted = totals.get("input_tokens", 0) > 500 and totals.get("output_tokens", 0) > 20
        judge("llama counts tokens", [] if counted else [f"counted {totals}"])
        program = 'r = ask("q", "x" * 60000)\nprint(bool(r), r)'
        output = rlm("run", "-e", program, "--base-url", url, folder=folder)
        check("llama prompt too large", output, says=["False", "too large", "send less text"])
        program = 'a = ask("q")\nfor i in range(3) {\n    b = ask("after a pause", str(i))\n    print(bool(b))\n}'
        output = rlm("run", "-e", program, "--base-url", url, folder=folder)
        check("llama one after another", output, "True\nTrue\nTrue")
        output = rlm("ask", "q", "--base-url", url, "--api", "anthropic", "--model", "tiny", "--direct", "never", "-q", folder=folder)
        # Its first reply may leave no room for a second.
        check("llama messages", output, code=output.returncode if output.returncode == 3 else 0)


def asked_plainly(journal, seq):
    """Whether what was asked for as a stream was asked for again without one. To LLMock, which knows a retry by
    its body, that is another call, and the first was given up."""

    def content(record):
        body = record["body"] or {}
        return {name: value for name, value in body.items() if not name.startswith("stream")}

    [first] = [record for record in journal if record["seq"] == seq]
    later = [record for record in journal if record["seq"] > seq and not record["stream"]]
    return first["stream"] and any(content(record) == content(first) for record in later)


def llmock(folder):
    port = free_port()
    faults = []
    for status, rate in (("429", 0.1), ("500", 0.05), ("503", 0.05), ("529", 0.03)):
        faults += ["--error-rate", f"{status}={rate}"]
    for kind in ("disconnect", "truncate", "stall", "malformed"):
        faults += ["--stream-fault", f"{kind}=0.06"]
    command = [VENVS / "llmock/bin/llmock", "serve", "--host", "127.0.0.1", "--port", port, *faults, "--stream-stall-seconds", "60"]
    with server(command, port, "/_llmock/requests", folder) as url:
        for api, base in (("openai", url), ("anthropic", f"{url}/anthropic"), ("gemini", f"{url}/gemini")):
            model = {"openai": "gpt-4o", "anthropic": "claude-sonnet-4-0", "gemini": "gemini-2.5-flash"}[api]
            common = ("--api", api, "--base-url", base, "--model", model)
            programs = ("--direct", "never", "--json")
            patient = ("--idle-timeout", "3", "--retries", "9")
            program = 'rs = [ask(f"say {i}") for i in range(60)]\nprint(len([r for r in rs if r]))'
            output = rlm("run", "-e", program, *common, *patient, folder=folder)
            check(f"llmock {api} calls", output, "60")
            for number in range(8):
                # Two replies in prose, each a stream that may break.
                output = rlm("ask", f"q {number}", *common, *patient, *programs, folder=folder)
                check(f"llmock {api} streams", output, says=['"ending":"prose"'])
        report = [VENVS / "llmock/bin/llmock", "report", "--json", "--url", url]
        verdict = json.loads(subprocess.run(report, capture_output=True, text=True, timeout=PATIENCE).stdout)
        journal = json.load(urllib.request.urlopen(url + "/_llmock/requests", timeout=30))
        journal = journal["requests"] if isinstance(journal, dict) else journal
        found = [f for f in verdict["findings"] if not all(asked_plainly(journal, seq) for seq in f["requests"])]
        told = [f"{f['severity']}: {f['code']} {f['path']} {f['seqs']} {f['title']}" for f in found]
        print(f"llmock: {verdict['attempts']} requests, {verdict['faults_injected']} faults", *told, sep="\n      ")
        judge("llmock verdict", [line for line in told if line.startswith("error")])


for run in (litellm, llama, llmock):
    if WORD == "" or run.__name__ in WORD or WORD in run.__name__:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder))
print(f"{results.count(True)} passed, {results.count(False)} failed")
sys.exit(0 if all(results) and results else 1)
