# SPDX-License-Identifier: ISC
"""The deny list: held against every decision, whatever a token says."""

import os
import signal
import time

import daemon_driver as d
from daemon_driver import ALLOW, DENY, case

KIND, VALUE, ISSUER = 38, 39, 40
DENIED = 38


def with_state(daemon):
    daemon.state = daemon.path("state")
    daemon.write_config(head="state_dir = " + daemon.state)


def rule(daemon, command, kind, value, issuer=None):
    tlvs = [(KIND, kind.encode()), (VALUE, value.encode())]
    if issuer:
        tlvs.append((ISSUER, issuer.encode()))
    return daemon.control(command, *tlvs)


def again(daemon):
    ready = daemon.stderr().count(" ready: ")
    daemon.start(wait=False)
    daemon.wait_for(lambda: daemon.stderr().count(" ready: ") > ready)


def rules(daemon):
    return [(r["kind"], r["issuer"], r["value"])
            for r in daemon.control("denied")["rules"]]


@case(configure=with_state)
def each_kind_denies_and_is_taken_back(daemon, server):
    now = int(time.time())
    server.answers["good"] = 200, server.facts(jti="id-1", iat=now - 5)
    kinds = [("sub", "s-1"), ("client", "laptop"), ("jti", "id-1"),
             ("user", "alice"), ("issued-before", str(now - 4))]
    reply = daemon.check("good")
    assert reply.outcome == (ALLOW, d.GRANTED)
    handle = reply.text(d.HANDLE)
    for n, (kind, value) in enumerate(kinds):
        for issuer in (None, "as"):
            place = "192.0.2.%d" % n  # or they are too many tries
            assert rule(daemon, "deny", kind, value, issuer)["added"] is True
            assert rules(daemon) == [(kind, issuer, value)]
            reply = daemon.check("good", rhost=place)
            assert reply.outcome == (DENY, DENIED), (kind, reply.outcome)
            assert reply.text(d.DETAIL) == kind
            assert daemon.account(handle).outcome == (DENY, DENIED), kind
            assert not rule(daemon, "deny", kind, value, issuer)["added"]
            assert rule(daemon, "allow", kind, value, issuer)["removed"]
            assert daemon.check("good", rhost=place).outcome == (
                ALLOW, d.GRANTED), kind
            assert daemon.account(handle).outcome == (ALLOW, d.GRANTED), kind
    assert server.asked["good"] == 1, "facts were asked for again"
    acts = [r for r in daemon.audit() if r["op"] in ("deny", "allow")]
    assert len(acts) == 3 * 2 * len(kinds)
    assert acts[0]["kind"] == "sub" and acts[0]["value"] == "s-1"
    assert "issuer" not in acts[0] or acts[0]["issuer"] is None
    assert acts[3]["issuer"] == "as" and acts[0]["peer_uid"] == os.geteuid()


@case(configure=with_state)
def others_are_not_meant(daemon, server):
    now = int(time.time())
    server.answers["good"] = 200, server.facts(jti="id-1", iat=now - 5)
    for kind, value in (("sub", "s-10"), ("sub", "S-1"), ("client", "lapto"),
                        ("jti", "id"), ("user", "bob"), ("kid", "laptop"),
                        ("issued-before", str(now - 5))):
        assert rule(daemon, "deny", kind, value)["added"] is True
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    ageless = server.facts()
    del ageless["iat"]
    server.answers["ageless"] = 200, ageless
    assert daemon.check("ageless").outcome == (DENY, DENIED), "perhaps older"
    assert "error" in rule(daemon, "deny", "sub", "s-1", "nobody")
    assert "error" in rule(daemon, "deny", "name", "s-1")
    assert "error" in rule(daemon, "deny", "issued-before", "yesterday")
    assert "error" in rule(daemon, "allow", "sub", "s-1")
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)


