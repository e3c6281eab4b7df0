# SPDX-License-Identifier: ISC
"""What validatorctl asks a daemon, and what it makes of the answers."""

import json
import os
import pwd
import subprocess

from ctl_driver import document, error
from daemon_driver import (ACK, COMMAND, RHOST, SERVICE, TOKEN, USER, VERDICT,
                           message)

STATUS = {
    "version": "9.8", "protocol": 1, "pid": 4711, "uptime_s": 7300,
    "generation": 3, "config": "/etc/x.conf", "config_error": None,
    "fetch": {"running": True, "restarts": 2},
    "audit": {"path": "/log/a.jsonl", "sequence": 88}, "connections": 5,
    "cache": {"positive": 11, "negative": 12},
    "decisions": {"allow": 21, "deny": 22, "unavailable": 23},
    "issuers": [{"name": "as", "url": "https://as.example",
                 "endpoint": "https://as.example/i", "breaker": "open",
                 "in_flight": 1, "asked": 31, "failed": 32,
                 "revocation_seen_within_s": 10},
                {"name": "b", "url": "https://b.example", "endpoint": None,
                 "breaker": "closed", "in_flight": 0, "asked": 0, "failed": 0,
                 "revocation_seen_within_s": 0}],
    "warnings": ["mind the gap"]}

CHECK = {
    "service": "sshd", "user": "alice", "rhost": "10.1.2.3",
    "verdict": "allow", "reason": "granted", "sentence": "all is well",
    "pam_auth": "PAM_SUCCESS", "pam_account": "PAM_SUCCESS",
    "ref": "ABCD2345", "detail": "", "issuer": "as", "policy": "hosts",
    "cache": "miss", "as_us": 1500, "total_us": 2300,
    "rules": [{"name": "policy", "passed": True, "detail": "hosts"},
              {"name": "scope", "passed": False, "detail": "trading"}],
    "facts": {"active": True, "issuer": "https://as.example",
              "subject": "s-1", "client_id": "laptop", "audience": ["hosts"],
              "scopes": ["data", "trading"], "expires_at": 1800000000,
              "issued_at": 1, "not_before": 0, "auth_time": 0,
              "environment": "paper", "checked_at": 2}}

WHO = ("check", "--service", "sshd", "--user", "alice")


def case_status_as_text(place):
    result, request = place.ask(STATUS, "status")
    result.expect(0, ["validatord 9.8, pid 4711, up for 2 h", "mind the gap",
                      "/etc/x.conf, generation 3", "/log/a.jsonl, 88 written",
                      "21 allow, 22 deny, 23 unavailable",
                      "11 active tokens, 12 inactive", "5 connected",
                      "restarted 2 times", "issuer as\n",
                      "https://as.example/i", "open",
                      "31 times, 32 failed, 1 under way", "within 10 s",
                      "issuer b\n", "not known yet"])
    assert request.text(COMMAND) == "status"
    assert list(request.values) == [COMMAND]
    assert "ATTENTION" not in result.out and "deny list" not in result.out
    assert "  keys " not in result.out, result.out


def case_status_tells_what_is_wrong(place):
    bad = {**STATUS, "config_error": "x.conf:3: no", "fetch":
           {"running": False, "restarts": 9}}
    result, _ = place.ask(bad, "status")
    result.expect(0, ["x.conf:3: no", "is not running"])
    assert result.out.count("ATTENTION") == 2


def case_status_tells_how_signed_tokens_end(place):
    signer = {**STATUS["issuers"][0], "revocation_seen_within_s": None,
              "max_lifetime_s": 3600, "keys": {"from": "server", "age_s": 300}}
    out = place.ask({**STATUS, "issuers": [signer], "denied_rules": 3},
                    "status")[0].expect(0, [
                        "revocation   not seen; a token counts until it ends, "
                        "1h at most (max_lifetime)\n",
                        "keys         fetched 5 min ago\n",
                        "denied       3 rules: validatorctl deny list\n"]).out
    assert "within" not in out, out
    for lifetime, keys, count, words in (
            (5400, {"from": "file", "age_s": None}, 1,
             ["90m at most", "of jwks_file", "1 rule:"]),
            (61, {"from": "server", "age_s": None}, 0,
             ["61s at most", "not fetched yet"])):
        some = {**signer, "max_lifetime_s": lifetime, "keys": keys}
        out = place.ask({**STATUS, "issuers": [some], "denied_rules": count},
                        "status")[0].expect(0, words).out
        assert ("deny list" in out) == (count > 0), out


def case_json_is_the_daemons_document(place):
    for name, value in (("status", STATUS),
                        ("flush", {"flushed": True, "positive": 1}),
                        ("reload", {"reloaded": True, "generation": 4})):
        for arguments in ((name, "--json"), ("--json", name)):
            result, _ = place.ask(value, *arguments)
            assert result.json(0) == value
    result, _ = place.ask(CHECK, *WHO, "--json", stdin=b"tok")
    assert result.json(0) == CHECK


