# SPDX-License-Identifier: ISC
"""Twelve policies over issuers of every way, asked about one token: what one
of them left in the cache never answers for another."""

import itertools

import daemon_driver as d
import jwt_driver as j
from daemon_driver import case

ISSUER = """[issuer %(name)s]
url = %(url)s
introspection_endpoint = %(url)s/introspect
jwks_uri_
client_id = gate
client_secret_file = %(secret)s
insecure_loopback = yes
user_claim = %(claim)s
audience = %(audience)s
validation = %(way)s
"""
# name, validation, audience, user_claim, further lines
ISSUERS = (
    ("i-hosts", "introspect", "hosts", "preferred_username", ""),
    ("i-other", "introspect", "other", "preferred_username", ""),
    ("i-named", "introspect", "hosts", "nickname", ""),
    ("j-hosts", "jwt", "hosts", "preferred_username", ""),
    ("j-phone", "jwt", "hosts", "preferred_username",
     "allowed_clients = phone\n"),
    ("b-hosts", "both", "hosts", "preferred_username", ""),
    ("b-laptop", "both", "hosts", "preferred_username",
     "allowed_clients = laptop\n"),
    # Of another server, which says no to what the first one says yes to.
    ("o-hosts", "introspect", "hosts", "preferred_username", ""),
)
# Policies A..L: issuer, further lines.
POLICIES = (
    ("i-hosts", "require = trading"),
    ("i-hosts", "require = wire cable"),
    ("i-other", "require = trading"),
    ("i-named", "require = trading"),
    ("i-hosts", "claim = acr in gold"),
    ("j-hosts", "require = trading"),
    ("j-hosts", "require = trading\nrefuse = data"),
    ("j-phone", "require = trading"),
    ("b-hosts", "require = trading"),
    ("o-hosts", "require = trading"),
    ("b-laptop", "claim = acr in silver"),
    ("b-hosts", "require = trading\nuser = bob"),
)
NAMES = "abcdefghijkl"


def configure(daemon):
    daemon.other = d.Server()
    text = """[validatord]
audit_log = %s
runtime_dir = %s
failure_floor = 0s
state_dir = %s
""" % (daemon.path("log/audit.jsonl"), daemon.path("run"),
           daemon.path("state"))
    for name, way, audience, claim, more in ISSUERS:
        url = (daemon.other if name == "o-hosts" else daemon.server).url
        section = ISSUER % {"name": name, "url": url, "way": way,
                            "audience": audience, "claim": claim,
                            "secret": daemon.path("etc/secret")}
        jwks = "" if way == "introspect" else "jwks_uri = %s/jwks" % url
        text += section.replace("jwks_uri_", jwks) + more
    for name, (issuer, more) in zip(NAMES, POLICIES):
        text += "[policy %s]\nservice = svc-%s\nissuer = %s\n%s\n" % (
            name, name, issuer, more)
    j.validated("both")(daemon)
    daemon.write("etc/v.conf", text)
    daemon.own()


def verdict(daemon, token, name):
    c = daemon.control_check(token, service="svc-" + name)
    rules = [(r["name"], r["passed"]) for r in c["rules"]]
    return (c["verdict"], c["reason"], c.get("detail"), rules), c["cache"]


def make_token(daemon, server):
    """It and its server do not say the same, so that each way shows."""
    token = server.token(scope="trading data", acr="silver", nickname="alice")
    server.answers[token] = 200, server.facts(
        scope="data trading wire", acr="gold", nickname="bob")
    daemon.other.answers[token] = 200, {"active": False}
    return token


@case(configure=configure)
def no_policy_is_answered_by_what_another_left(daemon, server):
    token = make_token(daemon, server)
    alone = {}
    for name in NAMES:
        daemon.control("flush")
        alone[name], cache = verdict(daemon, token, name)
        assert cache != "hit", name
    reasons = {v[1] for v in alone.values()}
    assert {"granted", "scope_missing", "audience_mismatch",
            "token_inactive", "user_mismatch"} <= reasons, alone
    assert len({v[:3] for v in alone.values()}) >= 7, alone
    hits = 0
    for first, second in itertools.product(NAMES, NAMES):
        daemon.control("flush")
        assert verdict(daemon, token, first)[0] == alone[first], first
        seen, cache = verdict(daemon, token, second)
        assert seen == alone[second], (first, second, seen, alone[second])
        hits += cache == "hit"
        # A primed cache is one of the same issuer.
        if cache == "hit":
            a, b = (POLICIES[NAMES.index(n)][0] for n in (first, second))
            assert a == b, (first, second)
    assert hits >= 10, hits
    daemon.other.stop()


@case(configure=configure)
def nor_in_any_order_without_a_flush(daemon, server):
    token = make_token(daemon, server)
    alone = {}
    for name in NAMES:
        daemon.control("flush")
        alone[name] = verdict(daemon, token, name)[0]
    daemon.control("flush")
    for order in (NAMES, NAMES[::-1], NAMES[::2] + NAMES[1::2]):
        for name in order:
            assert verdict(daemon, token, name)[0] == alone[name], name
    # Nor by a login, which waits and joins as the tool does.
    for name in NAMES:
        reply = daemon.check(token, service="svc-" + name,
                             rhost="198.51.100.%d" % NAMES.index(name))
        assert reply.type == d.VERDICT
        assert daemon.audit()[-1]["reason"] == alone[name][1], name
    daemon.other.stop()
