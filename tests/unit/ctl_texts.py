# SPDX-License-Identifier: ISC
"""config test, config defaults and json-check: the configuration's texts and
the strict check of documents."""

import glob
import os
import re
import shutil
import subprocess

from ctl_driver import Skip


def case_config_test_of_a_good_one(place):
    place.run("config", "test").expect(0, "good: 1 issuer, 1 policy\n")
    answer = place.run("config", "test", "--json").json(0)
    assert answer == {"good": True, "warnings": []}


def case_config_test_shows_warnings(place):
    place.write("v.conf", place.config().replace(
        "audience = hosts", "audience = none"))
    place.run("config", "test").expect(0, ["warning: ", "audience", "good: "])
    answer = place.run("config", "test", "--json").json(0)
    assert answer["good"] is True and len(answer["warnings"]) == 1
    assert "audience" in answer["warnings"][0]


def case_config_test_of_a_bad_one(place):
    place.write("v.conf", place.config("colour = blue"))
    result = place.run("config", "test")
    result.expect(78, err=place.path("v.conf") + ":4: ")
    answer = place.run("config", "test", "--json").json(78)
    assert answer["good"] is False and answer["warnings"] == []
    assert answer["file"] == place.path("v.conf") and answer["line"] == 4
    assert "colour" in answer["error"] and answer["error"] in result.err


def case_config_test_of_one_that_is_not_there(place):
    os.unlink(place.path("v.conf"))
    place.run("config", "test").expect(78, err=place.path("v.conf") + ": ")
    assert place.run("config", "test", "--json").json(78)["line"] == 0


def case_config_test_reads_policy_d(place):
    os.mkdir(place.path("policy.d"), 0o755)
    place.write("policy.d/10-more.conf",
                "[policy more]\nservice = sudo\nissuer = as\nrequire = x\n")
    place.run("config", "test").expect(0, "good: 1 issuer, 2 policies\n")
    place.write("policy.d/20-bad.conf", "[policy bad]\nservices = su\n")
    place.run("config", "test").expect(78, err="20-bad.conf:2: ")


def case_config_test_of_a_secret_that_others_can_read(place):
    os.chmod(place.path("secret"), 0o644)
    place.run("config", "test").expect(78, err="secret")


def case_config_test_of_a_folder_that_a_start_refuses(place):
    os.chmod(place.path("run"), 0o777)
    result = place.run("config", "test")
    result.expect(78, err=place.path("v.conf") + ":3: runtime_dir: ")
    assert "chmod 0755" in result.err
    answer = place.run("config", "test", "--json").json(78)
    assert answer["good"] is False and answer["line"] == 3
    os.chmod(place.path("run"), 0o755)
    place.run("config", "test").expect(0, "good: 1 issuer, 1 policy\n")


def table_keys():
    """Names of the rows in the option tables, read from the source."""
    keys = set()
    for name in "config_table.c", "config_table_issuer.c":
        path = os.path.join(os.environ["top_srcdir"], "validatord", name)
        with open(path) as f:
            keys |= set(re.findall(r'\.name\s*=\s*"([a-z_]+)"', f.read()))
    return keys


SHOWN = """
[issuer two]
profile = product
url = https://two.example
client_id = gate
client_secret_file = %s
audience = none
jwt_algorithms = RS256
  ES256
user_map = %s
[policy two]
service = su
issuer = two
claim = a in b c
claim = d in e
require = x
"""

PRODUCT = """[profile]
title = A product
source = https://two.example
status = from documents
checked = 2026-11-26
note = none
[issuer]
url = https://product.example
validation = introspect
cache = 90s
scope = one two
user_claim = preferred_username
"""


def shown(place):
    os.mkdir(place.path("profiles"), 0o755)
    place.write("profiles/product.conf", PRODUCT, 0o644)
    place.write("map", "two * s alice\n", 0o644)
    place.write("v.conf", place.config(
        "profile_dir = %s" % place.path("profiles")) + SHOWN % (
            place.path("secret"), place.path("map")))
    return place.path("v.conf")


def line_of(path, text):
    """The last line that begins so, counted from 1."""
    with open(path) as f:
        return max(n for n, line in enumerate(f, 1) if line.startswith(text))


