/* SPDX-License-Identifier: ISC */
/*
 * A good token spelled in another way, cut or lengthened. One token has one
 * spelling.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "jws_stage.h"
#include "scopegate/cleanup.h"

#define RS_HEADER "{\"alg\":\"RS256\",\"kid\":\"rs\"}"
#define ES_HEADER "{\"alg\":\"ES256\",\"kid\":\"es\"}"

/* What follows is the token with `more` in place of `remove` octets before the
 * dot `part` (2: the end). */
struct change {
	const char *name;
	int part;
	size_t remove;
	const char *more;
	enum jws_reason wanted;
};

static void
expect(const struct jws_stage *s, const char *name, const char *bytes,
    size_t length, enum jws_reason wanted)
{
	jws_stage_expect(s, name, (struct text){bytes, length}, NULL, wanted);
}

static void
expect_text(const struct jws_stage *s, const char *text, enum jws_reason wanted)
{
	expect(s, text, text, strlen(text), wanted);
}

static void
make(struct buf *ret, const char *header, EVP_PKEY *key, const char *algorithm)
{
	buf_init(ret, 2 * JWS_TOKEN_MAX);
	jws_make_token(ret, header, JWS_STAGE_PAYLOAD, key, algorithm);
}

static void
apply(const struct buf *token, const struct change *c, struct buf *ret)
{
	const char *text = buf_string(token), *at = text;
	size_t before;

	for (int i = 0; i < c->part; i++)
		at = strchr(at, '.') + 1;
	before = (size_t)(at - text) + strcspn(at, ".");
	(void)buf_append(ret, text, before - c->remove);
	(void)buf_append_string(ret, c->more);
	(void)buf_append_string(ret, text + before);
}

static void
test_spellings(void **state)
{
	static const struct change changes[] = {
	    {"nothing changed", 2, 0, "", JWS_ACCEPTED},
	    {"padding of the header", 0, 0, "=", JWS_NOT_BASE64URL},
	    {"padding of the payload", 1, 0, "==", JWS_SIGNATURE_WRONG},
	    {"padding of the signature", 2, 0, "==", JWS_NOT_BASE64URL},
	    {"a blank in the header", 0, 0, " ", JWS_NOT_BASE64URL},
	    {"a blank in the payload", 1, 0, " ", JWS_SIGNATURE_WRONG},
	    {"a blank at the end", 2, 0, " ", JWS_NOT_BASE64URL},
	    {"a newline at the end", 2, 0, "\n", JWS_NOT_BASE64URL},
	    {"CR LF at the end", 2, 0, "\r\n", JWS_NOT_BASE64URL},
	    {"a tab at the end", 2, 0, "\t", JWS_NOT_BASE64URL},
	    {"a letter of base64 in the header", 0, 1, "+", JWS_NOT_BASE64URL},
	    {"a letter of base64 in the payload", 1, 1, "/",
		JWS_SIGNATURE_WRONG},
	    {"a letter of base64 in the signature", 2, 1, "/",
		JWS_NOT_BASE64URL},
	    {"an octet above 127", 2, 1, "\x80", JWS_NOT_BASE64URL},
	    {"one letter too many", 2, 0, "AAA", JWS_NOT_BASE64URL},
	    {"one letter too few", 2, 1, "", JWS_NOT_BASE64URL},
	    {"more octets in the signature", 2, 0, "AAAA",
		JWS_SIGNATURE_LENGTH},
	    {"fewer octets in the signature", 2, 2, "", JWS_SIGNATURE_LENGTH},
	    {"a dot at the end", 2, 0, ".", JWS_NOT_COMPACT},
	    {"a part more", 2, 0, ".AAAA", JWS_NOT_COMPACT},
	    {"two dots more", 2, 0, "..", JWS_ENCRYPTED},
	    {"three dots more", 2, 0, "...", JWS_NOT_COMPACT},
	    {"an empty part within", 1, 0, ".", JWS_NOT_COMPACT},
	    {"a payload that was lengthened", 1, 0, "AAAA",
		JWS_SIGNATURE_WRONG},
	};
	_cleanup_(buf_clear) struct buf token;
	const struct jws_stage *s = *state;

	make(&token, RS_HEADER, s->rs, "RS256");
	for (size_t i = 0; i < ELEMENTS(changes); i++) {
		_cleanup_(buf_clear) struct buf text;

		buf_init(&text, JWS_TOKEN_MAX);
		apply(&token, &changes[i], &text);
		expect_text(s, buf_string(&text), changes[i].wanted);
	}
	expect(s, "a NUL at the end", buf_string(&token), token.length + 1,
	    JWS_NOT_BASE64URL);
	for (size_t n = 1; n < token.length; n++) {
		const struct jws_rules rules = {
		    .keys = s->keys, .algorithms = &s->algorithms};
		struct jws j;

		assert_int_not_equal(
		    jws_verify(
			&rules, (struct text){buf_string(&token), n}, &j),
		    JWS_ACCEPTED);
		jws_clear(&j);
	}
}

