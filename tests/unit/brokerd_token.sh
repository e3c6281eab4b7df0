# SPDX-License-Identifier: ISC
# The built brokerd as programs ask it: which tokens it gives, to whom it says
# what about them, and how it refuses.
. "$top_srcdir/tests/unit/brokerd_stage.sh"
need curl openssl

make_store
all="openid profile offline_access trading data"
add_app web --approved --owner alice \
    --scope "$all" --redirect https://web.example.com/cb \
    --grants "authorization_code refresh_token client_credentials" \
    --secret-file web
add_app signed --jwt --approved --owner alice \
    --scope "$all" --grants client_credentials --secret-file signed
add_app other --audience https://other.example.com \
    --secret-file other
! "$brokerd" token --store s --user alice --app signed > early 2> why &&
    [ ! -s early ] && grep -q 'brokerd serve has run once' why
ok "a token that names its issuer waits until there is one"
start_server

ask() # CLIENT [MORE...]: the token endpoint
{
	client=$1
	shift
	as "$client" -D head -o answer -w '%{http_code}' "$@" "$url/oauth/token"
}
own() { ask web -d grant_type=client_credentials "$@"; }
mint() { "$brokerd" token --store s --user alice --app web "$@"; }

# Resource indicators.
[ "$(own -d resource=https://other.example.com -d scope=data)" = 200 ] &&
    introspect other "$(field access_token < answer)" |
    grep -q '"aud":"https://other.example.com"' &&
    introspect gate "$(field access_token < answer)" |
    grep -qx '{"active":false}'
ok "a token can be asked for another service, which alone knows it"
[ "$(own)" = 200 ] && introspect gate "$(field access_token < answer)" |
    grep -q '"aud":"https://hosts.example.test"' &&
    [ "$(own --data-urlencode "resource=$url")" = 200 ]
ok "without a resource it is for the store's own; the broker is one too"
for bad in https://none.example.com https://other.example.com/ \
    https://other.example.com#f "$(printf '%0600d' 0)"; do
	[ "$(own --data-urlencode "resource=$bad")" = 400 ] &&
	    grep -q '"error":"invalid_target"' answer || echo "$bad" >> bad
done
[ ! -e bad ] && [ "$(own -d resource=https://other.example.com \
    -d resource=https://hosts.example.test)" = 400 ] &&
    grep -q '"error":"invalid_target"' answer
ok "an unknown resource, and more than one, is an invalid target"
[ "$(own -d scope=openid)" = 400 ] && grep -q invalid_scope answer &&
    [ "$(own)" = 200 ] && grep -q '"scope":"trading data"' answer
ok "an app by itself gets no scope that speaks of a user"

# What a verifier does with a signed token, by other means than ours.
b64() { tr -- '-_' '+/' | awk '{ printf "%s", $0; while (length($0) % 4) \
    { $0 = $0 "="; printf "=" } }' | openssl base64 -d -A; }
