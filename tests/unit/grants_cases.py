# SPDX-License-Identifier: ISC
"""Grants against the built brokerd: known, foreign, dead, revoked, refreshed,
through faults, restarts and kills."""

import json
import os
import signal
import threading

from daemon_driver import (AS_ERROR, AS_TIMEOUT, AS_UNREACHABLE, SCOPE_MISSING,
                           TOKEN_INACTIVE)
from grants_driver import (ALPACA, ALLOW, AS_RATE_LIMIT, BINARY, CASES, DENY,
                           ENVIRONMENT_MISMATCH, GRANT_ENDED, PROBE_BUDGET,
                           REDIRECT, SCOPES_UNKNOWN, TOKEN_EXPIRED,
                           TOKEN_FOREIGN, UNAVAILABLE, Skip, Stage, case,
                           granted, sign_in, signed_in)
from login_driver import LINK, Terminal



@case()
def a_grant_is_known_and_asked_about():
    with Stage(*ALPACA) as (broker, gate):
        token, grant = granted(broker, gate, made=-3600)
        less, _ = granted(broker, gate, scopes="data")
        gate.start()
        assert gate.check(token).outcome[0] == ALLOW
        assert gate.check(less).outcome == (DENY, SCOPE_MISSING)
        assert gate.check(less).text(15) == "trading"
        record = gate.audit()[0]
        assert record["decision"] == "allow", record
        assert record["opt_outs"] == ["expiry=none"], record
        assert record["grant"] == grant, record


@case()
def the_other_environment_is_refused():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(policy="require = trading\nenv = live")
        token, _ = granted(broker, gate)
        gate.start()
        assert gate.check(token).outcome == (DENY, ENVIRONMENT_MISMATCH)


@case()
def a_foreign_token_is_refused_unless_allowed():
    with Stage(*ALPACA) as (broker, gate):
        ours, _ = granted(broker, gate)
        foreign = broker.token("other-app")
        gate.start()
        assert gate.check(foreign).outcome == (DENY, TOKEN_FOREIGN)
        assert gate.check("no-token-at-all").outcome == (DENY, TOKEN_FOREIGN)
        assert gate.check(ours).outcome[0] == ALLOW
        # Allowed, it still has no scopes: nobody states them.
        gate.write_config(issuer="allow_foreign_tokens = yes")
        assert gate.control("reload")["reloaded"]
        assert gate.check(foreign).outcome == (DENY, SCOPES_UNKNOWN)
        # A policy that asks for no scope lets its owner in, on record.
        number = broker.account(foreign)["account_number"]
        gate.write_config(issuer="allow_foreign_tokens = yes",
                          policy="claim = display in %s" % number)
        assert gate.control("reload")["reloaded"]
        assert gate.check(foreign).outcome[0] == ALLOW
        assert gate.check(foreign, user="bob").outcome[0] == DENY
        record = gate.audit()[-2]
        assert record["opt_outs"] == ["audience=none", "expiry=none",
                                      "allow_foreign_tokens=yes"], record
        assert gate.check("no-token-at-all").outcome == (DENY, TOKEN_INACTIVE)
        said = gate.stderr()
        assert foreign not in said and ours not in said


@case()
def outages_are_neither_yes_nor_no():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(issuer="breaker = off\nprobe_budget = 1000")
        token, _ = granted(broker, gate)
        gate.start()
        for words, reason in ((["5xx", "api"], AS_ERROR),
                              (["drop", "api"], AS_UNREACHABLE),
                              (["slow", "api", "--wait", "20s"], AS_TIMEOUT),
                              (["429", "api", "--wait", "60s"],
                               AS_RATE_LIMIT)):
            assert gate.check(token).outcome[0] == ALLOW, words
            broker.fault(*words)
            assert gate.check(token).outcome == (UNAVAILABLE, reason), words
            broker.well()
        # What 429 asks for is kept to, for this account.
        assert gate.check(token).outcome == (UNAVAILABLE, PROBE_BUDGET)
        assert not gate.audit()[-1]["decision"] == "deny"
        assert "live" in gate.ctl("grants")


@case()
def the_budget_of_an_account_is_kept():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(issuer="probe_budget = 3")
        token, _ = granted(broker, gate)
        gate.start()
        outcomes = [gate.check(token).outcome for _ in range(5)]
        assert [o[0] for o in outcomes[:3]] == [ALLOW] * 3, outcomes
        assert outcomes[3:] == [(UNAVAILABLE, PROBE_BUDGET)] * 2, outcomes


@case()
def revoked_at_the_broker_it_ends_for_good():
    with Stage(*ALPACA) as (broker, gate):
        token, grant = granted(broker, gate)
        gate.start()
        assert gate.check(token).outcome[0] == ALLOW
        broker.revoke(token)
        assert gate.check(token).outcome == (DENY, TOKEN_INACTIVE)
        assert gate.check(token).outcome == (DENY, GRANT_ENDED)
        gate.stop()
        gate.start()
        assert gate.check(token).outcome == (DENY, GRANT_ENDED)
        assert "ended" in gate.ctl("grants", "show", grant)


