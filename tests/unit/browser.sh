# SPDX-License-Identifier: ISC
# For tests of brokerd's pages: the stage, and a browser for each user.
# Sourced from a test.
. "$top_srcdir/tests/unit/brokerd_stage.sh"
need curl openssl python3
jar=jar # of the browser in use

browse() { http -b "$jar" -c "$jar" "$@"; }
location() { sed -n 's/^[Ll]ocation: //p' head | tr -d '\r'; }
status() { sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' head; }
form_token() { sed -n 's/.*name="form_token" value="\([^"]*\)".*/\1/p' page | head -1; }
encode() # TEXT: percent-encoded, all of it
{
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}
visit() # PATH [MORE...]: the status; what was answered is in `head` and `page`
{
	where=$1
	shift
	browse -D head -o page -w '%{http_code}' "$@" "$url$where"
}
get() { browse -D head -o page "$url$1"; }
open_page() # QUERY: the page that a browser would end at, of ours
{
	get "/oauth/authorize?$1"
	case $(location) in
	/*) get "$(location)" ;;
	esac
}
post() # PATH [FORM...]: with the token of the page that was shown last
{
	place=$1
	shift
	visit "$place" --data-urlencode "form_token=$(form_token)" "$@"
}
log_in() # USER PASSWORD: in the browser in use
{
	get /sign-in
	[ "$(post /sign-in -d "username=$1&password=$2")" = 303 ]
}
sign_in() { jar=jar.$1 && log_in "$1" "$2"; } # in a browser of one's own
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
