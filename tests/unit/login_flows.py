# SPDX-License-Identifier: ISC
"""The ways through a sign-in, from the first prompt to the verdict."""

import base64
import hashlib
import urllib.parse

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, UNAVAILABLE, case
from login_driver import Browser, Terminal, configure

GOOD = "alice..trading..paper"


@case(configure=configure)
def a_link_a_page_and_a_code_let_in(daemon, server):
    t, b = Terminal(daemon, tty="pts/3"), Browser(daemon)
    assert t.prompt == l.P_BROWSER and not t.acked
    assert t.reply.text(l.LINK) == "https://gate.example.com/l/" + t.link
    assert len(t.link) == 8 and t.reply.number(l.LOGINS) == l.M_TOKEN
    assert 50 < t.reply.number(l.SECONDS) <= 60
    b.open(t.link)
    assert b.url.startswith(server.url + "/oauth/authorize?")
    assert len(b.asked.pop("state")) == 43
    assert b.asked == {
        "response_type": "code", "client_id": "gate", "scope": "trading",
        "redirect_uri": "https://gate.example.com/callback", "env": "paper"}
    page = b.back(GOOD)
    shown = {k: page[k] for k in ("result", "host", "service", "user", "rhost",
                                  "tty", "policy", "issuer", "environment",
                                  "account", "scopes")}
    assert shown == {
        "result": "confirm", "host": "host.example.com", "service": "sshd",
        "user": "alice", "rhost": "192.0.2.7", "tty": "pts/3",
        "policy": "hosts", "issuer": "as", "environment": "paper",
        "account": "account-of-alice", "scopes": ["trading"]}, page
    assert 0 < page["ends_at"] and "code" not in page
    code = b.confirm()
    assert code["result"] == "code" and code["user"] == "alice"
    t.answer(" " + code["code"].lower().replace("-", " - ") + " ")
    assert t.outcome == (ALLOW, d.GRANTED)
    handle = t.reply.text(d.HANDLE)
    assert daemon.account(handle).outcome == (ALLOW, d.GRANTED)
    login, account = daemon.audit()
    assert (login["op"], login["login"], login["sub"]) == (
        "login", "browser", "account-of-alice")
    assert len(login["grant"]) == 16 and "grant" not in account
    [form] = server.forms
    assert form["redirect_uri"] == "https://gate.example.com/callback"
    assert form["code"] == GOOD and "code_verifier" not in form


@case(configure=lambda daemon: configure(daemon, login="browser"))
def the_account_phase_where_no_token_is_admitted(daemon, server):
    """The handle of a login by a browser keeps how it was come by."""
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    b.back(GOOD)
    t.answer(b.confirm()["code"])
    assert t.outcome == (ALLOW, d.GRANTED)
    handle = t.reply.text(d.HANDLE)
    assert daemon.account(handle).outcome == (ALLOW, d.GRANTED)
    assert daemon.account(handle).outcome == (ALLOW, d.GRANTED)
    # The grant's own token opens nothing here, and leaves no handle.
    [token] = server.tokens
    refused = daemon.check(token)
    assert refused.outcome == (DENY, l.METHOD_REFUSED)
    assert d.HANDLE not in refused.values
    # Without a handle of ours there is nothing to judge, nor with another's.
    assert daemon.account("0" * 32).outcome == (UNAVAILABLE, d.HANDLE_UNKNOWN)
    assert daemon.account(handle, user="bob").outcome == (
        DENY, d.HANDLE_MISMATCH)
    # It is judged by the rules that hold now.
    configure(daemon, login="token")
    assert daemon.control("reload")["reloaded"] is True
    assert daemon.account(handle).outcome == (DENY, l.METHOD_REFUSED)
    assert [r.get("op") for r in daemon.audit()] == [
        "login", "account", "account", "login", "account", "account",
        "account"]


