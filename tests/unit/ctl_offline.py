# SPDX-License-Identifier: ISC
"""check --offline: signed tokens, judged without a daemon."""

import json
import os
import shutil
import socket

from ctl_tokens import Key, claims, jwks

HEAD = "scopegate deny list 1\n"
WHO = ("--service", "sshd", "--user", "alice")


def signing(place, validation="jwt", more=""):
    """The issuer signs; and the keys are in a file."""
    place.write("v.conf", place.config().replace(
        "introspection_endpoint = https://as.example/introspect",
        "validation = %s\n%s" % (validation, more)))
    key = Key(place)
    place.write("keys", jwks(key), 0o644)
    return key


def offline(place, token, *more, who=WHO):
    return place.run("check", "--offline", *who, *more, stdin=token)


def case_offline_tells_every_rule(place):
    key = signing(place)
    token = key.sign(claims())
    keys = ("--jwks", place.path("keys"))
    good = offline(place, token + b"\n", *keys).expect(
        0, ["allow: ", "PAM_SUCCESS", "policy       hosts", "signed",
            "require", "laptop", "s-1", "trading data", "no server was asked",
            place.path("keys"), "as the token states them, signed by its issuer",
            "token id     j\n", "key          k1"])
    assert "FAILED" not in good.out and "?" not in good.out, good.out
    assert token.decode() not in good.out and "reference" not in good.out
    poor = offline(place, key.sign(claims(scope="data", aud="x")), *keys)
    poor.expect(1, ["deny: ", "audience_mismatch", "FAILED", "lacks trading"])
    assert poor.out.count("FAILED") == 2, poor.out
    answer = offline(place, token, *keys, "--json").json(0)
    assert answer["verdict"] == "allow" and answer["reason"] == "granted"
    assert {r["name"] for r in answer["rules"]} > {
        "policy", "signed", "exp", "aud", "require", "user_claim"}
    assert answer["facts"]["subject"] == "s-1"


# What is wrong, claims, header, and the reason.
WRONG = (
    ("expired", {"exp": 1790000000, "iat": 1789999000}, {}, "token_expired"),
    ("of another issuer", {"iss": "https://x.example"}, {},
     "issuer_mismatch"),
    ("another's", {"preferred_username": "bob"}, {}, "user_mismatch"),
    ("an ID token", {"nonce": "n"}, {"typ": "JWT"}, "token_type_wrong"),
    ("by a key that is not there", {}, {"kid": "k2"}, "key_unknown"),
    ("without a client", {"client_id": None}, {}, "claim_missing"),
    ("too long", {"exp": 4000000000}, {}, "lifetime_too_long"),
)


def case_offline_refuses_what_a_login_would_refuse(place):
    key = signing(place)
    keys = ("--jwks", place.path("keys"))
    for what, some, header, reason in WRONG:
        token = key.sign(claims(**some), **header)
        answer = offline(place, token, *keys, "--json").json(1)
        assert answer["reason"] == reason, (what, answer)
    token = key.sign(claims())
    forged = token[:-4] + (b"AAAA" if token[-4:] != b"AAAA" else b"BBBB")
    for token, who, reason in (
            (forged, WHO, "signature_invalid"),
            (b"opaque-token", WHO, "token_not_jwt"),
            (b"no token at all", WHO, "token_malformed"),
            (token, ("--service", "su", "--user", "alice"), "no_policy"),
            (token, ("--service", "sshd", "--user", "Alice"),
             "user_name_invalid")):
        result = offline(place, token, *keys, who=who)
        result.expect(1, ["deny: ", reason])
        assert token.decode() not in result.out


def case_offline_takes_the_keys_of_the_configuration(place):
    path = place.path("keys")
    key = signing(place, more="jwks_file = " + path)
    offline(place, key.sign(claims())).expect(0, ["allow: ", "`jwks_file`"])
    other = Key(place, "other")
    place.write("others", jwks(other), 0o644)
    offline(place, key.sign(claims()), "--jwks", place.path("others")).expect(
        1, "key_unknown")


def case_offline_never_says_yes_for_a_server(place):
    """With `both` the server is asked, too, and here it is not."""
    key = signing(place, "both")
    keys = ("--jwks", place.path("keys"))
    result = offline(place, key.sign(claims()), *keys)
    result.expect(2, ["unavailable: ", "validation = both", "would be let in"])
    assert "FAILED" not in result.out
    offline(place, key.sign(claims(aud="x")), *keys).expect(1, "deny: ")


def case_offline_says_when_it_cannot_tell(place):
    key = signing(place)
    token = key.sign(claims())
    keys = ("--jwks", place.path("keys"))
    offline(place, token).expect(78, err=["publishes its keys", "--jwks"])
    offline(place, token, "--jwks", place.path("none")).expect(
        78, err=place.path("none"))
    place.write("bad", "{}")
    offline(place, token, "--jwks", place.path("bad")).expect(78, err="bad")
    place.write("v.conf", place.config())
    for more in ((), ("--json",)):
        offline(place, token, *keys, *more).expect(
            78, err=["issuer as cannot be checked offline",
                     "validation = introspect"])
    place.write("v.conf", place.config("colour = blue"))
    offline(place, token, *keys).expect(78, err="v.conf:4: ")
    place.run("check", *WHO, *keys, stdin=token).expect(64, err="--offline")


def case_offline_asks_no_daemon(place):
    key = signing(place)
    path = place.path("run", "ctl.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        s.bind(path)
        os.chmod(path, 0o600)
        s.listen(1)
        s.setblocking(False)
        token = key.sign(claims())
        answer = offline(place, token, "--jwks", place.path("keys"), "--json",
                         "--rhost", "192.0.2.7").json(0)
        assert answer["rhost"] == "192.0.2.7", json.dumps(answer)
        try:
            s.accept()
            raise AssertionError("it was asked")
        except BlockingIOError:
            pass


def case_offline_heeds_who_is_shut_out(place):
    """By the daemon's own list, read as the daemon's user."""
    key = signing(place)
    keys = ("--jwks", place.path("keys"))
    os.mkdir(place.path("state"), 0o700)
    with open(place.path("v.conf")) as f:
        text = f.read()
    place.write("v.conf", text.replace(
        "[issuer", "state_dir = %s\n[issuer" % place.path("state"), 1))
    list_ = place.write("state/deny", HEAD + "sub * 1790000000 0 s-1\n")
    if os.geteuid() == 0:
        for name in place.path("state"), list_:
            shutil.chown(name, "nobody")
    offline(place, key.sign(claims()), *keys).expect(
        1, ["deny: ", "denied", "FAILED       deny"])
    offline(place, key.sign(claims(sub="s-2")), *keys).expect(
        0, ["allow: ", "passed       deny"])
    place.write("state/deny", "nobody knows what\n")
    if os.geteuid() == 0:
        shutil.chown(list_, "nobody")
    offline(place, key.sign(claims()), *keys).expect(78, err="deny")
    if os.geteuid() == 0:
        # Somebody else's folder cannot even be entered.
        shutil.chown(place.path("secret"), 65533)
        place.write("v.conf", open(place.path("v.conf")).read(), 0o644)
        result = place.run("check", "--offline", *WHO, *keys, become=65533,
                           stdin=key.sign(claims()))
        result.expect(78, err="daemon's user alone")
