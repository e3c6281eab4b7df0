/* SPDX-License-Identifier: ISC */
/*
 * What a stranger can write into the header of a token (RFC 8725 section 2),
 * each signed well by the issuer's key, so that the signature is not what
 * refuses it: and what an attack needs, signed by a key of the stranger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "jws_stage.h"
#include "scopegate/cleanup.h"

static const char *const access_token[] = {"at+jwt", NULL};

/* The control of all that follows. */
#define GOOD "{\"alg\":\"RS256\",\"kid\":\"rs\"}"

static const struct row {
	const char *header;
	enum jws_reason wanted;
} rows[] = {
    {GOOD, JWS_ACCEPTED},
    {" {\t\"alg\" :\r\n\"RS256\" , \"kid\":\"r\\u0073\"} ", JWS_ACCEPTED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"unknown\":[1,{}]}", JWS_ACCEPTED},
    /* RFC 7515 section 4.1.11: no extension is understood, so all of them. */
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":[\"exp\"],\"exp\":1}",
	JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":[]}", JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":\"exp\"}", JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":null}", JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":[\"alg\"]}", JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"crit\":[\"b64\"],\"b64\":false}",
	JWS_CRITICAL},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"b64\":false}", JWS_UNENCODED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"b64\":true}", JWS_UNENCODED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"b64\":null}", JWS_UNENCODED},
    /* Two names alike: which of them counts would be a guess. */
    {"{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"rs\"}",
	JWS_HEADER_MALFORMED},
    {"{\"alg\":\"none\",\"kid\":\"rs\",\"alg\":\"RS256\"}",
	JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"\\u0061lg\":\"none\"}",
	JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"kid\":\"es\"}", JWS_HEADER_MALFORMED},
    /* `alg`: exact, and never one that the stranger could use. */
    {"{\"kid\":\"rs\"}", JWS_ALGORITHM_MISSING},
    {"{\"ALG\":\"RS256\",\"kid\":\"rs\"}", JWS_ALGORITHM_MISSING},
    {"{\"alg\":\"rs256\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"Rs256\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RS256 \",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\" RS256\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RS2567\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RS25\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RS1\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"ES256K\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"HS256\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"HS384\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"HS512\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"none\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"None\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"nOnE\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"NONE\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RSA-OAEP\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":\"RS384\",\"kid\":\"rs\"}", JWS_ALGORITHM_REFUSED},
    {"{\"alg\":256,\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":-7,\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":null,\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":true,\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":[\"RS256\"],\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":{\"RS256\":1},\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\\u0000\",\"kid\":\"rs\"}", JWS_HEADER_MALFORMED},
    /* Another algorithm than the key's own, though its type would fit. */
    {"{\"alg\":\"PS256\",\"kid\":\"rs\"}", JWS_KEY_MISMATCH},
    {"{\"alg\":\"ES256\",\"kid\":\"rs\"}", JWS_KEY_MISMATCH},
    {"{\"alg\":\"EdDSA\",\"kid\":\"rs\"}", JWS_KEY_MISMATCH},
    {"{\"alg\":\"Ed25519\",\"kid\":\"rs\"}", JWS_KEY_MISMATCH},
    {"{\"alg\":\"RS256\",\"kid\":\"es\"}", JWS_KEY_MISMATCH},
    /* `kid` is a name in memory and nothing else. */
    {"{\"alg\":\"RS256\"}", JWS_ACCEPTED},
    {"{\"alg\":\"RS256\",\"kid\":\"\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"RS\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"rs \"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"r\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"../../../dev/null\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"/etc/passwd\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"x' UNION SELECT 'k\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"x; id|\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"r\\ns\\u001b[2J\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"%s%n\"}", JWS_KEY_UNKNOWN},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\\u0000\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"r\ns\"}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":0}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":null}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":[\"rs\"]}", JWS_HEADER_MALFORMED},
    /* Not a JSON object. */
    {"", JWS_HEADER_MALFORMED},
    {"[]", JWS_HEADER_MALFORMED},
    {"\"RS256\"", JWS_HEADER_MALFORMED},
    {"null", JWS_HEADER_MALFORMED},
    {"256", JWS_HEADER_MALFORMED},
    {"[{\"alg\":\"RS256\",\"kid\":\"rs\"}]", JWS_HEADER_MALFORMED},
    {"{}", JWS_ALGORITHM_MISSING},
    {GOOD GOOD, JWS_HEADER_MALFORMED},
    {GOOD "x", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",}", JWS_HEADER_MALFORMED},
    {"{'alg':'RS256','kid':'rs'}", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\"", JWS_HEADER_MALFORMED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"x\":\"\xff\"}", JWS_HEADER_MALFORMED},
    {"\xef\xbb\xbf" GOOD, JWS_HEADER_MALFORMED},
    /* Also with these, nobody but the issuer's key is asked. */
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"jku\":\"https://127.0.0.1/\"}",
	JWS_ACCEPTED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"x5u\":7,\"x5c\":[\"AA==\"]}",
	JWS_ACCEPTED},
    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"jwk\":{\"kty\":\"oct\"}}",
	JWS_ACCEPTED},
};