@case()
def the_operator_lists_and_revokes():
    with Stage(*ALPACA) as (broker, gate):
        token, grant = granted(broker, gate, made=-30)
        second, _ = granted(broker, gate, made=-20)
        granted(broker, gate, user="carol", made=-10)
        gate.start()
        table = gate.ctl("grants")
        assert len(table.splitlines()) == 4, table
        assert table.splitlines()[0].split() == [
            "GRANT", "USER", "ISSUER", "ENV", "ACCOUNT", "STATE", "MADE",
            "ENDS", "SCOPES"], table
        assert len(gate.ctl("grants", "list", "--user",
                            "alice").splitlines()) == 3
        assert gate.ctl("grants", "--user", "nobody") == "no grants\n"
        rows = json.loads(gate.ctl("grants", "--json"))["grants"]
        assert [r["user"] for r in rows] == ["alice", "alice", "carol"], rows
        assert rows[0]["scopes"] == ["trading"] and rows[0]["state"] == "live"
        for words in (["grants"], ["grants", "--json"],
                      ["grants", "show", grant]):
            said = gate.ctl(*words)
            assert token not in said and second not in said
        assert gate.check(token).outcome[0] == ALLOW
        said = gate.ctl("grants", "revoke", grant)
        assert gate.audit()[-1]["grant"] == grant, said
        assert "on record as " + gate.audit()[-1]["ref"] in said, said
        assert gate.check(token).outcome == (DENY, GRANT_ENDED)
        assert gate.check(second).outcome[0] == ALLOW
        assert "no live grant" in gate.ctl("grants", "revoke", grant, code=1)
        gate.ctl("grants", "revoke", "--user", "alice")
        assert gate.check(second).outcome == (DENY, GRANT_ENDED)
        assert "live" in gate.ctl("grants", "--user", "carol")
        gate.ctl("grants", "show", "0123456789abcdef", code=1)
        gate.ctl("grants", "revoke", code=64)
        gate.ctl("grants", "show", code=64)
        gate.ctl("grants", "frobnicate", code=64)


@case()
def many_grants_come_page_by_page():
    with Stage(*ALPACA) as (_, gate):
        ids = [gate.seed("token-%d" % i, scopes="a" * 200, made=i - 500)
               for i in range(150)]
        gate.start()
        rows = json.loads(gate.ctl("grants", "--json"))["grants"]
        assert [r["id"] for r in rows] == ids
        assert len(gate.ctl("grants").splitlines()) == 151


@case()
def the_key_is_rotated_under_way():
    with Stage(*ALPACA) as (broker, gate):
        token, _ = granted(broker, gate)
        gate.start()
        with open(gate.path("state", "key")) as f:
            before = f.read()
        assert gate.ctl("key", "rotate") == "rotated, 1 grant sealed anew\n"
        with open(gate.path("state", "key")) as f:
            assert f.read() != before
        assert gate.check(token).outcome[0] == ALLOW
        gate.stop(signal.SIGKILL)
        gate.start()
        assert gate.check(token).outcome[0] == ALLOW


@case()
def kills_lose_no_grant():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(issuer="probe_budget = 1000")
        token, grant = granted(broker, gate)
        for number in range(32):
            gate.start()
            assert gate.check(token).outcome[0] == ALLOW, number
            if number % 4 == 0:
                gate.ctl("key", "rotate")
            gate.stop(signal.SIGKILL)
        gate.start()
        gate.ctl("grants", "revoke", grant)
        gate.stop(signal.SIGKILL)
        gate.start()
        assert gate.check(token).outcome == (DENY, GRANT_ENDED)


@case()
def its_own_time_ends_it():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(issuer="grant_max_age = 1h\nleeway = 0s")
        old, _ = granted(broker, gate, made=-3601)
        expired, _ = granted(broker, gate, made=-60, ends=-1)
        gate.start()
        assert gate.check(old).outcome == (DENY, GRANT_ENDED)
        assert gate.check(expired).outcome == (DENY, TOKEN_EXPIRED)


@case()
def a_sign_in_leaves_a_grant():
    with Stage(*ALPACA) as (broker, gate):
        gate.write_config(policy="require = trading\nenv = paper\n"
                          "login = token browser")
        account = broker.account(broker.token("other-app"))
        gate.map(account["id"])
        gate.start()
        terminal = Terminal(gate)
        url = terminal.reply.text(LINK)
        assert url.startswith(broker.url + "/oauth/authorize?"), url
        robot = signed_in(broker)
        page = robot.send(url)
        assert page.status == 200, (page.status, page.text)
        said = robot.submit(page, {"decision": "allow"}, url)
        assert said.location.startswith(REDIRECT + "?code="), said.location
        terminal.answer(said.location)
        assert terminal.outcome[0] == ALLOW, terminal.outcome
        (row,) = json.loads(gate.ctl("grants", "--json"))["grants"]
        assert (row["user"], row["service"], row["environment"], row["scopes"],
                row["subject"], row["display"], row["state"]) == (
            "alice", "sshd", "paper", ["trading"], account["id"],
            account["account_number"], "live"), row
        assert gate.audit()[-1]["grant"] == row["id"]
        gate.stop(signal.SIGKILL)
        gate.start()
        assert json.loads(gate.ctl("grants", "--json"))["grants"] == [row]
        # The code again, in another sign-in: neither it nor its state fits.
        again = Terminal(gate)
        again.answer(said.location)
        assert len(gate.ctl("grants").splitlines()) == 2
        again.close()