def case_config_show_says_where_each_value_is_from(place):
    conf = shown(place)
    out = place.run("config", "show", "two").expect(0, "[issuer two]\n").out
    told = {line.split(" ;")[0].rstrip(): line.split("; ")[-1]
            for line in out.splitlines() if " ; " in line or "  ;" in line}
    for value, origin in (
            ("url = https://two.example", "url = https://two.example"),
            ("audience = none", "audience = none"),
            ("jwt_algorithms = RS256 ES256", "jwt_algorithms"),
            ("client_secret_file = " + place.path("secret"),
             "client_secret_file")):
        assert told[value] == "%s:%d" % (conf, line_of(conf, origin)), told
    for value in ("cache = 90s", "scope = one two",
                  "validation = introspect"):
        assert told[value] == "profile product", told
    assert told[";leeway = 10s"] == "default", told
    assert "https://product.example" not in out, "the section's counts"
    # The section has a user map, so the profile's claim is dropped.
    assert "preferred_username" not in out
    assert "s3cret" not in out
    unset = [line for line in out.splitlines() if line.startswith("; not ")]
    words = " ".join(line[11:] for line in unset).split()
    assert "user_claim" in words and "jwks_uri" in words
    assert max(map(len, unset)) <= 78


def case_config_show_of_all_sections_can_be_read_again(place):
    shown(place)
    out = place.run("config", "show").expect(
        0, ["[validatord]\n", "\n[issuer as]\n", "\n[issuer two]\n",
            "\n[policy hosts]\n", "\n[policy two]\n",
            "claim = a in b c", "claim = d in e"]).out
    place.write("v.conf", out)
    again = place.run("config", "show").expect(0, "[validatord]\n").out

    def values(text):
        return [line.split(" ;")[0].rstrip() for line in text.splitlines()]
    assert values(again) == values(out)


def case_config_show_as_json(place):
    conf = shown(place)
    answer = place.run("config", "show", "two", "--json").json(0)
    section, = answer["sections"]
    assert (section["section"], section["name"]) == ("issuer", "two")
    values = {v["key"]: v for v in section["values"]}
    assert values["url"] == {
        "key": "url", "value": "https://two.example", "origin": "file",
        "file": conf, "line": line_of(conf, "url = https://two.example")}
    product = place.path("profiles/product.conf")
    assert values["cache"] == {
        "key": "cache", "value": "90s", "origin": "profile",
        "profile": "product", "file": product,
        "line": line_of(product, "cache")}
    assert values["leeway"] == {"key": "leeway", "value": "10s",
                                "origin": "default"}
    assert values["jwks_uri"] == {"key": "jwks_uri", "value": None,
                                  "origin": None}
    answer = place.run("config", "show", "--json").json(0)
    assert [s["section"] for s in answer["sections"]] == [
        "validatord", "issuer", "policy", "issuer", "policy"]
    claims = [v["value"] for v in answer["sections"][-1]["values"]
              if v["key"] == "claim"]
    assert claims == ["a in b c", "d in e"]


def case_config_show_of_what_is_not_there(place):
    for more in ((), ("--json",)):
        place.run("config", "show", "two", *more).expect(
            1, err="there is no issuer two: there is as\n")
    place.write("v.conf", place.config("colour = blue"))
    for more in ((), ("--json",)):
        place.run("config", "show", *more).expect(78, err="v.conf:4: ")


def case_config_defaults(place):
    text = place.run("config", "defaults", config=False).expect(
        0, ["[validatord]\n", "[issuer NAME]\n", "[policy NAME]\n"]).out
    answer = place.run("config", "defaults", "--json", config=False).json(0)
    assert list(answer) == ["validatord", "issuer", "policy"]
    shown = {}
    for line in text.splitlines():
        if line.startswith("["):
            section = shown.setdefault(line[1:-1].split()[0], {})
        elif line and not line.startswith("; "):
            name, value = line.lstrip(";").split(" = ")
            section[name] = None if line.startswith(";") else value
    for name, options in answer.items():
        wanted = {key: row["default"] for key, row in options.items()}
        assert shown[name] == wanted, (shown[name], wanted)
        for row in options.values():
            assert row["help"].endswith("."), row
            assert row["default"] is None or not row["required"], row
    keys = table_keys()
    told = {key for options in answer.values() for key in options}
    assert len(keys) > 20 and keys <= told | set(answer), keys - told
    assert told <= keys, told - keys
    assert answer["issuer"]["url"]["required"] is True
    assert answer["issuer"]["cache"] == {
        "default": "10s", "required": False,
        "help": answer["issuer"]["cache"]["help"]}


