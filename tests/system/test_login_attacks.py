# SPDX-License-Identifier: ISC
"""Those who would like to be let in by somebody else's consent, and do not get in."""
import threading

import pytest

import wire
from alpaca import Alpaca, members, with_members
from layout import RUNDIR
from login_stage import LINK, LoginGate
from owner import Owner, code_on, words
from robot import Robot
from terminal import Terminal

WAYS = {"require": "trading", "env": "paper", "login": "token browser"}


@pytest.fixture(scope="module")
def gate(alpaca, daemon, sshd):
    made = LoginGate(daemon, alpaca, RUNDIR, users=alpaca.people,
                     policies={"hosts": {"service": f"sshd {sshd.service}", **WAYS}})
    made.start()
    yield made
    made.close()


@pytest.fixture
def begin(gate, request):
    """Logins that wait, as the module holds them; each from an address of its own."""
    made = []
    place = hash(request.node.name) % 250

    def make(account, service="sshd"):
        made.append(wire.Conversation(gate.rundir / "login.sock", service, account.name,
                                      rhost=f"192.0.{place}.{len(made) + 1}"))
        assert made[-1].reply.type == wire.PROMPT, made[-1].reply
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def owner(alpaca, alice):
    return Owner(alpaca, alice.name)


def allowed(gate):
    return [r for r in gate.audit() if r["decision"] == "allow"]


def refused(page):
    """No way on, and no code."""
    assert page.status >= 400, (page.status, page.text)
    assert 'value="approve"' not in page.text
    return words(page)


def test_a_link_that_somebody_else_sent_logs_nobody_in(gate, sshd, alice, owner):
    before = len(allowed(gate))
    attacker = Terminal(sshd.command(alice.name, "id", "-un")[2:])
    try:
        owner.approve(attacker.await_text(LINK).group(1))
        for guess in "", "AAAA-AAAA", "234567AB", "K7QX-2MRT":
            if attacker.ended():
                break
            attacker.type(guess)
        assert attacker.wait() == 255
        assert len(allowed(gate)) == before
    finally:
        attacker.close()


def test_a_brokers_address_made_for_another_browser_is_refused(gate, begin, alice, owner):
    attacker, waiting = Robot(), begin(alice)
    sent = attacker.send(waiting.link).location
    back = owner.allow_at(sent)
    refused(owner.send(back))
    # Nor does it help him that she has a login of her own in that browser.
    mine = begin(alice)
    owner.follow(mine.link)
    refused(owner.send(owner.allow_at(sent)))
    assert waiting.answer("AAAA-AAAA").values.get("verdict") != wire.ALLOW


def test_a_callback_from_another_browser_ends_the_login(gate, begin, alice, owner):
    for stranger in Robot(), Robot({"Cookie": "scopegate=AAAAAAAAAAAAAAAA"}):
        waiting = begin(alice)
        at = owner.allow(waiting.link)
        refused(stranger.send(at))
        refused(owner.send(at))
        said = waiting.answer("AAAA-AAAA")
        assert said.values["verdict"] == wire.DENY
        record = gate.records("login_declined")[-1]
        assert record["user"] == alice.name and record["ref"] == said.values["ref"]
    # She starts again, and nothing stands in her way.
    waiting = begin(alice)
    code = owner.approve(waiting.link)
    assert waiting.answer(code).values["verdict"] == wire.ALLOW


def test_a_choice_from_another_browser_is_refused(begin, alice, owner):
    waiting = begin(alice)
    page = owner.come_back(waiting.link)
    stranger = Robot()
    refused(stranger.submit(page, {"choice": "approve"}, owner.at))
    assert waiting.answer(code_on(owner.choose(page))).values["verdict"] == wire.ALLOW


def test_a_choice_that_another_site_sends_is_refused(begin, alice, owner):
    waiting = begin(alice)
    page = owner.come_back(waiting.link)
    elsewhere = {"Origin": "https://elsewhere.example.com", "Sec-Fetch-Site": "cross-site"}
    owner.headers = elsewhere
    refused(owner.choose(page))
    owner.headers = {}
    assert waiting.answer(code_on(owner.choose(page))).values["verdict"] == wire.ALLOW


def test_a_callback_that_comes_again_gives_nothing(begin, alice, owner):
    waiting = begin(alice)
    page = owner.come_back(waiting.link)
    code = code_on(owner.choose(page))
    for robot in owner, Robot():
        refused(robot.send(owner.at))
    again = owner.choose(page)
    assert again.status >= 400 or code not in words(again)
    assert waiting.answer(code).values["verdict"] == wire.ALLOW
    refused(owner.send(owner.at))
    refused(owner.choose(page))
    refused(owner.send(owner.last_link))


def test_states_of_two_logins_cannot_be_swapped(gate, alpaca, begin, alice, bob, owner):
    other = Owner(alpaca, bob.name)
    hers, his = begin(alice), begin(bob)
    her_way, his_way = owner.allow(hers.link), other.allow(his.link)
    swapped = with_members(her_way, state=members(his_way)["state"])
    refused(owner.send(swapped))
    refused(other.send(with_members(his_way, state=members(her_way)["state"])))
    # With her code in his own browser he would be her.
    shown = other.send(swapped)
    assert shown.status >= 400 or 'value="approve"' not in shown.text, shown.text
    for conversation in hers, his:
        assert conversation.answer("AAAA-AAAA").values.get("verdict") != wire.ALLOW


