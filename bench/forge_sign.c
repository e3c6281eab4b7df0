/* SPDX-License-Identifier: ISC */
/* Headers and payloads that nobody wrote, and signatures for them: of the
 * stranger, of the issuer for something else, by what is public, or none. */
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "forge.h"
#include "jws_make.h"
#include "scopegate/cleanup.h"

/* As JSON values; NULL: the member is left out. */
static const char *const algorithms[] = {"\"RS256\"", "\"RS384\"", "\"RS512\"",
    "\"PS256\"", "\"PS384\"", "\"PS512\"", "\"ES256\"", "\"ES384\"",
    "\"ES512\"", "\"EdDSA\"", "\"Ed25519\"", "\"HS256\"", "\"HS384\"",
    "\"HS512\"", "\"none\"", "\"None\"", "\"nOnE\"", "\"rs256\"", "\"\"", "256",
    "null", "[\"RS256\"]", NULL};
static const char *const kids[] = {"\"rs\"", "\"ps\"", "\"es\"", "\"ed\"",
    "\"rs\"", "\"ps\"", "\"es\"", "\"ed\"", "\"mine\"", "\"\"",
    "\"../../dev/null\"", "\"' OR 1=1\"", "7", "null", NULL};
static const char *const types[] = {"\"at+jwt\"", "\"at+jwt\"",
    "\"application/at+jwt\"", "\"AT+JWT\"", "\"JWT\"", "\"logout+jwt\"", "1",
    NULL};
static const char *const extras[] = {"", "", "", "", ",\"crit\":[\"exp\"]",
    ",\"crit\":[]", ",\"b64\":false", ",\"jku\":\"https://127.0.0.1/jwks\"",
    ",\"x5u\":\"https://127.0.0.1/c.pem\"", ",\"x5c\":[\"AA==\"]",
    ",\"alg\":\"none\"", ",\"kid\":\"rs\"", ",\"zip\":\"DEF\""};
static const char *const claims[] = {
    "{\"iss\":\"https://as.example.com\",\"sub\":\"root\",\"aud\":"
    "\"https://gate.example.com\",\"scope\":\"login sudo\"}",
    "{\"iss\":\"https://evil.example.com\",\"sub\":\"alice\"}",
    "{\"iss\":\"https://as.example.com\",\"aud\":[\"*\"],\"exp\":1e300}",
    "{\"sub\":\"root\",\"exp\":253402300799}",
    "{}",
    "",
};

/* A header, from the lists. */
static void
append_header(struct forge *f, struct buf *ret)
{
	const char *const members[][2] = {
	    {"alg", ONE_OF(f, algorithms)},
	    {"typ", ONE_OF(f, types)},
	    {"kid", ONE_OF(f, kids)},
	};
	_cleanup_(buf_clear) struct buf text;
	bool comma = false;

	buf_init(&text, JWS_HEADER_MAX);
	(void)buf_append_string(&text, "{");
	for (size_t i = 0; i < ELEMENTS(members); i++) {
		if (members[i][1] == NULL)
			continue;
		(void)buf_format(&text, "%s\"%s\":%s", comma ? "," : "",
		    members[i][0], members[i][1]);
		comma = true;
	}
	(void)buf_append_string(&text, comma ? ONE_OF(f, extras) : "");
	if (comma && forge_number(f, 8) == 0)
		(void)buf_format(
		    &text, ",\"jwk\":%s", buf_string(&f->stranger_jwk));
	(void)buf_append_string(&text, "}");
	jws_make_base64url(ret, text.data, text.length);
}

void
forge_payload(struct forge *f, struct buf *ret)
{
	const char *text = ONE_OF(f, claims);

	if (forge_number(f, 2) == 0)
		forge_append(ret, forge_part(&ONE_OF(f, f->pool), PAYLOAD));
	else
		jws_make_base64url(ret, text, strlen(text));
}

