# SPDX-License-Identifier: ISC
"""explain and audit verify, on logs made here as validatord/audit.h says."""

import hashlib
import json

from daemon_driver import COMMAND


def record(sequence, previous, **members):
    head = {"v": 1, "seq": sequence, "ts": "2026-11-25T02:25:17.887240Z"}
    text = json.dumps({**head, **members}, separators=(",", ":"))
    text = text[:-1] + ',"prev":"%s"' % previous
    digest = hashlib.sha256(text.encode()).hexdigest()
    return text + ',"hash":"%s"}' % digest, digest


def chain(*records, previous="0" * 64, first=1):
    lines = []
    for i, members in enumerate(records):
        line, previous = record(first + i, previous, **members)
        lines.append(line)
    return lines


BASE = {"op": "login", "decision": "allow", "reason": "granted",
        "service": "sshd", "user": "alice", "uid": 1000, "rhost": "10.0.0.9",
        "tty": "ssh", "issuer": "as", "sub": "s-1", "client_id": "laptop",
        "policy": "hosts", "scopes_matched": ["trading", "data"],
        "token": "cb942a20", "cache": "hit", "total_us": 12}
ALLOW = {"ref": "AAAA2222", **BASE}
DENY = {"ref": "BBBB3333", **BASE, "decision": "deny",
        "reason": "scope_missing", "detail": "account:write",
        "scopes_matched": []}
AWAY = {"ref": "CCCC4444", **BASE, "decision": "unavailable",
        "reason": "as_timeout", "sub": {"octets": 9000, "sha256": "0" * 64}}
NEW = {"ref": "DDDD5555", **BASE, "reason": "of_the_future"}
EVIL = {"ref": "EEEE6666", **BASE, "user": "a\x1b[2Jb"}


def write_log(place, lines, name="audit.jsonl"):
    return place.write(name, "".join(line + "\n" for line in lines))


def rows(out):
    return {line[2:14].strip(): line[15:] for line in out.splitlines()
            if line.startswith("  ")}


def explain(place, ref, *more):
    return place.run("explain", ref, *more)


def case_explain_an_allow(place):
    write_log(place, chain(DENY, ALLOW))
    out = explain(place, "AAAA2222").expect(
        0, "allow: the token is active and every rule").out
    got = rows(out)
    for label, value in (("service", "sshd"), ("user", "alice"),
                         ("from", "10.0.0.9"), ("policy", "hosts"),
                         ("issuer", "as"), ("subject", "s-1"),
                         ("client", "laptop"), ("token", "cb942a20"),
                         ("terminal", "ssh"), ("operation", "login"),
                         ("when", "2026-11-25T02:25:17.887240Z")):
        assert got[label] == value, (label, out)
    assert got["scopes"].startswith("trading data")
    assert not {"token id", "key"} & set(got), out
    assert "\n\n" not in out, "advice where none is needed: " + out


def case_explain_names_what_a_deny_rule_can_meet(place):
    write_log(place, chain({**ALLOW, "jti": "t-9", "kid": "k-1"}))
    got = rows(explain(place, "AAAA2222").expect(0, "allow: ").out)
    assert (got["token id"], got["key"]) == ("t-9", "k-1"), got


def case_explain_a_denial_with_its_detail(place):
    write_log(place, chain(ALLOW, DENY, AWAY))
    out = explain(place, "BBBB3333").expect(
        0, ["deny: the token lacks a scope that the policy requires",
            "Ask for a token with these scopes"]).out
    assert rows(out)["in detail"] == "account:write"
    assert rows(out)["reason"] == "scope_missing"