static void
test_headers(void **state)
{
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		jws_stage_header(*state, rows[i].header, NULL, rows[i].wanted);
}

/* RFC 9068 section 4, RFC 7515 section 4.1.9. */
static void
test_types(void **state)
{
	static const struct row types[] = {
	    {"\"at+jwt\"", JWS_ACCEPTED},
	    {"\"AT+JWT\"", JWS_ACCEPTED},
	    {"\"application/at+jwt\"", JWS_ACCEPTED},
	    {"\"Application/At+Jwt\"", JWS_ACCEPTED},
	    {"\"JWT\"", JWS_TYPE_WRONG},
	    {"\"jwt\"", JWS_TYPE_WRONG},
	    {"\"logout+jwt\"", JWS_TYPE_WRONG},
	    {"\"at+jwt \"", JWS_TYPE_WRONG},
	    {"\"at+jw\"", JWS_TYPE_WRONG},
	    {"\"at+jwtx\"", JWS_TYPE_WRONG},
	    {"\"\"", JWS_TYPE_WRONG},
	    {"\"application/\"", JWS_TYPE_WRONG},
	    {"\"application/application/at+jwt\"", JWS_TYPE_WRONG},
	    {"\"x/at+jwt\"", JWS_TYPE_WRONG},
	    {"\"at+jwt;v=1\"", JWS_TYPE_WRONG},
	    {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaa\"",
		JWS_TYPE_WRONG}, /* 64 octets */
	    {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaaa\"",
		JWS_HEADER_MALFORMED},
	    {"\"at+jwt\\u0000\"", JWS_HEADER_MALFORMED},
	    {"null", JWS_HEADER_MALFORMED},
	    {"7", JWS_HEADER_MALFORMED},
	    {"[\"at+jwt\"]", JWS_HEADER_MALFORMED},
	};
	char header[256];

	for (size_t i = 0; i < ELEMENTS(types); i++) {
		(void)snprintf(header, sizeof(header),
		    "{\"typ\":%s,\"alg\":\"RS256\",\"kid\":\"rs\"}",
		    types[i].header);
		jws_stage_header(*state, header, access_token, types[i].wanted);
		if (types[i].wanted == JWS_TYPE_WRONG)
			jws_stage_header(*state, header, NULL, JWS_ACCEPTED);
	}
	jws_stage_header(*state, GOOD, access_token, JWS_TYPE_WRONG);
	/* Told before anything else that is wrong with it. */
	jws_stage_header(*state, "{\"typ\":\"JWT\",\"alg\":\"none\"}",
	    access_token, JWS_TYPE_WRONG);
}

/* A header of `size` octets, and a `kid` of `kid` octets in another. */
static void
test_limits(void **state)
{
	static char header[8192], text[4096];
	static const struct {
		int kid;
		enum jws_reason wanted;
	} kids[] = {
	    {JWK_KID_MAX, JWS_KEY_UNKNOWN},
	    {JWK_KID_MAX + 1, JWS_HEADER_MALFORMED},
	    {2048, JWS_HEADER_MALFORMED},
	};
	static const struct {
		int size;
		enum jws_reason wanted;
	} sizes[] = {
	    {JWS_HEADER_MAX, JWS_ACCEPTED},
	    {JWS_HEADER_MAX + 1, JWS_HEADER_MALFORMED},
	    {5 * 1024, JWS_HEADER_MALFORMED},
	};

	memset(text, 'k', sizeof(text) - 1);
	for (size_t i = 0; i < ELEMENTS(kids); i++) {
		(void)snprintf(header, sizeof(header),
		    "{\"alg\":\"RS256\",\"kid\":\"%.*s\"}", kids[i].kid, text);
		jws_stage_header(*state, header, NULL, kids[i].wanted);
	}
	for (size_t i = 0; i < ELEMENTS(sizes); i++) {
		(void)snprintf(
		    header, sizeof(header), "%-*s", sizes[i].size, GOOD);
		jws_stage_header(*state, header, NULL, sizes[i].wanted);
	}
}

static void
expect(const struct jws_stage *s, const char *name, const struct buf *token,
    enum jws_reason wanted)
{
	jws_stage_expect(s, name,
	    (struct text){buf_string(token), token->length}, NULL, wanted);
}

