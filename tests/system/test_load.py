# SPDX-License-Identifier: ISC
"""Many at once, and many that only hold a connection."""
import resource
import socket
import threading
import time

import pytest

import wire
from layout import run

CLIENTS = 1000
HALF_OPEN = 5000


@pytest.fixture
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < HALF_OPEN + 500:
        pytest.skip(f"the limit of descriptors is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (HALF_OPEN + 500, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_concurrent_checks_and_none_lost(gate, server, sshd, alice,
                                                    many_descriptors):
    for n in range(CLIENTS):
        server.give(f"token-{n % 50}", alice.name, "trading" if n % 2 == 0 else "data")
    path, verdicts, lock = gate.rundir / "login.sock", {}, threading.Lock()
    start = threading.Barrier(CLIENTS + 1)

    def ask(n):
        packet = wire.encode(wire.CHECK, number=n + 1, service=sshd.service, user=alice.name,
                             token=f"token-{n % 50}", rhost=f"host{n}.test", budget_ms=60000)
        with wire.connect(path, 60) as s:
            start.wait()
            s.sendall(packet)
            while True:
                reply = wire.decode(s.recv(65537))
                if reply.type != wire.ACK:
                    break
        with lock:
            verdicts[n] = (reply.id, reply.values.get("verdict"))

    threading.stack_size(256 * 1024)
    threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(CLIENTS)]
    # The daemon drops who says nothing for two seconds, so connect and ask.
    for thread in threads:
        thread.start()
    start.wait(60)
    for thread in threads:
        thread.join(60)
    threading.stack_size(0)
    expected = {n: (n + 1, wire.ALLOW if n % 2 == 0 else wire.DENY) for n in range(CLIENTS)}
    assert verdicts == expected
    assert len(gate.audit()) == CLIENTS
    assert gate.ctl("audit", "verify").returncode == 0


def hold(path, count):
    """Connections that never say a word; those that are refused count too."""
    held = []
    for _ in range(count):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.setblocking(False)
        for _ in range(200):
            try:
                s.connect(str(path))
                break
            except BlockingIOError:
                time.sleep(0.005)
        held.append(s)
    return held


def test_five_thousand_half_open_connections_and_one_login(gate, server, sshd, alice,
                                                           many_descriptors):
    token = server.give("token-in-a-crowd", alice.name, "trading")
    sshd.login(alice.name, token)
    quiet = sshd.login(alice.name, token)
    assert quiet.code == 0
    held = hold(gate.rundir / "login.sock", HALF_OPEN)
    try:
        said = sshd.login(alice.name, token)
        assert (said.code, said.out) == (0, alice.name)
        # ssh's own time is no matter of ours; a login had two seconds in all.
        assert said.seconds - quiet.seconds < 2
    finally:
        for s in held:
            s.close()


def test_one_uid_cannot_take_all_of_tools_sock(gate, server, accounts, alice, sshd,
                                               many_descriptors):
    """The crowd comes from an ordinary account; another caller still gets in."""
    crowd = accounts.new("crowd", groups=[gate.account.name])
    script = ("import socket,time\nheld=[]\n"
              "for _ in range(1500):\n"
              " s=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET)\n"
              " s.settimeout(5)\n"
              " try:\n  s.connect('%s'); held.append(s)\n"
              " except OSError:\n  pass\n"
              "print(len(held), flush=True)\n") % (gate.rundir / "tools.sock")
    said = run(*crowd.as_user()[:4], "/usr/bin/python3", "-c", script)
    assert said.returncode == 0, said.stderr
    server.give("token-beside-a-crowd", alice.name, "trading")
    reply = wire.ask(gate.rundir / "tools.sock", wire.encode(
        wire.CHECK, service=sshd.service, user=alice.name, token="token-beside-a-crowd",
        budget_ms=5000))
    assert reply.values["verdict"] == wire.ALLOW


def test_tries_are_counted_and_then_refused(gate, server, sshd, alice):
    packet = wire.encode(wire.CHECK, service=sshd.service, user=alice.name, token="guess",
                         rhost="192.0.2.7", budget_ms=5000)
    path = gate.rundir / "login.sock"
    reasons = [wire.ask(path, packet).values for _ in range(15)]
    assert reasons[0]["reason"] == 11 and reasons[-1]["reason"] == 60
    assert reasons[-1]["retry_after"] >= 1
    # Another address is another matter, and a good token there gets in.
    token = server.give("token-from-elsewhere", alice.name, "trading")
    other = wire.encode(wire.CHECK, service=sshd.service, user=alice.name, token=token,
                        rhost="192.0.2.8", budget_ms=5000)
    assert wire.ask(path, other).values["verdict"] == wire.ALLOW


def test_an_outage_counts_against_nobody(gate, server, sshd, alice):
    server.mode = "status_503"
    path = gate.rundir / "login.sock"
    token = server.give("token-in-an-outage", alice.name, "trading")
    packet = wire.encode(wire.CHECK, service=sshd.service, user=alice.name, token=token,
                         rhost="192.0.2.9", budget_ms=5000)
    for _ in range(30):
        assert wire.ask(path, packet).values["verdict"] == wire.UNAVAILABLE
    server.mode = "good"
    assert wire.ask(path, packet).values["verdict"] == wire.ALLOW


def test_a_refusal_takes_its_floor(make_gate, server, alice):
    gate = make_gate(server.url, main={"failure_floor": "700ms"})
    packet = wire.encode(wire.CHECK, service="sshd", user=alice.name, token="guess",
                         budget_ms=5000)
    began = time.monotonic()
    assert wire.ask(gate.rundir / "login.sock", packet).values["verdict"] == wire.DENY
    assert time.monotonic() - began >= 0.7


@pytest.mark.parametrize("packet,error", [
    (b"x" * 40, 3),
    (wire.encode(wire.CHECK, service="sshd", user="alice", token="t", budget_ms=1)[:-1], 3),
    (wire.encode(wire.CHECK, version=9, service="sshd", user="alice", token="t",
                 budget_ms=1), 1),
    (wire.encode(wire.CONTROL, command="status"), 2),
    (wire.encode(wire.VERDICT, verdict=1, reason=1, ref="x"), 2),
    (wire.encode(wire.CHECK, service="sshd", user="alice", budget_ms=1), 3),
    (wire.encode(wire.CHECK, service="sshd", user="ali\nce", token="t", budget_ms=1), 3),
    (wire.encode(wire.CHECK, service="sshd", user="alice", token="t" * 16385, budget_ms=1), 3),
], ids=["junk", "cut", "version", "control by login.sock", "a reply", "no token",
        "control character", "long token"])
def test_a_bad_message_gets_an_error_that_says_which(gate, packet, error):
    reply = wire.ask(gate.rundir / "login.sock", packet)
    assert reply is None or reply.type == wire.ERROR
    if reply is not None:
        assert reply.values["error"] in (error, 3)
    assert gate.status()["connections"] <= 1