# A record with these members is advised so, and never otherwise.
BY_LINK = {"login": "browser", "sub": "account-1", "env": "paper"}
DEVICE = {**BY_LINK, "login": "device"}
OURS = {"grant": "0123456789abcdef", "env": "live"}  # a token of a sign-in
ADVICE = (
    ("token_inactive", {}, "get a new token", "new link"),
    ("token_expired", DEVICE, "a new login shows a new link", "new token"),
    ("token_expired", OURS, "a new login shows a new link", "new token"),
    ("token_malformed", {}, "copy the whole token", "16384"),
    ("token_malformed", BY_LINK, "longer than 16384 octets", "copy"),
    ("token_expired", {}, "get a new token", "issuer test"),
    ("audience_mismatch", {}, "put the issuer's audience into", "this client"),
    ("audience_mismatch", BY_LINK, "to this client", "'validatorctl check'"),
    ("issuer_mismatch", {}, "'validatorctl check'", "issuer test"),
    ("token_type_wrong", {}, "write jwt_profile = lax", "this sign-in"),
    ("token_type_wrong", BY_LINK, "write jwt_profile = lax", "Ask for"),
    ("key_unknown", {}, "'validatorctl issuer test as' asks", "status"),
    ("keys_unavailable", {}, "'validatorctl issuer test as' asks", "status"),
    ("as_unreachable", {}, "'validatorctl issuer test as' asks", "client_id"),
    ("as_rejects_us", {}, "client_auth in the issuer's section", "status"),
    ("as_rejects_us", {}, "'validatorctl issuer test as' asks", "status"),
    ("as_answer_malformed", {}, "'validatorctl issuer test as' asks", "token"),
    ("breaker_open", {}, "'validatorctl issuer test as' asks", "token"),
    ("issuer_unready", {}, "'validatorctl issuer test as' asks", "token"),
    ("overloaded", {}, "'validatorctl status'", "issuer test"),
    ("as_unreachable", {"issuer": "a\x1b[2Jb"}, "issuer test a?[2Jb' asks",
     "\x1b"),
    ("user_mismatch", BY_LINK, "with their own account", "token"),
    ("user_mismatch", {}, "this user's token", "browser"),
    ("scope_missing", BY_LINK, "grant these scopes", "Ask for a token"),
    ("scope_refused", BY_LINK, "without granting this scope", "Ask for"),
    ("scope_refused", {}, "a token without this scope", "granting"),
    ("claim_mismatch", BY_LINK, "says of this user", "token"),
    ("environment_mismatch", DEVICE, "an account of the environment", "token"),
    ("environment_mismatch", {}, "a token of the environment", "account of"),
    ("authentication_too_old", BY_LINK, "new link", "token"),
    ("authentication_too_old", {}, "state auth_time", "new link"),
    ("grant_ended", OURS, "'validatorctl grants show 0123456789abcdef'",
     "show ID"),
    ("login_code_wrong", {}, "make a new login code", "theirs"),
    ("login_code_wrong", BY_LINK, "this sign-in was theirs", "login code"),
    ("login_revoked", BY_LINK, "The record 'revoke' just before", "token"),
    ("login_cancelled", BY_LINK, "thought better of it", "token"),
)


def case_explain_advises_by_the_way_of_the_login(place):
    records = [{**DENY, "ref": "R%d" % i, "reason": reason, **more}
               for i, (reason, more, _, _) in enumerate(ADVICE)]
    write_log(place, chain(*records))
    for i, (reason, more, said, unsaid) in enumerate(ADVICE):
        out = explain(place, "R%d" % i).expect(0, ["deny: ", reason]).out
        advice = " ".join(out.split("\n\n", 1)[1].split())
        assert said in advice and unsaid not in advice, (reason, out)
        assert ("grants show" in advice) == ("grant" in more), out


def case_explain_tells_the_way_the_grant_and_the_environment(place):
    write_log(place, chain(
        {**ALLOW, **BY_LINK, **OURS}, {**DENY, **DEVICE},
        {**AWAY, **OURS, "reason": "probe_budget", "sub": "s-1"},
        {"ref": "FFFF7777", "op": "login", "decision": "deny",
         "reason": "too_many_tries", "user": "alice", "cache": "none"}))
    got = rows(explain(place, "AAAA2222").out)
    assert (got["sign-in"], got["grant"], got["environment"]) == (
        "with a browser, by a link", "0123456789abcdef", "live"), got
    got = rows(explain(place, "BBBB3333").out)
    assert (got["sign-in"], got["environment"]) == (
        "with a device, by a link and a code", "paper") and "grant" not in got
    got = rows(explain(place, "CCCC4444").out)
    assert (got["sign-in"], got["grant"]) == ("with a token", OURS["grant"])
    # Who was not asked anything has not signed in.
    got = rows(explain(place, "FFFF7777").out)
    assert not {"sign-in", "grant", "environment", "cache"} & set(got), got


def case_explain_writes_the_line_of_the_user_map(place):
    unmapped = {**DENY, "reason": "user_unmapped", **BY_LINK}
    write_log(place, chain(
        unmapped, {**unmapped, "ref": "R2", "sub": "a b"},
        {**unmapped, "ref": "R3", "sub": "x\x1b]0;y"},
        {**DENY, "ref": "R4", "reason": "user_unmapped"}))
    for ref, line in (("BBBB3333", "    as paper account-1 alice\n"),
                      ("R2", None), ("R3", "    as paper x?]0;y alice\n"),
                      ("R4", "    as * s-1 alice\n")):
        out = explain(place, ref).expect(0, "user_map lacks a line").out
        assert out.endswith(line) if line else "It would" not in out, out


ACT = {"ref": "GGGG8888", "op": "revoke", "user": "alice", "grants": 2,
       "sign_ins": 1, "peer_pid": 99, "peer_uid": 1000}
ENDED = {"ref": "GGGG8888", "op": "revoked", "user": "alice",
         "grant": "0123456789abcdef", "service": "sshd", "issuer": "as",
         "sub": "account-1", "env": "paper", "peer_pid": 99, "peer_uid": 1000}


