# SPDX-License-Identifier: ISC
"""A marked token must appear nowhere but where it was sent."""
import os
import shutil
from pathlib import Path

import pytest

from layout import children, run, wait_until

CANARY = "canary-8f1d2c7be04a4d55-canary"
REFUSED = "canary-1b5e9a6c30f74f02-canary"


def everything(pid):
    found = b""
    for name in "cmdline", "environ":
        for process in children(pid):
            try:
                found += Path(f"/proc/{process}/{name}").read_bytes()
            except OSError:
                pass
    return found


@pytest.fixture
def logged_in(gate, server, sshd, sudo, alice):
    """Two tokens have been through ssh, sudo and the tool; one was refused."""
    server.give(CANARY, alice.name, "trading sudo:run")
    server.give(REFUSED, alice.name, "data")
    seen = b""
    assert sshd.login(alice.name, CANARY, "cat /proc/self/environ").code == 0
    assert sudo.run(CANARY).returncode == 0
    assert sshd.login(alice.name, REFUSED).code == 255
    # In the middle of a question, when it is in use everywhere.
    gate.ctl("flush")
    server.hold.clear()
    asked = len(server.asked)
    from test_outage import in_background
    thread, _result = in_background(lambda: sshd.login(alice.name, CANARY))
    wait_until(lambda: len(server.asked) > asked, "the question is out")
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            for name in "cmdline", "environ":
                try:
                    seen += Path(f"/proc/{pid}/{name}").read_bytes()
                except OSError:
                    pass
    server.hold.set()
    thread.join(20)
    return gate, seen


def test_a_token_is_in_no_log_and_on_no_command_line(logged_in, sshd, alice):
    gate, seen = logged_in
    ref = [r for r in gate.audit() if r["decision"] == "deny"][-1]["ref"]
    outputs = {
        "log at debug level": gate.said(),
        "audit": gate.audit_log.read_text(),
        "sshd's log": sshd.log.read_text(errors="replace"),
        "command lines and environments": seen.decode(errors="replace"),
        "explain": gate.ctl("explain", ref).stdout + gate.ctl("--json", "explain", ref).stdout,
        "status": gate.ctl("--json", "status").stdout,
        "check": str(gate.check(sshd.service, alice.name, CANARY)[1]),
    }
    for name, text in outputs.items():
        assert text, f"{name} is empty: nothing was looked at"
        for secret in CANARY, REFUSED, "8f1d2c7be04a4d55", "the-gate's-own-secret":
            assert secret not in text, name
    assert "debug" in gate.said().lower() or "<7>" in gate.said()


@pytest.mark.skipif(not shutil.which("gcore"), reason="gdb's gcore is not installed")
def test_a_token_is_in_no_memory_after_the_decision(logged_in):
    gate, _seen = logged_in
    for role, pid in gate.processes().items():
        core = gate.folder / f"core.{role}"
        said = run("gcore", "-o", core, str(pid), timeout=120)
        assert said.returncode == 0, said.stdout + said.stderr
        dump = Path(f"{core}.{pid}").read_bytes()
        assert gate.account.name.encode() in dump or role != "decide", "the dump is a dump"
        for secret in CANARY, REFUSED:
            assert secret.encode() not in dump, f"{role} remembers a token"
        if role != "fetch":
            assert b"the-gate's-own-secret" not in dump, f"{role} knows the client secret"


def test_the_brokers_store_holds_no_token(broker, alice):
    token = broker.token(alice.name, "trading")
    for path in broker.folder.iterdir():
        if path.is_file() and path.name != "gate.secret":
            content = path.read_bytes()
            assert token.encode() not in content, path
            assert broker.secret.encode() not in content, path