# Document, reason of the strict check or None, accepted as plain JSON.
DOCUMENTS = (
    (b'{}', None, True),
    (b' {"a":[1,true,null,"x"]}\n', None, True),
    (b'[]', "not an object", True),
    (b'{"a":1,"a":2}', "", True),
    (b'{"a":"\\u0000"}', "", True),
    (b'{"a":' + b'[' * 40 + b']' * 40 + b'}', "", True),
    (b'', "", False),
    (b'{"a":1}x', "", False),
    (b'{"a":1,}', "", False),
    (b'{"a":"\xff"}', "", False),
    (b"{'a':1}", "", False),
    (b'{"a":01}', "", False),
    (b'\xef\xbb\xbf{}', "", False),
    (b'{"a":"\0"}', "", False),
    (b'{"a":"' + b'x' * (256 * 1024) + b'"}', "too long", False),
)


def case_json_check(place):
    for text, reason, plain in DOCUMENTS:
        for more, good in (((), reason is None), (("--syntax",), plain)):
            result = place.run("json-check", *more, stdin=text, config=False)
            answer = place.run("json-check", *more, "--json", stdin=text,
                               config=False).json(0 if good else 1)
            assert answer["accepted"] is good, (text[:40], more, answer)
            if good:
                assert result.expect(0, "accept").out == "accept\n"
                continue
            result.expect(1, ["reject: ", answer["reason"], reason or ""])
            assert answer["reason"] and answer["offset"] <= len(text)


def case_json_check_json_test_suite(place):
    vectors = os.environ.get("SCOPEGATE_VECTORS") or os.path.join(
        os.environ["top_srcdir"], "..", "shared", "vectors")
    folder = os.path.join(vectors, "jsontestsuite", "test_parsing")
    if not os.path.isdir(folder):
        raise Skip("JSONTestSuite is not there: set SCOPEGATE_VECTORS")

    def accepted(path, *more):
        with open(path, "rb") as f:
            done = subprocess.run([place.binary, "json-check", *more],
                                  stdin=f, stdout=subprocess.PIPE, timeout=60,
                                  env={"ASAN_OPTIONS": "detect_leaks=0"})
        words = {0: b"accept\n", 1: b"reject: "}
        assert done.stdout.startswith(words[done.returncode]), path
        return done.returncode == 0

    bad = glob.glob(os.path.join(folder, "n_*"))
    good = glob.glob(os.path.join(folder, "y_*"))
    assert (len(bad), len(good)) == (188, 95), (len(bad), len(good))
    wrong = [p for p in bad if accepted(p) or accepted(p, "--syntax")]
    wrong += [p for p in good if not accepted(p, "--syntax")]
    assert wrong == [], wrong
    # The strict check has no use for a value that is no object.
    strict = [os.path.basename(p) for p in good if accepted(p)]
    assert "y_object_basic.json" in strict
    assert not [name for name in strict if name.startswith("y_array")]


def case_config_profiles(place):
    """Those of profile_dir, also one that says why it is of no use."""
    folder = os.path.join(os.environ["top_srcdir"], "profiles")
    # The tree may be read-only, and its copies are written to.
    shutil.copytree(folder, place.path("profiles"), copy_function=shutil.copyfile)
    os.chmod(place.path("profiles"), 0o755)
    place.write("v.conf", place.config("profile_dir = " +
                                       place.path("profiles")))
    out = place.run("config", "profiles").expect(
        0, ["verified against brokerd    2026-11-26  Alpaca Connect",
            "from documents", "Tradier"]).out
    assert re.search("^etrade +not supported ", out, re.M), out
    names = [line.split()[0] for line in out.splitlines()]
    assert names == sorted(n[:-5] for n in os.listdir(folder)
                           if n.endswith(".conf")), names
    place.run("config", "profiles", "zerodha").expect(
        0, ["Zerodha (Kite Connect)", "from documents, 2026-11-26",
            "kite.trade/docs", "06:00 India time",
            "live: {api_url}/user/profile"])
    place.run("config", "profiles", "etrade").expect(0, "OAuth 1.0a")
    place.run("config", "profiles", "auth0").expect(
        0, ["  gives        validation = jwt\n",
            "               jwt_profile = lax\n"])
    place.run("config", "profiles", "nobody").expect(
        1, err="there is no profile nobody")
    found = place.run("config", "profiles", "--json").json(0)["profiles"]
    assert [p["name"] for p in found] == names
    assert found[0]["probes"] == ["paper", "live"], found[0]
    assert found[1]["defaults"] == {
        "validation": "jwt", "jwt_profile": "lax", "jwt_algorithms": "RS256"}
    assert all(p["sources"] and p["checked"] for p in found)
    place.write("profiles/alpaca.conf", "[profile]\ncolour = blue\n")
    place.run("config", "profiles").expect(78, err="alpaca.conf:2: ")


def case_config_profiles_without_a_configuration(place):
    os.unlink(place.path("v.conf"))
    result = place.run("config", "profiles")
    assert result.code == 0 and "the usual folders" in result.err, result.err
