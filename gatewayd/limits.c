/* SPDX-License-Identifier: ISC */
/*
 * The table forgets whoever has been quiet longest, and a bucket that is new
 * is full. So a stranger with many addresses gets what many addresses get, and
 * nobody gets less for it.
 */
#include "limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "scopegate/cleanup.h"

#define WAYS 8 /* buckets that an address may be in */
#define SETS (LIMITS_BUCKETS / WAYS)
#define MINUTE_US 60000000
#define TOKEN MINUTE_US /* so that a rate a minute adds whole parts a us */

struct bucket {
	struct address site;
	enum limit_kind kind; /* LIMIT_NONE: free */
	int64_t at_us;        /* when `parts` was true */
	int64_t parts;        /* of a token */
};

struct limits {
	pthread_mutex_t lock;
	int64_t per_minute[LIMIT_KINDS];
	uint64_t seed[2]; /* so that nobody can aim at a set */
	struct bucket buckets[SETS][WAYS];
};

struct limits *
limits_new(const int64_t per_minute[LIMIT_KINDS])
{
	_cleanup_(free_ptr) struct limits *l = calloc(1, sizeof(*l));

	if (l == NULL ||
	    getrandom(l->seed, sizeof(l->seed), 0) != (ssize_t)sizeof(l->seed))
		return NULL;
	memcpy(l->per_minute, per_minute, sizeof(l->per_minute));
	(void)pthread_mutex_init(&l->lock, NULL);
	return TAKE_PTR(l);
}

void
limits_free(struct limits *l)
{
	if (l == NULL)
		return;
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

static size_t
set_of(const struct limits *l, const struct address *site)
{
	uint64_t hash = l->seed[0], half;

	for (size_t i = 0; i < sizeof(site->octets); i += sizeof(half)) {
		memcpy(&half, site->octets + i, sizeof(half));
		hash = (hash ^ half) * (l->seed[1] | 1);
		hash ^= hash >> 29;
	}
	return (size_t)(hash % SETS);
}

static int64_t
full(const struct limits *l, enum limit_kind kind)
{
	int64_t tokens = l->per_minute[kind] * LIMITS_BURST_S / 60;

	return (tokens > 0 ? tokens : 1) * TOKEN;
}

static struct bucket *
find(struct limits *l, enum limit_kind kind, const struct address *site,
    int64_t now_us)
{
	struct bucket *set = l->buckets[set_of(l, site)];
	struct bucket *chosen = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		struct bucket *b = &set[i];

		if (b->kind == kind &&
		    memcmp(&b->site, site, sizeof(*site)) == 0)
			return b;
		if (chosen->kind != LIMIT_NONE &&
		    (b->kind == LIMIT_NONE || b->at_us < chosen->at_us))
			chosen = b;
	}
	*chosen = (struct bucket){*site, kind, now_us, full(l, kind)};
	return chosen;
}

static bool
take(struct limits *l, struct bucket *b, int64_t now_us, int64_t parts,
    unsigned int *ret_wait_s)
{
	int64_t rate = l->per_minute[b->kind], most = full(l, b->kind);
	int64_t passed = now_us > b->at_us ? now_us - b->at_us : 0;

	/* Longer fills it anyway, and could overflow. */
	if (passed > LIMITS_BURST_S * (int64_t)MINUTE_US)
		passed = LIMITS_BURST_S * (int64_t)MINUTE_US;
	b->parts += passed * rate;
	if (b->parts > most)
		b->parts = most;
	b->at_us = now_us;
	if (b->parts >= TOKEN) {
		b->parts -= parts;
		return true;
	}
	*ret_wait_s = (unsigned int)((TOKEN - b->parts) / rate / 1000000 + 1);
	return false;
}

static bool
ask(struct limits *l, enum limit_kind kind, const struct address *client,
    int64_t now_us, int64_t parts, unsigned int *ret_wait_s)
{
	struct address site = address_site(client);
	bool may;

	if (l->per_minute[kind] == 0)
		return true;
	(void)pthread_mutex_lock(&l->lock);
	may = take(l, find(l, kind, &site, now_us), now_us, parts, ret_wait_s);
	(void)pthread_mutex_unlock(&l->lock);
	return may;
}

bool
limits_look(struct limits *l, enum limit_kind kind,
    const struct address *client, int64_t now_us, unsigned int *ret_wait_s)
{
	return ask(l, kind, client, now_us, 0, ret_wait_s);
}

bool
limits_take(struct limits *l, enum limit_kind kind,
    const struct address *client, int64_t now_us, unsigned int *ret_wait_s)
{
	return ask(l, kind, client, now_us, TOKEN, ret_wait_s);
}
