# The walls between the parts: which header may be included where.
. "$top_srcdir/tests/lint/tap.sh"

# wall NAME HEADER-PATTERN ALLOWED-PATHS (both extended regular expressions)
wall()
{
	clean "$1" "$(cd "$top_srcdir" && sources '*.c' '*.h' |
	    xargs grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$2" |
	    grep -vE "^($3)")"
}

wall "libcurl only in validatord/fetch/, client/http.c and brokerd/push/push_client.c" 'curl/' \
    'validatord/fetch/|client/http\.c:|brokerd/push/push_client\.c|bench/'
wall "cJSON only in lib/json.c" '(cjson/)?cJSON' 'lib/json\.c:'
wall "PAM's headers only in pam_module/ and tests/pam/" 'security/' \
    'pam_module/|tests/pam/|bench/'
wall "libmicrohttpd only in lib/http/" 'microhttpd' \
    'lib/http/(http_server\.c|request_head\.[ch]|upload\.c):'
wall "libevent only in validatord/" '(event2/|event\.h)' \
    'validatord/|tests/unit/|tests/fuzz/|bench/'
wall "libevent_core has no HTTP, DNS or buffers here" \
    'event2/(http|dns|buffer|bufferevent|rpc)' 'nowhere'
wall "libseccomp only in lib/sandbox.c" 'seccomp' 'lib/sandbox\.c:'
wall "SQLite only in brokerd/ and validatord/grant_store.c" 'sqlite3' \
    'brokerd/|validatord/grant_store\.c:|tests/unit/'
wall "libgd only in brokerd/app/image.c and its test" 'gd\.h' \
    'brokerd/app/image\.c:|tests/unit/test_brokerd_image\.c:'
wall "cmocka only in tests/" 'cmocka' 'tests/'
wall "libqrencode only in validatord/qr.c" 'qrencode' 'validatord/qr\.c:'
wall "libinih only in lib/" 'ini\.h' 'lib/'

# What is shared knows nothing of who shares it.
clean "lib/ includes nothing of a program" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' | grep -E '^(lib|include)/' | xargs grep -nE \
    '#[[:space:]]*include[[:space:]]*"(\.\./)*(validatord|validatorctl|brokerd|gatewayd|client|pam_module)/')"
clean "gatewayd includes nothing of a program that decides" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' | grep '^gatewayd/' | xargs grep -nE \
    '#[[:space:]]*include[[:space:]]*"(\.\./)*(validatord|validatorctl|brokerd|pam_module)/')"
clean "the module includes nothing of the daemon" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' | grep '^pam_module/' | xargs -r grep -nE \
    '#[[:space:]]*include[[:space:]]*"(scopegate/(json|conf|log)\.h|(\.\./)*(validatord|brokerd|validatorctl)/)')"
clean "the environment is read by nothing that the module is made of" \
    "$(cd "$top_srcdir" && { sources '*.c' '*.h' | grep '^pam_module/'
    sed -nE 's/^.*(lib|%D%)\/([a-z0-9_]+\.c).*$/lib\/\2/p' lib/client.mk; } |
    xargs grep -nwE '(secure_)?getenv')"
done_testing
