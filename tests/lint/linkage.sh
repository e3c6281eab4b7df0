# What is linked into what, and how hard it is made to attack.
. "$top_srcdir/tests/lint/tap.sh"

needed()
{
	readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'
}

module=$(find "$top_builddir/pam_module" -name pam_scopegate.so | head -n 1)
if [ -z "$module" ]; then
	clean "the module is built" "no pam_scopegate.so in $top_builddir/pam_module"
else
	clean "the module needs libpam and libc, nothing else" \
	    "$(needed "$module" | grep -vE '^(libpam|libc)\.so\.[0-9]+$')"
	clean "the module names its libraries" "$(needed "$module" |
	    grep -q '^libpam\.so' || echo "libpam is not in NEEDED")"
	clean "the module has no RPATH" \
	    "$(readelf -dW "$module" | grep -E 'R(UN)?PATH')"
fi

for program in "$top_builddir"/validatord/validatord \
    "$top_builddir"/validatorctl/validatorctl "$top_builddir"/brokerd/brokerd \
    "$top_builddir"/gatewayd/gatewayd \
    "$top_builddir"/client/scopegate "$top_builddir"/client/scopegate-askpass; do
	[ -x "$program" ] || continue
	name=${program##*/}
	clean "$name is position-independent" \
	    "$(readelf -hW "$program" | grep 'Type:' | grep -v DYN)"
	clean "$name resolves its symbols at start (RELRO, now)" \
	    "$(readelf -lW "$program" | grep -q GNU_RELRO || echo "no RELRO"
	    readelf -dW "$program" | grep -qE 'BIND_NOW|FLAGS.*NOW' || echo "lazy")"
	clean "$name has no executable stack" \
	    "$(readelf -lW "$program" | grep GNU_STACK | grep -w RWE)"
	clean "$name has no RPATH" \
	    "$(readelf -dW "$program" | grep -E 'R(UN)?PATH')"
done
if [ -x "$top_builddir/validatorctl/validatorctl" ]; then
	# `issuer test` asks by the fetch process's own client, and by nothing
	# else.
	clean "validatorctl serves nobody and has no TLS of its own" \
	    "$(needed "$top_builddir/validatorctl/validatorctl" |
	    grep -E 'microhttpd|libssl')"
	clean "validatorctl reaches the network in issuer test alone" \
	    "$(cd "$top_srcdir" && grep -lE '"(fetch/|fetcher|issuer_trial)' \
	    validatorctl/*.[ch] |
	    grep -vE '^validatorctl/(cmd_issuer_test|issuer_[a-z]+)\.[ch]$')"
fi
if [ -x "$top_builddir/gatewayd/gatewayd" ]; then
	clean "gatewayd links nothing of validatord, curl or SQLite" "$(
	    needed "$top_builddir/gatewayd/gatewayd" |
	    grep -E 'curl|sqlite|event|libcrypto'
	    grep -nE 'libvalidatord' "$top_srcdir/gatewayd/local.mk")"
fi
done_testing
