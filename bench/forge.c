/* SPDX-License-Identifier: ISC */
/*
 * forge [--count N] [--seed N]: tries N forgeries, and N / 100 real tokens
 * between them, on lib/jose. The seed chooses what is changed and where; the
 * keys are new in each run. A forgery that is accepted is printed with the
 * key set, ready for `validatorctl jws-verify`. Exit status 0: none was, and
 * every real token was accepted.
 */
#include <openssl/pem.h>

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forge.h"
#include "jws_make.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define PER_REAL_TOKEN 100
#define FORGERY_MAX 8192
#define REASONS (JWS_NO_MEMORY + 1)
#define EVERYTHING "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA"

const char *const signer_algorithm[SIGNERS] = {
    "RS256", "PS256", "ES256", "EdDSA"};
const char *const signer_kid[SIGNERS] = {"rs", "ps", "es", "ed"};

struct run {
	struct forge forge;
	struct jws_algorithms algorithms;
	struct jwks *keys;
	struct buf set;
	int64_t count, seed;
	int64_t accepted, real, refused;
	int64_t reasons[REASONS];
};

static void
fail(const char *what)
{
	(void)fprintf(stderr, "forge: %s\n", what);
	exit(2);
}

static void
make_secrets(struct forge *f)
{
	BIO *pem = BIO_new(BIO_s_mem()), *der = BIO_new(BIO_s_mem());
	char *start;
	long size;

	for (size_t i = 0; i < SECRETS; i++)
		buf_init(&f->secrets[i], FORGERY_MAX);
	if (PEM_write_bio_PUBKEY(pem, f->issuer[SIGNER_RS]) != 1 ||
	    i2d_PUBKEY_bio(der, f->issuer[SIGNER_RS]) != 1)
		fail("cannot write a key");
	size = BIO_get_mem_data(pem, &start);
	(void)buf_append(&f->secrets[0], start, (size_t)size);
	/* Without the newline at its end, as many would read it. */
	(void)buf_append(&f->secrets[1], start, (size_t)size - 1);
	size = BIO_get_mem_data(der, &start);
	(void)buf_append(&f->secrets[2], start, (size_t)size);
	jws_make_jwk(&f->secrets[3], f->issuer[SIGNER_RS], "");
	BIO_free(pem);
	BIO_free(der);
}

static void
make_keys(struct run *r)
{
	struct forge *f = &r->forge;
	struct word_list words = {0};
	const char *why = "";
	char members[64];

	buf_init(&r->set, JSON_DOCUMENT_MAX);
	buf_init(&f->stranger_jwk, FORGERY_MAX);
	(void)buf_append_string(&r->set, "{\"keys\":[");
	for (int i = 0; i < SIGNERS; i++) {
		f->issuer[i] = jws_make_key(signer_algorithm[i], 2048);
		f->stranger[i] = jws_make_key(signer_algorithm[i], 2048);
		(void)snprintf(members, sizeof(members),
		    ",\"kid\":\"%s\",\"alg\":\"%s\"", signer_kid[i],
		    signer_algorithm[i]);
		(void)buf_append_string(&r->set, i > 0 ? "," : "");
		jws_make_jwk(&r->set, f->issuer[i], members);
	}
	(void)buf_append_string(&r->set, "]}");
	jws_make_jwk(&f->stranger_jwk, f->stranger[SIGNER_RS], "");
	make_secrets(f);
	if (word_list_split(&words, EVERYTHING, false) != STATUS_OK ||
	    jws_algorithms_read(&words, &r->algorithms, &why) != STATUS_OK ||
	    jwks_read((struct text){buf_string(&r->set), r->set.length},
		&r->algorithms, NULL, &r->keys, &why) != STATUS_OK ||
	    r->keys->count != SIGNERS)
		fail(why);
	word_list_clear(&words);
}

static void
make_real(struct forge *f, struct real_token *ret)
{
	_cleanup_(buf_clear) struct buf text;
	char header[128], payload[256];

	ret->signer = (enum signer)(f->made++ % SIGNERS);
	(void)snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}",
	    signer_algorithm[ret->signer], signer_kid[ret->signer]);
	(void)snprintf(payload, sizeof(payload),
	    "{\"iss\":\"https://as.example.com\",\"sub\":\"alice\",\"aud\":"
	    "\"https://gate.example.com\",\"exp\":1800000000,\"scope\":"
	    "\"login\",\"jti\":\"%" PRIu64 "\"}",
	    f->made);
	buf_init(&text, TOKEN_ROOM - 1);
	jws_make_token(&text, header, payload, f->issuer[ret->signer],
	    signer_algorithm[ret->signer]);
	if (text.error != STATUS_OK)
		fail("a token is too long");
	memcpy(ret->text, buf_string(&text), text.length + 1);
	ret->length = text.length;
}

