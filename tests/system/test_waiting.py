# SPDX-License-Identifier: ISC
"""bench/waiting, in short: a hundred logins wait, all are told when their time is over, and
the gate stays small. What is slow or fast is for the bench itself."""
import os
import shutil

import pytest

from layout import BUILDDIR, HERE, run


def test_the_bench_of_waiting_logins_runs():
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    made = run("make", "-s", "-C", BUILDDIR, "bench/load", timeout=300)
    assert made.returncode == 0, made.stderr
    said = run(HERE.parent.parent / "bench/waiting", "--short", "--build", BUILDDIR, timeout=120,
               env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert said.returncode == 0, said.stdout + said.stderr
    assert "MISS" not in said.stdout