member() { sed -n "s/.*\"$1\":\"*\([^\",}]*\).*/\1/p"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
verifies() # TOKEN TYP: with the published key that its header names
{
	head=${1%%.*} rest=${1#*.} name=
	printf '%s' "$head" | b64 > header
	grep -qF '"alg":"RS256"' header && grep -qF "\"typ\":\"$2\"" header || return 1
	name=$(member kid < header)
	http "$url/oauth/jwks" | tr '{' '\n' | grep -F "\"kid\":\"$name\"" > key || return 1
	cat > key.conf << END
asn1 = SEQUENCE:info
[info]
algorithm = SEQUENCE:algorithm
key = BITWRAP,SEQUENCE:numbers
[algorithm]
oid = OID:rsaEncryption
none = NULL
[numbers]
n = INTEGER:0x$(member n < key | b64 | hex)
e = INTEGER:0x$(member e < key | b64 | hex)
END
	openssl asn1parse -genconf key.conf -noout -out key.der &&
	    printf '%s' "${rest#*.}" | b64 > signature &&
	    printf '%s' "${rest%%.*}" | b64 > payload &&
	    printf '%s.%s' "$head" "${rest%%.*}" | openssl dgst -sha256 \
	    -verify key.der -keyform DER -signature signature > out 2>&1
}
[ "$(ask signed -d grant_type=client_credentials -d scope=data)" = 200 ] &&
    token=$(field access_token < answer) && verifies "$token" at+jwt &&
    grep -qF "\"iss\":\"$url\"" payload && grep -qF '"client_id":"signed"' payload &&
    grep -qF '"aud":"https://hosts.example.test"' payload &&
    grep -qF '"scope":"data"' payload && grep -qF '"sub":"signed"' payload
ok "a signed access token verifies against the published keys"
introspect gate "$token" > facts
introspect other "$token" | grep -qx '{"active":false}' &&
    [ "$(sed 's/^{"active":true,//; s/,"token_type":"Bearer"}$//' facts)" = \
    "$(sed 's/^{//; s/}$//' payload)" ]
ok "introspection says of it what it says of itself"
as gate -D head -H 'Accept: application/json;q=0.1, application/token-introspection+jwt' \
    -d "token=$token" "$url/oauth/introspect" > jwt
grep -qi '^content-type: application/token-introspection+jwt' head &&
    verifies "$(cat jwt)" token-introspection+jwt &&
    grep -qF "{\"iss\":\"$url\",\"aud\":\"gate\",\"iat\":" payload &&
    grep -qF "\"token_introspection\":$(cat facts)}" payload
ok "introspection is signed for whom asks, when asked for so"
as other -H 'Accept: APPLICATION/token-introspection+JWT' -d "token=$token" \
    "$url/oauth/introspect" > jwt
verifies "$(cat jwt)" token-introspection+jwt &&
    grep -qF '"aud":"other"' payload &&
    grep -qF '"token_introspection":{"active":false}}' payload
ok "a signed answer tells another audience nothing either"
for type in application/token-introspection+jwtx application/token \
    token-introspection+jwt \
    'text/html;x=application/token-introspection+jwt'; do
	as gate -H "Accept: $type" -d "token=$token" "$url/oauth/introspect" |
	    cmp -s - facts || echo "$type" >> plain
done
[ ! -e plain ]
ok "any other wish is answered in plain"
[ "$(as signed -o out -w '%{http_code}' -d "token=$token" "$url/oauth/revoke")" = 200 ] &&
    introspect gate "$token" | grep -qx '{"active":false}'
ok "revocation ends a signed token too"
token=$("$brokerd" token --store s --user alice --app signed --scope data \
    --env live --expires 24h) && verifies "$token" at+jwt &&
    grep -qF "\"iss\":\"$url\"" payload && grep -qF '"env":"live"' payload &&
    introspect gate "$token" | grep -qF '"username":"alice"' &&
    ! "$brokerd" token --store s --user alice --app signed --expires 25h > early 2> why &&
    [ ! -s early ] && grep -q 'live a day at most' why
ok "the command signs too, for as long as keys are published"
http "$url/.well-known/openid-configuration" > meta
http "$url/.well-known/oauth-authorization-server" | cmp -s - meta &&
    grep -qF "\"jwks_uri\":\"$url/oauth/jwks\"" meta &&
    grep -qF "\"userinfo_endpoint\":\"$url/oauth/userinfo\"" meta &&
    grep -qF '"id_token_signing_alg_values_supported":["RS256"]' meta &&
    grep -qF '"subject_types_supported":["public"]' meta &&
    grep -qF '"prompt_values_supported":["none","login",' meta &&
    grep -qF '"request_uri_parameter_supported":false' meta
ok "discovery finds the same document at both addresses"

# OpenID Connect, from the browser to the id_token.
browse() { http -b jar -c jar -D head -o page "$@"; }
send() # URL FORM...
{
	place=$1
	shift
	browse --data-urlencode "form_token=$(sed -n \
	    's/.*name="form_token" value="\([^"]*\)".*/\1/p' page | head -1)" "$@" "$place"
}
browse "$url/sign-in" && send "$url/sign-in" -d 'username=alice&password=wonder'
wish="$url/oauth/authorize?response_type=code&client_id=web&nonce=n%2B1&state=s"
wish="$wish&scope=openid+profile&redirect_uri=https://web.example.com/cb"
browse "$wish" && send "$wish" -d decision=allow -d env=paper \
    -d scope.openid=yes -d scope.profile=yes
code=$(sed -n 's/^[Ll]ocation: .*[?&]code=\([^&]*\).*/\1/p' head | tr -d '\r')
[ "$(ask web -d grant_type=authorization_code -d "code=$code" \
    -d redirect_uri=https://web.example.com/cb)" = 200 ] &&
    token=$(field access_token < answer) &&
    verifies "$(field id_token < answer)" JWT &&
    grep -qF "{\"iss\":\"$url\",\"sub\":\"" payload && grep -qF '"aud":"web"' payload &&
    grep -qF '"acr":"urn:brokerd:acr:password","amr":["pwd"],"nonce":"n+1"' payload &&
    grep -q '"auth_time":[0-9]' payload
ok "signing in ends with an id_token that carries the nonce"
grep -qF "\"at_hash\":\"$(printf '%s' "$token" | openssl dgst -sha256 -binary |
    head -c 16 | openssl base64 | tr '+/' '-_' | tr -d =)\"" payload
ok "at_hash binds it to the access token"

# Userinfo.
info() # HEADER... : the status; head and answer
{
	http -D head -o answer -w '%{http_code}' "$@" "$url/oauth/userinfo"
}
token=$(mint --scope "openid profile")
[ "$(info -H "Authorization: Bearer $token")" = 200 ] &&
    grep -q '"preferred_username":"alice"' answer &&
    sub=$(field sub < answer) && [ -n "$sub" ] && grep -qF "\"sub\":\"$sub\"" payload &&
    introspect gate "$token" | grep -qF "\"sub\":\"$sub\"" &&
    grep -qi '^cache-control: no-store' head
ok "userinfo says who the user is"
[ "$(info -H "Authorization: bearer $(mint --scope openid)")" = 200 ] &&
    [ "$(cat answer)" = "{\"sub\":\"$sub\"}" ]
ok "and without profile only the subject"
[ "$(info -X POST -H "Authorization: Bearer $token")" = 200 ] &&
    [ "$(info -d "access_token=$token")" = 200 ] && grep -qF -e "$sub" answer
ok "userinfo may be posted, with the token in the form"
[ "$(info)" = 401 ] && [ ! -s answer ] &&
    grep -qi '^www-authenticate: Bearer realm="brokerd".$' head &&
    [ "$(http -o answer -w '%{http_code}' \
    "$url/oauth/userinfo?access_token=$token")" = 401 ]
ok "userinfo without a token names the scheme and no error"
[ "$(info -H 'Authorization: Bearer nonsense')" = 401 ] &&
    grep -q '"error":"invalid_token"' answer &&
    grep -qi '^www-authenticate: Bearer .*error="invalid_token"' head
ok "an unknown token is an invalid token"
short=$(mint --scope openid --expires 1s) && sleep 1.1 &&
    [ "$(info -H "Authorization: Bearer $short")" = 401 ] &&
    grep -q '"error":"invalid_token"' answer
ok "so is one that has expired"
[ "$(info -H "Authorization: Basic $token")" = 400 ] &&
    grep -q '"error":"invalid_request"' answer &&
    [ "$(info -H 'Authorization: Bearer a b')" = 400 ] &&
    [ "$(info -H 'Authorization: Bearer ')" = 400 ] &&
    [ "$(info -H "Authorization: Bearer $token" -d "access_token=$token")" = 400 ] &&
    [ "$(info -d "access_token=$token&access_token=$token")" = 400 ] &&
    grep -qi '^www-authenticate: Bearer .*error="invalid_request"' head
ok "an unreadable header and a token sent twice are invalid requests"
[ "$(info -H "Authorization: Bearer $(mint --scope trading)")" = 403 ] &&
    grep -q '"error":"insufficient_scope"' answer &&
    grep -qi '^www-authenticate: Bearer .*error="insufficient_scope", scope="openid"' head
ok "a token without openid has insufficient scope"
[ "$(own)" = 200 ] &&
    [ "$(info -H "Authorization: Bearer $(field access_token < answer)")" = 403 ]
ok "a token without a user has insufficient scope"

# What is not a form.
[ "$(own -d scope=data -d scope=data)" = 400 ] &&
    grep -q 'there twice' answer &&
    [ "$(own -H 'Content-Type: application/json')" = 400 ] &&
    grep -q 'x-www-form-urlencoded' answer
ok "what is wrong with the body is said"

stop_server
ok "SIGTERM stops it cleanly"
! grep -qF -e "$(cat web)" log && ! grep -qF -e "$token" log
ok "the log holds no secret and no token"
echo "1..$count"