def test_not_me_ends_the_login(gate, begin, alice, owner):
    waiting = begin(alice)
    page = owner.choose(owner.come_back(waiting.link), "deny")
    assert page.status == 200 and not page.text.count("value=\"approve\"")
    said = waiting.answer("AAAA-AAAA")
    assert said.values["verdict"] == wire.DENY
    record = gate.records("login_declined")[-1]
    assert record["user"] == alice.name and record["ref"] == said.values["ref"]
    refused(owner.send(owner.last_link))


def test_the_code_of_the_page_has_three_tries(gate, begin, alice, owner):
    waiting = begin(alice)
    code = owner.approve(waiting.link)
    wrong = "2222-2222" if code != "2222-2222" else "3333-3333"
    said = [waiting.answer(wrong) for _ in range(3)]
    assert [r.type for r in said] == [wire.PROMPT, wire.PROMPT, wire.VERDICT]
    assert said[-1].values["verdict"] == wire.DENY
    assert gate.last()["reason"] == "login_code_wrong"


def test_a_code_is_for_the_login_that_it_was_shown_for(begin, alice, owner):
    logins = [begin(alice) for _ in range(4)]
    code = owner.approve(logins[0].link)
    for other in logins[1:]:
        assert other.answer(code).values.get("verdict") != wire.ALLOW
    assert logins[0].answer(code).values["verdict"] == wire.ALLOW


def test_a_link_is_not_used_up_by_looks_and_not_guessed(gate, begin, alice, owner):
    waiting = begin(alice)
    link = waiting.link
    opened = [Robot().send(link).status for _ in range(9)]
    assert opened == [303] * 9
    assert waiting.answer(owner.approve(link)).values["verdict"] == wire.ALLOW
    for guess in "AAAAAAAA", "..%2f..%2fetc", link[-8:].lower()[::-1]:
        assert Robot().send(f"{gate.front_url}/l/{guess}").status >= 400


def at_once(count, work):
    """What `count` threads get that all begin together."""
    results, gate = [None] * count, threading.Barrier(count)

    def one(n):
        gate.wait(30)
        results[n] = work(n)
    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_100_callbacks_with_one_code_exactly_one_is_taken(alpaca, begin, alice, owner):
    waiting = begin(alice)
    at = owner.allow(waiting.link)
    cookies = owner.cookies

    def come_back(_n):
        robot = Robot()
        robot.cookies = {origin: dict(jar) for origin, jar in cookies.items()}
        return robot.send(at)
    pages = at_once(100, come_back)
    taken = [page for page in pages if 'value="approve"' in page.text]
    assert len(taken) == 1, sorted(page.status for page in pages)
    owner.at = at
    assert waiting.answer(code_on(owner.choose(taken[0]))).values["verdict"] == wire.ALLOW


@pytest.fixture(scope="module")
def other_broker(alice, bob):
    made = Alpaca(alice.name, bob.name)
    yield made
    made.close()


def test_issuers_cannot_be_mixed_up(gate, begin, alice, owner):
    """RFC 9207: Alpaca states no `iss`, so one that is there is somebody else's."""
    waiting = begin(alice)
    at = owner.allow(waiting.link)
    refused(owner.send(with_members(at, iss="https://other.example.com")))
    assert gate.records("issuer_mixed_up"), gate.audit()
    assert waiting.answer("AAAA-AAAA").values.get("verdict") != wire.ALLOW


def test_a_code_goes_to_the_issuer_that_the_login_was_sent_to(gate, other_broker, begin, alice,
                                                              owner):
    """Without `iss` it is the state that says whose code it is; the other hears nothing."""
    other_broker.register(gate.redirect(), gate.client)
    stranger = Owner(other_broker, alice.name)
    waiting = begin(alice)
    sent = owner.follow(waiting.link)
    elsewhere = sent.replace(gate.issuer["url"], other_broker.url)
    assert elsewhere != sent
    page = owner.send(stranger.allow_at(elsewhere))
    refused(page)
    assert waiting.answer("AAAA-AAAA").values.get("verdict") != wire.ALLOW
    assert gate.records("grant_refused"), gate.audit()


def test_nothing_secret_is_in_any_log(gate, begin, alice, owner):
    waiting = begin(alice)
    at = owner.allow(waiting.link)
    owner.at = at
    code = code_on(owner.choose(owner.send(at)))
    assert waiting.answer(code).values["verdict"] == wire.ALLOW
    secrets = [members(at)["code"], members(at)["state"], code, code.replace("-", ""),
               gate.secret.read_text().strip()]
    secrets += [v for jar in owner.cookies.values() for v in jar.values()]
    said = gate.said() + gate.front_log.read_text() + gate.audit_log.read_text()
    assert said
    assert not [n for n, secret in enumerate(secrets) if secret in said]
