# SPDX-License-Identifier: ISC
"""Whoever goes through the pages of a sign-in, without a browser."""
import re

from alpaca import consent, sign_in
from robot import Robot

CODE = r"\b([0-9A-Z]{4}-[0-9A-Z]{4})\b"


class Owner(Robot):
    """Of an account at the broker."""

    def __init__(self, broker, name):
        super().__init__()
        self.broker, self.name = broker, name
        self.at = self.last_link = None
        sign_in(self, broker, name)

    def follow(self, link):
        """The gate's link: where it sends the browser."""
        self.last_link = link
        began = self.send(link)
        assert began.status == 303, (began.status, began.text)
        return began.location

    def allow(self, link, **how):
        """As far as the address that leads back to the gate; not opened yet."""
        return consent(self, self.follow(link), **how)

    def allow_at(self, url, **how):
        """The same from the broker's own address, which a terminal without gatewayd shows."""
        return consent(self, url, **how)

    def come_back(self, link, **how):
        """As far as the gate's own page."""
        self.at = self.allow(link, **how)
        return self.send(self.at)

    def choose(self, page, choice="approve"):
        return self.submit(page, {"choice": choice}, self.at)

    def approve(self, link, **how):
        """All the way: the code."""
        return code_on(self.choose(self.come_back(link, **how)))


def words(page):
    """What a person reads of it."""
    return re.sub(r"\s+", " ", re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]*>", " ", page.text))


def code_on(page):
    found = re.search(CODE, words(page))
    assert found, page.text
    return found.group(1)