/* `none`, with a signature that somebody made and with none at all. */
static void
test_no_signature(void **state)
{
	static const char *const names[] = {"none", "None", "nOnE", "NONE"};
	const struct jws_stage *s = *state;
	char header[64];

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		_cleanup_(buf_clear) struct buf token;

		buf_init(&token, JWS_TOKEN_MAX);
		(void)snprintf(
		    header, sizeof(header), "{\"alg\":\"%s\"}", names[i]);
		jws_make_input(&token, header, strlen(header),
		    JWS_STAGE_PAYLOAD, strlen(JWS_STAGE_PAYLOAD));
		expect(s, header, &token, JWS_NOT_COMPACT);
		(void)buf_append_string(&token, ".");
		expect(s, header, &token, JWS_ALGORITHM_REFUSED);
	}
}

/* RFC 8725 section 2.1: what is public taken for a shared secret. */
static void
test_public_key_as_secret(void **state)
{
	static const char header[] = "{\"alg\":\"HS256\",\"kid\":\"rs\"}";
	const struct jws_stage *s = *state;
	_cleanup_(buf_clear) struct buf jwk;
	BIO *pem = BIO_new(BIO_s_mem()), *der = BIO_new(BIO_s_mem());
	struct text secrets[4] = {{"", 0}};
	char *start;

	assert_int_equal(PEM_write_bio_PUBKEY(pem, s->rs), 1);
	assert_int_equal(i2d_PUBKEY_bio(der, s->rs), 1);
	buf_init(&jwk, 4096);
	jws_make_jwk(&jwk, s->rs, ",\"kid\":\"rs\"");
	secrets[1].length = (size_t)BIO_get_mem_data(pem, &start);
	secrets[1].bytes = start;
	secrets[2].length = (size_t)BIO_get_mem_data(der, &start);
	secrets[2].bytes = start;
	secrets[3] = (struct text){buf_string(&jwk), jwk.length};
	for (size_t i = 0; i < ELEMENTS(secrets); i++) {
		_cleanup_(buf_clear) struct buf token;
		uint8_t mac[EVP_MAX_MD_SIZE];
		unsigned int size = 0;

		buf_init(&token, JWS_TOKEN_MAX);
		jws_make_input(&token, header, strlen(header),
		    JWS_STAGE_PAYLOAD, strlen(JWS_STAGE_PAYLOAD));
		assert_non_null(
		    HMAC(EVP_sha256(), secrets[i].bytes, (int)secrets[i].length,
			token.data, token.length, mac, &size));
		(void)buf_append_string(&token, ".");
		jws_make_base64url(&token, mac, size);
		expect(
		    s, "HMAC by what is public", &token, JWS_ALGORITHM_REFUSED);
	}
	BIO_free(pem);
	BIO_free(der);
}

/* The stranger's key in the header, and his signature. */
static void
test_embedded_keys(void **state)
{
	static const struct {
		const char *before, *after;
		enum jws_reason wanted;
	} headers[] = {
	    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"jwk\":", "}",
		JWS_SIGNATURE_WRONG},
	    {"{\"alg\":\"RS256\",\"jwk\":", "}", JWS_SIGNATURE_WRONG},
	    {"{\"alg\":\"RS256\",\"kid\":\"mine\",\"jwk\":", "}",
		JWS_KEY_UNKNOWN},
	    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"jwk\":{\"keys\":[", "]}}",
		JWS_SIGNATURE_WRONG},
	    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"jku\":"
	     "\"https://as.example.com@127.0.0.1/jwks\",\"x\":",
		"}", JWS_SIGNATURE_WRONG},
	    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"x5u\":"
	     "\"https://127.0.0.1/c.pem\",\"x\":",
		"}", JWS_SIGNATURE_WRONG},
	    {"{\"alg\":\"RS256\",\"kid\":\"rs\",\"x5c\":[\"MIIB\"],\"x\":", "}",
		JWS_SIGNATURE_WRONG},
	};
	const struct jws_stage *s = *state;
	_cleanup_(buf_clear) struct buf jwk;
	char header[2048];

	buf_init(&jwk, 4096);
	jws_make_jwk(&jwk, s->strange_rs, "");
	for (size_t i = 0; i < ELEMENTS(headers); i++) {
		_cleanup_(buf_clear) struct buf token;

		buf_init(&token, JWS_TOKEN_MAX);
		(void)snprintf(header, sizeof(header), "%s%s%s",
		    headers[i].before, buf_string(&jwk), headers[i].after);
		jws_make_token(
		    &token, header, JWS_STAGE_PAYLOAD, s->strange_rs, "RS256");
		expect(s, header, &token, headers[i].wanted);
		buf_clear(&token);
		jws_make_token(
		    &token, header, JWS_STAGE_PAYLOAD, s->rs, "RS256");
		expect(s, header, &token,
		    headers[i].wanted == JWS_SIGNATURE_WRONG
			? JWS_ACCEPTED
			: headers[i].wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_no_signature),
	    cmocka_unit_test(test_public_key_as_secret),
	    cmocka_unit_test(test_embedded_keys),
	};

	return cmocka_run_group_tests_name(
	    "jws_header", tests, jws_stage_open, jws_stage_close);
}
