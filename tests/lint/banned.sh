# Calls that have a safer sister, and marks of unfinished work.
. "$top_srcdir/tests/lint/tap.sh"

# Comments and string literals are blanked, so that prose may name a call.
code()
{
	sed -e 's/"\(\\.\|[^"\\]\)*"/""/g' -e 's@/\*.*\*/@@g' \
	    -e '/^[[:space:]]*\(\/\*\|\*\)/d' "$1"
}

calls()
{
	cd "$top_srcdir" || exit
	sources '*.c' '*.h' | grep -vE "$2" | while read -r file; do
		code "$file" | grep -nE "(^|[^A-Za-z0-9_.>])($1)[[:space:]]*\(" |
		    sed "s|^|$file: |"
	done
}

clean "no call that cuts, overruns or guesses" "$(calls \
    'atoi|atol|atoll|atof|sscanf|fscanf|scanf|strtok|strtok_r|strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|mktemp|tmpnam|tempnam|bcopy' \
    '^nowhere')"
clean "no shell, no stack of unknown size" "$(calls \
    'system|popen|alloca|wordexp|longjmp|setjmp' '^nowhere')"
clean "no weak randomness" "$(calls \
    'rand|srand|random|srandom|rand_r|drand48|lrand48' '^bench/')"
clean "no call that PAM forbids a module" "$(calls \
    'exit|_exit|abort|fork|signal|sigaction|sleep|usleep|alarm|setuid|seteuid|chdir|umask|printf|fprintf|puts|openlog|syslog' \
    '^(lib|include|validatord|validatorctl|brokerd|client|gatewayd|tests|bench)/')"
clean "no goto" "$(cd "$top_srcdir" && sources '*.c' '*.h' |
    while read -r f; do code "$f" | grep -nwE '^[[:space:]]*goto' |
    sed "s|^|$f: |"; done)"
clean "no typedef of a struct" "$(cd "$top_srcdir" && sources '*.c' '*.h' |
    xargs grep -nE '^[[:space:]]*typedef[[:space:]]+(struct|union|enum)[^(]*$')"
clean "nothing left undone" "$(cd "$top_srcdir" &&
    sources '*.c' '*.h' '*.py' '*.sh' '*.mjs' '*.mk' '*.5' '*.8' |
    grep -v '^tests/lint/banned\.sh$' |
    xargs grep -nwE 'TODO|FIXME|XXX|HACK|#if 0')"
done_testing