@case(configure=lambda daemon: configure(daemon, issuer="pkce = yes"))
def the_verifier_fits_the_challenge(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    assert b.asked["code_challenge_method"] == "S256"
    b.back(GOOD)
    verifier = server.forms[0]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert b.asked["code_challenge"] == \
        base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert len(verifier) == 43


@case(configure=configure)
def an_answer_before_the_page_is_asked_again(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    for answer in ("", "ABCD-EFGH", "  "):
        assert t.answer(answer).number(l.TAG_PROMPT) == l.P_NOT_YET
    b.open(t.link)
    b.back(GOOD)
    assert t.answer("").number(l.TAG_PROMPT) == l.P_NOT_YET
    assert t.answer(b.confirm()["code"]).outcome[0] == ALLOW


@case(configure=configure)
def a_scope_that_was_not_granted_is_named_on_the_page(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    page = b.back("alice..data..paper")
    assert (page["result"], page["reason"], page["missing"]) == (
        "refused", "scope_missing", ["trading"]), page
    assert page["user"] == "alice"
    assert t.wait_end() == (DENY, d.SCOPE_MISSING)
    assert t.reply.text(d.DETAIL) == "trading"
    [record] = daemon.audit()
    assert record["reason"] == "scope_missing"
    assert record["sub"] == "account-of-alice" and "grant" not in record
    l.wait_until(lambda: len(server.revoked) == 1)


@case(configure=configure)
def another_environment_or_account_is_refused(daemon, server):
    for code, reason in (("alice..trading..live", "environment_mismatch"),
                         ("bob..trading..paper", "user_mismatch"),
                         ("carol..trading..paper", "user_unmapped")):
        t, b = Terminal(daemon), Browser(daemon)
        b.open(t.link)
        page = b.back(code)
        assert (page["result"], page["reason"]) == ("refused", reason), page
        assert t.wait_end()[0] == DENY
        assert daemon.audit()[-1]["reason"] == reason


@case(configure=configure)
def a_broker_that_is_down_is_no_refusal(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    page = b.back("down")
    assert (page["result"], page["reason"]) == ("unavailable", "as_error")
    assert daemon.audit() == []
    assert b.open(t.link)["result"] == "redirect"
    assert b.back(GOOD)["result"] == "confirm"
    assert t.answer(b.confirm()["code"]).outcome[0] == ALLOW


@case(configure=configure)
def errors_of_the_broker_end_the_login_in_words(daemon, server):
    for error, reason, word in (
            ("access_denied", "login_declined", "access_denied"),
            ("invalid_scope", "grant_refused", "invalid_scope"),
            ("<b>oops", "grant_refused", None)):
        t, b = Terminal(daemon), Browser(daemon)
        b.open(t.link)
        page = b.back(oauth_error=error, error_description="read this")
        assert (page["result"], page["reason"], page.get("error")) == (
            "refused", reason, word), page
        assert "read this" not in str(page)
        assert t.wait_end()[0] == DENY
        assert daemon.audit()[-1]["reason"] == reason
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    assert b.back(oauth_error="temporarily_unavailable")["result"] == \
        "unavailable"
    assert b.open(t.link)["result"] == "redirect"
    b.back("bad")
    assert t.wait_end() == (DENY, l.GRANT_REFUSED)


@case(configure=configure)
def a_token_may_be_pasted_instead(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    b.back(GOOD)
    t.answer(b.confirm()["code"])
    token = list(server.tokens)[0]
    t = Terminal(daemon)
    t.answer(token)
    assert t.outcome == (ALLOW, d.GRANTED)
    assert "login" not in daemon.audit()[-1]
    t = Terminal(daemon)
    t.answer(server.token(GOOD))
    assert t.outcome == (DENY, l.TOKEN_FOREIGN)


@case(configure=lambda daemon: configure(daemon, login="browser"))
def a_token_is_wrong_where_only_the_browser_counts(daemon, server):
    t = Terminal(daemon)
    assert t.reply.number(l.LOGINS) == 0
    token = server.token(GOOD)
    assert t.answer(token).number(l.TAG_PROMPT) == l.P_BROWSER_AGAIN
    assert t.reply.number(l.TRIES) == 2
    assert server.asked["/paper/v2/account"] == 0
    t = Terminal(daemon, method=l.M_TOKEN)
    assert t.outcome == (DENY, l.METHOD_REFUSED)


@case(configure=lambda daemon: configure(daemon, login="browser device token",
                                         policy="device_remote = yes"))
def a_token_is_wrong_where_the_caller_wants_none(daemon, server):
    t, code = l.terminal_past_the_page(daemon)
    t.answer(code)
    [token] = server.tokens
    made = l.gateway(daemon, "code", token=token, service="sshd", user="alice",
                     host="host.example.com", rhost="192.0.2.7")["code"]
    for typed in (token, made):
        t = Terminal(daemon, method=l.M_BROWSER)
        assert t.reply.number(l.LOGINS) == 0
        assert t.answer(typed).number(l.TAG_PROMPT) == l.P_BROWSER_AGAIN
    t = Terminal(daemon, method=l.M_BROWSER | l.M_TOKEN)
    assert t.reply.number(l.LOGINS) == l.M_TOKEN
    t.answer(made)
    assert t.outcome == (ALLOW, d.GRANTED)


@case(configure=lambda daemon: configure(daemon, login="token"))
def a_policy_of_tokens_asks_for_one(daemon, server):
    t = Terminal(daemon)
    assert t.prompt == l.P_TOKEN and t.reply.text(l.LINK) == ""
    assert l.gateway(daemon, "link", link="AAAAAAAA", rhost="x")["result"] == \
        "gone"
    t.answer("not known to anybody")
    assert t.outcome == (DENY, d.TOKEN_MALFORMED)
    t = Terminal(daemon)
    t.answer("")
    assert t.outcome == (DENY, d.TOKEN_MALFORMED)
    t = Terminal(daemon, method=l.M_BROWSER)
    assert t.outcome == (DENY, l.METHOD_REFUSED)


@case(configure=lambda daemon: configure(daemon, policy="user = alice"))
def nobody_is_told_apart_by_the_prompt(daemon, server):
    for user, end in (("bob", d.NO_POLICY), ("Bob", d.USER_NAME_INVALID)):
        t, b = Terminal(daemon, user=user), Browser(daemon)
        assert t.prompt == l.P_BROWSER
        assert b.open(t.link)["result"] == "redirect"
        assert b.back("bob..trading..paper")["result"] == "refused"
        assert t.wait_end() == (DENY, end)
    t = Terminal(daemon, service="login")
    assert t.outcome == (DENY, d.NO_POLICY)


# Without gatewayd.

def by_hand(daemon, **more):
    configure(daemon, gateway_url=None, issuer="redirect_uri = "
              "http://127.0.0.1:8080/back\npkce = yes\n"
              + more.pop("issuer", ""), **more)


def pasted(t, code=GOOD, **more):
    query = urllib.parse.urlsplit(t.reply.text(l.LINK)).query
    asked = dict(urllib.parse.parse_qsl(query, strict_parsing=True))
    said = {"state": asked["state"], **({"code": code} if code else {}),
            **more}
    return asked["redirect_uri"] + "?" + urllib.parse.urlencode(said)


@case(configure=by_hand)
def the_address_of_the_end_lets_in(daemon, server):
    t = Terminal(daemon)
    assert t.prompt == l.P_REDIRECT
    address = pasted(t)
    assert t.answer("").number(l.TAG_PROMPT) == l.P_NOT_YET
    t.answer("  %s#top " % address)
    assert t.acked and t.outcome == (ALLOW, d.GRANTED)
    assert daemon.audit()[-1]["login"] == "browser"
    assert server.forms[0]["redirect_uri"] == "http://127.0.0.1:8080/back"
    # The state was used.
    t = Terminal(daemon)
    for left in (2, 1):
        assert t.answer(address).number(l.TAG_PROMPT) == l.P_REDIRECT_AGAIN
        assert t.reply.number(l.TRIES) == left
    t.answer(address)
    assert t.outcome == (DENY, l.LOGIN_CODE_WRONG)


@case(configure=by_hand)
def another_address_is_asked_for_again(daemon, server):
    for wrong in (lambda a: a.replace("8080", "8081"),
                  lambda a: a + "&state=x",
                  lambda a: a.replace("state=", "state=x"),
                  lambda a: a.split("?")[0],
                  lambda a: a + "&iss=%zz",
                  lambda a: "ABCD-EFGH"):
        t = Terminal(daemon)
        assert t.answer(wrong(pasted(t))).number(l.TAG_PROMPT) == \
            l.P_REDIRECT_AGAIN
        t.close()
    one, two = Terminal(daemon), Terminal(daemon)
    assert one.answer(pasted(two)).number(l.TAG_PROMPT) == l.P_REDIRECT_AGAIN
    assert server.forms == []


@case(configure=by_hand)
def a_pasted_refusal_is_one(daemon, server):
    for more, outcome in (
            ({"code": None, "error": "access_denied"},
             (DENY, l.LOGIN_DECLINED)),
            ({"iss": "https://other.example.com"}, (DENY, l.ISSUER_MIXED_UP)),
            ({"code": "bad"}, (DENY, l.GRANT_REFUSED)),
            ({"code": "alice..data..paper"}, (DENY, d.SCOPE_MISSING)),
            ({"code": "down"}, (UNAVAILABLE, d.AS_ERROR)),
            ({"code": None}, (DENY, l.GRANT_REFUSED)),
            ({"iss": server.url}, (ALLOW, d.GRANTED))):
        t = Terminal(daemon)
        t.answer(pasted(t, **more))
        assert t.outcome == outcome, (more, t.reply.values)
