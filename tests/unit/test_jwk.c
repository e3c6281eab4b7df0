/* SPDX-License-Identifier: ISC */
/* One key: what it must not be, each beside one that differs in that alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "jws_stage.h"
#include "scopegate/cleanup.h"

/* In the rows, '@' and a letter stand for a number in base64url. */
static char numbers[128][2048];

static const struct row {
	const char *jwk;
	const char *algorithm; /* what the key is for */
	const char *why;       /* a part of the sentence that refuses it */
} rows[] = {
    {"{'kty':'RSA','n':'@n','e':'AQAB'}", "RS256", NULL},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'PS256'}", "PS256", NULL},
    {"{'kty':'RSA','n':'@n','e':'AQAB','use':'sig','key_ops':['verify'],"
     "'kid':'k','x5c':['AA=='],'unknown':{}}",
	"RS256", NULL},
    /* RFC 7518 section 6.3.1: the size, and each number spelled as such. */
    {"{'kty':'RSA','n':'@a','e':'AQAB'}", NULL, "shorter than 2048"},
    {"{'kty':'RSA','n':'@b','e':'AQAB'}", NULL, "shorter than 2048"},
    {"{'kty':'RSA','n':'@c','e':'AQAB'}", "RS256", NULL}, /* 2048 */
    {"{'kty':'RSA','n':'@d','e':'AQAB'}", "RS256", NULL}, /* 8192 */
    {"{'kty':'RSA','n':'@e','e':'AQAB'}", NULL, "longer than 8192"},
    {"{'kty':'RSA','n':'@f','e':'AQAB'}", NULL, "`n` is missing, too long"},
    {"{'kty':'RSA','n':'@g','e':'AQAB'}", NULL, "`n` is missing"},
    {"{'kty':'RSA','n':'@h','e':'AQAB'}", NULL, "modulus is even"},
    {"{'kty':'RSA','n':'@r','e':'AQAB'}", NULL, "CVE-2017-15361"},
    {"{'kty':'RSA','n':'@n=','e':'AQAB'}", NULL, "`n` is missing"},
    {"{'kty':'RSA','n':'','e':'AQAB'}", NULL, "`n` is missing"},
    {"{'kty':'RSA','n':7,'e':'AQAB'}", NULL, "`n` is missing"},
    {"{'kty':'RSA','e':'AQAB'}", NULL, "`n` is missing"},
    {"{'kty':'RSA','n':'@n','e':'Aw'}", "RS256", NULL}, /* 3 */
    {"{'kty':'RSA','n':'@n','e':'__________8'}", "RS256", NULL},
    {"{'kty':'RSA','n':'@n','e':'AQ'}", NULL, "`e` is even or below 3"},
    {"{'kty':'RSA','n':'@n','e':'Ag'}", NULL, "`e` is even or below 3"},
    {"{'kty':'RSA','n':'@n','e':'AQAA'}", NULL, "`e` is even or below 3"},
    {"{'kty':'RSA','n':'@n','e':'AA'}", NULL, "`e` is missing"},
    {"{'kty':'RSA','n':'@n','e':'AAEAAQ'}", NULL, "`e` is missing"},
    {"{'kty':'RSA','n':'@n','e':'AQAAAAAAAAAB'}", NULL, "2^64 or more"},
    {"{'kty':'RSA','n':'@n','e':'AQAB='}", NULL, "`e` is missing"},
    {"{'kty':'RSA','n':'@n','e':65537}", NULL, "`e` is missing"},
    {"{'kty':'RSA','n':'@n'}", NULL, "`e` is missing"},
    /* Section 6.2.1: coordinates of the curve's length, and on it. */
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@y'}", "ES256", NULL},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@t'}", NULL, "no point"},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@x'}", NULL, "no point"},
    {"{'kty':'EC','crv':'P-256','x':'@0','y':'@0'}", NULL, "no point"},
    {"{'kty':'EC','crv':'P-256','x':'@1','y':'@1'}", NULL, "no point"},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@s'}", NULL,
	"the curve's length"},
    {"{'kty':'EC','crv':'P-256','x':'@l','y':'@y'}", NULL,
	"the curve's length"},
    {"{'kty':'EC','crv':'P-256','x':'','y':''}", NULL, "the curve's length"},
    {"{'kty':'EC','crv':'P-256','x':'@x'}", NULL, "`y` is missing"},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':1}", NULL, "`y` is missing"},
    {"{'kty':'EC','crv':'P-384','x':'@x','y':'@y'}", NULL, "no algorithm"},
    {"{'kty':'EC','crv':'p-256','x':'@x','y':'@y'}", NULL, "no algorithm"},
    {"{'kty':'EC','crv':'secp256k1','x':'@x','y':'@y'}", NULL, "no algorithm"},
    {"{'kty':'EC','x':'@x','y':'@y'}", NULL, "no algorithm"},
    /* RFC 8037 section 2. */
    {"{'kty':'OKP','crv':'Ed25519','x':'@o'}", "EdDSA", NULL},
    {"{'kty':'OKP','crv':'Ed25519','x':'@o','alg':'Ed25519'}", "EdDSA", NULL},
    {"{'kty':'OKP','crv':'Ed25519','x':'@s'}", NULL, "not 32 octets"},
    {"{'kty':'OKP','crv':'Ed25519','x':'@l'}", NULL, "not 32 octets"},
    {"{'kty':'OKP','crv':'Ed25519'}", NULL, "not 32 octets"},
    {"{'kty':'OKP','crv':'Ed448','x':'@o'}", NULL, "no algorithm"},
    {"{'kty':'OKP','crv':'X25519','x':'@o'}", NULL, "no algorithm"},
    /* RFC 7517 section 4: type, purpose, algorithm. */
    {"{'kty':'rsa','n':'@n','e':'AQAB'}", NULL, "no algorithm"},
    {"{'kty':'oct'}", NULL, "no algorithm"},
    {"{'kty':1,'n':'@n','e':'AQAB'}", NULL, "`kty`"},
    {"{'n':'@n','e':'AQAB'}", NULL, "`kty`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','use':'enc'}", NULL, "`use`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','use':'SIG'}", NULL, "`use`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','use':['sig']}", NULL, "`use`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','use':null}", NULL, "`use`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','key_ops':[]}", NULL, "`key_ops`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','key_ops':['sign']}", NULL, "`key_ops`"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','key_ops':'verify'}", NULL, "no array"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','key_ops':['verify',1]}", NULL,
	"strings"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'ES256'}", NULL, "does not fit"},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@y','alg':'RS256'}", NULL,
	"does not fit"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'RS512'}", NULL, "not among"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'HS256'}", NULL,
	"not a signature"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'none'}", NULL, "not a signature"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'rs256'}", NULL,
	"not a signature"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'RSA-OAEP'}", NULL,
	"not a signature"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','alg':null}", NULL, "no string"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','kid':1}", NULL, "`kid`"},
    /* Whoever publishes one of these has given the key away. */
    {"{'kty':'RSA','n':'@n','e':'AQAB','d':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','d':null}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','p':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','q':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','dp':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','dq':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','qi':'AQ'}", NULL, "private members"},
    {"{'kty':'RSA','n':'@n','e':'AQAB','oth':[]}", NULL, "private members"},
    {"{'kty':'EC','crv':'P-256','x':'@x','y':'@y','d':'AQ'}", NULL,
	"private members"},
    {"{'kty':'OKP','crv':'Ed25519','x':'@o','d':'AQ'}", NULL,
	"private members"},
    {"{'kty':'oct','k':'AAAA','alg':'HS256'}", NULL, "private members"},
};