/* Another header or payload, the signature as it was. */
void
forge_edit(struct forge *f, struct buf *ret)
{
	const struct real_token *t = &ONE_OF(f, f->pool);
	bool header = forge_number(f, 2) == 0;

	if (header)
		append_header(f, ret);
	else
		forge_append(ret, forge_part(t, HEADER));
	(void)buf_append_string(ret, ".");
	if (header && forge_number(f, 4) != 0)
		forge_append(ret, forge_part(t, PAYLOAD));
	else
		forge_payload(f, ret);
	(void)buf_append_string(ret, ".");
	forge_append(ret, forge_part(t, SIGNATURE));
}

static void
append_input(struct forge *f, struct buf *ret)
{
	if (forge_number(f, 2) == 0)
		append_header(f, ret);
	else
		forge_append(ret, forge_part(&ONE_OF(f, f->pool), HEADER));
	(void)buf_append_string(ret, ".");
	forge_payload(f, ret);
}

/* Signed, and well: by a key of the stranger, under the issuer's `kid`. */
void
forge_sign_by_stranger(struct forge *f, struct buf *ret)
{
	static const char *const rsa[] = {
	    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"};
	enum signer by = (enum signer)forge_number(f, SIGNERS);

	append_input(f, ret);
	jws_make_sign(ret, f->stranger[by],
	    by == SIGNER_RS || by == SIGNER_PS ? ONE_OF(f, rsa)
					       : signer_algorithm[by]);
}

/* By a key of the issuer, for an algorithm that it is not for. */
void
forge_sign_for_other_algorithm(struct forge *f, struct buf *ret)
{
	static const char *const others[][3] = {
	    {"PS256", "RS384", "RS512"}, {"RS256", "PS384", "PS512"}};
	uint64_t by = forge_number(f, 2);

	append_input(f, ret);
	jws_make_sign(ret, f->issuer[by], ONE_OF(f, others[by]));
}

/*
 * By the issuer itself, and well: but it is a token of another kind (RFC 8725
 * section 2.8), or its header says what must not be passed over.
 */
void
forge_sign_for_something_else(struct forge *f, struct buf *ret)
{
	static const char *const wrong_types[] = {
	    "\"JWT\"", "\"logout+jwt\"", "\"secevent+jwt\"", "\"\"", "null"};
	static const char *const wrong_extras[] = {",\"crit\":[\"exp\"]",
	    ",\"crit\":[]", ",\"b64\":false", ",\"b64\":true",
	    ",\"alg\":\"none\"", ",\"typ\":\"at+jwt\""};
	static const char *const wrong_algorithms[] = {
	    "RS512", "PS384", "ES384", "HS256", "none"};
	enum signer by = (enum signer)forge_number(f, SIGNERS);
	uint64_t fault = forge_number(f, 3);
	char header[256];

	(void)snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":%s,\"kid\":\"%s\"%s}",
	    fault == 0 ? ONE_OF(f, wrong_algorithms) : signer_algorithm[by],
	    fault == 1 ? ONE_OF(f, wrong_types) : "\"at+jwt\"", signer_kid[by],
	    fault == 2 ? ONE_OF(f, wrong_extras) : "");
	jws_make_base64url(ret, header, strlen(header));
	(void)buf_append_string(ret, ".");
	forge_payload(f, ret);
	jws_make_sign(ret, f->issuer[by], signer_algorithm[by]);
}

/* What is public as the secret of an HMAC. */
void
forge_sign_by_public_key(struct forge *f, struct buf *ret)
{
	const struct buf *secret = &ONE_OF(f, f->secrets);
	const EVP_MD *digests[] = {EVP_sha256(), EVP_sha384(), EVP_sha512()};
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	append_input(f, ret);
	(void)HMAC(ONE_OF(f, digests), buf_string(secret), (int)secret->length,
	    ret->data, ret->length, mac, &size);
	(void)buf_append_string(ret, ".");
	jws_make_base64url(ret, mac, size);
}

/* No signature, whatever the header says. */
void
forge_leave_unsigned(struct forge *f, struct buf *ret)
{
	append_input(f, ret);
	(void)buf_append_string(ret, forge_number(f, 4) == 0 ? "" : ".");
}
