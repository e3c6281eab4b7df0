# SPDX-License-Identifier: ISC
"""Metadata and keys over a restart in an outage, from the disk."""

import os

import daemon_driver as d
import jwt_driver as j
from daemon_driver import ALLOW, UNAVAILABLE, case


def discovered(daemon):
    """A JWT issuer of which only the URL is written."""
    os.makedirs(daemon.path("state"), exist_ok=True)
    os.chmod(daemon.path("state"), 0o700)
    if os.geteuid() == 0:
        os.chown(daemon.path("state"), daemon.uid, -1)
    daemon.server.document = {
        "issuer": daemon.server.url,
        "jwks_uri": daemon.server.url + "/jwks"}
    daemon.issuer = "validation = jwt\n"
    daemon.head = "state_dir = %s\n" % daemon.path("state")
    daemon.write_config(issuer=daemon.issuer, head=daemon.head)


def again(daemon):
    ready = daemon.stderr().count(" ready: ")
    daemon.start(wait=False)
    daemon.wait_for(lambda: daemon.stderr().count(" ready: ") > ready)


@case(configure=discovered)
def a_restart_in_an_outage_knows_where_and_who(daemon, server):
    token = server.token()
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    assert server.well_known() == 1
    assert daemon.stop() == 0
    server.stop()
    again(daemon)
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    said = daemon.stderr()
    assert "its metadata of" in said and "its key set of" in said
    # Of another issuer's name for the same place they are not.
    for name in os.listdir(daemon.path("state")):
        os.unlink(os.path.join(daemon.path("state"), name))
    assert daemon.stop() == 0
    again(daemon)
    assert daemon.check(token).outcome[0] == UNAVAILABLE
    server.start()


@case(configure=discovered)
def what_others_wrote_there_is_not_believed(daemon, server):
    token = server.token()
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    assert daemon.stop() == 0
    server.stop()
    for name in os.listdir(daemon.path("state")):
        path = os.path.join(daemon.path("state"), name)
        if name != "last-good.key":
            with open(path, "r+b") as f:
                f.seek(20)
                octet = f.read(1)
                f.seek(20)
                f.write(bytes([octet[0] ^ 1]))
    again(daemon)
    assert daemon.check(token).outcome[0] == UNAVAILABLE
    server.start()


@case(configure=discovered)
def another_issuer_in_the_metadata_is_refused(daemon, server):
    daemon.server.document = dict(server.document, issuer=server.url + "/")
    assert daemon.stop() == 0
    for name in os.listdir(daemon.path("state")):
        os.unlink(os.path.join(daemon.path("state"), name))
    again(daemon)
    assert daemon.check(server.token()).outcome[0] == UNAVAILABLE
    assert "another issuer" in daemon.stderr()
