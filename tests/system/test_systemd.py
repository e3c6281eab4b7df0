# SPDX-License-Identifier: ISC
"""The units, and sockets that a manager passes."""
import shutil
import socket
import subprocess

import pytest

import wire
from layout import PREFIX, VALIDATORD, program, run

UNITS = PREFIX / "lib/systemd/system"

STARTER = """\
import os, sys
names, fds = sys.argv[1].split(":"), [int(n) for n in sys.argv[2].split(",")]
for place, fd in enumerate(fds):
    os.dup2(fd, 100 + place)
for place in range(len(fds)):
    os.dup2(100 + place, 3 + place)
os.closerange(3 + len(fds), 200)
os.environ.update(LISTEN_FDS=str(len(fds)), LISTEN_FDNAMES=":".join(names),
                  LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
"""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not there")
def test_the_units_verify():
    units = sorted([*UNITS.glob("validatord*"), *UNITS.glob("gatewayd*")])
    assert len(units) == 7
    said = run("systemd-analyze", "verify", "--man=no", *units)
    ours = [line for line in (said.stdout + said.stderr).splitlines()
            if "validatord" in line or "gatewayd" in line]
    assert ours == [], "\n".join(ours)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not there")
def test_the_service_is_confined():
    said = run("systemd-analyze", "security", "--offline=true", "--no-pager",
               UNITS / "validatord.service")
    exposure = float(said.stdout.strip().rsplit("validatord.service:", 1)[1].split()[0])
    assert exposure < 2.5, said.stdout


def test_sysusers_and_tmpfiles_parse():
    for tool, path in (("systemd-sysusers", PREFIX / "lib/sysusers.d/scopegate.conf"),
                       ("systemd-tmpfiles", PREFIX / "lib/tmpfiles.d/scopegate.conf")):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not there")
        text = path.read_text()
        assert "@" not in text, "a placeholder was left"
    assert "u validatord" in (PREFIX / "lib/sysusers.d/scopegate.conf").read_text()


def test_sockets_that_a_manager_passes_are_used(make_login_gate, server, policies, sshd, alice,
                                                accounts):
    """systemd listens as root and passes the sockets to a daemon that never was."""
    gate = make_login_gate(server.url, policies=policies, start=False)
    passed = []
    for name in "login", "tools", "ctl":
        path = gate.rundir / f"{name}.sock"
        path.unlink(missing_ok=True)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(str(path))
        path.chmod(0o600)
        s.listen(64)
        passed.append(s)
    account = gate.account
    fds = [s.fileno() for s in passed]
    gate.start(command=["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}",
                        "--clear-groups", "/usr/bin/python3", "-c", STARTER, "login:tools:ctl",
                        ",".join(map(str, fds)), program(VALIDATORD), "--foreground",
                        "--config", str(gate.config)], pass_fds=fds)
    try:
        token = server.give("token-by-socket-activation", alice.name, "trading")
        said = sshd.login(alice.name, token)
        assert (said.code, said.out) == (0, alice.name), gate.said()
        reply = wire.ask(gate.rundir / "tools.sock", wire.encode(
            wire.CHECK, service=sshd.service, user=alice.name, token=token, budget_ms=5000))
        assert reply.values["verdict"] == wire.ALLOW
    finally:
        gate.stop()
        for s in passed:
            s.close()


def test_a_notified_manager_hears_ready(make_gate, server, monkeypatch):
    gate = make_gate(server.url, start=False)
    path = gate.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        path.chmod(0o777)
        manager.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        gate.start()
        heard = b""
        while b"READY=1" not in heard:
            heard += manager.recv(4096) + b"\n"
    assert isinstance(gate.process, subprocess.Popen)


def test_a_mended_configuration_starts_at_once():
    """Logins start the service while it cannot: that must use no limit up."""
    unit = (UNITS / "validatord.service").read_text()
    assert "\nStartLimitIntervalSec=0\n" in unit.split("[Service]")[0]


def test_nothing_of_libtool_is_installed():
    assert list(PREFIX.rglob("pam_scopegate.so"))
    assert not list(PREFIX.rglob("*.la"))
