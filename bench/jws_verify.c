/* SPDX-License-Identifier: ISC */
/*
 * What a verification costs beyond its arithmetic: jws_verify() of a whole
 * token against libcrypto's bare call with everything kept that can be kept,
 * as `openssl speed` does it, alternately in one process, in CPU time.
 *
 *	jws_verify ROUNDS	a line for each algorithm: its name, then ours
 *and the bare call, in ns, each the median jws_verify --write DIR
 *DIR/ALGORITHM.jwk and .token for other programs
 */
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jose/jws.h"
#include "jws_make.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define ROUNDS_MAX 1000
#define BATCH 200 /* calls between two looks at the clock */

/* About what a real access token holds (RFC 9068 section 2.2). */
#define PAYLOAD                                                                \
	"{\"iss\":\"https://as.example.com/realms/main\",\"sub\":"             \
	"\"5ba552d67\",\"aud\":\"https://gate.example.com\",\"exp\":"          \
	"1800000000,\"iat\":1799999700,\"jti\":\"dbe39bf3a3ba4238a513f51d6e1"  \
	"691c4\",\"client_id\":\"s6BhdRkqt3\",\"scope\":\"login sudo\","       \
	"\"preferred_username\":\"alice\",\"auth_time\":1799999000}"

struct subject {
	const char *algorithm;
	EVP_PKEY *key;
	struct buf token, jwk;
	struct jws_algorithms algorithms;
	struct jwks *keys;
	/* The bare call: kept contexts, the digest, libcrypto's signature. */
	EVP_PKEY_CTX *kept;
	EVP_MD_CTX *hashing;
	uint8_t text[64], signature[1024];
	size_t text_size, signature_size;
};

static void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "jws_verify: %s failed\n", what);
	exit(1);
}

static void
make_bare(struct subject *s)
{
	bool rsa = EVP_PKEY_is_a(s->key, "RSA");
	EVP_PKEY_CTX *sign = EVP_PKEY_CTX_new(s->key, NULL);
	int padding =
	    s->algorithm[0] == 'P' ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;

	s->text_size = 32;
	s->signature_size = sizeof(s->signature);
	if (EVP_PKEY_is_a(s->key, "ED25519")) {
		EVP_MD_CTX *c = EVP_MD_CTX_new();

		s->hashing = EVP_MD_CTX_new();
		need(EVP_DigestSignInit(c, NULL, NULL, NULL, s->key) == 1 &&
			 EVP_DigestSign(c, s->signature, &s->signature_size,
			     s->text, s->text_size) == 1 &&
			 EVP_DigestVerifyInit(
			     s->hashing, NULL, NULL, NULL, s->key) == 1,
		    "EdDSA");
		EVP_MD_CTX_free(c);
		EVP_PKEY_CTX_free(sign);
		return;
	}
	s->kept = EVP_PKEY_CTX_new(s->key, NULL);
	need(EVP_PKEY_sign_init(sign) == 1 &&
		 EVP_PKEY_CTX_set_signature_md(sign, EVP_sha256()) == 1 &&
		 EVP_PKEY_verify_init(s->kept) == 1 &&
		 EVP_PKEY_CTX_set_signature_md(s->kept, EVP_sha256()) == 1,
	    "initialising");
	need(!rsa || (EVP_PKEY_CTX_set_rsa_padding(sign, padding) == 1 &&
			 EVP_PKEY_CTX_set_rsa_padding(s->kept, padding) == 1),
	    "setting the padding");
	need(EVP_PKEY_sign(sign, s->signature, &s->signature_size, s->text,
		 s->text_size) == 1,
	    "signing");
	EVP_PKEY_CTX_free(sign);
}

