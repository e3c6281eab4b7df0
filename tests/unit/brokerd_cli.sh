# SPDX-License-Identifier: ISC
# The commands of the built brokerd: what they make, print and refuse.
. "$top_srcdir/tests/unit/brokerd_stage.sh"

printf 'alice:wonder\nbob:builder\n' > passwords
exits 0 "$brokerd" init --store s --demo --gate-secret-file gate \
    --password-file passwords
ok "init makes a demonstration store"
[ "$(stat -c %a s)" = 600 ] && [ "$(stat -c %a gate)" = 600 ]
ok "store and secret file are private"
grep -q '^  alice ' out && ! grep -q wonder out && ! grep -qF -e "$(cat gate)" out
ok "init prints what it made, and no secret that went to a file"
exits 1 "$brokerd" init --store s --demo && grep -q -e --force err
ok "init leaves an existing store alone"
exits 0 "$brokerd" init --store generated --demo &&
    grep -Eq 'alice +password ([a-z2-9]{4}-){3}[a-z2-9]{4}' out
ok "init makes passwords when no file gives them"
exits 0 "$brokerd" init --store generated --force && ! grep -q alice out
ok "init --force starts over, without demo"

mint() { "$brokerd" token --store s --user alice --app trader "$@"; }
mint --scope "trading data" > token && [ "$(wc -c < token)" -eq 44 ]
ok "token prints the token and nothing else"
! grep -qF -e "$(cat token)" s s-wal 2> err; ok "the store holds no token"
! grep -qF -e "$(cat gate)" s s-wal 2> err && ! grep -q wonder s s-wal 2> err
ok "the store holds no secret and no password"
exits 1 mint --scope "trading root" && grep -q "may ask for" err
ok "token refuses a scope that the app may not have"
exits 1 "$brokerd" token --store s --user mallory --app trader
ok "token refuses an unknown user"
exits 1 "$brokerd" token --store s --user alice --app none
ok "token refuses an unknown app"
exits 64 mint --env demo; ok "token refuses an unknown environment"
exits 64 mint --expires 10 && exits 64 mint --expires 0s &&
    exits 64 mint --expires 3651d && exits 0 mint --expires 3650d
ok "token refuses a time without unit, none and too much"
exits 0 "$brokerd" revoke --store s < token; ok "revoke takes a token from stdin"
exits 0 "$brokerd" revoke --store s < token && grep -q 'ended already' out &&
    [ "$("$brokerd" audit list --store s --action grant.revoke | grep -c shell)" = 1 ]
ok "revoke says that a grant had ended, and records it once"
echo nonsense | exits 1 "$brokerd" revoke --store s
ok "revoke tells an unknown token"
exits 1 "$brokerd" revoke --store s < /dev/null; ok "revoke needs a token"
exits 0 "$brokerd" revoke --store s --user alice --app trader &&
    grep -q 'revoked 1 grant ' out
ok "revoke ends what a user gave an app, once each"
exits 64 "$brokerd" revoke --store s --user alice
ok "revoke wants user and app together"

exits 0 "$brokerd" user add --store s --user mallory && grep -q password out
ok "user add makes a password"
exits 1 "$brokerd" user add --store s --user mallory; ok "user add refuses a twin"
printf 'xx\n' > short && printf 'Password1\n' > known && printf 'zed-is-me\n' > good
add_zed() { exits "$1" "$brokerd" user add --store s --user zed --password-file "$2"; }
add_zed 1 short && grep -q 'shorter than 8' err && [ "$(wc -l < err)" -eq 1 ] &&
    add_zed 1 known && grep -q 'tried first' err && add_zed 1 none &&
    [ "$(wc -l < err)" -eq 1 ] && add_zed 0 good
ok "user add has the rules of the sign-up page for a password"
exits 1 "$brokerd" token --store s --user mallory --app trader --env live &&
    grep -q 'no active live account' err && [ ! -s out ] &&
    exits 0 "$brokerd" user add --store s --user livia --live &&
    exits 0 "$brokerd" token --store s --user livia --app trader --env live
ok "a live token takes a live account"
"$brokerd" user disable --store s --user livia
exits 1 "$brokerd" token --store s --user livia --app trader && grep -q disabled err
ok "no token is made for who is kept out"
exits 0 mint --audience https://nobody.example.com && [ "$(wc -c < out)" -eq 44 ] &&
    grep -q 'nobody can ask' err && exits 0 mint && [ ! -s err ]
ok "a token that nobody can ask about comes with a warning"
exits 64 "$brokerd" init --store new --audience foo && grep -q 'absolute URI' err &&
    [ ! -e new ] && exits 64 "$brokerd" init --store new --audience 'https://a.example.com/ b' &&
    exits 64 "$brokerd" app add --store s --app bad --audience 'https://a.example.com/#x'
ok "an audience is an absolute URI"
exits 64 "$brokerd" user add --store s --user "$(printf 'r\303\251ne')" &&
    grep -q 'not ASCII' err && exits 64 "$brokerd" user add --store s --user Carol
