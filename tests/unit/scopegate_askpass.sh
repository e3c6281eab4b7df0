# SPDX-License-Identifier: ISC
# `scopegate code`, `scopegate run` and scopegate-askpass against the built
# gatewayd; the gate behind it plays answers. Whom it tells nothing is a table
# of its own (test_scopegate_answer); here is what leaves the process.
. "$top_srcdir/tests/unit/gatewayd_stage.sh"
scopegate=$top_builddir/client/scopegate
askpass=$top_builddir/client/scopegate-askpass
HOME=$dir/home
export HOME
mkdir -p -m 700 "$HOME/.config/scopegate"
unset SSH_ASKPASS SUDO_ASKPASS SSH_ASKPASS_PROMPT SSH_ASKPASS_REQUIRE SCOPEGATE_HOST \
    SCOPEGATE_SERVICE SCOPEGATE_ASKED_BY SCOPEGATE_USER SCOPEGATE_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
exits() # CODE COMMAND...
{
	wanted=$1
	shift
	"$@" > out 2> err
	[ $? -eq "$wanted" ]
}
letters() { awk -v n="$1" 'BEGIN { while (n-- > 0) printf "%c", 97 + n % 26 }'; }
ask() # PROMPT: prints the answer
{
	"$askpass" "$1" 2> err
}
asked_for() { "$askpass" "(alice@$1) Access token: " 2> err; }
start_decide
start_gate
cat > "$HOME/.config/scopegate/config" << C
[issuer acme]
client_id = x
source = file:$dir/token

[host coded]
match = db1.example.com *.coded.example.com
issuer = acme
gate = $url
insecure_loopback = yes

[host itself]
match = 127.0.0.1
issuer = acme
gate = http://%h:${url##*:}
host_name = desk.example.com
insecure_loopback = yes

[host plain]
match = *.plain.example.com
issuer = acme

[host carded]
match = carded.example.com
issuer = acme
gate = $url/
service = ssh-gate
prompt = Key card:
insecure_loopback = yes

[host down]
match = down.example.com
issuer = acme
gate = http://127.0.0.1:1
insecure_loopback = yes
C
letters 16384 > token
chmod 600 token
token=$(cat token)
answer code '{"result":"code","code":"sg-7K2QX9","seconds":60}'

# scopegate code
exits 0 "$scopegate" code db1.example.com --user alice && [ "$(cat out)" = sg-7K2QX9 ]
ok "a token of 16 KiB buys a login code"
asked_with token "$token" && asked_with host db1.example.com && asked_with user alice &&
    asked_with service sshd
ok "and the gate is told host, user and service"
asked > /dev/null
exits 0 "$scopegate" code carded.example.com --user bob && asked_with service ssh-gate &&
    exits 0 "$scopegate" code carded.example.com --user bob --service sudo && asked_with service sudo
ok "the section's service counts, unless another is given"
exits 0 "$scopegate" code db1.example.com && asked_with user "$(id -un)"
ok "the user is who asks, unless another is given"
asked > /dev/null
exits 0 "$scopegate" code 127.0.0.1 && asked_with host desk.example.com
ok "%h in the gate's URL is the host, and host_name what the gate calls it"
answer code '{"result":"deny","reason":"scope_missing","error":"insufficient_scope","sentence":"the token lacks a scope","missing":["trading"],"ref":"K7Q2M9XP"}'
exits 1 "$scopegate" code db1.example.com && [ ! -s out ] &&
    grep -q 'gives no login code for .* at db1.example.com (403): the token lacks a scope' err &&
    grep -q 'K7Q2M9XP' err
ok "a refusal is told in the gate's words, with its reference"
answer code '{"result":"unavailable","reason":"as_unreachable","sentence":"it cannot be reached","retry_after":5}'
exits 2 "$scopegate" code db1.example.com && [ ! -s out ] && grep -q '(503)' err
ok "what is unavailable is no refusal"
exits 2 "$scopegate" code down.example.com && grep -q 'http://127.0.0.1:1 cannot be asked' err
ok "nor is a gate that is not there"
answer code '{"result":"code","code":"two words","seconds":60}'
exits 2 "$scopegate" code db1.example.com && [ ! -s out ]
ok "a code that is none is not handed on"
answer code '{"result":"code","code":"sg-7K2QX9","seconds":60}'
exits 64 "$scopegate" code x.plain.example.com && grep -q 'gatewayd' err &&
    exits 64 "$scopegate" code nowhere.test --gate https://g.example.com && grep -q 'issuer' err &&
    exits 64 "$scopegate" code nowhere.test --gate http://g.example.com --issuer acme &&
    grep -q 'plain http' err && exits 64 "$scopegate" code && grep -q 'needs a HOST' err &&
    exits 64 "$scopegate" code 'DB1' && exits 64 "$scopegate" code a b && grep -q "'b'" err &&
    exits 64 "$scopegate" code db1.example.com --usr x && grep -q -e --usr err
