# SPDX-License-Identifier: ISC
"""issuer test: a good server, and what is said of each kind of bad one."""

import os
import socket
import time

from ctl_as import Certificates, Server
from ctl_tokens import Key, jwks

WELL_KNOWN = "/.well-known/oauth-authorization-server"


def configure(place, server, more="", issuer="insecure_loopback = yes",
              policy=""):
    """As root the tool becomes the daemon's user, as the daemon does."""
    text = place.config(more).replace(
        "https://as.example\n", server.url + "\n", 1).replace(
        "introspection_endpoint = https://as.example/introspect", issuer)
    place.write("v.conf", text + policy)


def lines(result):
    """Result and step of each line, and the text behind."""
    found = {}
    for line in result.out.splitlines()[1:-1]:
        word, step, text = line.split(None, 2)
        assert step not in found, result.out
        found[step] = (word, text)
    return found


def faults(result):
    return {step: text for step, (word, text) in lines(result).items()
            if word not in ("ok", "skipped")}


def run(place, *more):
    result = place.run("issuer", "test", "as", *more)
    assert "s3cret" not in result.out + result.err
    return result


def case_issuer_test_of_a_good_server(place):
    key = Key(place)
    with Server() as server:
        server.answers["/keys"] = (200, jwks(key).encode(),
                                   "application/jwk-set+json")
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "validation = both")
        result = run(place).expect(0, [server.url, "\ngood\n"])
        found = lines(result)
        assert {word for word, _ in found.values()} == {"ok", "skipped"}
        assert [*found] == ["connect", "tls", "clock", "metadata", "issuer",
                            "endpoints", "keys", "credentials", "answer"]
        assert found["connect"][1] == "127.0.0.1:%d, at 127.0.0.1" % \
            server.server_port
        assert found["keys"][1] == "1 to verify by: RS256"
        assert "gate by client_secret_basic" in found["credentials"][1]
        (path, form, authorization), = server.forms
        assert path == "/i" and form["token_type_hint"] == ["access_token"]
        assert form["token"][0] not in result.out and authorization
        answer = run(place, "--json").json(0)
        assert answer["result"] == "good" and answer["issuer"] == "as"
        assert [t["test"] for t in answer["tests"]] == [*found]
        assert all(t["remedy"] is None for t in answer["tests"])
        # What is made up is made up anew.
        assert server.forms[1][1]["token"] != form["token"]


def case_issuer_test_over_tls_tells_of_the_certificate(place):
    certificates = Certificates(place)
    with Server(certificates.sign(20), place.path("key.pem")) as server:
        configure(place, server, issuer="ca_file = " + place.path("ca.pem"))
        word, text = lines(run(place).expect(0, "good"))["tls"]
        assert word == "ok" and text.startswith("TLSv1.3, "), text
        assert "as.example" in text and "expires in 20 days" in text, text
    with Server(certificates.sign(5), place.path("key.pem")) as server:
        configure(place, server, issuer="ca_file = " + place.path("ca.pem"))
        word, text = lines(run(place).expect(0, "good"))["tls"]
        assert word == "warning" and text.endswith(
            "expires in 5 days: renew the certificate"), text


# The step, what is told of it, and what makes the server so. {url} is its
# address; each is one line, and the only one.
BROKEN = {
    "metadata of another issuer": ("metadata", (
        "the document is of the issuer https://other.example, not of {url}: "
        "if that is the server you mean, write `url = https://other.example`"
        ", octet by octet"),
        {WELL_KNOWN: (200, {"issuer": "https://other.example"})}),
    "an issuer with a slash too many": ("metadata", (
        "the document is of the issuer {url}/, not of {url}: if that is the "
        "server you mean, write `url = {url}/`, octet by octet"),
        {WELL_KNOWN: (200, {"issuer": "{url}/"})}),
    "no metadata": ("metadata", (
        "{url}/.well-known/oauth-authorization-server answers HTTP 404: "
        "correct `url`, or write the endpoints in the issuer's section"),
        {WELL_KNOWN: (404, {})}),
    "a page in place of metadata": ("metadata", (
        "{url}/.well-known/oauth-authorization-server is text/html, not "
        "application/json: correct `url`, or write the endpoints in the "
        "issuer's section"),
        {WELL_KNOWN: (200, b"<html>", "text/html")}),
    "metadata elsewhere": ("metadata", (
        "{url}/.well-known/oauth-authorization-server answers HTTP 302, a "
        "redirect to https://other.example/, which is not followed: correct "
        "`url`, or write the endpoints in the issuer's section"),
        {WELL_KNOWN: (302, {}, "text/html",
                      {"Location": "https://other.example/"})}),
    "credentials that are rejected": ("credentials", (
        "{url}/i rejects us (HTTP 401), as gate by client_secret_basic: "
        "compare `client_id`, the secret's file and `client_auth` with what "
        "the server has, and let this client in there"),
        {"/i": (401, {"error": "invalid_client"})}),
    "active as a string": ("answer", (
        "active is missing or no JSON boolean: the server must answer as "
        "RFC 7662 section 2.2 says"), {"/i": (200, {"active": "false"})}),
    "a page in place of an answer": ("answer", (
        "{url}/i is text/html, not application/json: correct "
        "`introspection_endpoint`"), {"/i": (200, b"<html>", "text/html")}),
    "an introspection that redirects": ("answer", (
        "{url}/i redirects (HTTP 307, to https://other.example/i), which is "
        "not followed: write `introspection_endpoint` as the server really "
        "has it"), {"/i": (307, {}, "text/html",
                           {"Location": "https://other.example/i"})}),
    "active for anything": ("answer", (
        "active is true for a token that was made up here: mend the server "
        "before anybody else finds out"), {"/i": (200, {"active": True})}),
    "an introspection that fails": ("answer", (
        "{url}/i answers HTTP 503: look at the server's log"),
        {"/i": (503, {})}),
    "tokens that it does not introspect": ("answer", (
        "{url}/i does not know this kind of token: does it introspect such "
        "tokens at all? If it signs them, write `validation = jwt`"),
        {"/i": (400, {"error": "unsupported_token_type"})}),
    "an empty key set": ("keys", (
        "no key can be used: the set is empty: publish a key that fits "
        "`jwt_algorithms`"), {"/keys": (200, {"keys": []})}),
    "a key set that is none": ("keys", (
        "{url}/keys is text/html, no key set: correct `jwks_uri`"),
        {"/keys": (200, b"<html>", "text/html")}),
}


