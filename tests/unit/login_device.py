# SPDX-License-Identifier: ISC
"""Logins by a device grant, and by what an issuer says of itself."""

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, UNAVAILABLE, case
from login_driver import Browser, Terminal, configure

GOOD = "alice..trading..paper"


def by_device(daemon, policy="", login="device token"):
    configure(daemon, login=login, policy=policy, issuer=
              "device_authorization_endpoint = %s/oauth/device\n"
              % daemon.server.url)


@case(configure=by_device)
def a_device_grant_lets_in_who_is_here(daemon, server):
    t = Terminal(daemon, rhost=None)
    assert t.prompt == l.P_ENTER and t.acked
    assert t.reply.text(l.LINK) == server.url + "/device"
    assert t.reply.text(l.USER_CODE) == "WDJB-MJHT"
    assert t.reply.number(l.LOGINS) == l.M_TOKEN and l.QR not in t.reply.values
    for _ in range(4):
        assert t.answer("").number(l.TAG_PROMPT) == l.P_NOT_YET
    server.device = GOOD
    l.wait_until(lambda: server.tokens)
    l.wait_until(lambda: t.answer("").type == d.VERDICT)
    assert t.outcome == (ALLOW, d.GRANTED)
    record = daemon.audit()[-1]
    assert record["login"] == "device" and len(record["grant"]) == 16


@case(configure=lambda daemon: by_device(daemon, "device_remote = yes\nqr = yes"))
def a_number_for_the_page_and_a_drawing(daemon, server):
    server.number = "42"
    t = Terminal(daemon)
    assert t.prompt == l.P_NUMBER
    assert t.reply.text(l.NUMBER) == "42"
    assert "\u2580" in t.reply.text(l.QR)
    t.close()


@case(configure=by_device)
def a_device_grant_is_not_for_remote_logins(daemon, server):
    t = Terminal(daemon)
    assert t.prompt == l.P_TOKEN
    t = Terminal(daemon, method=l.M_DEVICE)
    assert t.outcome == (DENY, l.REMOTE_DEVICE)
    assert server.asked["/oauth/device"] == 0
    t = Terminal(daemon, rhost=None, method=l.M_TOKEN)
    assert t.prompt == l.P_TOKEN


@case(configure=by_device)
def a_device_grant_that_is_refused_or_not_enough(daemon, server):
    t = Terminal(daemon, rhost=None)
    server.device = "access_denied"
    assert t.wait_end() == (DENY, l.LOGIN_DECLINED)
    server.device = "alice..data..paper"
    t = Terminal(daemon, rhost=None)
    l.wait_until(lambda: server.tokens)
    l.wait_until(lambda: t.answer("").type == d.VERDICT)
    assert t.outcome == (DENY, d.SCOPE_MISSING)
    l.wait_until(lambda: len(server.revoked) == 1)


@case(configure=by_device)
def a_device_grant_that_nobody_takes(daemon, server):
    t = Terminal(daemon, rhost=None)
    server.device = GOOD
    l.wait_until(lambda: server.tokens)
    t.close()
    l.wait_until(lambda: server.revoked)
    assert server.revoked == list(server.tokens)
    assert [r["reason"] for r in daemon.audit()] == ["login_cancelled"]


@case(configure=lambda daemon: configure(
    daemon, login="device", issuer=
    "device_authorization_endpoint = http://127.0.0.1:1/device\n"
    "endpoint_origins = http://127.0.0.1:1"))
def a_server_that_gives_no_device_code(daemon, server):
    t = Terminal(daemon, rhost=None)
    assert t.outcome == (UNAVAILABLE, d.AS_UNREACHABLE)


@case(configure=lambda daemon: by_device(daemon, login="browser device token"))
def the_browser_comes_first(daemon, server):
    assert Terminal(daemon, rhost=None).prompt == l.P_BROWSER
    assert Terminal(daemon, rhost=None, method=l.M_DEVICE).prompt == l.P_ENTER


# Discovery.

def discovered(daemon, login="browser", issuer=""):
    configure(daemon, login=login, issuer=issuer)
    with open(daemon.path("etc/v.conf")) as f:
        text = f.read()
    daemon.write("etc/v.conf", "".join(
        line + "\n" for line in text.splitlines()
        if not line.startswith(("authorization_endpoint", "token_endpoint",
                                "profile ", "api_url", "paper_api", "env "))))
    daemon.own()


def metadata(server, **more):
    return {"issuer": server.url,
            "authorization_endpoint": server.url + "/oauth/authorize",
            "token_endpoint": server.url + "/oauth/token", **more}


@case(configure=discovered, start=False)
def endpoints_that_the_issuer_names(daemon, server):
    server.metadata = metadata(
        server, authorization_response_iss_parameter_supported=True)
    daemon.start()
    t, b = Terminal(daemon), Browser(daemon)
    assert t.prompt == l.P_BROWSER
    b.open(t.link)
    assert b.url.startswith(server.url + "/oauth/authorize?")
    # It says that it always names itself.
    page = b.back(GOOD)
    assert (page["result"], page["reason"]) == ("refused", "issuer_mixed_up")
    assert t.wait_end() == (DENY, l.ISSUER_MIXED_UP)
    assert server.forms == []


@case(configure=lambda daemon: discovered(daemon, "browser token"), start=False)
def endpoints_that_are_not_known(daemon, server):
    daemon.start()
    assert Terminal(daemon).prompt == l.P_TOKEN
    t = Terminal(daemon, method=l.M_BROWSER)
    assert t.outcome == (UNAVAILABLE, d.ISSUER_UNREADY)
