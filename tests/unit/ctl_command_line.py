# SPDX-License-Identifier: ISC
"""How validatorctl reads its command line."""

import json

WHO = ("check", "--service", "sshd", "--user", "alice")

# Command line, and a word of what standard error says of it.
WRONG = (
    ((), "usage: validatorctl"),
    (("nonsense",), "unknown command 'nonsense'"),
    (("",), "unknown command ''"),
    (("audit",), "unknown command 'audit'"),
    (("audit", "erase"), "unknown command"),
    (("config",), "unknown command 'config'"),
    (("config", "test", "x"), "unexpected argument 'x'"),
    (("config", "defaults", "x"), "unexpected argument 'x'"),
    (("config", "profiles", "x", "y"), "unexpected argument 'y'"),
    (("config", "show", "x", "y"), "unexpected argument 'y'"),
    (("status", "x"), "unexpected argument 'x'"),
    (("flush", "all"), "unexpected argument 'all'"),
    (("reload", "--force"), "unexpected argument '--force'"),
    (("version", "x"), "unexpected argument 'x'"),
    (("--version",), "--version"),
    (("-x", "status"), "-x"),
    (("--config",), "--config"),
    (("check",), "--service and --user are required"),
    (WHO[:3], "--service and --user are required"),
    (("check", "--user", "alice"), "--service and --user are required"),
    (WHO[:4], "--user lacks its value"),
    ((*WHO, "--tty", "x"), "--tty"),
    ((*WHO, "--jwks", "f"), "only with --offline"),
    ((*WHO, "--offline", "--jwks"), "--jwks lacks its value"),
    (("check", "--offline"), "--service and --user are required"),
    (("explain",), "the reference"),
    (("explain", ""), "the reference"),
    (("explain", "A", "B"), "'B'"),
    (("explain", "A", "--log"), "--log lacks a file"),
    (("explain", "-x"), "'-x'"),
    (("audit", "verify", "--log"), "--log lacks a file"),
    (("audit", "verify", "x"), "'x'"),
    (("audit", "verify", "--log", "f", "x"), "'x'"),
    (("issuer",), "unknown command 'issuer'"),
    (("issuer", "test"), "needs the name of an issuer"),
    (("issuer", "test", "as", "x"), "unexpected argument 'x'"),
    (("json-check", "--strict"), "'--strict'"),
    (("json-check", "--syntax", "x"), "'x'"),
    (("json-check", "file"), "'file'"),
)


def case_wrong_usage_is_64(place):
    for arguments, word in WRONG:
        for more in ((), ("--json",)):
            result = place.run(*arguments, *more, config=False, stdin=b"t")
            result.expect(64, err=word)


def case_help_names_every_command(place):
    for arguments in (("--help",), ("status", "--help"), ("--help", "x"),
                      ("--json", "--help"), ("login-test", "--help"),
                      ("login-test", "sshd", "alice", "--help")):
        out = place.run(*arguments, config=False).expect(
            0, "usage: validatorctl [--config FILE] [--json] COMMAND").out
        for name in ("status", "check [--offline [--jwks FILE]] --service S --user U",
                     "explain REF [--log FILE]", "flush", "reload",
                     "audit verify [--log FILE]", "config test",
                     "login-test SERVICE USER [--method M] [--rhost R] "
                     "[--timeout S]",
                     "config defaults", "config show [ISSUER]",
                     "config profiles [NAME]",
                     "json-check [--syntax]", "version"):
            assert "\n  " + name in out, name


def case_version(place):
    out = place.run("version", config=False).expect(0, "scopegate ").out
    answer = place.run("version", "--json", config=False).json(0)
    assert out == "scopegate %s\n" % answer["version"]


def case_a_bad_configuration_keeps_nobody_from_the_daemon(place):
    """It still runs by the old one; its folder is believed, and no more."""
    place.write("v.conf", place.config("what = 1"))
    answer = {"reloaded": False, "error": "x"}
    for arguments in (("reload",), ("reload", "--json")):
        result, request = place.ask(answer, *arguments)
        assert request is not None and result.code == 1
        assert "v.conf:4: " in result.err, result.err
        assert result.out == "" or json.loads(result.out) == answer
    place.write("audit.jsonl", "")
    place.run("audit", "verify").expect(
        0, "intact: 0 records", err="v.conf:4: ")


def case_a_configuration_that_names_no_log_is_78(place):
    place.write("v.conf", "[validatord]\nwhat = 1\n[x]\naudit_log = /x\n")
    for arguments in (("explain", "ABCD2345"), ("audit", "verify")):
        for more in ((), ("--json",)):
            place.run(*arguments, *more, stdin=b"t").expect(
                78, err="v.conf:2: ")


def case_output_that_cannot_be_written_is_74(place):
    with open("/dev/full", "wb") as full:
        for arguments in (("version",), ("config", "defaults"), ("--help",),
                          ("config", "defaults", "--json")):
            place.run(*arguments, stdout=full).expect(
                74, err="cannot be written")


def case_json_may_stand_anywhere(place):
    for arguments in (("--json", "config", "test"),
                      ("config", "--json", "test"),
                      ("config", "test", "--json")):
        assert json.loads(place.run(*arguments).out)["good"] is True
