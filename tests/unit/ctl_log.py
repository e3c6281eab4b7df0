# SPDX-License-Identifier: ISC
"""explain and audit verify, on logs made here as validatord/audit.h says."""

import hashlib
import json


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
    assert "\n\n" not in out, "advice where none is needed: " + out


def case_explain_a_denial_with_its_detail(place):
    write_log(place, chain(ALLOW, DENY, AWAY))
    out = explain(place, "BBBB3333").expect(
        0, ["deny: the token lacks a scope that the policy requires",
            "Ask for a token with these scopes"]).out
    assert rows(out)["in detail"] == "account:write"
    assert rows(out)["reason"] == "scope_missing"


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
