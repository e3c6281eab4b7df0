# SPDX-License-Identifier: ISC
"""The profile alpaca against the real broker in its Alpaca shape: the real
daemon probes, and what it makes of each answer is asked with validatorctl.
Argument: the build folder."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback

from ctl_real import Pair
from daemon_driver import Daemon

BUDGET = 30


class Broker:
    """brokerd with a store of its own and the fault menu open."""

    def __init__(self, build):
        self.binary = os.path.join(build, "brokerd", "brokerd")
        self.dir = tempfile.mkdtemp(prefix="sb",
                                    dir=os.environ.get("TMPDIR", "/tmp"))
        with open(self.path("passwords"), "w", encoding="ascii") as f:
            f.write("alice:wonder\nbob:builder\ncarol:carousel\ndave:diver\n")
        self.run("init", "--demo", "--gate-secret-file", self.path("gate"),
                 "--trader-secret-file", self.path("trader"),
                 "--password-file", self.path("passwords"))
        self.log = open(self.path("log"), "wb")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--store", self.path("s"), "--faults"],
            stdout=subprocess.PIPE, stderr=self.log)
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url

    def path(self, name):
        return os.path.join(self.dir, name)

    def run(self, *arguments, stdin=b""):
        at = 1 if arguments[0] in ("init", "token", "revoke") else 2
        return subprocess.run(
            [self.binary, *arguments[:at], "--store", self.path("s"),
             *arguments[at:]], check=True, input=stdin,
            stdout=subprocess.PIPE, timeout=60).stdout

    def token(self, env="paper", scope="trading"):
        return self.run("token", "--user", "alice", "--app", "trader",
                        "--scope", scope, "--env", env).strip()

    def sql(self, statement, *values):
        with sqlite3.connect(self.path("s"), timeout=30) as store:
            return store.execute(statement, values).fetchall()

    def account(self, env):
        return self.sql("SELECT a.uuid, a.number FROM accounts a JOIN users u"
                        " ON u.id = a.user WHERE u.name = 'alice'"
                        " AND a.env = ?", env)[0]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class ProfileDaemon(Daemon):
    """Its one issuer has the profile, with the broker's addresses."""

    def __init__(self, binary, server, budget=BUDGET):
        self.budget = budget
        super().__init__(binary, server)

    def write_config(self, issuer="", policy="", head="", floor="0ms"):
        top = os.environ["top_srcdir"]
        shutil.copytree(os.path.join(top, "profiles"), self.path("profiles"))
        os.chmod(self.path("profiles"), 0o755)
        uuid = [self.server.account(env)[0] for env in ("paper", "live")]
        self.write("etc/users", "alpaca paper %s alice\nalpaca live %s alice\n"
                   % tuple(uuid))
        self.write("etc/v.conf", """[validatord]
audit_log = {0}/log/audit.jsonl
runtime_dir = {0}/run
profile_dir = {0}/profiles
failure_floor = 0ms
[issuer alpaca]
profile = alpaca
url = {1}
authorization_endpoint = {1}/oauth/authorize
token_endpoint = {1}/oauth/token
api_url = {1}
paper_api_url = {1}/paper
insecure_loopback = yes
validation = probe
allow_foreign_tokens = yes
user_map = {0}/etc/users
probe_budget = {2}
breaker = off
expiry = none
cache = 0s
[policy any]
service = sshd
issuer = alpaca
claim = sub in {3} {4}
[policy live]
service = sshd-live
issuer = alpaca
claim = sub in {3} {4}
env = live
[policy scope]
service = sudo
issuer = alpaca
require = trading
""".format(self.dir, self.server.url, self.budget, *uuid))
        self.own()


class Place(Pair):
    def __init__(self, build, budget=BUDGET):
        self.binary = os.path.join(build, "validatorctl", "validatorctl")
        self.server = Broker(build)
        try:
            self.daemon = ProfileDaemon(
                os.path.join(build, "validatord", "validatord"), self.server,
                budget)
        except BaseException:
            self.server.stop()
            raise

    def says(self, token, code, reason, service="sshd"):
        result = self.check(token, service=service)
        assert result.code == code and reason in result.out, \
            (reason, result.code, result.out, result.err)
        for text in (result.out, result.err, self.daemon.stderr()):
            assert token.decode() not in text
        return result.out

    def calls(self):
        # What the broker counted, whatever it answered.
        return self.server.sql("SELECT count(*) FROM api_calls")[0][0]

    def fault(self, kind, *more):
        self.server.run("fault", "set", "--kind", kind, "--on", "api", *more)

    def mend(self):
        self.server.run("fault", "clear")


def case_a_token_of_each_environment_is_known(build):
    with Place(build) as place:
        for env in ("paper", "live"):
            uuid, number = place.server.account(env)
            out = place.says(place.server.token(env), 0, "allow")
            assert uuid in out, out
            assert re.search(r"\b%s\b" % env, out), out
            assert number != uuid


def case_a_paper_token_is_not_for_the_live_host(build):
    with Place(build) as place:
        place.says(place.server.token("paper"), 1, "environment_mismatch",
                   service="sshd-live")
        place.says(place.server.token("live"), 0, "allow",
                   service="sshd-live")


def case_scopes_are_not_known_and_pass_no_rule(build):
    with Place(build) as place:
        place.says(place.server.token(), 1, "scopes_unknown", service="sudo")


def case_a_revoked_token_is_dead(build):
    with Place(build) as place:
        token = place.server.token()
        place.says(token, 0, "allow")
        place.server.run("revoke", stdin=token)
        place.says(token, 1, "token_inactive")
        place.says(b"00000000-0000-4000-8000-000000000000", 1,
                   "token_inactive")


def case_an_outage_is_neither_yes_nor_no(build):
    with Place(build) as place:
        token = place.server.token()
        for kind, reason in (("5xx", "as_error"), ("drop", "as_unreachable")):
            place.fault(kind)
            place.says(token, 2, reason)
            place.mend()
            place.says(token, 0, "allow")
        place.fault("slow", "--wait", "8s", "--next", "1")
        place.says(token, 2, "as_timeout")
        place.mend()
        place.fault("wrong_type")
        # trading_blocked: "false" is no false.
        place.says(token, 2, "as_answer_malformed")


def case_429_holds(build):
    with Place(build) as place:
        token, other = place.server.token(), place.server.token()
        place.fault("429", "--wait", "2s")
        place.says(token, 2, "as_rate_limit")
        place.mend()
        # Nobody asks about it again for now; others are not held.
        place.says(token, 2, "probe_budget")
        place.says(other, 0, "allow")


def case_the_budget_is_kept(build):
    with Place(build, budget=3) as place:
        token = place.server.token()
        before = place.calls()
        for _ in range(3):
            place.says(token, 0, "allow")
        place.says(token, 2, "probe_budget")
        place.says(token, 2, "probe_budget")
        # The broker writes its calls down at the latest when it ends.
        place.server.process.terminate()
        place.server.process.wait(30)
        assert place.calls() - before == 3, place.calls()


def main():
    build = sys.argv[1]
    cases = [(name[5:].replace("_", " "), thing)
             for name, thing in globals().items() if name.startswith("case_")]
    failed = 0
    print("1..%d" % len(cases), flush=True)
    for number, (name, case) in enumerate(cases, 1):
        try:
            case(build)
            print("ok %d - %s" % (number, name), flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
