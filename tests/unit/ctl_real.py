# SPDX-License-Identifier: ISC
"""The tool, the real daemon and the log that it writes: that the words of one
are the words of the other."""

import json
import os
import subprocess

from daemon_driver import Daemon, Server
from ctl_driver import Result


class Pair:
    """A daemon, and the tool run as the user whom it belongs to."""

    def __init__(self, binary):
        self.binary = binary
        self.server = Server()
        root = os.path.dirname(os.path.dirname(binary))
        self.daemon = Daemon(os.path.join(root, "validatord", "validatord"),
                             self.server)

    def __enter__(self):
        try:
            self.daemon.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.daemon.remove()
        self.server.stop()

    def become(self):
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(self.daemon.uid)
            os.setuid(self.daemon.uid)

    def run(self, *arguments, stdin=b""):
        # Through the descriptor: the build may lie where others cannot look.
        fd = os.open(self.binary, os.O_RDONLY)
        try:
            return Result(subprocess.run(
                ["validatorctl", "--config", self.daemon.path("etc/v.conf"),
                 *arguments], executable="/proc/self/fd/%d" % fd,
                pass_fds=(fd,), preexec_fn=self.become, input=stdin,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                env={"ASAN_OPTIONS": "detect_leaks=0"}))
        finally:
            os.close(fd)

    def check(self, token, *more, service="sshd"):
        return self.run("check", "--service", service, "--user", "alice",
                        *more, stdin=token)


def case_the_real_daemon(place):
    with Pair(place.binary) as pair:
        status = pair.run("status")
        status.expect(0, ["validatord ", "issuer as", pair.server.url,
                          "0 allow, 0 deny, 0 unavailable",
                          "seen within 10 s"])
        assert "?" not in status.out, status.out
        good = pair.check(b"good-token\n")
        good.expect(0, ["allow: ", "s-1", "laptop", "trading data",
                        "PAM_SUCCESS", "passed"])
        assert "?" not in good.out and "FAILED" not in good.out, good.out
        pair.server.answers["poor"] = (200, pair.server.facts(scope="data"))
        pair.check(b"poor").expect(1, ["deny: ", "FAILED", "trading",
                                       "PAM_PERM_DENIED", "scope_missing"])
        pair.server.answers["ill"] = (500, {})
        pair.check(b"ill").expect(2, ["unavailable: ", "as_error"])
        pair.run("status").expect(0, "1 allow, 1 deny, 1 unavailable")
        pair.run("flush").expect(0, "forgot 2 active and 0 inactive")
        pair.run("reload").expect(0, "reloaded, generation 2")
        pair.run("audit", "verify").expect(0, "intact: 3 records")
        for record in pair.daemon.audit():
            out = pair.run("explain", record["ref"]).expect(
                0, [record["decision"] + ": ", record["reason"]]).out
            assert "does not know" not in out and "?" not in out, out
            line = pair.run("explain", record["ref"], "--json").out
            assert json.loads(line) == record


def case_a_reload_of_a_bad_file_by_the_real_daemon(place):
    with Pair(place.binary) as pair:
        pair.daemon.write_config(head="colour = blue")
        result = pair.run("reload")
        assert result.code == 1 and result.out == "", result.out
        assert "the old configuration stays" in result.err, result.err
        assert result.err.count("v.conf:6: ") == 2, result.err
        status = pair.run("status")
        assert status.code == 0 and "ATTENTION" in status.out, status.out
        assert "v.conf:6: " in status.out, status.out