/* The text with '"' for ''' and the numbers in their places. */
static void
spell(const char *text, struct buf *ret)
{
	for (; *text != '\0'; text++) {
		if (*text == '@')
			(void)buf_append_string(ret, numbers[(int)*++text]);
		else
			(void)buf_append_byte(
			    ret, *text == '\'' ? '"' : (uint8_t)*text);
	}
}

static void
keep(char letter, const uint8_t *octets, size_t size)
{
	_cleanup_(buf_clear) struct buf b;

	buf_init(&b, sizeof(numbers[0]) - 1);
	jws_make_base64url(&b, octets, size);
	assert_int_equal(b.error, STATUS_OK);
	memcpy(numbers[(int)letter], buf_string(&b), b.length + 1);
}

static void
keep_number(char letter, const BIGNUM *n)
{
	uint8_t octets[1200];

	keep(letter, octets, (size_t)BN_bn2bin(n, octets));
}

/* 2^(bits-1) + 5, which is odd and of no known structure. */
static void
keep_power(char letter, int bits)
{
	BIGNUM *n = BN_new();

	assert_int_equal(BN_set_bit(n, bits - 1), 1);
	assert_int_equal(BN_add_word(n, 5), 1);
	keep_number(letter, n);
	BN_free(n);
}

/*
 * The structure of the weak keys: a power of 65537 modulo the product of small
 * primes, and anything above. No factor needs to be known to have it.
 */
