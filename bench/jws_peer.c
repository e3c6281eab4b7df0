/* SPDX-License-Identifier: ISC */
/*
 * One token verified again and again by another library, for bench/jws, which
 * compiles this where the library is installed: with -DPEER_CJOSE or
 * -DPEER_JOSE. Prints ns of CPU time for one token, the median over rounds, or
 * "unsupported".
 *
 *	jws_peer JWK-FILE TOKEN-FILE ROUNDS
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 1000
#define BATCH 200

#ifdef PEER_CJOSE
#include <cjose/cjose.h>

static cjose_jwk_t *key;

static bool
read_key(const char *text)
{
	cjose_err e;

	key = cjose_jwk_import(text, strlen(text), &e);
	return key != NULL;
}

static bool
verify(const char *token)
{
	cjose_err e;
	cjose_jws_t *j = cjose_jws_import(token, strlen(token), &e);
	uint8_t *payload;
	size_t size;
	bool good = j != NULL && cjose_jws_verify(j, key, &e) &&
		    cjose_jws_get_plaintext(j, &payload, &size, &e);

	cjose_jws_release(j);
	return good;
}
#else
#include <jose/b64.h>
#include <jose/jws.h>

static json_t *key;

static bool
read_key(const char *text)
{
	key = json_loads(text, 0, NULL);
	return key != NULL;
}

/* It takes the JSON serialization. */
static bool
verify(const char *token)
{
	const char *payload = strchr(token, '.') + 1;
	const char *signature = strchr(payload, '.') + 1;
	json_t *j = json_pack("{s:s%,s:s%,s:s}", "protected", token,
	    (size_t)(payload - token - 1), "payload", payload,
	    (size_t)(signature - payload - 1), "signature", signature);
	uint8_t octets[4096];
	bool good = jose_jws_ver(NULL, j, NULL, key, false) &&
		    jose_b64_dec(json_object_get(j, "payload"), octets,
			sizeof(octets)) != SIZE_MAX;

	json_decref(j);
	return good;
}
#endif

static bool
read_file(const char *path, char *ret, size_t room)
{
	FILE *f = fopen(path, "re");
	size_t n = f != NULL ? fread(ret, 1, room - 1, f) : 0;

	ret[n] = '\0';
	return f != NULL && fclose(f) == 0 && n > 0;
}

static int64_t
cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
	static char jwk[4096], token[4096];
	static int64_t times[ROUNDS_MAX];
	long rounds = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

	if (rounds < 1 || rounds > ROUNDS_MAX ||
	    !read_file(argv[1], jwk, sizeof(jwk)) ||
	    !read_file(argv[2], token, sizeof(token))) {
		(void)fprintf(
		    stderr, "usage: jws_peer JWK-FILE TOKEN-FILE ROUNDS\n");
		return 64;
	}
	if (!read_key(jwk) || !verify(token))
		return puts("unsupported") < 0;
	for (long i = 0; i < rounds; i++) {
		int64_t began = cpu_ns();

		for (int k = 0; k < BATCH; k++) {
			if (!verify(token))
				return 1;
		}
		times[i] = (cpu_ns() - began) / BATCH;
	}
	qsort(times, (size_t)rounds, sizeof(*times), compare);
	return printf("%lld\n", (long long)times[rounds / 2]) < 0;
}
