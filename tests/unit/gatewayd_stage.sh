# SPDX-License-Identifier: ISC
# For tests of the built gatewayd: a folder of their own, checks that show why
# they failed, a decide that plays answers, and a gate at $url. Sourced from a
# test.
set -u
# Who cannot be traced cannot be searched for leaks either.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
gatewayd=$top_builddir/gatewayd/gatewayd
dir=$(mktemp -d "${TMPDIR:-/tmp}/gatewayd.XXXXXX") || exit 99
# Who drops privileges must still get in.
chmod 755 "$dir"
server= decide=
clean_up()
{
	for process in $server $decide; do
		kill "$process" && wait "$process"
	done 2> /dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 99' INT TERM
cd "$dir" || exit 99
mkdir run run/answers
chmod 755 run
count=0

for tool in curl python3; do
	command -v "$tool" > /dev/null && continue
	echo "1..0 # SKIP $tool is not installed"
	exit 0
done
if [ ! -x "$gatewayd" ]; then
	echo "1..0 # SKIP gatewayd is not built"
	exit 0
fi

ok() # WORDS; the status of the last command decides
{
	result=$?
	count=$((count + 1))
	if [ $result -eq 0 ]; then
		echo "ok $count - $1"
		return
	fi
	echo "not ok $count - $1"
	for file in head page out err asked log; do
		[ -s "$file" ] || continue
		echo "# $file:"
		tail -n 15 "$file" | tr -cd '[:print:]\n' | cut -c1-300 |
		    sed 's/^/#   /'
	done
}
done_testing() { echo "1..$count"; }

# A user to become, where we are root; else that is left out.
account=nobody
write_conf() # LINE...: after what all need
{
	{
		echo '[gatewayd]'
		echo 'listen = 127.0.0.1:0'
		echo "runtime_dir = $dir/run"
		echo "user = $account"
		printf '%s\n' "$@"
	} > conf
	chmod 600 conf
}
start_decide()
{
	: > decide.out
	/usr/bin/python3 "$top_srcdir/tests/unit/gatewayd_decide.py" \
	    "$dir/run" > decide.out 2> decide.err &
	decide=$!
	await 'grep -q ready decide.out' "$decide"
	# As the daemon gives it to its one caller.
	[ "$(id -u)" -ne 0 ] || chown "$account" run/gateway.sock
}
stop_decide()
{
	kill "$decide" && wait "$decide" 2> /dev/null
	decide=
	rm -f run/gateway.sock
}
await() # CONDITION PROCESS
{
	tries=0
	until eval "$1"; do
		tries=$((tries + 1))
		kill -0 "$2" 2> /dev/null && [ $tries -lt 600 ] ||
		    { cat log decide.err >&2; exit 99; }
		sleep 0.05
	done
}
start_gate() # [LINE...] of the configuration
{
	write_conf 'public_url = http://127.0.0.1' 'plain = yes' "$@"
	launch_gate http
}
launch_gate() # SCHEME; with the configuration that there is
{
	: > log
	"$gatewayd" --config "$dir/conf" --foreground 2> log &
	server=$!
	await 'grep -q " ready: " log' "$server"
	url=$1://$(sed -n 's/.*listening on //p' log | head -n 1)
}
stop_gate()
{
	kill -TERM "$server" && wait "$server"
	result=$?
	server=
	return $result
}

answer() { printf '%s' "$2" > "run/answers/$1"; } # COMMAND DOCUMENT
asked() # prints the last question; what was asked before is forgotten
{
	tail -n 1 run/asked 2> /dev/null > asked
	rm -f run/asked
	cat asked
}
nothing_asked() { [ ! -e run/asked ]; }
http() { curl -s -m 60 --noproxy '*' "$@"; }
# Prints the status; what was answered is in `head` and `page`.
visit() # PATH [MORE...]
{
	where=$1
	shift
	http -D head -o page -w '%{http_code}' "$@" "$url$where"
}
header() { grep -iq "^$1: $2.\$" head; } # NAME PATTERN; the last is CR
has_header() { grep -iq "^$1:" head; }
says() { tr '\n' ' ' < page | sed 's/<[^>]*>//g' | grep -qF "$1"; }
# Is this member of the question asked last just so?
asked_with() # MEMBER VALUE
{
	/usr/bin/python3 -c 'import json, sys
with open("run/asked") as source:
    last = json.loads(source.readlines()[-1])
sys.exit(last.get(sys.argv[1]) != (sys.argv[2] or None))' "$1" "$2"
}
