#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The people of dev/demo: alice at her terminal and in her browser, and somebody who would
like to be let in as her. Tells each step as it happens, keeps pictures of the pages, and
writes to SCORE how many checks there were and how many came out as said."""
import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/system"))
from chromium import Chromium  # noqa: E402
from terminal import Terminal  # noqa: E402

LINK = r"(https?://\S+/l/[0-9A-Z]+)"
CODE = r"[0-9A-Z]{4}-[0-9A-Z]{4}"
# Heading, fault, rows of facts and items of lists of the gate's page.
ROWS = """
[...document.querySelectorAll('h1, .problem, dl > div, .environment, .scopes li')]
  .map((e) => e.innerText.replace(/\\s+/g, ' ').trim()).filter((t) => t)
"""
LOUD = sys.stdout.isatty()
TICK, CROSS = ("✓", "✗") if "utf" in (sys.stdout.encoding or "").lower() else ("ok", "WRONG")


def colour(number, text):
    return f"\033[{number}m{text}\033[0m" if LOUD else text


def say(text):
    print(f"   {text}", flush=True)


class Play:
    def __init__(self, given):
        self.given = given
        self.cases = self.checks = self.right = 0
        self.browser = Chromium(given.profile, "nobody")
        self.window = None

    def title(self, text):
        if self.window is not None:
            self.window.close()
        self.window = self.browser.person()
        self.cases += 1
        print(f"\n{colour(1, f'{self.cases}  {text}')}", flush=True)

    def came(self, wanted, got, text):
        self.checks += 1
        if wanted == got:
            self.right += 1
            say(f"{colour(32, TICK)} {text}")
        else:
            say(f"{colour(31, CROSS)} wanted: {wanted!r}; came: {got!r}")

    def ssh(self, host, who="sg-alice"):
        port = getattr(self.given, host)
        shown = f"ssh -p {port} sg-alice@127.0.0.1"
        say(colour(2, f"{who} $ {shown}"))
        return Terminal(["ssh", "-F", "none", "-p", str(port),
                         "-o", f"UserKnownHostsFile={self.given.known_hosts}",
                         "-o", "StrictHostKeyChecking=yes", "-o", "IdentityAgent=none",
                         "-o", "PreferredAuthentications=keyboard-interactive",
                         "-o", "NumberOfPasswordPrompts=1", "-o", "LogLevel=INFO",
                         "-t", "sg-alice@127.0.0.1", "id -un"])

    def show(self, terminal, since=0):
        for line in terminal.said[since:].splitlines():
            if line.strip() and not line.startswith("Connection to"):
                say(f"| {line[:110]}")

    def link(self, terminal):
        link = terminal.await_text(LINK).group(1)
        terminal.await_text(r": ?$")
        self.show(terminal)
        return link

    def sign_in(self, link):
        say("alice opens the link; it leads to her broker, where she signs in")
        self.window.go(link)
        self.window.fill("User name", "alice")
        self.window.fill("Password", self.given.password)
        self.window.press("Sign in")

    def picture(self, name, words):
        path = self.given.pictures / f"{name}.png"
        self.window.shoot(path)
        say(f"{words} {colour(2, f'(picture: {path})')}")

    def facts(self):
        """The gate's own page, in its own words; a row of it is a line."""
        self.window.shows("desk.example.com")
        for row in self.window.evaluate(ROWS):
            say(f"[ {row[:106]}")

    def code(self):
        return self.window.until(f"(document.body.innerText.match(/\\b{CODE}\\b/) || [])[0]",
                                 "code")

    def record(self):
        last = json.loads(self.given.audit.read_text().splitlines()[-1])
        return f"{last['decision']} {last['reason']}"

    def end(self, terminal, typed):
        """What the terminal says to it, and the exit code."""
        since = len(terminal.said)
        terminal.type(typed)
        code = terminal.wait()
        self.show(terminal, since)
        return code

    def paper(self):
        self.title("The broker says 'trading', and the paper host opens")
        terminal = self.ssh("paper")
        self.sign_in(self.link(terminal))
        self.window.shows("Allow")
        self.picture("1-consent", "the broker asks what the app may do, and on which account")
        self.window.press("Allow")
        self.picture("2-confirm", "the gate shows who would be let in, where, and by what:")
        self.facts()
        self.window.press("Approve")
        code = self.code()
        self.picture("3-code", f"the last page shows a code, {code}; she types it into ssh")
        exit_code = self.end(terminal, code)
        self.came((0, True, "allow granted"),
                  (exit_code, "sg-alice" in terminal.said.splitlines()[-2:][0] or
                   bool(re.search(r"^sg-alice$", terminal.said, re.M)), self.record()),
                  "a shell on the paper host as sg-alice")

    def live(self):
        self.title("The same on the live host: her account is on paper only")
        terminal = self.ssh("live")
        self.sign_in(self.link(terminal))
        text = self.window.shows("cannot be connected")
        why = re.search(r"It asks for your live account[^\n]*", text)
        say(f"the broker has no such account of hers: \"{why.group(0)}\"")
        say("she changes env=live to env=paper in the address, and allows that")
        self.window.go(self.window.url().replace("env=live", "env=paper"))
        self.window.press("Allow")
        self.facts()
        code = self.end(terminal, "")
        self.came((255, "deny environment_mismatch"), (code, self.record()),
                  "refused: the gate asked the broker itself what the grant is good for")

    def data(self):
        self.title("A grant of market data alone does not open the paper host")
        terminal = self.ssh("paper")
        self.sign_in(self.link(terminal))
        self.window.shows("Allow")
        say("she unticks 'Place, change and cancel orders', and allows the rest")
        self.window.choose("Place, change")
        self.window.press("Allow")
        self.picture("4-missing", "the gate's page names what is missing:")
        self.facts()
        named = "trading" in self.window.text()
        since = len(terminal.said)
        code = self.end(terminal, "")
        named = named and "trading" in terminal.said[since:]
        self.came((255, "deny scope_missing", True), (code, self.record(), named),
                  "refused: page and terminal both name the scope trading")
        self.given.refused.write_text(json.loads(
            self.given.audit.read_text().splitlines()[-1])["ref"])

    def forwarded(self):
        self.title("Somebody else starts a login as her, and sends her the link")
        terminal = self.ssh("paper", "mallory")
        self.sign_in(self.link(terminal))
        self.window.press("Allow")
        say("alice is careless, and presses Approve on the gate's page")
        self.window.press("Approve")
        code = self.code()
        say(f"the code {code} is on her screen, and nowhere else; mallory can only guess")
        since = len(terminal.said)
        for guess in "AAAA-AAAA", "K7QX-2MRT", "2345-6789":
            if terminal.ended(0.1):
                break
            terminal.type(guess)
            terminal.await_text(r": ?$|denied|\Z", 5)
        exit_code = terminal.wait()
        self.show(terminal, since)
        self.came((255, "deny login_code_wrong"), (exit_code, self.record()),
                  "mallory is not in")

    def not_me(self):
        self.title("Again, and this time she reads the page")
        terminal = self.ssh("paper", "mallory")
        self.sign_in(self.link(terminal))
        self.window.press("Allow")
        say("alice presses 'Not me'")
        self.window.press("Not me")
        code = self.end(terminal, "")
        self.came((255, "deny login_declined"), (code, self.record()),
                  "the login is over, what was granted is thrown away, and the audit log says so")

    def play(self):
        for scene in self.paper, self.live, self.data, self.forwarded, self.not_me:
            scene()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    for name in "paper", "live":
        options.add_argument(f"--{name}", type=int, required=True)
    for name in "profile", "pictures", "known-hosts", "audit", "password-file", "score", "refused":
        options.add_argument(f"--{name}", type=Path, required=True)
    given = options.parse_args()
    given.password = given.password_file.read_text().strip()
    play = Play(given)
    try:
        play.play()
    finally:
        play.browser.close()
        given.score.write_text(f"{play.cases} {play.checks} {play.right}\n")


if __name__ == "__main__":
    main()
