/* SPDX-License-Identifier: ISC */
/*
 * An issuer's pen for the cases in Python, which have nothing else to sign
 * with. Lines in, one line out for each:
 *
 *	key NAME ALG KID         its public key, as a JSON Web Key
 *	sign NAME HEADER CLAIMS  the token; fields are parted by tabs
 */
#include <stdio.h>
#include <string.h>

#include "issuer_keys.h"
#include "scopegate/cleanup.h"

#define KEYS_MAX 64
#define FIELDS 4

static struct {
	char name[64];
	struct jws_key key;
} keys[KEYS_MAX];
static size_t key_count;

static const struct jws_key *
find(const char *name)
{
	for (size_t i = key_count; i > 0; i--) {
		if (strcmp(keys[i - 1].name, name) == 0)
			return &keys[i - 1].key;
	}
	return NULL;
}

static bool
answer(char *field[FIELDS], struct buf *to)
{
	const struct jws_key *k;

	if (strcmp(field[0], "key") == 0 && key_count < KEYS_MAX) {
		(void)snprintf(keys[key_count].name,
		    sizeof(keys[key_count].name), "%s", field[1]);
		jws_key_make(&keys[key_count].key, field[2], field[3]);
		jws_key_write(&keys[key_count++].key, false, to);
		return true;
	}
	k = find(field[1]);
	if (strcmp(field[0], "sign") != 0 || k == NULL)
		return false;
	jws_sign(k, field[2], field[3], to);
	return true;
}

int
main(void)
{
	static char line[JWS_MADE_MAX];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		_cleanup_(buf_clear) struct buf to;
		char *field[FIELDS], *rest = line;

		buf_init(&to, JWS_MADE_MAX);
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < FIELDS; i++) {
			field[i] = rest != NULL ? strsep(&rest, "\t") : NULL;
			if (field[i] == NULL)
				return 64;
		}
		if (!answer(field, &to))
			return 65;
		(void)printf("%s\n", buf_string(&to));
		(void)fflush(stdout);
	}
	while (key_count > 0)
		jws_key_done(&keys[--key_count].key);
	return 0;
}