def filled(value, url):
    if isinstance(value, dict):
        return {name: filled(v, url) for name, v in value.items()}
    return value.replace("{url}", url) if isinstance(value, str) else value


def case_issuer_test_names_each_fault_in_one_line(place):
    good = jwks(Key(place)).encode()
    for name, (step, text, answers) in BROKEN.items():
        with Server() as server:
            server.answers["/keys"] = (200, good)
            for path, (status, said, *more) in answers.items():
                server.answers[path] = (status, filled(said, server.url),
                                        *more)
            configure(place, server, issuer="insecure_loopback = yes\n"
                      "validation = both")
            found = faults(run(place).expect(1, "\nnot good\n"))
            assert found == {step: text.replace("{url}", server.url)}, (
                name, found)
            answer = run(place, "--json").json(1)
            failed, = [t for t in answer["tests"] if t["result"] == "failed"]
            assert failed["test"] == step and failed["remedy"], answer


def case_issuer_test_of_weak_keys(place):
    with Server() as server:
        server.answers["/keys"] = (200, jwks(Key(place, "old", 1024)).encode())
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "validation = both")
        found = faults(run(place).expect(1, "not good"))
        assert found["keys"].startswith(
            "no key can be used, key 1 (kid old): "), found
        server.answers["/keys"] = (200, jwks(
            Key(place, "old", 1024), Key(place, "new")).encode())
        word, text = lines(run(place).expect(0, "good"))["keys"]
        assert word == "ok" and "key 2" not in text
        server.answers["/keys"] = (200, jwks(
            Key(place, "old", 1024), Key(place, "new"),
            Key(place, "older", 1024)).encode())
        assert "; key 3 (kid older): " in lines(run(place))["keys"][1]
        assert text.startswith("1 to verify by: RS256; left out: key 1 (kid old): "), text


def case_issuer_test_of_bad_certificates(place):
    certificates = Certificates(place)
    ca = "ca_file = " + place.path("ca.pem")
    unknown = ("its certificate is self-signed, and `ca_file` does not hold "
               "it: name it with `ca_file`, or give the server one of an "
               "authority")
    for make, issuer, text in (
            (lambda: certificates.sign(-3), ca,
             "its certificate has expired: renew it at the server"),
            (certificates.self_signed, ca, unknown),
            (certificates.sign, "",
             "its certificate is from an authority that `ca_file` does not "
             "hold: name the authority's certificate with `ca_file`, or have "
             "the server send its whole chain"),
            (lambda: certificates.sign(names="DNS:other.example"), ca,
             "its certificate is not for this address (SSL: no alternative "
             "certificate subject name matches target host name '127.0.0.1'"
             "): use the name that the certificate has, or give the server "
             "one for this name")):
        with Server(make(), place.path("key.pem")) as server:
            configure(place, server, issuer=issuer)
            found = faults(run(place).expect(1, "not good"))
            assert found == {"tls": text}, found
            assert not server.forms, "no credentials went out"


def case_issuer_test_compares_the_clocks(place):
    for ahead, word, code in ((0, "ok", 0), (-3600, "failed", 1),
                              (3600, "failed", 1), (30, "warning", 0)):
        with Server() as server:
            server.clock = ahead
            configure(place, server)
            found = lines(run(place).expect(code, "good"))
            assert found["clock"][0] == word, found
            if ahead:
                assert "%s this host's, and `leeway` is 10 s: set both by NTP" % (
                    "ahead of" if ahead > 0 else "behind") in found["clock"][1]
            assert len(faults(run(place))) == (1 if ahead else 0)