@case(configure=with_state)
def to_take_back_the_wrong_one_names_the_other(daemon, server):
    assert rule(daemon, "deny", "sub", "s-1", "as")["added"] is True
    assert rule(daemon, "deny", "client", "laptop")["added"] is True
    records = len(daemon.audit())
    error = rule(daemon, "allow", "sub", "s-1")["error"]
    assert error == ("there is no such rule of any issuer, but one of issuer "
                     "as: name it with --issuer, or leave that out for any")
    error = rule(daemon, "allow", "client", "laptop", "as")["error"]
    assert "of that issuer, but one of any issuer: " in error, error
    assert rule(daemon, "deny", "client", "laptop", "as")["added"] is True
    error = rule(daemon, "allow", "client", "laptop", "b")["error"]
    assert ", but one of any issuer and one of issuer as: " in error, error
    for kind, value in (("sub", "s-2"), ("jti", "s-1")):
        error = rule(daemon, "allow", kind, value)["error"]
        assert "deny list" in error and "but one" not in error, error
    # Nothing was done, and only the third rule is on record.
    assert len(daemon.audit()) == records + 1
    assert len(rules(daemon)) == 3


@case(configure=with_state)
def it_outlives_the_daemon(daemon, server):
    assert rule(daemon, "deny", "sub", "s-1", "as")["added"] is True
    assert rule(daemon, "deny", "client", "a b  c")["added"] is True
    daemon.process.send_signal(signal.SIGKILL)
    daemon.process.wait(20)
    again(daemon)
    assert rules(daemon) == [("sub", "as", "s-1"), ("client", None, "a b  c")]
    assert daemon.check("good").outcome == (DENY, DENIED)
    assert rule(daemon, "allow", "sub", "s-1", "as")["removed"] is True
    assert daemon.stop() == 0
    again(daemon)
    assert rules(daemon) == [("client", None, "a b  c")]
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)


@case(configure=with_state)
def a_list_that_is_not_understood_lets_nobody_in(daemon, server):
    assert rule(daemon, "deny", "sub", "s-1")["added"] is True
    assert daemon.stop() == 0
    path = os.path.join(daemon.state, "deny")
    with open(path) as f:
        good = f.read()
    for bad in (good + "sub as\n", good.replace("sub", "subject"),
                good[:-1] + "\0\n", "", good.replace("list 1", "list 2"),
                good + "issued-before * 1 0 soon\n"):
        with open(path, "w") as f:
            f.write(bad)
        daemon.start(wait=False)
        assert daemon.process.wait(20) == 78, bad
        assert "state/deny" in daemon.stderr()
    with open(path, "w") as f:
        f.write(good)
    again(daemon)
    assert daemon.check("good").outcome == (DENY, DENIED)


@case(configure=lambda daemon: daemon.write_config(
    head="state_dir = " + daemon.path("none/state")))
def without_a_place_it_holds_until_a_restart(daemon, server):
    answer = rule(daemon, "deny", "sub", "s-1")
    assert "until a restart" in answer["error"], answer
    assert daemon.check("good").outcome == (DENY, DENIED)
    # Not taken back either, since the disk could not follow.
    assert "stays" in rule(daemon, "allow", "sub", "s-1")["error"]
    assert daemon.check("good").outcome == (DENY, DENIED)


@case(configure=with_state)
def there_is_room_for_256_rules(daemon, server):
    for n in range(256):
        assert rule(daemon, "deny", "jti", "id-%d" % n)["added"] is True
    assert "NOT denied" in rule(daemon, "deny", "jti", "one more")["error"]
    assert len(rules(daemon)) == 256
    assert daemon.control("status")["denied_rules"] == 256
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert rule(daemon, "allow", "jti", "id-7")["removed"] is True
    assert rule(daemon, "deny", "sub", "s-1")["added"] is True
    assert daemon.check("good").outcome == (DENY, DENIED)


@case(configure=with_state)
def a_folder_that_others_enter_holds_no_list(daemon, server):
    assert rule(daemon, "deny", "sub", "s-1")["added"] is True
    assert daemon.stop() == 0
    elsewhere = daemon.path("elsewhere")
    for spoil, mend in (
            (lambda: os.chmod(daemon.state, 0o750),
             lambda: os.chmod(daemon.state, 0o700)),
            (lambda: (os.rename(daemon.state, elsewhere),
                      os.symlink(elsewhere, daemon.state)),
             lambda: (os.unlink(daemon.state),
                      os.rename(elsewhere, daemon.state)))):
        spoil()
        daemon.start(wait=False)
        assert daemon.process.wait(20) == 78
        mend()
    again(daemon)
    assert daemon.check("good").outcome == (DENY, DENIED)
