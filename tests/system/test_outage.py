# SPDX-License-Identifier: ISC
"""What happens when the daemon, the disk or the fetching process fails."""
import os
import signal
import subprocess
import threading
import time

import pytest

import wire
from layout import run, wait_until


def in_background(call):
    result = []
    thread = threading.Thread(target=lambda: result.append(call()), daemon=True)
    thread.start()
    return thread, result


def test_kill_9_during_a_login_is_unavailable_and_the_next_works(gate, server, sshd, alice):
    token = server.give("token-while-it-dies", alice.name, "trading")
    server.hold.clear()
    asked = len(server.asked)
    thread, result = in_background(lambda: sshd.login(alice.name, token, method="password"))
    wait_until(lambda: len(server.asked) > asked, "the login reaches the server")
    log = len(sshd.log.read_text(errors="replace"))
    gate.process.send_signal(signal.SIGKILL)
    gate.process.wait()
    thread.join(20)
    server.hold.set()
    assert result and result[0].code == 255
    assert result[0].seconds < 15, "within the module's deadline"
    wait_until(lambda: "cannot retrieve authentication info" in
               sshd.log.read_text(errors="replace")[log:].lower(),
               "sshd logs PAM_AUTHINFO_UNAVAIL")
    gate.start()
    assert sshd.login(alice.name, token).code == 0


def test_no_daemon_is_unavailable_at_once(gate, sshd, alice):
    gate.stop()
    log = len(sshd.log.read_text(errors="replace"))
    said = sshd.login(alice.name, "a-token", method="password")
    assert said.code == 255 and said.seconds < 10
    wait_until(lambda: "cannot retrieve authentication info" in
               sshd.log.read_text(errors="replace")[log:].lower(),
               "sshd logs PAM_AUTHINFO_UNAVAIL")


def test_the_fetching_process_is_started_again(gate, server, sshd, alice):
    token = server.give("token-after-a-fetch-died", alice.name, "trading")
    first = gate.processes()["fetch"]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: gate.processes().get("fetch") not in (None, first), "a new fetch")
    wait_until(lambda: gate.check(sshd.service, alice.name, token)[0] == 0, "it answers")
    assert sshd.login(alice.name, token).code == 0


@pytest.fixture
def full_disk(gate):
    """The audit log on a file system of 64 KiB."""
    gate.stop()
    said = run("mount", "-t", "tmpfs", "-o",
               f"size=64k,mode=700,uid={gate.account.uid},gid={gate.account.gid}",
               "tmpfs", gate.logs)
    if said.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {said.stderr.strip()}")
    gate.start()
    yield gate
    gate.stop()
    run("umount", gate.logs)


def test_a_full_disk_lets_nobody_in_and_says_so(full_disk, server, sshd, alice):
    gate = full_disk
    token = server.give("token-with-a-full-disk", alice.name, "trading")
    assert sshd.login(alice.name, token).code == 0
    ballast = gate.logs / "ballast"
    with open(ballast, "wb", buffering=0) as out, pytest.raises(OSError):
        while True:
            out.write(b"x" * 4096)
    # What is left of the log's own last page takes some records yet.
    for _ in range(40):
        code, said = gate.check(sshd.service, alice.name, token)
        if code:
            break
    assert (code, said["reason"]) == (2, "audit_failed"), said
    before = gate.audit_log.read_bytes()
    assert sshd.login(alice.name, token).code == 255
    assert gate.audit_log.read_bytes() == before and before.endswith(b"\n")
    assert f"audit log {gate.audit_log} cannot be written" in gate.said()
    ballast.unlink()
    assert sshd.login(alice.name, token).code == 0
    assert gate.ctl("audit", "verify").returncode == 0


def test_a_stopped_daemon_is_unavailable_within_the_acks_time(gate, server, sshd, alice):
    token = server.give("token-while-it-sleeps", alice.name, "trading")
    gate.process.send_signal(signal.SIGSTOP)
    try:
        said = sshd.login(alice.name, token)
        assert said.code == 255 and said.seconds < 12
    finally:
        gate.process.send_signal(signal.SIGCONT)
    assert sshd.login(alice.name, token).code == 0


def test_a_client_that_goes_away_cancels_its_question(gate, server, alice, sshd):
    server.hold.clear()
    server.give("token-nobody-waits-for", alice.name, "trading")
    asked = len(server.asked)
    s = wire.connect(gate.rundir / "login.sock")
    s.sendall(wire.encode(wire.CHECK, service=sshd.service, user=alice.name,
                          token="token-nobody-waits-for", budget_ms=20000))
    wait_until(lambda: len(server.asked) > asked, "the question is out")
    s.close()
    wait_until(lambda: gate.status()["connections"] <= 1, "the connection is gone")
    server.hold.set()


def test_sigterm_lets_logins_finish(gate, server, sshd, alice):
    token = server.give("token-at-the-end", alice.name, "trading")
    server.hold.clear()
    asked = len(server.asked)
    s = wire.connect(gate.rundir / "login.sock")
    s.sendall(wire.encode(wire.CHECK, service=sshd.service, user=alice.name, token=token,
                          budget_ms=10000))
    wait_until(lambda: len(server.asked) > asked, "the question is out")
    gate.process.terminate()
    time.sleep(0.2)
    server.hold.set()
    replies = []
    while packet := s.recv(65537):
        replies.append(wire.decode(packet))
    assert replies[-1].values["verdict"] == wire.ALLOW
    assert gate.process.wait(10) == 0


def test_a_second_daemon_on_the_same_log_is_refused(gate, make_gate, server):
    other = make_gate(server.url, start=False, main={"audit_log": gate.audit_log})
    said = run(*[str(a) for a in (gate.process.args[0], "--foreground", "--config",
                                  other.config)], timeout=20)
    assert said.returncode not in (0, None)
    assert str(gate.audit_log) in said.stderr
    assert isinstance(said, subprocess.CompletedProcess)
