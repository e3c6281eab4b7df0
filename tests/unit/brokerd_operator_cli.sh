# SPDX-License-Identifier: ISC
# What an operator does from a shell: the same rules as on the pages.
. "$top_srcdir/tests/unit/brokerd_stage.sh"

state() { run app show --app "$1" | sed -n 's/^state *//p'; }

make_store
for name in alpha beta; do
	add_app $name --title "App $name" --owner carol --public \
	    --description Trades. --website "https://$name.example.com/" \
	    --scope "trading data" --redirect https://$name.example.com/cb
done

run audit list > out && grep -q 'shell .*user.add .*user carol .*operator' out &&
    grep -q 'shell .*app.add .*app gate' out && grep -q 'app.add .*app trader' out
ok "what a demonstration begins with is in the trail"

# Command line.
for noun in user app live grant audit key receiver fault; do
	exits 64 "$brokerd" $noun && exits 64 "$brokerd" $noun nonsense &&
	    grep -q "brokerd $noun. knows" err && exits 64 "$brokerd" $noun list &&
	    exits 0 "$brokerd" help $noun && grep -q "brokerd $noun list" out &&
	    ! grep -q '.\{81\}' out || break
done
ok "each noun tells its verbs and their options"
exits 0 "$brokerd" help && [ "$(wc -l < out)" -lt 24 ] &&
    ! grep -q '.\{81\}' out && exits 64 "$brokerd" help nonsense &&
    exits 0 "$brokerd" help serve && grep -q port-file out &&
    exits 0 "$brokerd" help help && exits 0 "$brokerd" help version
ok "help is a line a command, and more on each"
exits 0 "$brokerd" app add --help && grep -q -e '--website URL' out && ! grep -q 'app list' out &&
    exits 0 "$brokerd" serve --store s --help && grep -q port-file out &&
    exits 0 "$brokerd" receiver --help && grep -q 'receiver remove' out &&
    exits 0 "$brokerd" help fault set && grep -q no_expires_in out &&
    exits 64 "$brokerd" help fault nonsense
ok "every command tells its options when asked for help"
exits 64 run app suspend --app alpha && grep -q 'see .brokerd help app' err &&
    grep -q 'reason is needed' err &&
    exits 64 run app list --reason x && exits 64 run app list --json=yes &&
    exits 64 run app list --state none && grep -q 'draft, submitted' err &&
    exits 64 run app list --begins a --owner b
ok "what a verb does not take is refused"
exits 78 "$brokerd" app list --store none; ok "a store is needed"

# Apps and their review.
exits 1 run app approve --app alpha --reviewer dave && grep -q 'not in review' err &&
    exits 0 run app submit --app alpha && [ "$(cat out)" = "app alpha: submitted" ] &&
    exits 1 run app submit --app alpha
ok "an app is submitted once"
exits 0 run app review && [ "$(wc -l < out)" -eq 2 ] &&
    grep -q '^APP  .* VOTES .*TITLE$' out && grep -q '^alpha .* submitted .* 0/2 .* carol .*App alpha' out &&
    exits 0 run app review --json && grep -q '"app":"alpha",.*"approvals":0' out
ok "the queue is listed, for people and for scripts"
exits 1 run app approve --app alpha --reviewer carol && grep -q 'own app' err &&
    exits 1 run app approve --app alpha --reviewer bob && grep -q operator err &&
    exits 1 run app approve --app alpha --reviewer nobody &&
    exits 1 run app approve --app none --reviewer dave
ok "the owner, others and nobody cannot vote"
! run audit list --action review. | grep -q .
ok "a vote that is refused leaves no record"
exits 0 run user operator --user bob &&
    exits 0 run app approve --app alpha --reviewer dave --reason Good. &&
    [ "$(cat out)" = "app alpha: vote counted, 1 of 2, submitted" ] &&
    exits 1 run app approve --app alpha --reviewer dave && grep -q already err &&
    exits 0 run app approve --app alpha --reviewer bob && [ "$(state alpha)" = approved ]