def case_issuer_test_of_nobody(place):
    with Server() as server:
        configure(place, server)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server.url = "http://127.0.0.1:%d" % free.getsockname()[1]
        configure(place, server)
        found = faults(run(place).expect(2, "\nunreachable\n"))
        assert [*found] == ["connect"], found
        assert found["connect"].endswith(
            "nothing answers at its address and port: start the server, "
            "correct the port, or open the firewall"), found
    server.url = "https://nobody.invalid"
    configure(place, server)
    found = faults(run(place).expect(2, "unreachable"))
    assert [*found] == ["connect"] and "nobody.invalid" in found["connect"]
    assert run(place, "--json").json(2)["result"] == "unreachable"


def case_issuer_test_keeps_to_the_origins(place):
    with Server() as server, Server() as other:
        server.metadata["introspection_endpoint"] = other.url + "/i"
        configure(place, server)
        found = faults(run(place).expect(1, "not good"))
        assert found == {"endpoints": (
            "introspection_endpoint is %s/i, whose origin is not that of "
            "`url`: if tokens may be sent there, write `endpoint_origins = "
            "%s`" % (other.url, other.url))}, found
        assert not other.forms
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "endpoint_origins = " + other.url)
        result = run(place).expect(0, "good")
        assert result.out.count("\nok       connect ") == 2, result.out
        assert len(other.forms) == 1
        del server.metadata["introspection_endpoint"]
        found = faults(run(place).expect(1, "not good"))
        assert found == {"endpoints": (
            "there is no introspection_endpoint: write "
            "`introspection_endpoint` in the issuer's section")}, found


def case_issuer_test_needs_no_metadata_where_all_is_written(place):
    with Server() as server:
        del server.answers[WELL_KNOWN]
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "introspection_endpoint = %s/i" % server.url)
        found = lines(run(place).expect(0, "good"))
        assert found["metadata"][0] == "skipped" and "answer" in found


def case_issuer_test_of_a_sign_in(place):
    with Server() as server:
        configure(place, server, "gateway_url = https://gate.example",
                  policy="login = token browser\n")
        found = lines(run(place).expect(0, "good"))
        assert found["token"] == (
            "ok", "a code that was made up here is refused (invalid_grant)")
        server.answers["/t"] = (401, {"error": "invalid_client"})
        result = run(place).expect(1, "not good")
        assert "failed   credentials  %s/t rejects us" % server.url \
            in result.out, result.out


def case_issuer_test_of_what_is_not_there(place):
    place.run("issuer", "test", "other").expect(
        1, err="there is no issuer other: there is as\n")
    os.chmod(place.path("secret"), 0o644)
    place.run("issuer", "test", "as").expect(78, err="secret")
    os.unlink(place.path("secret"))
    place.run("issuer", "test", "as").expect(78, err="secret")


def case_issuer_test_needs_to_read_the_secret(place):
    """Who may not is told who may."""
    if os.geteuid() != 0:
        os.chmod(place.path("secret"), 0)
        place.run("issuer", "test", "as").expect(
            78, err=["cannot be read", "run this as root"])
        return
    with Server() as server:
        configure(place, server)
        os.chown(place.path("secret"), 0, 0)
        os.chmod(place.path("v.conf"), 0o644)
        place.run("issuer", "test", "as", become=65534).expect(
            78, err=["cannot be read", "run this as root"])
        # Root itself would read it; the daemon's user could not.
        place.run("issuer", "test", "as").expect(
            78, err=["belongs to root", "chown nobody"])
        # And that user has to be there.
        place.write("v.conf", place.config().replace(
            "user = nobody", "user = nobody-at-all"))
        place.run("issuer", "test", "as").expect(
            78, err=["nobody-at-all", "does not exist"])


def case_issuer_test_of_signed_answers(place):
    key = Key(place)

    def answer(**more):
        return lambda _: (200, key.sign(
            {"iss": server.url, "aud": "gate", "iat": int(time.time()),
             "token_introspection": {"active": False}, **more},
            typ="token-introspection+jwt"),
            "application/token-introspection+jwt")
    with Server() as server:
        server.answers["/keys"] = (200, jwks(key).encode())
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "introspection_signed = yes")
        server.answers["/i"] = answer()
        found = lines(run(place).expect(0, "good"))
        assert found["answer"][1].startswith("signed: "), found
        for bad in (answer(aud="another"), (200, {"active": False})):
            server.answers["/i"] = bad
            found = faults(run(place).expect(1, "not good"))
            assert [*found] == ["answer"], found
            assert "`introspection_signed = no`" in found["answer"], found


def case_issuer_test_asks_every_endpoint(place):
    with Server() as server:
        server.answers["/second"] = (401, {"error": "invalid_client"})
        configure(place, server, issuer="insecure_loopback = yes\n"
                  "introspection_endpoint = {0}/i {0}/second".format(
                      server.url))
        result = run(place).expect(1, "not good")
        assert "accepted, as gate by client_secret_basic, at %s/i\n" % \
            server.url in result.out, result.out
        assert "failed   credentials  %s/second rejects us" % server.url \
            in result.out, result.out
        assert [f[0] for f in server.forms] == ["/i", "/second"]
