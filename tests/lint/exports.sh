# What the module shows to the process that loads it: PAM's calls, no more.
. "$top_srcdir/tests/lint/tap.sh"

module=$(find "$top_builddir/pam_module" -name pam_scopegate.so | head -n 1)
if [ -z "$module" ]; then
	clean "the module is built" "no pam_scopegate.so in $top_builddir/pam_module"
	done_testing
	exit 0
fi
symbols=$(nm -D --defined-only "$module" | awk '{ sub(/@.*/, "", $3); print $3 }')

clean "exports nothing but pam_sm_*" "$(printf '%s\n' "$symbols" |
    grep -vxE 'pam_sm_(authenticate|setcred|acct_mgmt|open_session|close_session)')"
for call in authenticate setcred acct_mgmt open_session close_session; do
	clean "exports pam_sm_$call" "$(printf '%s\n' "$symbols" |
	    grep -qx "pam_sm_$call" || echo "pam_sm_$call is missing")"
done
clean "offers no password change" "$(printf '%s\n' "$symbols" |
    grep -x pam_sm_chauthtok)"
clean "reads no environment, starts nothing, handles no signal" \
    "$(nm -D --undefined-only "$module" | awk '{ sub(/@.*/, "", $2); print $2 }' |
    grep -xE '(secure_)?getenv|(v)?fork|exec[a-z]*|posix_spawnp?|system|popen|pthread_create|sigaction|signal|dlopen|setenv|putenv|getaddrinfo')"
done_testing