static void
make(struct subject *s)
{
	_cleanup_(buf_clear) struct buf set;
	struct word_list words = {0};
	const char *why = "";
	char header[128];

	buf_init(&set, JSON_DOCUMENT_MAX);
	buf_init(&s->jwk, JSON_DOCUMENT_MAX);
	buf_init(&s->token, JWS_TOKEN_MAX);
	s->key = jws_make_key(s->algorithm, 2048);
	(void)snprintf(header, sizeof(header),
	    ",\"kid\":\"2026-11\",\"alg\":\"%s\",\"use\":\"sig\"",
	    s->algorithm);
	jws_make_jwk(&s->jwk, s->key, header);
	(void)buf_format(&set, "{\"keys\":[%s]}", buf_string(&s->jwk));
	(void)snprintf(header, sizeof(header),
	    "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"2026-11\"}",
	    s->algorithm);
	jws_make_token(&s->token, header, PAYLOAD, s->key, s->algorithm);
	need(jws_algorithms_read(&words, &s->algorithms, &why) == STATUS_OK &&
		 jwks_read((struct text){buf_string(&set), set.length},
		     &s->algorithms, NULL, &s->keys, &why) == STATUS_OK &&
		 s->keys->count == 1,
	    "reading the key");
	make_bare(s);
}

static void
clear(struct subject *s)
{
	EVP_PKEY_CTX_free(s->kept);
	EVP_MD_CTX_free(s->hashing);
	EVP_PKEY_free(s->key);
	jwks_freep(&s->keys);
	buf_clear(&s->token);
	buf_clear(&s->jwk);
}

static int64_t
cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
time_ours(const struct subject *s)
{
	static const char *const types[] = {"at+jwt", NULL};
	const struct jws_rules rules = {
	    .keys = s->keys, .algorithms = &s->algorithms, .types = types};
	const struct text token = {buf_string(&s->token), s->token.length};
	int64_t began = cpu_ns();

	for (int i = 0; i < BATCH; i++) {
		struct jws j;

		need(jws_verify(&rules, token, &j) == JWS_ACCEPTED,
		    "jws_verify");
		jws_clear(&j);
	}
	return (cpu_ns() - began) / BATCH;
}

static int64_t
time_bare(const struct subject *s)
{
	int64_t began = cpu_ns();

	for (int i = 0; i < BATCH; i++)
		need((s->hashing != NULL
			     ? EVP_DigestVerify(s->hashing, s->signature,
				   s->signature_size, s->text, s->text_size)
			     : EVP_PKEY_verify(s->kept, s->signature,
				   s->signature_size, s->text, s->text_size)) ==
			 1,
		    "verifying");
	return (cpu_ns() - began) / BATCH;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t
median(int64_t *values, int64_t count)
{
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[count / 2];
}

static void
measure(const struct subject *s, int64_t rounds)
{
	static int64_t ours[ROUNDS_MAX], bare[ROUNDS_MAX], ratio[ROUNDS_MAX];

	for (int64_t i = 0; i < rounds; i++) {
		ours[i] = time_ours(s);
		bare[i] = time_bare(s);
		ratio[i] = bare[i] * 1000 / (ours[i] > 0 ? ours[i] : 1);
	}
	(void)printf("%s %" PRId64 " %" PRId64 " %" PRId64 "\n", s->algorithm,
	    median(ratio, rounds), median(ours, rounds), median(bare, rounds));
}

static void
write_file(const char *folder, const char *name, const char *suffix,
    const struct buf *content)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", folder, name, suffix);
	f = fopen(path, "we");
	need(f != NULL && fputs(buf_string(content), f) >= 0 && fclose(f) == 0,
	    path);
}

int
main(int argc, char **argv)
{
	static struct subject subjects[] = {{.algorithm = "RS256"},
	    {.algorithm = "PS256"}, {.algorithm = "ES256"},
	    {.algorithm = "EdDSA"}};
	bool write = argc == 3 && strcmp(argv[1], "--write") == 0;
	int64_t rounds = 0;

	if (!write && (argc != 2 || conf_parse_integer(argv[1], 1, ROUNDS_MAX,
					&rounds) != STATUS_OK)) {
		(void)fprintf(
		    stderr, "usage: jws_verify ROUNDS | --write DIR\n");
		return 64;
	}
	for (size_t i = 0; i < ELEMENTS(subjects); i++) {
		struct subject *s = &subjects[i];

		make(s);
		if (write) {
			write_file(argv[2], s->algorithm, "jwk", &s->jwk);
			write_file(argv[2], s->algorithm, "token", &s->token);
		} else {
			measure(s, rounds);
		}
		clear(s);
	}
	return 0;
}
