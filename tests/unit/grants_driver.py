# SPDX-License-Identifier: ISC
"""What the cases of grants need: the built brokerd, as Alpaca or by the
standards, and a gate whose state_dir holds grants that a sign-in left there."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

from daemon_driver import (CASES, DENY, ALLOW, UNAVAILABLE, Daemon, Skip, case)

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
sys.path.insert(0, os.path.join(SOURCE, "tests", "system"))

from robot import Robot  # noqa: E402

(TOKEN_FOREIGN, GRANT_ENDED, SCOPES_UNKNOWN, AS_RATE_LIMIT, PROBE_BUDGET,
 ENVIRONMENT_MISMATCH, TOKEN_EXPIRED) = (24, 25, 44, 104, 120, 47, 12)
REDIRECT = "https://gate.example.com/callback"
BINARY = sys.argv[1]
ALPACA = ["--alpaca"]  # the shape of an app


def built(*names):
    return os.path.join(os.path.abspath(BUILD), *names)


class Broker:
    """brokerd with alice and her paper account, and the gate's app."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="sb",
                                    dir=os.environ.get("TMPDIR", "/tmp"))
        self.store = os.path.join(self.dir, "s")
        with open(os.path.join(self.dir, "passwords"), "w") as f:
            f.write("alice:wonder\nbob:builder\ncarol:carousel\n"
                    "dave:diver\n")
        self.run("init", "--demo", "--gate-secret-file", self.path("gate"),
                 "--trader-secret-file", self.path("trader"),
                 "--password-file", self.path("passwords"))
        self.process = None

    def path(self, name):
        return os.path.join(self.dir, name)

    def run(self, *words, stdin=""):
        name, rest = list(words[:1]), list(words[1:])
        if name[0] in ("app", "fault", "user"):
            name.append(rest.pop(0))
        said = subprocess.run([built("brokerd", "brokerd"), *name, "--store",
                               self.store, *rest], input=stdin, text=True,
                              capture_output=True)
        assert said.returncode == 0, (words, said.stderr)
        return said.stdout

    def add_app(self, client, *more):
        self.run("app", "add", "--app", client, "--approved", "--owner",
                 "bob", "--scope", "account:write trading data", "--redirect",
                 REDIRECT, "--secret-file", self.path(client), *more)

    def secret(self, client):
        with open(self.path(client)) as f:
            return f.read().strip()

    def start(self):
        log = open(self.path("log"), "ab")
        self.process = subprocess.Popen(
            [built("brokerd", "brokerd"), "serve", "--store", self.store,
             "--listen", "127.0.0.1:0", "--port-file", self.path("port"),
             "--faults"], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < end, \
                open(self.path("log")).read()
            time.sleep(0.05)
        return self

    def answers(self):
        try:
            with open(self.path("port")) as f:
                self.url = "http://127.0.0.1:%d" % int(f.read())
            return Robot().send(self.url + "/").status > 0
        except (OSError, ValueError):
            return False

    def token(self, client, scopes="trading", env="paper", user="alice"):
        return self.run("token", "--user", user, "--app", client, "--scope",
                        scopes, "--env", env).strip()

    def account(self, token, env="paper"):
        said = Robot({"Authorization": "Bearer " + token}).send(
            self.url + ("/paper" if env == "paper" else "") + "/v2/account")
        return json.loads(said.text)

    def revoke(self, token):
        self.run("revoke", stdin=token + "\n")

    def fault(self, kind, place, *more):
        self.run("fault", "set", "--kind", kind, "--on", place, *more)

    def well(self):
        self.run("fault", "clear")

    def remove(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.dir, ignore_errors=True)


PROFILE = """[profile]
title = brokerd as Alpaca
source = man/brokerd.8
status = verified against brokerd
checked = 2026-11-26
[issuer]
validation = grant
client_auth = client_secret_post
pkce = no
[probe paper]
env = paper
url = {paper_api_url}/v2/account
header = Authorization: Bearer {token}
invalid_status = 401
elsewhere_status = 401 403
elsewhere_text = not authorized for this scope
subject = /id
display = /account_number
require = /status == "ACTIVE"
[probe live]
env = live
url = {api_url}/v2/account
header = Authorization: Bearer {token}
invalid_status = 401
elsewhere_status = 401 403
elsewhere_text = not authorized for this scope
subject = /id
display = /account_number
require = /status == "ACTIVE"
"""


class Gate(Daemon):
    """validatord that keeps grants of `client` at `broker`."""

    def __init__(self, binary, broker, client):
        self.broker, self.client = broker, client
        super().__init__(binary, broker)
        self.accounts = []

    def write_config(self, issuer="", policy="require = trading", head="",
                     floor="0ms"):
        broker, secret = self.broker, self.broker.secret(self.client)
        if "cache = " not in issuer:
            issuer = "cache = 0s\n" + issuer
        self.write("etc/secret", secret + "\n")
        self.write("etc/broker.conf", PROFILE)
        if not os.path.exists(self.path("etc/map")):
            self.write("etc/map", "")
        self.write("etc/v.conf", """[validatord]
audit_log = %s
runtime_dir = %s
state_dir = %s
profile_dir = %s
failure_floor = %s
log_level = debug
%s
[issuer as]
profile = broker
url = %s
client_id = %s
client_secret_file = %s
audience = none
expiry = none
user_map = %s
redirect_uri = %s
authorization_endpoint = %s/oauth/authorize
token_endpoint = %s/oauth/token
api_url = %s
paper_api_url = %s/paper
insecure_loopback = yes
%s
[policy hosts]
service = sshd
issuer = as
%s
""" % (self.path("log/audit.jsonl"), self.path("run"), self.path("state"),
            self.path("etc"), floor, head, broker.url, self.client,
            self.path("etc/secret"), self.path("etc/map"), REDIRECT,
            broker.url, broker.url, broker.url, broker.url, issuer, policy))
        self.own()

    def map(self, subject, user="alice"):
        line = "as * %s %s" % (subject, user)
        if line not in self.accounts:
            self.accounts.append(line)
        self.write("etc/map", "\n".join(self.accounts) + "\n")
        self.own()

    def start(self, **more):
        """Again too: what an earlier run said is forgotten."""
        self.write("log/stderr", "")
        self.own()
        return super().start(**more)

    def seed(self, token, refresh=None, **values):
        """A grant in state_dir, while the daemon is down; gives its id."""
        words = {"state_dir": self.path("state"), "issuer": "as",
                 "url": self.broker.url, "client": self.client,
                 "env": "paper", "scopes": "trading", "user": "alice",
                 **values}

        def become():
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)

        binary = os.open(built("tests", "unit", "grant_seed"), os.O_RDONLY)
        try:
            said = subprocess.run(
                ["grant_seed"] + ["%s=%s" % w for w in words.items()],
                executable="/proc/self/fd/%d" % binary, pass_fds=(binary,),
                preexec_fn=become, text=True, capture_output=True,
                input=token + "\n" + (refresh + "\n" if refresh else ""))
        finally:
            os.close(binary)
        assert said.returncode == 0, (said.returncode, said.stderr)
        return said.stdout.strip()

    def ctl(self, *words, code=0):
        binary = os.open(built("validatorctl", "validatorctl"), os.O_RDONLY)

        def become():
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)

        try:
            said = subprocess.run(
                ["validatorctl", "--config", self.path("etc/v.conf"), *words],
                executable="/proc/self/fd/%d" % binary, pass_fds=(binary,),
                preexec_fn=become, text=True, capture_output=True)
        finally:
            os.close(binary)
        assert said.returncode == code, (words, said.stdout, said.stderr)
        return said.stdout + said.stderr


