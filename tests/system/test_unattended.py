# SPDX-License-Identifier: ISC
"""scp, rsync, git and ansible past the gate with nobody there: scopegate-askpass answers
by login codes, and the token behind them has 16 KiB."""
import json
import shutil

import pytest

from layout import PREFIX, RUNDIR, run, write
from login_stage import LoginGate
from test_long_token import long_token

LONGEST = 16384
NAME = "desk.example.com"
ACME = {"client_id": "gate", "client_secret_file": "{secret}",
        "audience": "https://hosts.example.test", "user_claim": "username",
        "breaker": "off", "insecure_loopback": "yes"}

SETTINGS = """\
[issuer acme]
client_id = someone
source = file:{home}/token

[host desk]
match = 127.0.0.1
issuer = acme
service = {service}
insecure_loopback = yes
"""

SSH = """\
Host desk
	HostName 127.0.0.1
	Port {port}
	UserKnownHostsFile {known}
	PreferredAuthentications keyboard-interactive
	NumberOfPasswordPrompts 1
	ConnectTimeout 10
Host stranger
	HostName 127.0.0.1
	Port {port}
	UserKnownHostsFile /dev/null
	StrictHostKeyChecking ask
	PreferredAuthentications keyboard-interactive
"""


@pytest.fixture(scope="module")
def server():
    from bad_as import Server
    made = Server()
    yield made
    made.close()


@pytest.fixture(scope="module")
def gate(alpaca, daemon, server, sshd, sudo):
    made = LoginGate(daemon, alpaca, RUNDIR, users=alpaca.people, more={"acme": {
        "url": server.url, "introspection_endpoint": f"{server.url}/introspect",
        "authorization_endpoint": f"{server.url}/authorize",
        "token_endpoint": f"{server.url}/token", **ACME}},
        policies={"hosts": {"service": f"sshd {sshd.service}", "issuer": "acme",
                            "require": "trading"},
                  "sudo": {"service": sudo.service, "issuer": "acme", "require": "sudo:run"}})
    made.add_secret("acme", "the-gate's-own-secret")
    made.start()
    yield made
    made.close()


class User:
    """alice on a machine of hers: her file, her token, and ssh's configuration."""

    def __init__(self, account, gate, sshd):
        self.account, self.home, self.gate = account, account.home, gate
        shutil.copy(sshd.folder / "known_hosts", self.home / "known_hosts")
        (self.home / "known_hosts").chmod(0o644)
        self.folder(".ssh")
        self.folder(".config")
        self.folder(".config/scopegate")
        write(self.home / ".ssh/config", SSH.format(
            port=sshd.port, known=self.home / "known_hosts"), 0o600, account.name)
        self.settings = SETTINGS.format(home=self.home, service=sshd.service)

    def folder(self, name):
        (self.home / name).mkdir(mode=0o700, exist_ok=True)
        shutil.chown(self.home / name, self.account.name, self.account.name)

    def has(self, token, codes=True):
        write(self.home / "token", token + "\n", 0o600, self.account.name)
        gate = f"gate = {self.gate.front_url}\nhost_name = {NAME}\n" if codes else ""
        write(self.home / ".config/scopegate/config", self.settings + gate, 0o600,
              self.account.name)

    def runs(self, *command, host="127.0.0.1", more=(), options=(), env=()):
        """`scopegate run HOST -- COMMAND`, with no terminal and no input."""
        return run("setsid", "-w", *self.account.as_user(), *env,
                   PREFIX / "bin/scopegate", "run", *options, host, "--", *command,
                   *more, stdin=-3, timeout=120, cwd=self.home)


@pytest.fixture
def user(alice, gate, server, sshd):
    made = User(alice, gate, sshd)
    made.has(server.give(long_token(LONGEST), alice.name, "trading"))
    return made


def test_ssh(user, gate):
    said = user.runs("ssh", "desk", "id", "-un")
    assert (said.returncode, said.stdout.strip()) == (0, user.account.name), said.stderr
    assert (gate.last()["decision"], gate.last()["user"]) == ("allow", user.account.name)


def test_scp_both_ways(user):
    text = "what is copied\n" * 1000
    write(user.home / "one", text, 0o644, user.account.name)
    said = user.runs("scp", "-q", "-O", "one", "desk:two")
    assert said.returncode == 0, said.stderr
    said = user.runs("scp", "-q", "-O", "desk:two", "three")
    assert said.returncode == 0 and (user.home / "three").read_text() == text, said.stderr


def test_rsync(user):
    user.folder("tree")
    for n in range(20):
        write(user.home / f"tree/{n}", f"file {n}\n", 0o644, user.account.name)
    said = user.runs("rsync", "-a", "tree/", "desk:mirror/")
    assert said.returncode == 0, said.stderr
    assert sorted(p.name for p in (user.home / "mirror").iterdir()) == \
        sorted(str(n) for n in range(20))


