# SPDX-License-Identifier: ISC
"""brokerd as Alpaca is: no introspection, scopes that are stated once, two environments."""
import json
import urllib.parse

from broker import Broker
from layout import write
from robot import Robot

PASSWORD = "a-long-one-of-{}"


class Alpaca(Broker):
    """`people` sign in by their names and PASSWORD; nobody has a live account."""

    def __init__(self, *people):
        super().__init__("--faults")
        for name in people:
            word = write(self.folder / f"password.{name}", PASSWORD.format(name) + "\n", 0o600)
            self.command("user", "add", "--user", name, "--password-file", word)

    def register(self, redirect, client, title="Desk login"):
        """The gate's app, and its secret; its users may leave `trading` out."""
        secret = self.folder / f"secret.{client}"
        self.command("app", "add", "--app", client, "--title", title, "--alpaca", "--approved",
                     "--owner", "bob", "--scope", "trading data", "--optional", "trading",
                     "--redirect", redirect, "--secret-file", secret)
        return secret.read_text().strip()

    def account_id(self, name, environment="paper"):
        """What the trading API says of whose token it is."""
        token = self.token(name, "data", "--env", environment)
        return json.loads(self.api(token, environment).text)["id"]

    def api(self, token, environment="paper"):
        base = self.url + ("/paper" if environment == "paper" else "")
        return Robot({"Authorization": f"Bearer {token}"}).send(base + "/v2/account")

    def fault(self, kind, place, *more):
        self.command("fault", "set", "--kind", kind, "--on", place, *more)

    def well(self):
        self.command("fault", "clear")


def sign_in(robot, broker, name):
    """By the sign-in page, as a browser without one."""
    page = robot.open(broker.url + "/sign-in")
    said = robot.submit(page, {"username": name, "password": PASSWORD.format(name)})
    assert said.status == 303, said.text


def consent(robot, url, leave_out=(), deny=False):
    """From the authorization page to the address that leads back to the gate; not opened."""
    page = robot.send(url)
    assert page.status == 200, (page.status, page.location, page.text)
    changes = {"decision": "deny" if deny else "allow"}
    for scope in leave_out:
        changes[f"scope.{scope}"] = None
    said = robot.submit(page, changes, url)
    assert said.status == 303, said.text
    return said.location


def members(url):
    """The query of an address: {name: value}."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def with_members(url, **changes):
    """The address with other members in its query; None takes one out."""
    at = urllib.parse.urlsplit(url)
    query = {**members(url), **changes}
    text = urllib.parse.urlencode({n: v for n, v in query.items() if v is not None})
    return urllib.parse.urlunsplit(at._replace(query=text))
