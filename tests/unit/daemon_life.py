# SPDX-License-Identifier: ISC
"""How it begins and ends, and what it leaves behind."""

import fcntl
import os
import signal
import socket
import subprocess

import daemon_driver as d
from daemon_driver import (ALLOW, UNAVAILABLE, case, check_message, connect,
                           receive_final)


@case()
def terminate_drains(daemon, server):
    server.delays["slow"] = 1
    idle = connect(daemon.socket())
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        s.recv(70000)
        daemon.process.send_signal(signal.SIGTERM)
        assert receive_final(s)[0].outcome == (ALLOW, d.GRANTED)
    assert idle.recv(1) == b""
    assert daemon.process.wait(10) == 0
    try:
        connect(daemon.socket()).close()
        raise AssertionError("it still listens")
    except ConnectionRefusedError:
        pass
    assert daemon.audit()[-1]["verdict" if "verdict" in daemon.audit()[-1]
                              else "decision"] == "allow"


@case()
def terminate_interrupts_after_a_while(daemon, server):
    server.delays["slow"] = 30
    with connect(daemon.socket()) as s:
        s.send(check_message("slow", budget_ms=60000))
        s.recv(70000)
        daemon.process.send_signal(signal.SIGTERM)
        assert receive_final(s)[0].outcome[0] == UNAVAILABLE
    assert daemon.process.wait(10) == 0


@case()
def left_over_sockets_are_replaced(daemon, server):
    other = daemon.spawn("--config", daemon.path("etc/v.conf"),
                         env=d.ENVIRONMENT,
                         stderr=subprocess.PIPE, text=True)
    assert "another daemon answers" in other.communicate(timeout=10)[1]
    assert other.returncode == 71
    assert daemon.check("good").outcome[0] == ALLOW
    daemon.stop(signal.SIGKILL)
    os.truncate(daemon.path("log/stderr"), 0)
    daemon.start()
    assert daemon.check("good").outcome[0] == ALLOW


@case()
def killed_in_the_middle(daemon, server):
    server.delays["slow"] = 3
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        s.recv(70000)
        daemon.stop(signal.SIGKILL)
        assert s.recv(70000) == b""
    os.truncate(daemon.path("log/stderr"), 0)
    daemon.start()
    assert daemon.check("good").outcome[0] == ALLOW


