# SPDX-License-Identifier: ISC
# For tests of the built brokerd: a folder of their own, checks that show why
# they failed, a store `s`, and a server at $url. Sourced from a test.
set -u
brokerd=$top_builddir/brokerd/brokerd
dir=$(mktemp -d "${TMPDIR:-/tmp}/brokerd.XXXXXX") || exit 99
server=
clean_up()
{
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2> /dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 99' INT TERM
cd "$dir" || exit 99
count=0
: > checked

need() # TOOL...
{
	for tool in "$@"; do
		command -v "$tool" > /dev/null && continue
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	done
}

# What was answered since the check before, under the names that tests use.
show_answers()
{
	for file in $(find head page answer out err facts log -newer checked \
	    -size +0 2> /dev/null); do
		echo "# $file:"
		tail -n 20 "$file" | tr -cd '[:print:]\n' | cut -c1-300 |
		    sed 's/^/#   /'
	done
}
ok() # WORDS; the status of the last command decides
{
	result=$?
	count=$((count + 1))
	if [ $result -eq 0 ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		show_answers
	fi
	: > checked
}
exits() # CODE COMMAND...
{
	wanted=$1
	shift
	"$@" > out 2> err
	[ $? -eq "$wanted" ]
}

run() { noun=$1 verb=$2; shift 2; "$brokerd" "$noun" "$verb" --store s "$@"; }
make_store()
{
	printf 'alice:wonder\nbob:builder\ncarol:carousel\ndave:diver\n' > passwords
	"$brokerd" init --store s --demo --gate-secret-file gate \
	    --trader-secret-file trader --password-file passwords > out || exit 99
}
add_app() { run app add --app "$@" > out || exit 99; }
start_server() # [OPTION...]
{
	: > url
	"$brokerd" serve --store s "$@" > url 2>> log &
	server=$!
	tries=0
	until [ -s url ]; do
		tries=$((tries + 1))
		kill -0 "$server" && [ $tries -lt 600 ] ||
		    { cat log >&2; exit 99; }
		sleep 0.1
	done
	url=$(cat url)
}
stop_server()
{
	kill -TERM "$server" && wait "$server"
	result=$?
	server=
	return $result
}
sql() # STATEMENT: rows, a value a line
{
	python3 -c 'import sqlite3, sys
with sqlite3.connect("s", timeout=30) as store:
    for row in store.execute(sys.argv[1]):
        print(*row, sep="\n")' "$1"
}

http() { curl -s -m 60 --noproxy '*' "$@"; }
as() { client=$1; shift; http -u "$client:$(cat "$client")" "$@"; }
field() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p"; }
introspect() # CLIENT TOKEN
{
	as "$1" --data-urlencode "token=$2" "$url/oauth/introspect"
}
is_active() { introspect gate "$1" | grep -q '"active":true'; }
api() # TOKEN PATH: the status; the answer is in `head` and `out`
{
	http -D head -o out -w '%{http_code}' -H "Authorization: Bearer $1" \
	    "$url$2"
}
api_says() # CODE MESSAGE: the API's envelope, whole
{
	printf '{"code":%s,"message":"%s"}' "$1" "$2" | cmp -s - out
}
