# SPDX-License-Identifier: ISC
"""A person without a browser: keeps cookies, reads forms, follows nothing by itself.

For tests that are about what is sent and not about what is shown."""
import http.client
import urllib.parse
from collections import namedtuple
from html.parser import HTMLParser

Answer = namedtuple("Answer", "status location text headers")
Form = namedtuple("Form", "action fields names")


class Forms(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.found.append(Form(a.get("action", ""), [], set()))
        if tag not in ("input", "button") or not self.found or "name" not in a:
            return
        self.found[-1].names.add(a["name"])
        chosen = a.get("type") not in ("radio", "checkbox") or "checked" in a
        if tag == "input" and chosen and "disabled" not in a:
            self.found[-1].fields.append((a["name"], a.get("value") or ""))


class Robot:
    def __init__(self, headers=None):
        self.cookies = {}  # origin -> {name: value}
        self.headers = headers or {}

    def send(self, url, fields=None, headers=None, method=None, body=None):
        """One request; a redirect is an answer like another."""
        at = urllib.parse.urlsplit(url)
        jar = self.cookies.setdefault(at.netloc, {})
        sent = {**self.headers, **(headers or {})}
        if jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
            sent.setdefault("Origin", f"{at.scheme}://{at.netloc}")
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
        try:
            path = urllib.parse.urlunsplit(("", "", at.path or "/", at.query, ""))
            connection.request(method or ("GET" if body is None else "POST"), path, body, sent)
            reply = connection.getresponse()
            text = reply.read().decode(errors="replace")
            for cookie in reply.msg.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                jar[name.strip()] = value.strip()
            location = reply.getheader("Location")
            location = location and urllib.parse.urljoin(url, location)
            return Answer(reply.status, location, text, reply.headers)
        finally:
            connection.close()

    def open(self, url, to=None):
        """Follows redirects, but none that leads to an address that begins with `to`."""
        for _ in range(8):
            answer = self.send(url)
            if answer.location is None or (to and answer.location.startswith(to)):
                return answer._replace(location=answer.location or url)
            url = answer.location
        raise AssertionError(f"redirects without end at {url}")

    def submit(self, answer, changes, at=None):
        """Sends the form that has these fields or buttons; None leaves one out, as an unticked
        box does. `at`: the page's address."""
        at = at or answer.location
        for form in Forms(answer.text).found:
            if set(changes) <= form.names:
                url = urllib.parse.urljoin(at, form.action or at)
                fields = {**dict(form.fields), **changes}
                return self.send(url, {n: v for n, v in fields.items() if v is not None})
        raise AssertionError(f"no form with {set(changes)} on {at}: {answer.text}")
