#!/bin/sh
# SPDX-License-Identifier: ISC
# validatorctl jws-verify from outside: what it prints, and its exit status.
# Key and first token are those of RFC 8037 appendix A.
ctl=$top_builddir/validatorctl/validatorctl
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

x=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
key="\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"$x\""
header=eyJhbGciOiJFZERTQSJ9
payload=RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc
signature=hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
good=$header.$payload.$signature
bad=$header.${payload}x.$signature
echo "{\"keys\":[{$key,\"kid\":\"ed\"}]}" > keys
echo "{\"keys\":[{$key},{$key,\"kid\":\"burnt\",\"d\":\"AQ\"}]}" > burnt
echo "{\"keys\":{}}" > none
printf '{"keys":[{%s,"kid":"a\\u001b[31m\\nb"},{%s,"kid":"\\u001b[2J","d":"AQ"}]}' \
    "$key" "$key" > hostile

count=0
# try NAME STATUS STDOUT STDERR-WORD TOKENS ARGUMENT...: the words that are
# given as STDERR-WORD stand on standard error, or nothing if there are none.
try()
{
	name=$1 status=$2 out=$3 err=$4 tokens=$5
	shift 5
	printf "$tokens" | "$ctl" "$@" > out 2> err
	got=$?
	count=$((count + 1))
	if [ $got -eq "$status" ] && [ "$(cat out)" = "$(printf "$out")" ] &&
	    { [ -z "$err" ] && [ ! -s err ] ||
	    { [ -n "$err" ] && grep -qF -e "$err" err; }; } &&
	    ! grep -qE "$payload|$header" out err; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		{ echo "exit $got"; cat out err; } | sed 's/^/# /'
	fi
}

refused="reject: not_base64url: a part is not base64url in its one canonical spelling"
wrong="reject: signature_wrong: the signature is wrong"
short="reject: too_long: it is empty or longer than 16 KiB"
known="there are RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA"

try "a good token" 0 "accept: EdDSA kid ed" "" "$good\n" \
    jws-verify --jwks keys
try "without a newline at its end" 0 "accept: EdDSA kid ed" "" "$good" \
    jws-verify --jwks keys
try "a line for each, and one that is bad" 1 \
    "accept: EdDSA kid ed\n$wrong\n$short\n$refused\naccept: EdDSA kid ed" "" \
    "$good\n$bad\n\n$good \n$good\n" jws-verify --jwks keys
try "no token" 1 "" "no token on standard input" "" jws-verify --jwks keys
try "no token, for programs" 1 "" "no token on standard input" "" \
    --json jws-verify --jwks keys
try "for programs" 1 \
    '{"accepted":true,"alg":"EdDSA","kid":"ed"}\n{"accepted":false,"reason":"signature_wrong"}' \
    "" "$good\n$bad\n" --json jws-verify --jwks keys
try "a key that is left out is told" 0 "accept: EdDSA" \
    "key 2 (kid burnt) is left out: it holds private members" "$good\n" \
    jws-verify --jwks burnt
try "a name of a key cannot command a terminal" 0 \
    "accept: EdDSA kid a?[31m?b" "key 2 (kid ?[2J) is left out" "$good\n" \
    jws-verify --jwks hostile
try "a key without kid, for programs" 0 \
    '{"accepted":true,"alg":"EdDSA","kid":null}' "key 2" "$good\n" \
    jws-verify --json --jwks burnt
try "an algorithm that is allowed" 0 "accept: EdDSA kid ed" "" "$good\n" \
    jws-verify --alg "ES256, Ed25519" --jwks keys
try "one that is not" 1 "reject: algorithm_refused: \`alg\` is not among the \
algorithms that are allowed: \`none\` and HMAC never are" "key 1" "$good\n" \
    jws-verify --jwks keys --alg ES256
try "a type that is missing" 1 \
    "reject: type_wrong: \`typ\` is not the one that is wanted" "" "$good\n" \
    jws-verify --jwks keys --typ at+jwt
try "no key set" 78 "" "\`keys\` is missing or no array" "$good\n" \
    jws-verify --jwks none
try "no file" 78 "" "absent: No such file" "$good\n" jws-verify --jwks absent
try "without --jwks" 64 "" "jws-verify needs --jwks FILE" "$good\n" jws-verify
try "without its value" 64 "" "--jwks needs a value" "$good\n" jws-verify --jwks
try "another argument" 64 "" "unexpected argument 'keys'" "$good\n" \
    jws-verify keys
try "HMAC" 64 "" "'HS256' is not supported, or named twice; $known" "$good\n" \
    jws-verify --jwks keys --alg RS256,HS256
try "twice the same" 64 "" "'Ed25519' is not supported, or named twice" \
    "$good\n" jws-verify --jwks keys --alg EdDSA,Ed25519
try "no algorithm" 64 "" "--alg names no algorithm" "$good\n" \
    jws-verify --jwks keys --alg ", ,"
echo "1..$count"
