/* SPDX-License-Identifier: ISC */
/*
 * The throttle of sign-ins. A name that does not exist counts like one that
 * does. When the table is full the entry that failed longest ago makes room.
 */
#include "identity/sign_in_throttle.h"

#include <string.h>

static const struct sign_in_entry *
find(const struct sign_in_throttle *t, const char *name)
{
	for (size_t i = 0; i < SIGN_IN_NAMES_MAX; i++) {
		if (strcmp(t->entries[i].name, name) == 0)
			return &t->entries[i];
	}
	return NULL;
}

static struct sign_in_entry *
find_or_make(struct sign_in_throttle *t, const char *name)
{
	struct sign_in_entry *oldest = &t->entries[0];

	for (size_t i = 0; i < SIGN_IN_NAMES_MAX; i++) {
		struct sign_in_entry *e = &t->entries[i];

		if (strcmp(e->name, name) == 0)
			return e;
		if (e->last < oldest->last)
			oldest = e;
	}
	memset(oldest, 0, sizeof(*oldest));
	memcpy(oldest->name, name, strlen(name) + 1);
	return oldest;
}

int64_t
sign_in_wait(const struct sign_in_throttle *t, const char *name, int64_t now)
{
	const struct sign_in_entry *e = find(t, name);
	int64_t left;

	if (e == NULL ||
	    e->failures < (t->tries == 0 ? SIGN_IN_TRIES : t->tries))
		return 0;
	left = e->last + SIGN_IN_WAIT_SECONDS - now;
	return left > 0 ? left : 0;
}

void
sign_in_count(struct sign_in_throttle *t, const char *name, int64_t now)
{
	struct sign_in_entry *e;

	if (name[0] == '\0' || strlen(name) >= SIGN_IN_KEY_SIZE)
		return;
	e = find_or_make(t, name);
	/* After the wait there are new tries, not one try a minute. */
	if (now - e->last >= SIGN_IN_WAIT_SECONDS)
		e->failures = 0;
	e->failures++;
	e->last = now;
}

void
sign_in_passed(struct sign_in_throttle *t, const char *name)
{
	if (name[0] != '\0' && strlen(name) < SIGN_IN_KEY_SIZE)
		memset(find_or_make(t, name), 0, sizeof(t->entries[0]));
}