def case_explain_an_operator_s_act(place):
    lines = chain(ALLOW, ACT, ENDED, DENY, {**ENDED, "grant": "f" * 16})
    write_log(place, lines)
    out = explain(place, "GGGG8888").expect(
        0, "revoke: an operator ended all grants of a user\n").out
    got = rows(out)
    assert (got["user"], got["by"], got["grants"], got["sign-ins"]) == (
        "alice", "uid 1000, process 99", "2",
        "1, that waited for the user"), out
    assert [line.split()[1] for line in out.splitlines()
            if line.startswith("  ended ")] == ["0123456789abcdef", "f" * 16]
    assert "does not know" not in out
    assert explain(place, "GGGG8888", "--json").out == lines[1] + "\n"
    place.run("audit", "verify").expect(0, "intact: 5 records\n")
    # The act's own record may be what could not be written.
    write_log(place, chain(ENDED))
    out = explain(place, "GGGG8888").expect(0, "revoked: an operator").out
    got = rows(out)
    assert (got["grant"], got["by"], got["environment"]) == (
        "0123456789abcdef", "uid 1000, process 99", "paper"), out
    one = {**ACT, "grant": "0123456789abcdef", "grants": 1, "sign_ins": 0}
    write_log(place, chain(one, ENDED))
    out = explain(place, "GGGG8888").expect(0, "ended a grant\n").out
    assert rows(out)["grant"] == "0123456789abcdef", out


SHUT = {"ref": "HHHH9999", "op": "deny", "kind": "sub", "value": "s-1",
        "issuer": "as", "peer_pid": 99, "peer_uid": 0}


def case_explain_a_change_of_the_deny_list(place):
    any_ = {k: v for k, v in SHUT.items() if k != "issuer"}
    acts = ((SHUT, "deny: uid 0 shut out sub s-1 of issuer as\n"),
            ({**SHUT, "op": "allow", "peer_uid": 1000},
             "allow: uid 1000 took back sub s-1 of issuer as\n"),
            (any_, "deny: uid 0 shut out sub s-1 of any issuer\n"),
            ({**any_, "kind": "user", "value": "a\x1bb"},
             "deny: uid 0 shut out user a?b\n"),
            ({**SHUT, "kind": "issued-before", "value": "1800000000"},
             "issued-before 1800000000 (2027-01-15T08:00:00Z) of issuer as\n"),
            ({**SHUT, "value": {"octets": 255, "sha256": "0" * 64}},
             "shut out sub of 255 octets of issuer as\n"))
    for act, sentence in acts:
        write_log(place, chain(ALLOW, act, DENY))
        out = explain(place, "HHHH9999").expect(0, sentence).out
        assert "does not know" not in out, out
        got = rows(out)
        assert got["by"] == "uid %d, process 99" % act["peer_uid"], out
        assert got["when"] == "2026-11-25T02:25:17.887240Z", out


RULE = {"kind": "sub", "issuer": "as", "value": "s-1", "since": 1790000000,
        "by": 0}


def case_deny_list_tells_times(place):
    before = {**RULE, "kind": "issued-before", "issuer": None, "by": 1000,
              "value": "1800000000"}
    evil = {**RULE, "value": "a\u009b1mb"}
    result, request = place.ask({"rules": [RULE, before, evil]},
                                "deny", "list")
    assert result.expect(0, "VALUE").out.splitlines()[1:] == [
        "sub            as           2026-09-21T14:13:20Z  0      s-1",
        "issued-before  any          2026-09-21T14:13:20Z  1000   "
        "1800000000 (2027-01-15T08:00:00Z)",
        "sub            as           2026-09-21T14:13:20Z  0      a?1mb"]
    assert request.text(COMMAND) == "denied"
    place.ask({"rules": []}, "deny", "list")[0].expect(0, "nobody is denied")
    place.ask({"added": True, "ref": "AAAA2222"}, "deny", "issued-before",
              "2027-01-15T08:00:00Z")[0].expect(
        0, "denied from now on: issued-before 1800000000 "
        "(2027-01-15T08:00:00Z); on record as AAAA2222\n")


def case_explain_what_was_unavailable(place):
    write_log(place, chain(ALLOW, DENY, AWAY))
    out = explain(place, "CCCC4444").expect(
        0, ["unavailable: the authorization server did not answer in time",
            "validatorctl status"]).out
    assert rows(out)["subject"] == "9000 octets, too long for the record"


def case_explain_a_reason_of_another_version(place):
    write_log(place, chain(NEW))
    explain(place, "DDDD5555").expect(0, "does not know")


def case_explain_shows_no_control_character(place):
    write_log(place, chain(EVIL))
    out = explain(place, "EEEE6666").expect(0, "a?[2Jb").out
    assert "\x1b" not in out


