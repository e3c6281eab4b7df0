# SPDX-License-Identifier: ISC
# For tests of the user's own program: brokerd as the issuer, a home folder, and
# a "browser" that is curl, playing a person. Sourced from a test.
. "$top_srcdir/tests/unit/browser.sh"
scopegate=$top_builddir/client/scopegate
askpass=$top_builddir/client/scopegate-askpass
HOME=$dir/home
export HOME
mkdir -m 700 "$HOME"
unset BROWSER SSH_ASKPASS SSH_ASKPASS_PROMPT SCOPEGATE_HOST SCOPEGATE_SERVICE \
    SCOPEGATE_USER SCOPEGATE_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
state=$HOME/.local/state/scopegate
mkdir -p "$HOME/.config/scopegate"
config=$HOME/.config/scopegate/config
# The kernel's keyring is the machine's, not the test's: files, but where the
# keyring is what is tested.
printf '[scopegate]\nstorage = file\n' > "$config"

add_section() # KIND NAME LINE...
{
	printf '[%s %s]\n' "$1" "$2" >> "$config"
	shift 2
	for line in "$@"; do echo "$line"; done >> "$config"
}
begin_login() # ISSUER [MORE...]: leaves $link, the place where it would open
{
	: > login.err
	"$scopegate" login --no-browser --timeout 15s "$@" > login.out 2> login.err &
	login=$!
	tries=0
	until link=$(sed -n 's/^  \(http[^ ]*\)$/\1/p' login.err | head -1) && [ -n "$link" ]; do
		tries=$((tries + 1))
		kill -0 $login 2> /dev/null && [ $tries -lt 600 ] || break
		sleep 0.05
	done
}
end_login() # the exit code
{
	wait $login
}
link_query() { printf '%s\n' "${link#*\?}"; }
query_value() # NAME: of the link, still encoded
{
	link_query | tr '&' '\n' | sed -n "s/^$1=//p"
}
redirect_uri() { query_value redirect_uri | sed 's/%3A/:/g; s/%2F/\//g; s/%5B/[/; s/%5D/]/'; }
arrive() # URL: as the browser ends there; the page is in `landed`
{
	http -o landed -D landing "$1"
}
approve() # the person says yes; leaves $place, where it leads
{
	open_page "$(link_query)"
	decide allow "$(link_query)" -d env=paper
	place=$(location)
}
sign_in_at() # ISSUER [MORE...]: the whole way, allowed
{
	begin_login "$@"
	approve && arrive "$place" && end_login
}
kept() { printf '%s/%s.token' "$state" "$1"; }