@case(start=False)
def exit_codes(daemon, server):
    def run(*arguments):
        p = daemon.spawn(*arguments, env=d.ENVIRONMENT, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
        out, err = p.communicate(timeout=20)
        return p.returncode, out, err

    conf = daemon.path("etc/v.conf")
    assert run("--froeground")[0] == 64
    assert run("--role=reap")[0] == 64
    assert run("--version")[1].startswith("validatord ")
    code, out, err = run("--config", conf, "--test")
    assert (code, out) == (0, "configuration ok\n"), (code, out, err)
    assert not os.path.exists(daemon.path("run"))
    daemon.write_config(head="failure_flor = 1s")
    for arguments in (("--test",), ()):
        code, out, err = run("--config", conf, *arguments)
        assert code == 78 and out == "", (code, out)
        assert "v.conf:6: " in err and "failure_flor" in err, err
    assert run("--config", daemon.path("etc/none"))[0] == 78
    daemon.write_config()


@case(start=False)
def folders_are_refused_before_the_start_and_at_it(daemon, server):
    def refused(line, *words):
        for arguments in (("--test",), ()):
            p = daemon.spawn("--config", daemon.path("etc/v.conf"), *arguments,
                             env=d.ENVIRONMENT, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
            out, err = p.communicate(timeout=20)
            assert p.returncode == 78 and out == "", (p.returncode, out, err)
            for word in ("v.conf:%d: " % line, *words):
                assert word in err, (word, err)

    os.mkdir(daemon.path("run"))
    daemon.own()
    os.chmod(daemon.path("run"), 0o777)
    refused(3, "runtime_dir: ", "mode 0777", "chmod 0755 '")
    os.chmod(daemon.path("run"), 0o755)
    os.chmod(daemon.path("log"), 0o777)
    refused(2, "audit_log: ", "mode 0777", "chmod 0750 '")
    os.rename(daemon.path("log"), daemon.path("gone"))
    refused(2, "audit_log: ", "No such file", "install -d -m 0750 -o ")
    os.rename(daemon.path("gone"), daemon.path("log"))
    os.chmod(daemon.path("log"), 0o700)
    daemon.start()


def ask_as(uid, path):
    """The type of the reply that another user gets."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setuid(uid)
            with connect(path) as s:
                s.send(check_message("good"))
                os.write(writer, bytes([receive_final(s)[0].type]))
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    with open(reader, "rb") as answer:
        return answer.read()[0]


@case(start=False)
def sockets_from_the_manager(daemon, server):
    made = []
    for name in ("tools", "login", "ctl"):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(daemon.path("log", name))
        os.chmod(daemon.path("log", name), 0o666)
        s.listen(64)
        made.append(s)
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(daemon.path("log/notify"))
    os.chmod(daemon.path("log/notify"), 0o666)
    notify.settimeout(20)
    high = [fcntl.fcntl(s, fcntl.F_DUPFD, 100) for s in made]

    def place():
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i)

    # $LISTEN_PID can be known by a shell that becomes the daemon alone.
    binary = os.open(daemon.binary, os.O_RDONLY)
    daemon.binary = "/bin/sh"
    spawn = daemon.spawn
    daemon.spawn = lambda *a, **more: spawn(
        "-c", 'LISTEN_PID=$$ exec "$@"', "sh", "/proc/self/fd/%d" % binary,
        *a, fds=(3, 4, 5, binary), before=place, **more)
    daemon.start(env={"LISTEN_FDS": "3", "LISTEN_FDNAMES": "tools:login:ctl",
                      "NOTIFY_SOCKET": daemon.path("log/notify")})
    assert notify.recv(100) == b"READY=1"
    daemon.socket = lambda name="login": daemon.path("log", name)
    os.chmod(daemon.dir, 0o711)
    os.chmod(daemon.path("log"), 0o711)
    assert daemon.check("good").outcome[0] == ALLOW
    assert daemon.ask(check_message("good"), "tools").outcome[0] == ALLOW
    if os.geteuid() == 0:
        assert ask_as(1, daemon.socket("tools")) == d.VERDICT
        assert ask_as(1, daemon.socket()) == d.ERROR
        assert ask_as(daemon.uid, daemon.socket()) == d.VERDICT
    assert daemon.control("reload")["reloaded"] is True
    assert notify.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert notify.recv(100) == b"READY=1"
    assert not os.path.exists(daemon.path("run"))
    assert daemon.stop() == 0
    assert notify.recv(100) == b"STOPPING=1"


@case()
def no_token_anywhere(daemon, server):
    token = "canary-1234567890"
    server.answers["canary-inactive"] = 200, {"active": False}
    daemon.check(token)
    daemon.control_check(token)
    daemon.check("canary-inactive")
    daemon.check("canary@malformed")
    for name in ("log/stderr", "log/audit.jsonl"):
        with open(daemon.path(name)) as f:
            assert "canary" not in f.read(), name
    with open("/proc/%d/cmdline" % daemon.process.pid) as f:
        assert "canary" not in f.read()


@case()
def files_and_modes(daemon, server):
    for name, mode in (("run", 0o755), ("run/login.sock", 0o600),
                       ("run/ctl.sock", 0o600)):
        st = os.stat(daemon.path(name))
        assert st.st_mode & 0o777 == mode, (name, oct(st.st_mode))
        assert st.st_uid == daemon.uid
    with open("/proc/%d/limits" % daemon.process.pid) as f:
        limits = f.read()
    core = [line for line in limits.splitlines() if "core file" in line][0]
    assert core.split()[4] == "0", core