@case()
def fifty_logins_refresh_once():
    with Stage() as (broker, gate):
        gate.write_config(issuer="probe_budget = 1000\nleeway = 60s")
        answer = sign_in(broker, "gate-app")
        token, refresh = answer["access_token"], answer["refresh_token"]
        subject = broker.account(token)["id"]
        gate.map(subject)
        gate.seed(token, refresh, subject=subject, made=-60, ends=-1)
        gate.start()
        outcomes = []

        def login():
            outcomes.append(gate.check(token).outcome)

        threads = [threading.Thread(target=login) for _ in range(50)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        # A second use of a refresh token would have ended the whole grant.
        assert [o[0] for o in outcomes] == [ALLOW] * 50, outcomes
        assert gate.check(token).outcome[0] == ALLOW
        gate.stop(signal.SIGKILL)
        gate.start()
        assert gate.check(token).outcome[0] == ALLOW
        row = json.loads(gate.ctl("grants", "--json"))["grants"][0]
        assert row["state"] == "live" and row["refreshable"], row
        # It was replaced: past the overlap it is no more than expired.
        gate.write_config(issuer="probe_budget = 1000\nleeway = 0s")
        assert gate.control("reload")["reloaded"]
        gate.wait_for(lambda: gate.check(token).outcome ==
                      (DENY, TOKEN_EXPIRED))
        record = gate.audit()[-1]
        assert record["grant"] == row["id"], record
        gate.stop(signal.SIGKILL)
        gate.start()
        assert gate.check(token).outcome == (DENY, TOKEN_EXPIRED)
        (row,) = json.loads(gate.ctl("grants", "--json"))["grants"]
        assert row["state"] == "live", row


@case()
def a_probe_is_cached_by_environment():
    with Stage(*ALPACA) as (broker, gate):
        token = broker.token("other-app")
        said = broker.account(token)
        gate.map(said["id"])
        settings = {"issuer": "validation = probe\ncache = 300s\n"
                    "allow_foreign_tokens = yes",
                    "policy": "claim = display in %s" %
                    said["account_number"]}
        paper = {**settings, "policy": settings["policy"] + "\nenv = paper"}
        live = {**settings, "policy": settings["policy"] + "\nenv = live"}
        gate.write_config(**paper)
        gate.start()
        assert gate.check(token).outcome[0] == ALLOW
        assert gate.check(token).outcome[0] == ALLOW
        assert [r["cache"] for r in gate.audit()] == ["miss", "hit"]
        gate.write_config(**live)
        assert gate.control("reload")["reloaded"]
        assert gate.check(token).outcome == (DENY, ENVIRONMENT_MISMATCH)
        gate.write_config(**paper)
        assert gate.control("reload")["reloaded"]
        assert gate.check(token).outcome[0] == ALLOW
        broker.revoke(token)
        # Not seen within `cache`, and at once after a flush.
        assert gate.check(token).outcome[0] == ALLOW
        gate.control("flush")
        assert gate.check(token).outcome == (DENY, TOKEN_INACTIVE)
        assert gate.check(token).outcome == (DENY, TOKEN_INACTIVE)
        assert gate.audit()[-1]["cache"] == "hit"
        assert gate.check("no-token-at-all").outcome == (DENY, TOKEN_INACTIVE)
        assert "validation = grant" in gate.ctl("grants", code=1)
        # The first issuer that needs grants comes by a reload.
        gate.write_config()
        assert gate.control("reload")["reloaded"]
        assert gate.ctl("grants") == "no grants\n"
        assert gate.check(token).outcome == (DENY, TOKEN_FOREIGN)


@case()
def the_store_must_be_its_own():
    with Stage(*ALPACA) as (broker, gate):
        granted(broker, gate)
        os.chmod(gate.path("state"), 0o755)
        gate.start(wait=False)
        assert gate.process.wait(20) == 78
        assert "chmod 0700" in gate.stderr()
        os.chmod(gate.path("state"), 0o700)
        os.unlink(gate.path("state", "key"))
        gate.start(wait=False)
        assert gate.process.wait(20) == 78
        assert "not their key" in gate.stderr()


def main():
    print("1..%d" % len(CASES))
    for number, (function, _) in enumerate(CASES, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print("ok %d - %s" % (number, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (number, name, why), flush=True)
        except Exception as error:  # the next case has a stage of its own
            print("not ok %d - %s" % (number, name))
            for line in repr(error).split("\\n"):
                print("# " + line, flush=True)


main()
