# SPDX-License-Identifier: ISC
"""What the cases with the vectors of others need: the files, a set of keys
that holds public members alone, and validatorctl or jwk_lines run on them."""

import json
import os
import subprocess
import sys
import tempfile

CTL, LINES = sys.argv[1:3]
ALL = ("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA")
PRIVATE = {"RSA": ("d", "p", "q", "dp", "dq", "qi", "oth"), "EC": ("d",),
           "OKP": ("d",)}


def root():
    given = os.environ.get("SCOPEGATE_VECTORS")
    return given or os.path.join(os.environ.get("top_srcdir", "."),
                                 "..", "shared", "vectors")


def read(*names):
    with open(os.path.join(root(), *names), encoding="utf-8") as f:
        return f.read()


def public(key):
    """The key without what an issuer never publishes. A symmetric one has no
    public half, and stays as it is."""
    hidden = PRIVATE.get(key.get("kty"), ())
    return {k: v for k, v in key.items() if k not in hidden}


def key_set(key):
    keys = key["keys"] if "keys" in key else [key]
    return {"keys": [public(k) for k in keys]}


def judge(keys, tokens, algorithms=ALL):
    """What validatorctl says of each token: "accept" or the reason."""
    assert not any("\n" in t for t in tokens)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        f.write(json.dumps(keys))
        f.flush()
        done = subprocess.run(
            [CTL, "--json", "jws-verify", "--jwks", f.name, "--alg",
             algorithms], input="".join(t + "\n" for t in tokens).encode(),
            capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    words = ["accept" if a["accepted"] is True else a["reason"]
             for a in answers]
    assert len(words) == len(tokens), done
    assert (done.returncode == 0) == (set(words) == {"accept"}), done
    return words


def signatures(rows):
    """What jwk_lines says of (algorithm, key, message, signature)."""
    text = "".join("%s\t%s\t%s\t%s\n" % (a, json.dumps(k), m, s)
                   for a, k, m, s in rows)
    done = subprocess.run([LINES], input=text.encode(), capture_output=True,
                          timeout=300, check=False)
    assert done.returncode == 0 and done.stderr == b"", done.stderr[-2000:]
    words = done.stdout.decode().splitlines()
    assert len(words) == len(rows), (len(words), len(rows))
    return words


def equal(got, wanted, what):
    assert got == wanted, "%s: %r instead of %r" % (what, got, wanted)
