# SPDX-License-Identifier: ISC
"""What the processes may do, seen from outside."""
import re
import shutil
import stat
import subprocess

import pytest

import wire
from layout import MODULE, end, run, spawn, wait_until


def state(pid):
    text = open(f"/proc/{pid}/status", encoding="ascii").read()
    return {line.split(":")[0]: line.split(":")[1].split() for line in text.splitlines()}


@pytest.mark.parametrize("role", ["decide", "fetch"])
def test_a_process_holds_no_privilege(gate, role):
    said = state(gate.processes()[role])
    assert set(said["Uid"]) == {str(gate.account.uid)}
    assert set(said["Gid"]) == {str(gate.account.gid)}
    assert all(int(said[name][0], 16) == 0 for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"))
    assert said["Seccomp"] == ["2"]
    assert said["NoNewPrivs"] == ["1"]
    assert set(said["Groups"]) <= {str(gate.account.gid)}


def test_neither_process_leaves_a_core(gate):
    for role in "decide", "fetch":
        limits = open(f"/proc/{gate.processes()[role]}/limits", encoding="ascii").read()
        assert re.search(r"Max core file size\s+0\s+0\s", limits)


def test_no_process_has_a_descriptor_that_is_not_its_own(gate, server, alice):
    server.give("token-for-descriptors", alice.name, "trading")
    gate.check("sshd", alice.name, "token-for-descriptors")
    families = {}
    for role, pid in gate.processes().items():
        said = run("nsenter", "-t", str(pid), "-n", "ss", "-Hntup", "-a")
        families[role] = [line for line in said.stdout.splitlines() if f"pid={pid}," in line]
    assert families["decide"] == []


def test_sockets_have_their_modes(gate):
    for name, mode in (("login", 0o600), ("tools", 0o660), ("ctl", 0o600)):
        info = (gate.rundir / f"{name}.sock").stat()
        assert (stat.S_IMODE(info.st_mode), info.st_uid) == (mode, 0)
    assert (gate.rundir / "tools.sock").stat().st_gid == gate.account.gid


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_network_socket_in_the_login_and_in_the_deciding_process(gate, server, sshd, alice):
    token = server.give("token-under-strace", alice.name, "trading")
    traces = {name: gate.folder / f"trace.{name}" for name in ("sshd", "decide", "fetch")}
    pids = gate.processes()
    for role in "decide", "fetch":
        assert pids[role]
    tracers = [spawn(["strace", "-f", "-qq", "-e", "trace=socket,connect,execve", "-o",
                      traces[name], "-p", str(pid)], stderr=subprocess.PIPE)
               for name, pid in (("sshd", sshd.process.pid), ("decide", pids["decide"]),
                                 ("fetch", pids["fetch"]))]
    try:
        for tracer in tracers:
            traced = int(tracer.args[-1])
            wait_until(lambda p=traced: state(p)["TracerPid"] != ["0"], "strace is attached")
        assert sshd.login(alice.name, token).code == 0
    finally:
        for tracer in tracers:
            end(tracer)
    seen = {name: path.read_text() for name, path in traces.items()}
    assert "AF_INET" not in seen["decide"] and "execve" not in seen["decide"]
    assert "AF_INET" in seen["fetch"], "the trace sees what there is to see"
    assert str(gate.rundir / "login.sock") in seen["sshd"]
    # What sshd does by itself, such as sorting its addresses, is not ours: the
    # process that asked the gate made none, and nobody a stream.
    asker = re.search(r"^(\d+) .*login\.sock", seen["sshd"], re.M)[1]
    its = [line for line in seen["sshd"].splitlines() if line.startswith(f"{asker} ")]
    after = its[next(n for n, line in enumerate(its) if "login.sock" in line):]
    assert not any("AF_INET" in line for line in after), after
    assert not re.search(r"socket\(AF_INET6?, SOCK_STREAM", seen["sshd"])


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_network_socket_in_sudo(gate, server, sudo, alice, bob):
    token = server.give("token-for-sudo-under-strace", alice.name, "sudo:run")
    trace = gate.folder / "trace.sudo"
    said = run("strace", "-f", "-qq", "-u", alice.name, "-e", "trace=socket,connect", "-o",
               trace, "sudo", "-k", "-S", "-u", bob.name, "id", "-un", input=token + "\n")
    assert (said.returncode, said.stdout.strip()) == (0, bob.name), said.stderr
    text = trace.read_text()
    assert str(gate.rundir / "login.sock") in text
    assert not re.search(r"socket\(AF_INET6?, SOCK_STREAM", text)


def test_ldd_of_the_module():
    said = run("ldd", MODULE)
    names = re.findall(r"(lib[a-z_-]+)\.so", said.stdout)
    assert "libpam" in names
    assert set(names) <= {"libpam", "libc", "libaudit", "libcap-ng", "libpcre"}, said.stdout


def ask_as(account, path, **values):
    """A CHECK from an ordinary account, by this very client."""
    script = ("import sys; sys.path.insert(0, %r)\nimport wire\n"
              "print(wire.ask(%r, wire.encode(wire.CHECK, **%r)))"
              % (str(wire.__file__.rsplit("/", 1)[0]), str(path), values))
    return run(*account.as_user()[:4], "/usr/bin/python3", "-B", "-c", script)


def test_tools_sock_serves_its_group_and_nobody_else(gate, server, accounts, alice, sshd,
                                                     tmp_path):
    member = accounts.new("tool", groups=[gate.account.name])
    stranger = accounts.new("stranger")
    shutil.copy(wire.__file__, gate.folder / "wire.py")
    values = dict(service=sshd.service, user=alice.name, budget_ms=5000,
                  token=server.give("token-for-tools", alice.name, "trading"))
    tools, login = gate.rundir / "tools.sock", gate.rundir / "login.sock"
    wire_file, wire.__file__ = wire.__file__, str(gate.folder / "wire.py")
    try:
        said = ask_as(member, tools, **values)
        assert "'verdict': 1" in said.stdout, said
        assert "PermissionError" in ask_as(stranger, tools, **values).stderr
        assert "PermissionError" in ask_as(member, login, **values).stderr
    finally:
        wire.__file__ = wire_file
    assert gate.last()["peer_uid"] == member.uid


def test_the_module_trusts_no_socket_that_another_made(gate, server, sshd, alice):
    """A socket of another user at the right place gets no token."""
    gate.stop()
    path = gate.rundir / "login.sock"
    path.unlink(missing_ok=True)
    script = ("import os,socket\ns=socket.socket(socket.AF_UNIX,socket.SOCK_SEQPACKET)\n"
              "s.bind(%r)\nos.chown(%r,0,0)\nos.setuid(%d)\ns.listen(8)\nprint('up',flush=True)\n"
              "s.settimeout(20)\n"
              "c,_=s.accept()\nc.settimeout(10)\nprint(c.recv(65536),flush=True)\n"
              % (str(path), str(path), alice.uid))
    thief = spawn(["/usr/bin/python3", "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert thief.stdout.readline() == "up\n"
        assert sshd.login(alice.name, "a-token-worth-stealing").code == 255
        assert "worth-stealing" not in thief.stdout.readline()
    finally:
        end(thief)
        path.unlink(missing_ok=True)