static enum jws_reason
judge(struct run *r, const char *text, size_t length)
{
	static const char *const types[] = {"at+jwt", NULL};
	const struct jws_rules rules = {
	    .keys = r->keys, .algorithms = &r->algorithms, .types = types};
	struct jws j;
	enum jws_reason reason =
	    jws_verify(&rules, (struct text){text, length}, &j);

	jws_clear(&j);
	return reason;
}

static void
try_real(struct run *r)
{
	struct real_token *t = &r->forge.pool[forge_number(&r->forge, POOL)];
	enum jws_reason reason;

	make_real(&r->forge, t);
	r->real++;
	reason = judge(r, t->text, t->length);
	if (reason == JWS_ACCEPTED)
		return;
	r->refused++;
	(void)printf("REFUSED (%s): %s\nkeys: %s\n", jws_reason_name(reason),
	    t->text, buf_string(&r->set));
}

static void
try_forgery(struct run *r, struct buf *text)
{
	const char *what = forge_change(&r->forge, text);
	enum jws_reason reason;

	if (text->error != STATUS_OK)
		fail("a forgery is too long");
	reason = judge(r, buf_string(text), text->length);
	r->reasons[reason]++;
	if (reason != JWS_ACCEPTED)
		return;
	r->accepted++;
	(void)printf("ACCEPTED (%s): %s\nkeys: %s\n", what, buf_string(text),
	    buf_string(&r->set));
}

static void
run(struct run *r)
{
	_cleanup_(buf_clear) struct buf text;
	int64_t step = r->count / 10 > 0 ? r->count / 10 : 1;

	buf_init(&text, FORGERY_MAX);
	for (size_t i = 0; i < POOL; i++)
		make_real(&r->forge, &r->forge.pool[i]);
	for (int64_t i = 0; i < r->count; i++) {
		if (i % PER_REAL_TOKEN == 0)
			try_real(r);
		try_forgery(r, &text);
		if ((i + 1) % step == 0)
			(void)fprintf(stderr,
			    "forge: %" PRId64 " of %" PRId64 "\n", i + 1,
			    r->count);
	}
}

/* By which check they were refused: they must not all end at the first. */
static void
print(const struct run *r)
{
	for (int i = 0; i < REASONS; i++) {
		if (r->reasons[i] > 0)
			(void)printf("%8" PRId64 " %s\n", r->reasons[i],
			    jws_reason_name((enum jws_reason)i));
	}
	(void)printf("%" PRId64 " forgeries, %" PRId64 " accepted; %" PRId64
		     " real tokens, %" PRId64 " refused\n",
	    r->count, r->accepted, r->real, r->refused);
}

static void
clear(struct run *r)
{
	struct forge *f = &r->forge;

	for (int i = 0; i < SIGNERS; i++) {
		EVP_PKEY_free(f->issuer[i]);
		EVP_PKEY_free(f->stranger[i]);
	}
	for (size_t i = 0; i < SECRETS; i++)
		buf_clear(&f->secrets[i]);
	buf_clear(&f->stranger_jwk);
	buf_clear(&r->set);
	jwks_freep(&r->keys);
}

static bool
parse(struct run *r, int argc, char **argv)
{
	static const struct option options[] = {
	    {"count", required_argument, NULL, 'c'},
	    {"seed", required_argument, NULL, 's'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int64_t *number = c == 'c' ? &r->count : &r->seed;

		if (c == '?' || conf_parse_integer(optarg, c == 'c' ? 1 : 0,
				    INT64_MAX / 2, number) != STATUS_OK)
			return false;
	}
	return optind == argc;
}

int
main(int argc, char **argv)
{
	static struct run r = {.count = 1000000, .seed = 1};

	if (!parse(&r, argc, argv)) {
		(void)fprintf(stderr, "usage: forge [--count N] [--seed N]\n");
		return 64;
	}
	r.forge.state = (uint64_t)r.seed;
	make_keys(&r);
	run(&r);
	print(&r);
	clear(&r);
	return r.accepted == 0 && r.refused == 0 ? 0 : 1;
}