ok "two operators approve"
run audit list --subject 'app alpha' > out && grep -q 'shell .*review.vote_as .*bob' out &&
    grep -q 'dave .*review.approve .*1 of 2 approvals: Good.' out &&
    grep -q 'bob .*app.approve' out
ok "the trail says who voted, and that it came from a shell"
exits 0 run app submit --app beta &&
    exits 64 run app reject --app beta --reviewer dave &&
    exits 1 run app reject --app beta --reviewer dave --reason ' ' &&
    exits 0 run app reject --app beta --reviewer dave --reason 'No terms.' &&
    [ "$(state beta)" = rejected ] && run app show --app beta > out &&
    grep -q '^reason *No terms.' out && grep -q '^vote .* dave  rejected  No terms.' out &&
    grep -q '^redirect *https://beta.example.com/cb' out
ok "a rejection needs a reason, which is shown"
exits 0 run app suspend --app alpha --reason Odd. && [ "$(state alpha)" = suspended ] &&
    exits 1 run app suspend --app alpha --reason Odd. && grep -q 'brokerd app lift' err &&
    exits 0 run app lift --app alpha && [ "$(state alpha)" = approved ] &&
    exits 1 run app lift --app alpha && grep -q 'not suspended' err
ok "an app is suspended and lifted, once each"
exits 0 run app list --owner car && [ "$(wc -l < out)" -eq 3 ] &&
    exits 0 run app list --begins al && [ "$(sed 1d out | cut -c1-6)" = 'alpha ' ] &&
    exits 0 run app list --state rejected --json && [ "$(wc -l < out)" -eq 1 ] &&
    exits 0 run app list && [ "$(wc -l < out)" -eq 5 ] &&
    grep -Eq '^gate +approved +on +- ' out && run app show --app gate |
    grep -qx 'introspects  https://hosts.example.test' && exits 1 run app show --app none
ok "apps are listed by owner, beginning and state"

run app add --app bare --public > out
exits 1 run app submit --app bare && grep -q 'a description and a website' err
ok "an app that says too little about itself is not submitted"
run app add --app evil --title "$(printf 'a\033[2J\302\233b\303\251')" \
    --description x --website https://evil.example.com/ > out
run app submit --app evil > out && run app reject --app evil --reviewer dave \
    --reason "$(printf 'one\ntwo\tthree')" > out &&
    run app list --begins evil | grep -q 'a?.2J?bé$' && run app show --app evil > out &&
    grep -q '^reason *one?two?three$' out &&
    run audit list --subject 'app evil' | grep -q ' one?two?three$' &&
    run app list --begins evil --json | grep -qF 'a\u001b[2J\u009bbé'
ok "what others wrote commands no terminal"

# People.
exits 0 run user list --begins al && [ "$(wc -l < out)" -eq 2 ] &&
    grep -q '^USER .*STATE$' out && exits 0 run user list --begins zz && [ ! -s out ] &&
    [ "$(cat err)" = 'no users' ] && exits 0 run user list --begins zz --json && [ ! -s err ] &&
    exits 0 run user list --json && grep -q '"user":"carol".*"operator":true' out
ok "people are listed"
exits 0 run user disable --user dave && [ "$(cat out)" = 'user dave: disabled' ] &&
    exits 0 run user operator --user bob --off &&
    exits 1 run user disable --user carol && grep -q 'last operator' err &&
    exits 1 run user operator --user carol --off &&
    exits 0 run user enable --user dave && exits 0 run user disable --user carol &&
    exits 0 run user enable --user carol && exits 1 run user disable --user nobody
ok "the last operator stays"
run audit list --subject 'user dave' | grep -c user. > out && [ "$(cat out)" -eq 3 ] &&
    exits 0 run user enable --user dave &&
    [ "$(run audit list --subject 'user dave' | grep -c user.)" -eq 3 ]
ok "what was so already is not recorded again"

