# Scripts parse before anybody runs them.
. "$top_srcdir/tests/lint/tap.sh"

cd "$top_srcdir" || exit 1
shells=$(
	sources '*.sh'
	for f in dev/* bench/* .ci/run; do
		[ -f "$f" ] && head -n 1 "$f" | grep -qE '^#!.*\b(ba)?sh$' && echo "$f"
	done
)
for script in $shells; do
	case $script:$(head -n 1 "$script") in
	dev/*.sh:* | *bash*) pass "$script parses" bash -n "$script" ;;
	*) pass "$script parses" sh -n "$script" ;;
	esac
done
for script in $(sources '*.py'); do
	pass "$script parses" /usr/bin/python3 -c \
	    'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' \
	    "$script"
done
done_testing