def case_explain_json_is_the_very_line(place):
    lines = chain(ALLOW, DENY)
    write_log(place, lines)
    for ref, line in zip(("AAAA2222", "BBBB3333"), lines):
        result = explain(place, ref, "--json")
        assert result.expect(0, line).out == line + "\n"


def case_explain_an_unknown_reference(place):
    write_log(place, chain(ALLOW, {"op": "recovered"}))
    for ref in ("ZZZZ9999", "AAAA222", "aaaa2222", "AAAA22222"):
        for more in ((), ("--json",)):
            explain(place, ref, *more).expect(
                1, err=[ref, "--log", "journalctl -g " + ref])


def case_explain_reads_on_behind_a_torn_line(place):
    lines = chain(ALLOW, DENY)
    torn = lines[0][:40]
    log = place.write("audit.jsonl", torn + "\n\n\0\xff\n" + lines[1] + "\n")
    explain(place, "BBBB3333").expect(0, "deny: ")
    explain(place, "AAAA2222").expect(1, err="AAAA2222")
    # The last line, still without its newline.
    with open(log, "a") as f:
        f.write(lines[0])
    explain(place, "AAAA2222").expect(0, "allow: ")


def case_explain_another_log(place):
    write_log(place, chain(ALLOW))
    older = write_log(place, chain(DENY), "audit.jsonl.1")
    explain(place, "BBBB3333").expect(1, err="BBBB3333")
    explain(place, "BBBB3333", "--log", older).expect(0, "deny: ")
    # Then no configuration is needed.
    place.run("explain", "--log", older, "BBBB3333", config=False).expect(
        0, "deny: ")


def case_a_log_that_is_not_there(place):
    for more in ((), ("--json",)):
        for arguments in (("explain", "AAAA2222"), ("audit", "verify")):
            place.run(*arguments, *more).expect(
                1, err=[place.path("audit.jsonl"), "No such file"])
            place.run(*arguments, "--log", place.path("x"), *more).expect(
                1, err=[place.path("x"), "No such file"])
            # A folder opens, but cannot be read.
            place.run(*arguments, "--log", place.dir, *more).expect(
                1, err="cannot be read")


def verify(place, lines, *more):
    write_log(place, lines)
    return place.run("audit", "verify", *more)


def case_verify_an_intact_log(place):
    lines = chain(ALLOW, DENY, AWAY)
    verify(place, lines).expect(0, "intact: 3 records\n")
    assert verify(place, lines, "--json").json(0) == {
        "intact": True, "records": 3}
    verify(place, lines[:1]).expect(0, "intact: 1 record\n")
    verify(place, []).expect(0, "intact: 0 records\n")
    log = write_log(place, lines, "other")
    place.run("audit", "verify", "--log", log, config=False).expect(
        0, "intact: 3 records\n")


def case_verify_a_rotated_start(place):
    lines = chain(ALLOW, DENY, AWAY)
    verify(place, lines[1:]).expect(0, "intact: 2 records\n")
    verify(place, chain(ALLOW, DENY, previous="ab" * 32, first=900)).expect(
        0, "intact: 2 records\n")


def damaged(place, lines, line, word):
    verify(place, lines).expect(1, err=["NOT intact: line %d: " % line, word])
    answer = verify(place, lines, "--json").json(1)
    assert answer["intact"] is False and answer["line"] == line
    assert word in answer["error"], answer


def case_verify_finds_a_flipped_octet(place):
    lines = chain(ALLOW, DENY, AWAY)
    for at in (6, 30, 100, len(lines[1]) - 140, len(lines[1]) - 10):
        flipped = chr(ord(lines[1][at]) ^ 1)
        changed = lines[1][:at] + flipped + lines[1][at + 1:]
        damaged(place, [lines[0], changed, lines[2]], 2, "record")
    damaged(place, [lines[0].replace("allow", "deny"), *lines[1:]], 1,
            "was changed")


def case_verify_finds_a_dropped_line(place):
    lines = chain(ALLOW, DENY, AWAY)
    damaged(place, [lines[0], lines[2]], 2, "missing or out of order")


def case_verify_finds_lines_out_of_order(place):
    lines = chain(ALLOW, DENY, AWAY)
    damaged(place, [lines[0], lines[2], lines[1]], 2,
            "missing or out of order")
    damaged(place, [lines[0], lines[1], lines[1]], 3,
            "missing or out of order")


def case_verify_finds_a_forged_link(place):
    forged = chain(ALLOW)[0], record(2, "1" * 64, **DENY)[0]
    damaged(place, forged, 2, "does not follow the record before")


def case_verify_finds_a_torn_end(place):
    lines = chain(ALLOW, DENY)
    damaged(place, [lines[0], lines[1][:50]], 2, "not a")