/* The bits that no octet needs, in each part; the signature is over what is
 * written, so that it is good in each of them. */
static void
test_spare_bits(void **state)
{
	static const char *const texts[] = {
	    /* {"alg":"RS256","kid":"rs"} is 26 octets: 2 over, 4 spare bits */
	    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn0", /* the right one */
	    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn1",
	    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn2",
	    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn0=",
	};
	static const char *const payloads[] = {
	    "e30", "e31", "e32", "e30=", "e3", "e3_", "e3+", "e30 "};
	const struct jws_stage *s = *state;

	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		for (size_t k = 0; k < ELEMENTS(payloads); k++) {
			_cleanup_(buf_clear) struct buf token;

			buf_init(&token, JWS_TOKEN_MAX);
			(void)buf_format(
			    &token, "%s.%s", texts[i], payloads[k]);
			jws_make_sign(&token, s->rs, "RS256");
			expect_text(s, buf_string(&token),
			    i == 0 && k == 0 ? JWS_ACCEPTED
					     : JWS_NOT_BASE64URL);
		}
	}
	for (unsigned int bits = 1; bits < 16; bits++) {
		_cleanup_(buf_clear) struct buf token;
		static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"
					      "ghijklmnopqrstuvwxyz0123456789-"
					      "_";
		char *last;

		/* 64 octets: four spare bits in the last letter. */
		make(&token, ES_HEADER, s->es, "ES256");
		last = (char *)&token.data[token.length - 1];
		*last = letters[(strchr(letters, *last) - letters) + bits];
		expect_text(s, buf_string(&token), JWS_NOT_BASE64URL);
	}
}

static void
test_empty_parts(void **state)
{
	static const struct {
		const char *token;
		enum jws_reason wanted;
	} rows[] = {
	    {"", JWS_TOO_LONG},
	    {".", JWS_NOT_COMPACT},
	    {"..", JWS_HEADER_MALFORMED},
	    {"...", JWS_NOT_COMPACT},
	    {"....", JWS_ENCRYPTED},
	    {".....", JWS_NOT_COMPACT},
	    {".e30.AAAA", JWS_HEADER_MALFORMED},
	    {"eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn0..", JWS_SIGNATURE_LENGTH},
	    {"eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn0.e30.", JWS_SIGNATURE_LENGTH},
	    {"eyJhbGciOiJSUzI1NiIsImtpZCI6InJzIn0.e30", JWS_NOT_COMPACT},
	    /* RFC 7515 section 7.2, both forms, and an encrypted token. */
	    {"{\"payload\":\"e30\",\"protected\":\"eyJhbGciOiJSUzI1NiJ9\","
	     "\"signature\":\"AAAA\"}",
		JWS_NOT_COMPACT},
	    {"{\"payload\":\"e30\",\"signatures\":[{\"protected\":"
	     "\"eyJhbGciOiJSUzI1NiJ9\",\"signature\":\"AAAA\"}]}",
		JWS_NOT_COMPACT},
	    {"{\"a\":\"..\"}", JWS_NOT_BASE64URL},
	    {"eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA",
		JWS_ENCRYPTED},
	};
	_cleanup_(buf_clear) struct buf token;
	const struct jws_stage *s = *state;

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		expect_text(s, rows[i].token, rows[i].wanted);
	/* An empty payload is one that can be signed. */
	buf_init(&token, JWS_TOKEN_MAX);
	jws_make_token(&token, RS_HEADER, "", s->rs, "RS256");
	expect_text(s, buf_string(&token), JWS_ACCEPTED);
}

/* Base64url of a header, of `size` blanks and of 256 octets, and two dots. */
static void
test_token_limit(void **state)
{
	static const struct {
		const char *header;
		int payload;
		size_t length;
		enum jws_reason wanted;
	} rows[] = {
	    {RS_HEADER " ", 12003, JWS_TOKEN_MAX, JWS_ACCEPTED},
	    {RS_HEADER "  ", 12002, JWS_TOKEN_MAX + 1, JWS_TOO_LONG},
	};
	const struct jws_stage *s = *state;
	static char payload[12004];

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(buf_clear) struct buf token;

		(void)snprintf(
		    payload, sizeof(payload), "%*s", rows[i].payload, "");
		buf_init(&token, 2 * JWS_TOKEN_MAX);
		jws_make_token(&token, rows[i].header, payload, s->rs, "RS256");
		assert_int_equal(token.length, rows[i].length);
		expect_text(s, buf_string(&token), rows[i].wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_spellings),
	    cmocka_unit_test(test_spare_bits),
	    cmocka_unit_test(test_empty_parts),
	    cmocka_unit_test(test_token_limit),
	};

	return cmocka_run_group_tests_name(
	    "jws_text", tests, jws_stage_open, jws_stage_close);
}
