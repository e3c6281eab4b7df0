# SPDX-License-Identifier: ISC
"""Where things are, what they are called, and what must be undone."""
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PREFIX = Path(os.environ.get("SCOPEGATE_PREFIX", "/nonexistent"))
RUNDIR = Path(os.environ.get("SCOPEGATE_RUNDIR", "/nonexistent"))
BUILDDIR = Path(os.environ.get("SCOPEGATE_BUILDDIR", "/nonexistent"))
LEDGER = os.environ.get("SCOPEGATE_LEDGER")
CACHE = Path(os.environ.get("SCOPEGATE_CACHE", "/nonexistent"))

VALIDATORD = PREFIX / "sbin/validatord"
VALIDATORCTL = PREFIX / "bin/validatorctl"
BROKERD = PREFIX / "bin/brokerd"
GATEWAYD = PREFIX / "sbin/gatewayd"
MODULE = PREFIX / "lib/security/pam_scopegate.so"

# One word of its own for every run, so that two runs do not meet.
RUN = f"sgt{os.getpid():x}"
_numbers = itertools.count(1)


def unique(word):
    return f"{RUN}-{word}{next(_numbers)}"


def program(path):
    """An installed program, wherever bin or sbin was chosen for it."""
    if path.exists():
        return str(path)
    other = PREFIX / ("sbin" if path.parent.name == "bin" else "bin")
    return str(other / path.name)


def promise(kind, value):
    """Notes what must be taken away, for dev/check, should we be killed."""
    if LEDGER:
        with open(LEDGER, "a", encoding="ascii") as ledger:
            ledger.write(f"{kind} {value}\n")


def promise_process(pid):
    start = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    promise("process", f"{pid} {start}")


def spawn(arguments, **options):
    process = subprocess.Popen([str(a) for a in arguments], **options)
    promise_process(process.pid)
    return process


def end(process, seconds=10):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def run(*arguments, timeout=60, **options):
    options.setdefault("text", True)
    return subprocess.run([str(a) for a in arguments], capture_output=True,
                          timeout=timeout, check=False, **options)


def wait_until(condition, what, seconds=20):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    if callable(what):
        what = what()
    raise AssertionError(f"{what}: did not happen within {seconds} s")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def folder(word):
    """A folder that other users may enter, below the run's own."""
    path = Path(tempfile.mkdtemp(prefix=f"{RUN}-{word}-", dir="/tmp"))
    path.chmod(0o755)
    promise("folder", path)
    return path


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


def write(path, text, mode=0o644, owner=None):
    """A file that has its mode from the start."""
    path = Path(path)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        out.write(text)
    os.chmod(path, mode)
    if owner is not None:
        shutil.chown(path, owner)
    return path


def children(pid):
    """The process and all that descend from it."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += children(int(path.parent.name))
    return found