def case_status_survives_an_empty_document(place):
    result, _ = place.ask({}, "status")
    result.expect(0, "validatord ?")


def case_check_asks_with_the_token_of_standard_input(place):
    result, request = place.ask(CHECK, *WHO, "--rhost", "10.1.2.3",
                                stdin=b"abc.def\n", ack=True)
    result.expect(0, ["allow: all is well", "PAM_SUCCESS", "hosts", "miss",
                      "2.3 ms, 1.5 ms", "ABCD2345", "s-1", "laptop",
                      "data trading", "paper", "2027-01-15 08:00:00 UTC"])
    assert "passed       policy         hosts" in result.out, result.out
    assert "FAILED       scope          trading" in result.out, result.out
    assert "abc.def" not in result.out + result.err
    values = {COMMAND: b"check", SERVICE: b"sshd", USER: b"alice",
              RHOST: b"10.1.2.3", TOKEN: b"abc.def"}
    assert request.values == values, request.values


def case_check_exits_by_the_verdict(place):
    for verdict, code in (("allow", 0), ("deny", 1), ("unavailable", 2),
                          ("granted", 2), (None, 2), (1, 2)):
        for more in ((), ("--json",)):
            answer = {**CHECK, "verdict": verdict}
            result, _ = place.ask(answer, *WHO, *more, stdin=b"tok")
            assert result.code == code, (verdict, result.code, result.err)


def case_check_tells_unstated_facts_from_none(place):
    facts = {**CHECK["facts"], "scopes": None, "audience": [],
             "expires_at": 0, "environment": None}
    out = place.ask({**CHECK, "facts": facts, "policy": None}, *WHO,
                    stdin=b"t")[0].expect(0, "none matches").out
    rows = {line[2:14].strip(): line[15:] for line in out.splitlines()}
    assert rows["scopes"] == "not stated" and rows["audience"] == "none"
    assert rows["expires"] == rows["environment"] == "not stated"
    facts = {**facts, "active": False}
    place.ask({**CHECK, "facts": facts}, *WHO, stdin=b"t")[0].expect(
        0, "not active")
    result, _ = place.ask({**CHECK, "facts": None}, *WHO, stdin=b"t")
    assert "facts" not in result.expect(0, "allow").out


def case_check_names_who_states_the_facts(place):
    for method, words in (
            ("jwt", "as the token states them, signed by its issuer\n"),
            ("both", "as the signed token and the authorization server state "
             "them\n"),
            ("introspection", "as the authorization server states them\n")):
        facts = {**CHECK["facts"], "method": method, "jti": "t-9",
                 "kid": "k-1"}
        place.ask({**CHECK, "facts": facts}, *WHO, stdin=b"t")[0].expect(
            0, [words, "  token id     t-9\n", "  key          k-1\n"])
    facts = {**CHECK["facts"], "jti": None}
    out = place.ask({**CHECK, "facts": facts}, *WHO, stdin=b"t")[0].out
    assert "token id" not in out and "  key " not in out, out


def case_check_tells_whom_the_module_refuses(place):
    """By its own locks, of which the daemon knows nothing."""
    seen = set()
    for account in pwd.getpwall():
        kind = ("root" if account.pw_uid == 0 else
                "within" if 1000 <= account.pw_uid <= 60000 else "outside")
        if kind in seen or pwd.getpwnam(account.pw_name) != account:
            continue
        seen.add(kind)
        out = place.ask(CHECK, "check", "--service", "sshd", "--user",
                        account.pw_name, stdin=b"t")[0].expect(0, "allow").out
        assert ("uid 0 is never let in" in out) == (kind == "root"), out
        assert ("uid %d is not within 1000 to 60000" % account.pw_uid in
                out) == (kind == "outside"), out
        assert ("  note " in out) == (kind != "within"), out
    assert "root" in seen, seen
    place.ask(CHECK, "check", "--service", "sshd", "--user", "no-such-user",
              stdin=b"t")[0].expect(0, ["allow", "no such account here"])


def case_no_control_character_reaches_the_terminal(place):
    evil = "a\x1b[2Jb\x7fc\u009b1md\x07"
    facts = {**CHECK["facts"], "subject": evil, "scopes": [evil, "x"]}
    answer = {**CHECK, "sentence": evil, "detail": evil, "facts": facts}
    result, _ = place.ask(answer, *WHO, stdin=b"t")
    assert result.expect(0, "a?[2Jb?c?1md?").out.count("a?[2J") == 4
    assert all(c >= " " or c == "\n" for c in result.out)
    assert "\u009b" not in result.out and "\x7f" not in result.out


def case_tokens_up_to_the_limit(place):
    for length, newline in ((1, b""), (1, b"\n"), (16384, b""),
                            (16384, b"\n")):
        result, request = place.ask(CHECK, *WHO,
                                    stdin=b"a" * length + newline)
        result.expect(0, "allow")
        assert request.values[TOKEN] == b"a" * length


