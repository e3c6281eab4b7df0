# SPDX-License-Identifier: ISC
# For tests of brokerd's pages: a store, a server, and a browser for each user.
# Sourced from a test; leaves in $dir, with the server at $url.
set -u
brokerd=$top_builddir/brokerd/brokerd
for tool in curl openssl python3; do
	if ! command -v $tool > /dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/brokerd.XXXXXX") || exit 99
server=
stop() { [ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$dir"; }
trap stop EXIT INT TERM
cd "$dir" || exit 99
count=0
jar=jar # of the browser in use

ok()
{
	result=$?
	count=$((count + 1))
	[ $result -eq 0 ] && echo "ok $count - $1" || echo "not ok $count - $1"
}

make_store()
{
	printf 'alice:wonder\nbob:builder\ncarol:carousel\ndave:diver\n' > passwords
	"$brokerd" init --store s --demo --gate-secret-file gate \
	    --trader-secret-file trader --password-file passwords > out || exit 99
}
add_app() { "$brokerd" app add --store s --app "$@" > out || exit 99; }
start_server()
{
	"$brokerd" serve --store s > url 2> log &
	server=$!
	tries=0
	until [ -s url ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { cat log >&2; exit 99; }
		sleep 0.05
	done
	url=$(cat url)
}
sql() # STATEMENT: rows, a value a line
{
	python3 -c 'import sqlite3, sys
with sqlite3.connect("s", timeout=10) as store:
    for row in store.execute(sys.argv[1]):
        print(*row, sep="\n")' "$1"
}

http() { curl -s -m 20 --noproxy '*' "$@"; }
browse() { http -b "$jar" -c "$jar" "$@"; }
location() { sed -n 's/^[Ll]ocation: //p' head | tr -d '\r'; }
status() { sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' head; }
form_token() { sed -n 's/.*name="form_token" value="\([^"]*\)".*/\1/p' page | head -1; }
encode() # TEXT: percent-encoded, all of it
{
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}
get() { browse -D head -o page "$url$1"; }
open_page() # QUERY: the page that a browser would end at, of ours
{
	get "/oauth/authorize?$1"
	case $(location) in
	/*) get "$(location)" ;;
	esac
}
post() # PATH FORM...
{
	path=$1
	shift
	browse -D head -o page -w '%{http_code}' \
	    --data-urlencode "form_token=$(form_token)" "$@" "$url$path"
}
sign_in() # USER PASSWORD: in a browser of one's own
{
	jar=jar.$1
	get /sign-in
	[ "$(post /sign-in -d "username=$1&password=$2")" = 303 ]
}
decide() # WORD QUERY [MORE...]
{
	word=$1 request=$2
	shift 2
	post "/oauth/authorize?$request" -d "decision=$word" "$@" > out
}
allow() # QUERY [MORE...]: prints the code
{
	request=$1
	shift
	open_page "$request"
	decide allow "$request" "$@"
	code_of_answer
}
code_of_answer() { location | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p'; }
says() # TEXT: the page does, in what one reads
{
	tr '\n' ' ' < page | sed 's/<[^>]*>//g' | grep -qF "$1"
}
stays() # QUERY: an error page, and no redirect
{
	open_page "$1" && [ "$(status)" = 400 ] && [ -z "$(location)" ]
}
errs() # CODE QUERY: that error goes to the app at $back
{
	get "/oauth/authorize?$2"
	location | grep -q "^$back?error=$1&error_description=[^&]" ||
	    { echo "# $2: $(location)"; false; }
}
asks_to_sign_in() # QUERY
{
	get "/oauth/authorize?$1" && location | grep -q '^/sign-in?return='
}
