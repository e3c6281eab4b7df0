/* SPDX-License-Identifier: ISC */
#include "chance.h"

#include <errno.h>
#include <stddef.h>
#include <sys/random.h>

/*
 * References only name decisions and delays only blur times, so neither is a
 * secret; what must be unguessable (handles, keys) never comes from here.
 */

/* No I, L, O, U, 0, 1: a user reads the reference out on the telephone. */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint8_t pool[256];
static size_t pool_left;

static bool
next_byte(uint8_t *ret)
{
	ssize_t n;

	if (pool_left == 0) {
		do
			n = getrandom(pool, sizeof(pool), 0);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return false;
		pool_left = (size_t)n;
	}
	*ret = pool[--pool_left];
	return true;
}

/* Evenly: what lies above the last whole multiple is drawn again. */
static bool
draw(unsigned int most, unsigned int *ret)
{
	uint8_t byte;

	do {
		if (!next_byte(&byte))
			return false;
	} while (byte >= 256 - 256 % most);
	*ret = byte % most;
	return true;
}

bool
chance_ref(char ret[SHORT_REF_LENGTH + 1])
{
	for (size_t i = 0; i < SHORT_REF_LENGTH; i++) {
		unsigned int n;

		if (!draw(sizeof(alphabet) - 1, &n))
			return false;
		ret[i] = alphabet[n];
	}
	ret[SHORT_REF_LENGTH] = '\0';
	return true;
}

unsigned int
chance_below(unsigned int most)
{
	unsigned int n;

	return draw(most, &n) ? n : most - 1;
}
