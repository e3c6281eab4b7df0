# SPDX-License-Identifier: ISC
"""validatorctl login-test against the daemon."""

import os
import signal
import subprocess
import termios

import daemon_driver as d
import login_driver as l
from daemon_driver import ENVIRONMENT, case
from login_driver import Browser, configure

GOOD = "alice..trading..paper"


def start(daemon, *arguments, stdin=subprocess.PIPE):
    """validatorctl, run as the user whom the daemon belongs to."""
    binary = os.path.join(os.path.dirname(os.path.dirname(daemon.binary)),
                          "validatorctl", "validatorctl")
    # Through the descriptor: the build may lie where others cannot look.
    fd = os.open(binary, os.O_RDONLY)

    def become():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(daemon.uid)
            os.setuid(daemon.uid)

    try:
        return subprocess.Popen(
            ["validatorctl", "--config", daemon.path("etc/v.conf"),
             *arguments], executable="/proc/self/fd/%d" % fd, pass_fds=(fd,),
            preexec_fn=become, stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=ENVIRONMENT)
    finally:
        os.close(fd)


def explain(daemon, record):
    process = start(daemon, "explain", record["ref"])
    said = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0, said
    return said


class Tool:
    """login-test, its output read as it comes."""

    def __init__(self, daemon, *arguments, **more):
        self.process = start(daemon, "login-test", *arguments, **more)
        self.said = ""

    def until_asked(self):
        """What is said up to the next prompt."""
        begin = len(self.said)
        while not self.said.endswith("\n> "):
            octet = self.process.stdout.read(1)
            assert octet, self.said
            self.said += octet.decode()
        said, self.said = self.said[begin:], self.said + "|"
        return said

    def type(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def end_by_itself(self):
        """Nobody types anything, and standard input stays open."""
        self.said += self.process.stdout.read().decode()
        return self.process.wait(30)

    def end(self):
        rest, _ = self.process.communicate(timeout=30)
        self.said += rest.decode()
        return self.process.returncode


@case(configure=configure)
def the_tool_tells_each_step(daemon, server):
    tool = Tool(daemon, "sshd", "alice", "--rhost", "192.0.2.7")
    said = tool.until_asked()
    for text in ("hosts (", "as, " + server.url, "token, browser",
                 "https://gate.example.com/l/", "or a token"):
        assert " ".join(text.split()) in " ".join(said.split()), (text, said)
    link = said.split("/l/")[1].split()[0]
    tool.type("")
    assert "has not been gone through yet" in tool.until_asked()
    b = Browser(daemon)
    b.open(link)
    b.back(GOOD)
    code = b.confirm()["code"]
    tool.type("AAAA-AAAA")
    assert "that was not the code" in tool.until_asked()
    tool.type(code)
    assert tool.end() == 0, tool.said
    for text in ("allow: ", "granted", "PAM_SUCCESS", "9 octets"):
        assert text in tool.said, (text, tool.said)
    assert code not in tool.said
    assert daemon.audit()[-1]["tty"] == "validatorctl"


@case(configure=configure)
def the_tool_tells_refusals_and_what_is_wrong(daemon, server):
    tool = Tool(daemon, "sshd", "alice", "--method", "browser")
    link = tool.until_asked().split("/l/")[1].split()[0]
    b = Browser(daemon)
    b.open(link)
    b.back("alice..data..paper")
    tool.type("")
    assert tool.end() == 1, tool.said
    assert "scope_missing" in tool.said and "PAM_PERM_DENIED" in tool.said
    tool = Tool(daemon, "cron", "alice")
    assert tool.end() == 1 and "none matches" in tool.said
    tool = Tool(daemon, "sshd", "alice")
    tool.until_asked()
    assert tool.end() == 1 and "is cancelled" in tool.said
    l.wait_until(lambda: daemon.control("status")["connections"] == 1)
    for arguments in ((), ("sshd",), ("sshd", "alice", "--method"),
                      ("sshd", "alice", "--method", "magic"),
                      ("sshd", "alice", "more", "x"), ("--x", "sshd"),
                      *(("sshd", "alice", "--timeout", t)
                        for t in ("0", "301", "1s", "-1", ""))):
        assert Tool(daemon, *arguments).end() == 64, arguments
    daemon.stop()
    tool = Tool(daemon, "sshd", "alice")
    assert tool.end() == 2 and "is validatord running?" in tool.said


@case(configure=configure)
def the_tool_ends_when_the_time_is_over(daemon, server):
    tool = Tool(daemon, "sshd", "alice", "--timeout", "1")
    tool.until_asked()
    assert tool.end_by_itself() == 1, tool.said
    for words in ("deny: ", "login_unfinished", "PAM_AUTH_ERR"):
        assert words in tool.said, (words, tool.said)
    assert daemon.audit()[-1]["reason"] == "login_unfinished"
    # By its own clock, too.
    tool = Tool(daemon, "sshd", "alice", "--timeout", "4")
    tool.until_asked()
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        assert tool.end_by_itself() == 2, tool.said
    finally:
        daemon.process.send_signal(signal.SIGCONT)
    assert "login.sock: time-out" in tool.said, tool.said


@case(configure=configure)
def the_tool_hears_the_verdict_while_it_waits(daemon, server):
    tool = Tool(daemon, "sshd", "alice")
    link = tool.until_asked().split("/l/")[1].split()[0]
    tool.process.stdin.write(b"half a li")
    tool.process.stdin.flush()
    b = Browser(daemon)
    b.open(link)
    b.back(oauth_error="access_denied")
    assert tool.end_by_itself() == 1, tool.said
    assert "login_declined" in tool.said, tool.said
    tool = Tool(daemon, "sshd", "alice")
    tool.until_asked()
    daemon.stop()
    assert tool.end_by_itself() == 2, tool.said
    assert "the daemon is ending" in tool.said, tool.said


@case(configure=configure)
def the_tool_leaves_the_terminal_as_it_was(daemon, server):
    ours, theirs = os.openpty()
    echo = termios.tcgetattr(theirs)[3] & termios.ECHO
    assert echo != 0
    for number in (signal.SIGINT, signal.SIGTERM):
        tool = Tool(daemon, "sshd", "alice", stdin=theirs)
        tool.until_asked()
        l.wait_until(lambda: termios.tcgetattr(theirs)[3] & termios.ECHO == 0)
        tool.process.send_signal(number)
        assert tool.end_by_itself() == 1, tool.said
        assert "is cancelled" in tool.said, tool.said
        assert termios.tcgetattr(theirs)[3] & termios.ECHO == echo
    l.wait_until(lambda: [r["reason"] for r in daemon.audit()] ==
                 ["login_cancelled"] * 2)
    os.close(ours)
    os.close(theirs)


@case(configure=lambda daemon: configure(daemon, issuer="cache = 0s"))
def the_tool_explains_sign_ins(daemon, server):
    """The words of the record are those that explain reads."""
    t, code = l.terminal_past_the_page(daemon)
    t.answer(code)
    token = list(server.tokens)[0]
    record = daemon.audit()[-1]
    assert record["env"] == "paper", record
    said = explain(daemon, record)
    for words in ("sign-in with a browser, by a link", "environment paper",
                  "subject account-of-alice", "grant " + record["grant"]):
        assert words in " ".join(said.split()), (words, said)
    b = Browser(daemon)
    t = l.Terminal(daemon)
    b.open(t.link)
    b.back("alice..data..paper")
    t.wait_end()
    said = explain(daemon, daemon.audit()[-1])
    assert "grant these scopes" in said and "Ask for a token" not in said
    t = l.Terminal(daemon)
    b.open(t.link)
    b.back("carol..trading..paper")
    t.wait_end()
    said = explain(daemon, daemon.audit()[-1])
    assert "\n\n    as paper account-of-carol alice\n" in said, said
    waiting = l.Terminal(daemon)
    daemon.control("grant-revoke", (d.USER, b"alice"))
    waiting.wait_end()
    act, cut, one = daemon.audit()[-3:]
    said = explain(daemon, act)
    assert "all grants of a user" in said and one["grant"] in said, said
    assert "The record 'revoke'" in explain(daemon, cut)
    daemon.check(token)
    said = explain(daemon, daemon.audit()[-1])
    assert "'validatorctl grants show %s'" % one["grant"] in said, said
