# SPDX-License-Identifier: ISC
"""What clients may send, and how many there may be."""

import resource
import socket
import time

import daemon_driver as d
from daemon_driver import (ALLOW, case, check_message, connect, message,
                           raise_limit, receive_final)


@case()
def what_is_no_request_is_answered(daemon, server):
    good = check_message("good")
    for name, packet, error in (
            ("login", b"\0" * 16, d.E_MALFORMED),
            ("login", b"x", d.E_MALFORMED),
            ("login", good + b"\0", d.E_MALFORMED),
            ("login", d.header(d.CHECK, 16), d.E_MALFORMED),
            ("login", b"\xff" * 65536, d.E_MALFORMED),
            ("login", message(d.CONTROL, (d.COMMAND, b"status")), d.E_TYPE),
            ("tools", message(d.CONTROL, (d.COMMAND, b"status")), d.E_TYPE),
            ("ctl", good, d.E_TYPE),
            ("ctl", message(d.CONTROL, (d.COMMAND, b"stats")), d.E_COMMAND),
            ("ctl", message(d.CONTROL, (d.COMMAND, b"check")), d.E_MALFORMED)):
        reply = daemon.ask(packet, name)
        assert reply.type == d.ERROR, (name, packet[:20], reply.type)
        assert reply.number(d.TAG_ERROR) == error, (name, packet[:20])
    wrong = message(d.CHECK, version=9, id_=7)
    reply = daemon.ask(wrong)
    assert (reply.type, reply.number(d.TAG_ERROR)) == (d.ERROR, d.E_VERSION)
    assert (reply.version, reply.id) == (d.VERSION, 7)
    with connect(daemon.socket()) as s:
        s.send(b"")
        assert s.recv(10) == b""
    assert daemon.audit() == []
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)


@case()
def two_requests_on_one_connection(daemon, server):
    server.delays["slow"] = 1
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        s.recv(70000)
        s.send(check_message("slow"))
        assert s.recv(70000) == b""


@case()
def tools_socket_decides_too(daemon, server):
    assert daemon.ask(check_message("good"), "tools").outcome[0] == ALLOW


@case()
def a_thousand_at_once(daemon, server):
    raise_limit(3000)
    daemon.check("good")
    server.delays["slow"] = 0.3
    clients = [connect(daemon.socket()) for _ in range(1000)]
    for i, s in enumerate(clients):
        s.send(check_message("slow" if i % 2 else "good"))
    lost = [i for i, s in enumerate(clients)
            if receive_final(s)[0].outcome != (ALLOW, d.GRANTED)]
    for s in clients:
        s.close()
    assert lost == []
    assert server.asked["slow"] == 1
    assert len(daemon.audit()) == 1001


@case()
def five_thousand_half_open(daemon, server):
    raise_limit(6000)
    clients = [connect(daemon.socket()) for _ in range(5000)]
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert daemon.took < 2
    assert daemon.control("status")["connections"] <= 1040
    for s in clients:
        s.close()


@case()
def one_uid_cannot_have_all_of_tools(daemon, server):
    raise_limit(2000)
    server.delays["slow"] = 2
    silent = [connect(daemon.socket("tools")) for _ in range(300)]
    assert daemon.control("status")["connections"] <= 258
    busy = [connect(daemon.socket("tools")) for _ in range(256)]
    for s in busy:
        s.send(check_message("slow"))
        assert d.Reply(s.recv(70000)).type == d.ACK
    with connect(daemon.socket("tools")) as s:
        s.send(check_message("good", id_=99))
        reply = receive_final(s)[0]
        assert (reply.type, reply.id) == (d.ERROR, 99)
        assert reply.number(d.TAG_ERROR) == d.E_BUSY
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    for s in silent + busy:
        s.close()


@case()
def all_at_work_is_busy_but_not_for_the_operator(daemon, server):
    raise_limit(3000)
    server.delays["slow"] = 3
    busy = [connect(daemon.socket()) for _ in range(1024)]
    for s in busy:
        s.send(check_message("slow"))
    for s in busy:
        assert d.Reply(s.recv(70000)).type == d.ACK
    reply = daemon.check("good")
    assert (reply.type, reply.number(d.TAG_ERROR)) == (d.ERROR, d.E_BUSY)
    assert daemon.control("status")["connections"] == 1025
    for s in busy:
        assert receive_final(s)[0].outcome == (ALLOW, d.GRANTED)
        s.close()
    assert server.asked["slow"] == 1


@case()
def silence_is_closed(daemon, server):
    with connect(daemon.socket()) as s:
        assert s.recv(1) == b""
    assert daemon.control("status")["connections"] == 1


@case(before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
def out_of_descriptors(daemon, server):
    clients = []
    for _ in range(200):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.setblocking(False)
        if s.connect_ex(daemon.socket()) == 0:
            clients.append(s)
    with open("/proc/%d/stat" % daemon.process.pid) as f:
        before = sum(map(int, f.read().rsplit(")")[-1].split()[11:13]))
    time.sleep(1)
    with open("/proc/%d/stat" % daemon.process.pid) as f:
        after = sum(map(int, f.read().rsplit(")")[-1].split()[11:13]))
    assert after - before < 50, "it spins"
    for s in clients:
        s.close()
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)


@case()
def no_wake_ups_when_idle(daemon, server):
    def switches():
        with open("/proc/%d/status" % daemon.process.pid) as f:
            return [int(line.split()[1]) for line in f
                    if line.startswith("voluntary_ctxt")][0]

    daemon.check("good")
    time.sleep(2.5)
    first = switches()
    time.sleep(2)
    assert switches() == first