static void
keep_roca(char letter)
{
	static const uint8_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31,
	    37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
	    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
	BN_CTX *c = BN_CTX_new();
	BIGNUM *product = BN_new(), *n = BN_new(), *factor = BN_new();
	BIGNUM *base = BN_new(), *power = BN_new();

	assert_int_equal(BN_one(product), 1);
	for (size_t i = 0; i < sizeof(primes); i++)
		assert_int_equal(BN_mul_word(product, primes[i]), 1);
	assert_int_equal(BN_set_word(base, 65537), 1);
	assert_int_equal(BN_set_word(power, 1234567), 1);
	assert_int_equal(BN_mod_exp(n, base, power, product, c), 1);
	assert_int_equal(BN_set_bit(factor, 2047), 1);
	assert_int_equal(BN_div(factor, NULL, factor, product, c), 1);
	assert_int_equal(BN_add_word(factor, 2), 1);
	assert_int_equal(BN_mul(factor, factor, product, c), 1);
	assert_int_equal(BN_add(n, n, factor), 1);
	assert_int_equal(BN_num_bits(n), 2048);
	assert_int_equal(BN_is_odd(n), 1);
	keep_number(letter, n);
	/* The next odd number has it no more. */
	assert_int_equal(BN_add_word(n, 2), 1);
	keep_number('R', n);
	BN_free(product);
	BN_free(n);
	BN_free(factor);
	BN_free(base);
	BN_free(power);
	BN_CTX_free(c);
}

