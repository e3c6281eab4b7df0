# SPDX-License-Identifier: ISC
"""Long tokens come in parts; what the client cut is not taken for a token."""
import random

import pytest

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def long_token(length):
    chance = random.Random(length)
    return "".join(chance.choice(ALPHABET) for _ in range(length))


def parts(token, size):
    cut = [token[i:i + size] for i in range(0, len(token), size)]
    return [f"{n}/{len(cut)}:{part}" for n, part in enumerate(cut, 1)]


@pytest.mark.parametrize("length", [1000, 2000, 16384])
def test_a_long_token_goes_in_parts_through_ssh(gate, server, sshd, alice, length):
    token = server.give(long_token(length), alice.name, "trading")
    said = sshd.login(alice.name, parts(token, 1000))
    assert (said.code, said.out) == (0, alice.name), said
    assert len(said.prompts) == len(parts(token, 1000))


@pytest.mark.parametrize("length", [400, 1500, 4000])
def test_a_long_token_goes_in_parts_through_sudo(gate, server, sudo, alice, bob, length):
    token = server.give(long_token(length), alice.name, "sudo:run")
    said = sudo.run(parts(token, 500))
    assert (said.returncode, said.stdout.strip()) == (0, bob.name), said.stderr


def test_one_answer_as_long_as_ssh_carries(gate, server, sshd, alice):
    token = server.give(long_token(1022), alice.name, "trading")
    assert sshd.login(alice.name, token).code == 0


@pytest.mark.parametrize("answers", [
    ["1/3:AAAA", "3/3:CCCC", "2/3:BBBB"],
    ["1/2:AAAA", "1/2:AAAA"],
    ["1/2:AAAA", "2/3:BBBB"],
    ["1/65:AAAA"] + [f"{n}/65:A" for n in range(2, 66)],
    ["1/2:AAAA", ""],
    ["1/2:", "2/2:BBBB"],
], ids=["order", "repeat", "count", "too many", "empty part", "part without data"])
def test_parts_out_of_order_are_refused_before_anybody_is_asked(gate, server, sshd, alice,
                                                                answers):
    for guess in "AAAABBBB", "AAAABBBBCCCC", "AAAAAAAA", "BBBB":
        server.give(guess, alice.name, "trading")
    assert sshd.login(alice.name, answers).code == 255
    assert server.asked == []


def test_a_token_over_the_limit_is_refused(gate, server, sshd, alice):
    token = server.give(long_token(16385), alice.name, "trading")
    assert sshd.login(alice.name, parts(token, 1000)).code == 255
    assert server.asked == []


def test_an_answer_that_ssh_cut_is_named_so(gate, server, sshd, alice):
    # The stock client's own limit, reached through its terminal: 1,023.
    token = long_token(2000)
    server.give(token[:1023], alice.name, "trading")
    said = sshd.login(alice.name, token[:1023], method="keyboard-interactive")
    assert said.code == 255
    assert server.asked == []


def test_sshds_junk_for_unknown_users_asks_nobody(gate, server, sshd):
    assert sshd.login("nobody-has-this-name", "a-token-of-some-length").code == 255
    assert server.asked == [] and gate.audit() == []