def case_what_is_no_token_is_refused_unsent(place):
    bounds, octets = "no token of 1 to 16384 octets", "must not"
    for stdin, word in ((b"", bounds), (b"\n", bounds),
                        (b"a" * 16385, bounds), (b"a" * 16385 + b"\n", bounds),
                        (b"a" * 100000, bounds), (b"two words", octets),
                        (b"tok\n\n", octets), (b"tok\r\n", octets),
                        (b"nul\0", octets), (b" tok", octets),
                        ("töken".encode(), octets)):
        with place.daemon(document(CHECK)) as heard:
            place.run(*WHO, stdin=stdin).expect(64, err=word)
        assert heard == [], stdin[:20]


def case_endless_input_is_not_read_to_its_end(place):
    for arguments, code in ((WHO, 64), (("json-check",), 1)):
        with open("/dev/zero", "rb") as zero:
            done = subprocess.run(
                [place.binary, "--config", place.path("v.conf"), *arguments],
                stdin=zero, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                timeout=60)
        assert done.returncode == code, (arguments, done)


def case_a_token_is_no_argument(place):
    for more in (("tok-en",), ("--token", "tok-en"), ("--token=tok-en",)):
        with place.daemon(document(CHECK)) as heard:
            place.run(*WHO, *more, stdin=b"t").expect(
                64, err="standard input")
        assert heard == []


def case_names_out_of_bounds_are_refused_unsent(place):
    for option, value in (("--service", "s" * 65), ("--service", ""),
                          ("--user", "u" * 33), ("--user", "a\nb"),
                          ("--rhost", "r" * 256)):
        with place.daemon(document(CHECK)) as heard:
            place.run(*WHO, option, value, stdin=b"t").expect(
                64, err="a name or the token")
        assert heard == []


def case_flush(place):
    result, request = place.ask({"flushed": True, "positive": 1,
                                 "negative": 22}, "flush")
    result.expect(0, "forgot 1 active and 22 inactive tokens")
    assert request.text(COMMAND) == "flush"


def case_reload(place):
    result, request = place.ask({"reloaded": True, "generation": 7}, "reload")
    result.expect(0, "reloaded, generation 7")
    assert request.text(COMMAND) == "reload"
    stays = {"reloaded": False, "error": "v.conf:9: what: mend it"}
    result, _ = place.ask(stays, "reload")
    result.expect(1, err=["the old configuration stays",
                          "v.conf:9: what: mend it"])
    result, _ = place.ask(stays, "reload", "--json")
    assert result.json(1) == stays
    # An answer that does not say so is no success.
    place.ask({}, "reload")[0].expect(1, err="no reason given")


def each_question(place):
    """Every command that asks, as text and JSON, with its exit code."""
    for json_flag in ((), ("--json",)):
        for name in ("status", "flush", "reload"):
            yield (name, *json_flag), 1
        yield (*WHO, *json_flag), 2


def case_no_daemon(place):
    for arguments, code in each_question(place):
        place.run(*arguments, stdin=b"t").expect(
            code, err=[place.path("run/ctl.sock"), "is validatord running"])


def case_error_replies(place):
    for number, words in ((2, "does not carry"), (4, "may not use"),
                          (5, "too many"), (6, "unknown command"),
                          (7, "internal error"), (1, "version")):
        for arguments, code in each_question(place):
            place.ask(error(number), *arguments, stdin=b"t")[0].expect(
                code, err=words)


def case_replies_that_are_none(place):
    broken = [
        document(b'{"verdict":"allow"'), document(b'[1]'),
        document(b'{"verdict":"allow","verdict":"allow"}'),
        document(b'{"verdict":"allow","user":"\xff"}'),
        message(VERDICT, id_=1), b"junk",
        document(CHECK)[:-1], document(CHECK) + b"x",
    ]
    other_id = bytearray(document(CHECK))
    other_id[11] = 2
    for packet in broken + [bytes(other_id)]:
        for arguments, code in each_question(place):
            place.ask(packet, *arguments, stdin=b"t")[0].expect(
                code, err="validatorctl: ")


def case_a_daemon_that_hangs_up(place):
    for packets in ((), (message(ACK, id_=1),)):
        for arguments, code in each_question(place):
            with place.daemon(*packets):
                place.run(*arguments, stdin=b"t").expect(
                    code, err="validatorctl: ")


def case_an_untrusted_folder_gets_no_token(place):
    for mode in (0o777, 0o775):
        os.chmod(place.path("run"), mode)
        for arguments, code in each_question(place):
            with place.daemon(document(CHECK)) as heard:
                place.run(*arguments, stdin=b"t").expect(
                    code, err="others may write the folder")
            assert heard == []


def case_the_document_may_be_long(place):
    answer = {**STATUS, "warnings": ["w" * 200] * 250}
    assert len(json.dumps(answer)) > 50000
    result, _ = place.ask(answer, "status")
    assert result.expect(0, "www").out.count("warning") == 250
    result, _ = place.ask(answer, "status", "--json")
    assert result.json(0) == answer