class Stage:
    """brokerd, a gate that is an app of it in that shape, and an app of
    somebody else's."""

    def __init__(self, *shape):
        self.broker = Broker()
        self.broker.add_app("gate-app", *shape)
        self.broker.add_app("other-app", "--alpaca")
        self.broker.start()
        self.gate = Gate(BINARY, self.broker, "gate-app")

    def __enter__(self):
        return self.broker, self.gate

    def __exit__(self, *_):
        self.gate.remove()
        self.broker.remove()


def granted(broker, gate, client="gate-app", scopes="trading", **values):
    """A token that the gate knows; it is down."""
    token = broker.token(client, scopes)
    subject = broker.account(token)["id"]
    gate.map(subject)
    return token, gate.seed(token, scopes=scopes, subject=subject, **values)


def signed_in(broker):
    """alice's browser."""
    robot = Robot()
    page = robot.open(broker.url + "/sign-in")
    said = robot.submit(page, {"username": "alice", "password": "wonder"})
    assert said.status == 303, said.text
    return robot


def sign_in(broker, client):
    """alice allows it in a browser; the tokens of a standard answer."""
    robot = signed_in(broker)
    where = broker.url + "/oauth/authorize?" + urllib.parse.urlencode(
        {"response_type": "code", "client_id": client, "state": "s-123456",
         "redirect_uri": REDIRECT, "scope": "trading", "env": "paper"})
    page = robot.send(where)
    assert page.status == 200, (page.status, page.text)
    said = robot.submit(page, {"decision": "allow"}, where)
    code = urllib.parse.parse_qs(
        urllib.parse.urlsplit(said.location).query)["code"][0]
    said = Robot().send(broker.url + "/oauth/token", {
        "grant_type": "authorization_code", "code": code,
        "client_id": client, "client_secret": broker.secret(client),
        "redirect_uri": REDIRECT})
    assert said.status == 200, said.text
    return json.loads(said.text)