ok "what is missing or wrong is named"

# The askpass, by hand.
SCOPEGATE_HOST='db1.example.com,*.plain.example.com carded.example.com down.example.com'
export SCOPEGATE_HOST
asked > /dev/null
[ "$(asked_for db1.example.com)" = sg-7K2QX9 ] && asked_with user alice && asked_with host db1.example.com
ok "where there is a gate, a login code is the answer"
letters 700 > token
[ "$(asked_for db1.example.com)" = sg-7K2QX9 ]
ok "also for a short token"
[ "$(ask '(bob@carded.example.com) Key card: ')" = sg-7K2QX9 ] && asked_with service ssh-gate
ok "a prompt of the host's own is known by its section"
asked > /dev/null
[ "$(asked_for a.plain.example.com)" = "$(cat token)" ] && nothing_asked
ok "without a gate the token is the answer"
letters 2500 > token
one=$(asked_for a.plain.example.com)
two=$(ask '(alice@a.plain.example.com) Access token, part 2 of 3: ')
three=$(ask '(alice@a.plain.example.com) Access token, part 3 of 3: ')
[ "${one%%:*} ${two%%:*} ${three%%:*}" = '1/3 2/3 3/3' ] && [ ${#one} -le 1022 ] &&
    [ "${one#*:}${two#*:}${three#*:}" = "$(cat token)" ]
ok "a long one in the parts that are asked for"
! ask '(alice@a.plain.example.com) Access token, part 2 of 4: ' > out && [ ! -s out ] &&
    grep -q 'another one between two parts' err
ok "parts of another token are not mixed in"
! ask '(alice@db1.example.com) Access token, part 2 of 3: ' > out && [ ! -s out ] && grep -q 'login code' err
ok "nor is a part given where a code was"
[ "$(SCOPEGATE_HOST=127.0.0.1 ask '(alice@127.0.0.1) Access token: ')" = sg-7K2QX9 ] && asked_with host desk.example.com
ok "the askpass knows the host by both its names"
asked > /dev/null
for prompt in 'Access token: ' "alice@db1.example.com's password: " \
    '(alice@evil.test) Access token: ' '(e@evil.test) (alice@db1.example.com) Access token: ' \
    '(alice@db1.example.com) Password: ' "Enter passphrase for key 'k': " \
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? ' ''; do
	"$askpass" "$prompt" > out 2> err
	[ $? = 1 ] && [ ! -s out ] && grep -q '^scopegate-askpass: ' err && [ "$(wc -l < err)" = 1 ] ||
	    echo "# $prompt"
done > refusals
[ ! -s refusals ] && nothing_asked
ok "to any other prompt it says nothing, and why, in one line"
(unset SCOPEGATE_HOST; exits 1 "$askpass" '(alice@db1.example.com) Access token: ') && nothing_asked
ok "nor if nobody said which host is meant"
SSH_ASKPASS_PROMPT=confirm exits 1 "$askpass" '(alice@db1.example.com) Access token: ' &&
    SSH_ASKPASS_PROMPT=none exits 0 "$askpass" 'Confirm user presence' && [ ! -s out ]
ok "a question for a person is refused, a note is not answered"
exits 64 "$askpass" && exits 64 "$askpass" a b
ok "it has one argument"
script -qec "'$askpass' '(alice@a.plain.example.com) Access token: '" /dev/null < /dev/null > out 2>&1
grep -q 'standard output is a terminal' out && ! grep -q abcdefg out
ok "it prints nothing on a terminal"
chmod 640 token
! asked_for a.plain.example.com > out && [ ! -s out ] && grep -q 'chmod 600' err
ok "a token that others can read is not used"
chmod 600 token
printf 'not a token' > token
! asked_for a.plain.example.com > out && grep -q 'RFC 6750' err && ! grep -q 'not a token' err
ok "what is no token is not given to a host"
(letters 16385; echo) > token
! asked_for a.plain.example.com > out && [ ! -s out ]
ok "nor one that is too long"
printf 'short.1\n' > token
[ "$(SCOPEGATE_HOST=x.plain.example.com SCOPEGATE_ASKED_BY=sudo ask 'Access token: ')" = short.1 ]
ok "for sudo there is no (user@host)"
letters 511 > token
[ "$(SCOPEGATE_HOST=x.plain.example.com SCOPEGATE_ASKED_BY=sudo ask 'Access token: ' | cut -d: -f1)" = 1/2 ]
ok "and 511 octets are in parts, since that is what a cut one has"
exits 74 sh -c "'$askpass' '(alice@a.plain.example.com) Access token: ' > /dev/full"
ok "an answer that cannot be written is no success"
rm token
! asked_for a.plain.example.com > out && grep -q 'cannot be opened' err
ok "no token, no answer"

# scopegate run
unset SCOPEGATE_HOST
letters 700 > token
chmod 600 token
umask 022
SSH_ASKPASS=/bin/false SSH_ASKPASS_REQUIRE=force
export SSH_ASKPASS SSH_ASKPASS_REQUIRE
exits 0 "$scopegate" run --sudo --user carol --service sudo-i db1.example.com,x.coded.example.com -- \
    sh -c 'env; umask; ulimit -c; echo args "$@"' sh a 'b c' &&
    grep -qx 'SCOPEGATE_HOST=db1.example.com x.coded.example.com' out &&
    grep -qx "SUDO_ASKPASS=$askpass" out && grep -qx SCOPEGATE_USER=carol out &&
    grep -qx SCOPEGATE_SERVICE=sudo-i out && grep -qx SCOPEGATE_ASKED_BY=sudo out && grep -qx 'args a b c' out && grep -qx 0022 out &&
    grep -qx "$(ulimit -c)" out && ! grep -qF "$(cat token)" out
ok "run hands on who is meant, and no token"
! grep SSH_ASKPASS out
ok "for sudo no ssh is answered, whatever was set before"
exits 0 "$scopegate" run db1.example.com -- env && grep -qx "SSH_ASKPASS=$askpass" out &&
    grep -qx SSH_ASKPASS_REQUIRE=force out && grep -qx SCOPEGATE_ASKED_BY=ssh out
ok "without --sudo it is"
unset SSH_ASKPASS SSH_ASKPASS_REQUIRE
exits 3 "$scopegate" run db1.example.com -- sh -c 'exit 3' &&
    exits 127 "$scopegate" run db1.example.com -- /nonexistent/x && grep -q 'cannot be run' err &&
    exits 126 "$scopegate" run db1.example.com -- "$HOME"
ok "and ends as the command does"
exits 64 "$scopegate" run db1.example.com && grep -q 'COMMAND' err &&
    exits 64 "$scopegate" run db1.example.com -- && exits 64 "$scopegate" run -- true &&
    grep -q 'needs a HOST' err && exits 64 "$scopegate" run nowhere.test -- true && grep -q 'no \[host\] section' err &&
    exits 64 "$scopegate" run Db1.example.com -- true && exits 64 "$scopegate" run , -- true &&
    exits 64 "$scopegate" run --user 'a b' db1.example.com -- true &&
    exits 0 "$scopegate" run '*.coded.example.com' -- true
ok "a host that is not known is named before anything runs"

# What is wrong with the user's file.
bad() # LINE... : exit 78, and the words of $want on standard error
{
	printf '%s\n' "$@" > bad.conf
	exits 78 "$scopegate" --config bad.conf status && grep -qF "$want" err || { cat err; false; }
}
want='bad.conf:2: unknown key clientid' bad '[issuer a]' 'clientid = x' &&
    want='scopegate(1)' bad '[isuer a]' &&
    want='bad.conf:2: url = http://as.example.com: is plain http' bad '[issuer a]' 'url = http://as.example.com' &&
    want='insecure_loopback' bad '[issuer a]' 'url = http://127.0.0.1' &&
    want='is not on this machine' bad '[issuer a]' 'redirect_uri = https://x.example.com/cb' &&
    want='is no source' bad '[issuer a]' 'source = magic' &&
    want='client_secret_file' bad '[issuer a]' 'client_auth = client_secret_basic' &&
    want='without NAME=' bad '[issuer a]' 'parameters = paper' &&
    want='issuer is none of this file' bad '[host a]' 'match = x' 'issuer = b' &&
    want='gate is plain http' bad '[issuer b]' 'client_id = y' '[host a]' 'match = x' 'issuer = b' \
	'gate = http://gate.example.com' &&
    chmod g+w bad.conf && exits 78 "$scopegate" --config bad.conf status && grep -q 'chmod go-w' err &&
    exits 78 "$scopegate" --config absent.conf status
ok "a file that is not good is told by line, and how to mend it"
exits 0 "$scopegate" --help && grep -q 'login ISSUER' out && exits 0 "$scopegate" --version &&
    exits 64 "$scopegate" && exits 64 "$scopegate" frobnicate && grep -q frobnicate err &&
    exits 64 "$scopegate" --frob && exits 0 "$askpass" --version
ok "help, version, and words that it does not know"
stop_gate && ! grep -qF "$token" log && ! grep -qF sg-7K2QX9 log
ok "the gate's log has neither token nor code"
done_testing