ok "user add refuses a name that no account can have"
exits 0 "$brokerd" app add --store s --app web --owner carol --scope data \
    --redirect https://web.example.com/cb --redirect http://127.0.0.1/cb &&
    grep -Eq '^secret [A-Za-z0-9_-]{43}$' out
ok "app add shows the secret once"
exits 0 "$brokerd" app add --store s --app rs --audience https://rs.example.com \
    --secret-file rs && [ "$(stat -c %a rs)" = 600 ] && ! grep -q secret out
ok "app add writes the secret to a private file"
mkdir folder
exits 1 "$brokerd" app add --store s --app lost --secret-file folder &&
    exits 0 "$brokerd" app add --store s --app lost --secret-file lost &&
    exits 1 "$brokerd" init --store new --demo --gate-secret-file folder &&
    [ ! -e new ]
ok "nothing is kept when its secret cannot be written"
exits 1 "$brokerd" init --store new --demo --password-file none && [ ! -e new ] &&
    [ "$(wc -l < err)" -eq 1 ]
ok "a password file that is missing is told once"
exits 64 "$brokerd" app add --store s --app bad --redirect http://a.example.com/
ok "app add refuses a redirect to plain http"
exits 1 "$brokerd" app add --store s --app bad --scope "data nonesuch" &&
    grep -q 'no scope nonesuch' err
ok "app add refuses an unknown scope"
exits 64 "$brokerd" app add --store s --app bad --scope data --optional "data trading" &&
    grep -q 'that --scope has' err &&
    exits 0 "$brokerd" app add --store s --app choosy --scope "data trading" --optional data &&
    exits 0 "$brokerd" app show --store s --app choosy && grep -Eq 'optional +data$' out
ok "app add takes optional scopes, which are some of its scopes"
exits 64 "$brokerd" app add --store s --app bad --redirect https://a.example.com/ \
    --redirect https://a.example.com/ && grep -q 'https://a.example.com/ is given twice' err
ok "app add names what is there twice"
exits 64 "$brokerd" app add --store s --app bad --grants password
ok "app add refuses an unknown grant type"
exits 64 "$brokerd" app add --store s --app bad --alpaca --jwt && grep -q opaque err
ok "app add refuses Alpaca's answers with tokens that Alpaca does not have"
exits 64 "$brokerd" app add --store s --app bad --public --secret-file x
ok "app add refuses a public app with a secret"

start_server
inode=$(stat -c %i s)
exits 1 "$brokerd" init --store s --force && grep -q 'is being served' err &&
    [ "$(stat -c %i s)" = "$inode" ] && [ "$(stat -c %a s.lock)" = 600 ]
ok "init --force leaves a store that is served"
exits 78 "$brokerd" serve --store s && grep -q 'served already' err
ok "a store is served by one"
exits 0 run user add --user erin
ok "other commands work meanwhile"
stop_server && exits 0 "$brokerd" init --store s --force && ! grep -q alice out &&
    exits 0 "$brokerd" init --store fresh --force && [ ! -e fresh.lock ]
ok "init --force works when the store is not served any more"

exits 64 "$brokerd" && exits 64 "$brokerd" nonesuch &&
    exits 64 "$brokerd" init && exits 64 "$brokerd" init --store &&
    exits 64 "$brokerd" init --store a --store b &&
    exits 64 "$brokerd" init --store a --demo=yes &&
    exits 64 "$brokerd" init --store a extra
ok "a wrong command line exits 64"
exits 0 "$brokerd" help && exits 0 "$brokerd" version
ok "help and version exit 0"
chmod 0644 s
exits 78 "$brokerd" serve --store s && grep -q chmod err
ok "serve refuses a store that others may read"
echo other > other && chmod 0644 other &&
    exits 78 "$brokerd" user list --store other && ! grep -q chmod err &&
    grep -q 'not a store' err
ok "but tells nobody to change a file that is no store"
chmod 0600 s
echo text > text && chmod 0600 text
exits 78 "$brokerd" serve --store text && exits 78 "$brokerd" serve --store none
ok "serve refuses what is no store"
exits 64 "$brokerd" serve --store s --listen 0.0.0.0:0 && grep -q i-know err
ok "serve stays on loopback"
exits 64 "$brokerd" serve --store s --listen localhost:0 &&
    exits 64 "$brokerd" serve --store s --listen 127.0.0.1:65536 &&
    exits 64 "$brokerd" serve --store s --issuer ftp://x &&
    exits 64 "$brokerd" serve --store s --issuer https://as.example.com/path &&
    exits 64 "$brokerd" serve --store s --tls-cert gate
ok "serve refuses bad addresses, issuers and half a TLS setting"
exits 78 "$brokerd" serve --store s --tls-cert gate --tls-key gate
ok "serve refuses what is no certificate"
echo "1..$count"
