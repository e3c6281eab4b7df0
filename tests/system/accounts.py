# SPDX-License-Identifier: ISC
"""Throw-away local accounts."""
import pwd
from pathlib import Path

from layout import folder, promise, remove, run, unique, wait_until


class Account:
    def __init__(self, name, home):
        self.name, self.home = name, home
        self.uid = pwd.getpwnam(name).pw_uid
        self.gid = pwd.getpwnam(name).pw_gid

    def as_user(self):
        """The beginning of a command line that runs as this account."""
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups",
                "env", "-i", f"HOME={self.home}", "PATH=/usr/bin:/bin", "LC_ALL=C"]


class Accounts:
    def __init__(self):
        self.homes = folder("homes")
        self.made = []
        self.groups = []

    def new(self, word, system=False, groups=()):
        name = unique(word)
        home = Path(self.homes, name)
        promise("account", name)
        arguments = ["--create-home", "--home-dir", home, "--shell", "/bin/sh", "--key",
                     "MAIL_DIR=/nonexistent", "--user-group"]
        if system:
            arguments = ["--system", "--no-create-home", "--home-dir", "/nonexistent",
                         "--shell", "/usr/sbin/nologin", "--user-group"]
        if groups:
            arguments += ["--groups", ",".join(groups)]
        said = run("useradd", *arguments, name)
        assert said.returncode == 0, said.stderr
        self.made.append(name)
        return Account(name, home)

    def group(self, word):
        name = unique(word)
        promise("group", name)
        said = run("groupadd", "--system", name)
        assert said.returncode == 0, said.stderr
        self.groups.append(name)
        return name

    def close(self):
        for name in reversed(self.made):
            # What still runs as the account would keep it from going.
            run("pkill", "-KILL", "-U", str(pwd.getpwnam(name).pw_uid))
            wait_until(lambda n=name: run("userdel", n).returncode == 0, f"{name} goes")
        for name in reversed(self.groups):
            run("groupdel", name)
        remove(self.homes)
