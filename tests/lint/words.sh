# The tree speaks of the product: no place where it was made, no person or
# ticket that a reader cannot look up, no secret that looks real.
. "$top_srcdir/tests/lint/tap.sh"

# The patterns are written so that they do not find themselves.
offenders()
{
	cd "$top_srcdir" || exit
	{ sources '*'; ls README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md \
	    NEWS Makefile.am configure.ac 2> /dev/null; } |
	    xargs grep -InE "$1" | grep -vE "${2:-^nowhere}"
}

clean "no path of the machine it was made on" \
    "$(offenders '(^|[^A-Za-z0-9_.-])/[w]ork/|/tmp/[wb]/|/home/[a-z]+/|/[r]oot/')"
clean "no ticket that only its authors know" \
    "$(offenders '\b([Ii]ssue|[Tt]icket|[Mm]ilestone|[Ss]print) #?[0-9]+\b')"
clean "no talk of who wrote it" \
    "$(offenders '\b([Cc]o-?[p]ilot|[C]hatGPT|[C]laude|[L]LM|language [m]odel|as an [A]I)\b')"
clean "no private key or live-looking key" \
    "$(offenders 'BEGIN ([A-Z]+ )?PRIVATE[ ]KEY|\b[s]k_live_|\bAKI[A][0-9A-Z]{16}\b')"
# A profile is about one broker's hosts, and so is the page about them.
clean "no host but those reserved for examples" \
    "$(offenders 'https?://[A-Za-z0-9.-]*[a-z]' \
    '^(tests/)?profiles/|^doc/profiles\.md:|https?://([a-z]+@)?(\[::1\]|127\.|localhost|[a-z](["/\\]|\$)|([A-Za-z0-9-]+\.)*example(\.(com|org|net|test))?\b|([A-Za-z0-9-]+\.)*(test|invalid)\b|github\.com/|(www\.)?(rfc-editor|ietf|w3)\.org)')"
done_testing
