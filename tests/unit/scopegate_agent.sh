# SPDX-License-Identifier: ISC
# A token from a real oidc-agent, whose account is at the built brokerd.
. "$top_srcdir/tests/unit/scopegate_stage.sh"
need oidc-agent oidc-gen oidc-token

make_store
device=urn:ietf:params:oauth:grant-type:device_code
# The agent sends a secret in any case, so its app has one.
add_app agent --scope "openid offline_access trading" --redirect http://127.0.0.1/callback \
    --grants "authorization_code refresh_token $device" --secret-file agent
start_server
OIDC_CONFIG_DIR=$dir/agent.d
export OIDC_CONFIG_DIR
mkdir -m 700 "$OIDC_CONFIG_DIR"
echo 'of the store' > pw && chmod 600 pw
eval "$(oidc-agent)" > out
agent=$OIDCD_PID
trap 'kill $agent 2> /dev/null; clean_up' EXIT
sign_in alice wonder
timeout 60 oidc-gen --manual --issuer="$url" --client-id=agent --client-secret="$(cat agent)" \
    --scope='openid offline_access trading' --flow=device \
    --redirect-uri=http://localhost:4242 --pw-file=pw --prompt=none --confirm-default \
    test < /dev/null > gen 2>&1 &
gen=$!
until code=$(grep -a -oE '[A-Z]{4}-[A-Z]{4}' gen | head -1) && [ -n "$code" ]; do
	kill -0 $gen 2> /dev/null || break
	sleep 0.05
done
[ -n "$code" ] && get /device && post /device -d "user_code=$code" > out &&
    post /device -d "user_code=$code&decision=allow" -d env=paper > out && wait $gen
ok "oidc-agent has an account at the broker"
add_section issuer agent "source = oidc-agent:test"
add_section issuer none "source = oidc-agent:none"
"$scopegate" token agent > token 2> err && is_active "$(cat token)"
ok "its token is had by its name"
"$scopegate" token none > token 2> err
[ $? = 2 ] && [ ! -s token ] && grep -q 'oidc-token gave no token' err
ok "an account that it does not have gives none"
kill $agent
"$scopegate" token agent > token 2> err
[ $? = 2 ] && [ ! -s token ]
ok "nor does an agent that has ended"
"$scopegate" status > out && grep -q '^agent: by oidc-agent:test$' out
ok "status says where the token comes from"
stop_server
echo "1..$count"