"$brokerd" init --store empty > out && "$brokerd" user add --store empty \
    --user erin > out && exits 0 "$brokerd" user disable --store empty --user erin
ok "where nobody operates, others than operators can be disabled"

# Grants.
token=$("$brokerd" token --store s --user bob --app alpha --scope data)
exits 0 run grant list --user bob && grep -q '^GRANT ' out && grep -q 'bob .*alpha .*paper.* data$' out &&
    exits 0 run grant list --app alpha --json && grep -q '"scope":"data"' out &&
    exits 64 run grant list && exits 1 run grant list --user nobody &&
    exits 1 run grant list --app none
ok "grants are listed by user and app"
grant=$(run grant list --user bob --json | sed 's/.*"grant":\([0-9]*\).*/\1/')
exits 64 run grant revoke --grant x --reason y && exits 64 run grant revoke --grant 1 &&
    exits 1 run grant revoke --grant 999 --reason y &&
    exits 0 run grant revoke --grant "$grant" --reason Stolen. &&
    [ "$(cat out)" = "grant $grant: revoked" ] &&
    exits 1 run grant revoke --grant "$grant" --reason again &&
    grep -q already err && ! run grant list --user bob | grep -q .
ok "a grant is revoked once, with a reason"
run audit list --action grant.revoke | grep -q "grant $grant .*of bob to app alpha: Stolen."
ok "the revocation is in the trail"
another=$("$brokerd" token --store s --user bob --app alpha --scope data)
printf '%s' "$another" | "$brokerd" revoke --store s > out &&
    "$brokerd" token --store s --user bob --app alpha > out &&
    exits 0 "$brokerd" revoke --store s --user bob --app alpha &&
    exits 0 "$brokerd" revoke --store s --user bob --app alpha &&
    run audit list --action grant.revoke |
    grep -q "shell .*grant.revoke  .*grant $((grant + 1)) .*of bob to app alpha\$" &&
    run audit list --subject 'app alpha' > out &&
    grep -q "shell .*grant.mint .*bob" out &&
    [ "$(grep -c 'grant.revoke_all .*user bob, 1 grants' out)" = 1 ] &&
    run audit list --subject 'app alpha' --action app.add | grep -q shell &&
    "$brokerd" user add --store s --user erin > out &&
    run audit list --subject 'user erin' | grep -q 'shell .*user.add'
ok "what else is done from a shell is in the trail"
[ -n "$token" ] && ! run audit export | grep -qF -e "$token"
ok "the trail holds no token"
"$brokerd" token --store s --user alice --app alpha > out && run grant list --user alice > out &&
    grep -q 'alice .*alpha .* none$' out
ok "a grant of nothing says so"

# Live accounts: nobody waits here.
exits 0 run live list && [ ! -s out ] && exits 1 run live approve --user carol &&
    grep -q 'carol: has not asked' err &&
    exits 1 run live approve --user bob && grep -q 'decided already' err &&
    exits 64 run live refuse --user bob && exits 1 run live approve --user nobody
ok "no live account is opened that nobody asked for"

# Audit.
exits 0 run audit verify && mark=$(sed -n 's/^end //p' out) && [ -n "$mark" ] &&
    exits 0 run audit verify --mark "$mark" && exits 64 run audit verify --mark x &&
    exits 1 run audit verify --mark "999 ${mark#* }" && grep -q noted out
ok "the trail verifies, and holds the end that was noted"
run audit export > all && [ "$(run audit list --json | cksum)" = "$(cksum < all)" ] &&
    [ "$(run audit export --after 3 | head -1 | cut -c1-9)" = '{"seq":4,' ] &&
    exits 64 run audit list --from 2026-02-30 && exits 64 run audit list --after x &&
    exits 0 run audit list --until 2020-01-01 && [ ! -s out ] &&
    exits 0 run audit list --until "$(date -u +%F)" --json && cmp -s out all
ok "records are exported from a number and by days"
exits 1 sh -c "'$brokerd' audit export --store s > /dev/full"
ok "a full disk is told"
echo "1..$count"