static void
make_numbers(const struct jws_stage *s)
{
	BIGNUM *n = NULL, *x = NULL, *y = NULL;
	uint8_t octets[400] = {0};
	size_t size = 32;

	assert_int_equal(
	    EVP_PKEY_get_bn_param(s->rs, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	keep_number('n', n);
	keep('g', octets, (size_t)BN_bn2binpad(n, octets, 257));
	assert_int_equal(BN_add_word(n, 1), 1);
	keep_number('h', n);
	keep_power('a', 1024);
	keep_power('b', 2047);
	keep_power('c', 2048);
	keep_power('d', 8192);
	keep_power('e', 8193);
	keep_power('f', 8201);
	keep_roca('r');
	assert_int_equal(
	    EVP_PKEY_get_bn_param(s->es, OSSL_PKEY_PARAM_EC_PUB_X, &x), 1);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(s->es, OSSL_PKEY_PARAM_EC_PUB_Y, &y), 1);
	(void)BN_bn2binpad(x, octets, 32);
	keep('x', octets, 32);
	(void)BN_bn2binpad(y, octets, 32);
	keep('y', octets, 32);
	keep('s', octets, 31);
	octets[31] ^= 1;
	keep('t', octets, 32);
	keep('l', octets, 33);
	memset(octets, 0, sizeof(octets));
	keep('0', octets, 32);
	memset(octets, 0xff, sizeof(octets));
	keep('1', octets, 32);
	assert_int_equal(EVP_PKEY_get_raw_public_key(s->ed, octets, &size), 1);
	keep('o', octets, size);
	BN_free(n);
	BN_free(x);
	BN_free(y);
}

static void
expect_key(const struct jws_stage *s, const struct row *row)
{
	_cleanup_(json_freep) struct json *j = NULL;
	_cleanup_(buf_clear) struct buf text;
	_cleanup_(jwk_clear) struct jwk k = {0};
	const char *reason = NULL, *why = NULL;
	enum status r;

	buf_init(&text, JSON_DOCUMENT_MAX);
	spell(row->jwk, &text);
	assert_int_equal(
	    json_parse(buf_string(&text), text.length, &j, &reason), STATUS_OK);
	r = jwk_read(json_top(j), &s->algorithms, &k, &why);
	if (row->why == NULL) {
		if (r != STATUS_OK)
			fail_msg("%s: %s", row->jwk, why);
		assert_string_equal(k.algorithm->name, row->algorithm);
		assert_non_null(k.key);
	} else {
		if (r != STATUS_INVALID || strstr(why, row->why) == NULL)
			fail_msg("%s: %s", row->jwk, why != NULL ? why : "?");
		assert_null(k.key);
	}
}

static void
test_keys(void **state)
{
	static const struct row after_roca = {
	    "{'kty':'RSA','n':'@R','e':'AQAB'}", "RS256", NULL};

	make_numbers(*state);
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		expect_key(*state, &rows[i]);
	expect_key(*state, &after_roca);
}

/* The eight points of small order and their other spellings: each with and
 * without the sign. A neighbour of each is a key like others. */
static void
test_small_order(void **state)
{
	static const struct {
		uint8_t first, rest, last;
	} edges[] = {{0, 0, 0}, {1, 0, 0}, {0xec, 0xff, 0x7f},
	    {0xed, 0xff, 0x7f}, {0xee, 0xff, 0x7f}};
	static const char *const order_eight[] = {
	    "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
	    "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
	    "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU",
	    "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o"};
	static const struct row bad = {
	    "{'kty':'OKP','crv':'Ed25519','x':'@z'}", NULL, "small order"};
	static const struct row good = {
	    "{'kty':'OKP','crv':'Ed25519','x':'@z'}", "EdDSA", NULL};
	uint8_t octets[32];

	for (size_t i = 0; i < ELEMENTS(edges); i++) {
		memset(octets, edges[i].rest, sizeof(octets));
		octets[0] = edges[i].first;
		octets[31] = edges[i].last;
		keep('z', octets, sizeof(octets));
		expect_key(*state, &bad);
		octets[31] |= 0x80;
		keep('z', octets, sizeof(octets));
		expect_key(*state, &bad);
		octets[1] ^= 1;
		keep('z', octets, sizeof(octets));
		expect_key(*state, &good);
	}
	for (size_t i = 0; i < ELEMENTS(order_eight); i++) {
		memcpy(
		    numbers['z'], order_eight[i], strlen(order_eight[i]) + 1);
		expect_key(*state, &bad);
	}
}

/* A key without `alg` is for the first of the operator's list that fits; and
 * for none where the list has none. */
static void
test_operators_order(void **state)
{
	static const struct {
		const char *list;
		struct row row;
	} cases[] = {
	    {"PS256 RS256",
		{"{'kty':'RSA','n':'@n','e':'AQAB'}", "PS256", NULL}},
	    {"RS512 PS256",
		{"{'kty':'RSA','n':'@n','e':'AQAB'}", "RS512", NULL}},
	    {"PS256 RS256", {"{'kty':'RSA','n':'@n','e':'AQAB','alg':'RS256'}",
				"RS256", NULL}},
	    {"ES256",
		{"{'kty':'RSA','n':'@n','e':'AQAB'}", NULL, "no algorithm"}},
	    {"ES384", {"{'kty':'EC','crv':'P-256','x':'@x','y':'@y'}", NULL,
			  "no algorithm"}},
	};
	struct jws_stage s = *(struct jws_stage *)*state;

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		jws_stage_algorithms(cases[i].list, &s.algorithms);
		expect_key(&s, &cases[i].row);
	}
}

/* A value that is no object is no key either. */
static void
test_no_object(void **state)
{
	static const char text[] = "{\"a\":[[],\"k\",7,null]}";
	const struct jws_stage *s = *state;
	_cleanup_(json_freep) struct json *j = NULL;
	const char *reason = NULL;

	assert_int_equal(
	    json_parse(text, strlen(text), &j, &reason), STATUS_OK);
	for (const struct json_value *v =
		 json_first(json_get(json_top(j), "a"));
	     v != NULL; v = json_next(v)) {
		struct jwk k = {0};
		const char *why = "";

		assert_int_equal(
		    jwk_read(v, &s->algorithms, &k, &why), STATUS_INVALID);
		assert_string_equal(why, "it is no object");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_operators_order),
	    cmocka_unit_test(test_no_object),
	    cmocka_unit_test(test_small_order),
	};

	return cmocka_run_group_tests_name(
	    "jwk", tests, jws_stage_open, jws_stage_close);
}