def test_git_clone(user):
    made = run(*user.account.as_user(), "sh", "-c", """
        git init -q repo && cd repo && echo text > file && git add file &&
        git -c user.name=alice -c user.email=alice@example.com commit -qm one""",
               cwd=user.home)
    assert made.returncode == 0, made.stderr
    said = user.runs("git", "clone", "-q", f"ssh://desk{user.home}/repo", "clone")
    assert said.returncode == 0, said.stderr
    assert (user.home / "clone/file").read_text() == "text\n"


def test_ansible_ping(user):
    if not shutil.which("ansible"):
        pytest.skip("ansible is not installed")
    # Ansible turns keyboard-interactive off unless its own options say otherwise.
    said = user.runs(
        "ansible", "-i", "desk,", "desk", "-m", "ping", "-e",
        "ansible_python_interpreter=/usr/bin/python3",
        env=["ANSIBLE_SSH_ARGS=-o KbdInteractiveAuthentication=yes "
             "-o PreferredAuthentications=keyboard-interactive "
             "-o ControlMaster=auto -o ControlPersist=10s", "LC_ALL=C.UTF-8"])
    assert said.returncode == 0 and '"ping": "pong"' in said.stdout, said.stdout + said.stderr


def test_sudo_by_a_code(user, gate, server, sudo, alice, bob):
    user.has(server.give(long_token(LONGEST)[::-1], alice.name, "sudo:run"))
    said = run("setsid", "-w", *alice.as_user(), *sudo_command(user, sudo, bob),
               stdin=-3, cwd=user.home)
    assert (said.returncode, said.stdout.strip()) == (0, bob.name), said.stderr


def sudo_command(user, sudo, bob):
    return [PREFIX / "bin/scopegate", "run", "--sudo", "--service", sudo.service, "127.0.0.1",
            "--", "sudo", "-k", "-A", "-u", bob.name, "id", "-un"]


def test_a_long_token_in_parts_where_there_is_no_gatewayd(user, server, alice):
    user.has(server.give(long_token(4000), alice.name, "trading"), codes=False)
    said = user.runs("ssh", "desk", "id", "-un")
    assert (said.returncode, said.stdout.strip()) == (0, alice.name), said.stderr


def test_the_plain_environment(user, alice):
    said = run("setsid", "-w", *alice.as_user(), f"SSH_ASKPASS={PREFIX}/bin/scopegate-askpass",
               "SSH_ASKPASS_REQUIRE=force", "SCOPEGATE_HOST=127.0.0.1", "ssh", "desk", "id",
               "-un", stdin=-3, cwd=user.home)
    assert (said.returncode, said.stdout.strip()) == (0, alice.name), said.stderr


def test_a_code_answers_where_a_browser_is_offered(user, gate, alice):
    """The module then shows a link, and its question is another one."""
    gate.policies["hosts"]["login"] = "token browser"
    gate.configure()
    assert gate.ctl("reload").returncode == 0, gate.said()
    asked = write(user.home / "asked", "", 0o600, alice.name)
    spy = write(user.home / "spy", f"""#!/bin/sh
printf '%s' "$1" > {asked}
exec {PREFIX}/bin/scopegate-askpass "$1"
""", 0o755)
    try:
        said = run("setsid", "-w", *alice.as_user(), f"SSH_ASKPASS={spy}",
                   "SSH_ASKPASS_REQUIRE=force", "SCOPEGATE_HOST=127.0.0.1", "ssh", "desk", "id",
                   "-un", stdin=-3, cwd=user.home)
        assert (said.returncode, said.stdout.strip()) == (0, alice.name), said.stderr
        assert f"{gate.front_url}/l/" in asked.read_text()
    finally:
        del gate.policies["hosts"]["login"]
        gate.configure()
        assert gate.ctl("reload").returncode == 0


def test_a_missing_scope_is_said_before_ssh_is_answered(user, gate, server, alice):
    user.has(server.give(long_token(LONGEST - 1), alice.name, "data"))
    said = user.runs("ssh", "desk", "id", "-un")
    assert said.returncode == 255 and not said.stdout
    assert gate.last()["reason"] == "scope_missing"


def test_a_host_key_that_nobody_looked_at_is_not_answered(user, gate):
    asked = len(gate.audit())
    said = user.runs("ssh", "stranger", "id", "-un")
    assert said.returncode == 255 and "for a person to say" in said.stderr
    assert len(gate.audit()) == asked


def test_another_host_is_told_nothing(user, gate):
    asked = len(gate.audit())
    write(user.home / ".config/scopegate/config", user.settings.replace(
        "match = 127.0.0.1", "match = 127.0.0.1 other.example.com"), 0o600, user.account.name)
    said = user.runs("ssh", "desk", "id", "-un", host="other.example.com")
    assert said.returncode == 255 and "not meant" in said.stderr, said.stderr
    assert len(gate.audit()) == asked


def test_no_octet_of_the_token_is_seen(user, gate, server):
    token = (user.home / "token").read_text().strip()
    said = user.runs("ssh", "-vvv", "desk", "env")
    assert said.returncode == 0
    for text in said.stdout, said.stderr, gate.said(), gate.front_log.read_text(), \
            json.dumps(gate.audit()):
        assert token[:40] not in text and token[-40:] not in text
