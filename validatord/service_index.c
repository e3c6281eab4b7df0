/* SPDX-License-Identifier: ISC */
/*
 * A hash made once a snapshot, so that the number of policies for other
 * services costs a login nothing. Its keys come from the configuration alone;
 * a request only looks up, so no caller can fill it.
 */
#include "service_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

struct entry {
	const char *service; /* of a policy's word list; NULL: free place */
	size_t length;
	const struct policy **policies;
	size_t count;
};

struct service_index {
	size_t mask; /* places - 1; places are at least twice the services */
	struct entry entries[];
};

/* FNV-1a, 64 bits. */
static size_t
hash(const char *bytes, size_t length)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return (size_t)(h ^ (h >> 32));
}

/* The service's entry, or the free place where it would go. */
static const struct entry *
entry_of(const struct service_index *s, const char *bytes, size_t length)
{
	size_t place = hash(bytes, length) & s->mask;

	while (s->entries[place].service != NULL &&
	       (s->entries[place].length != length ||
		   memcmp(s->entries[place].service, bytes, length) != 0))
		place = (place + 1) & s->mask;
	return &s->entries[place];
}

static enum status
index_add(
    struct service_index *s, const char *service, const struct policy *policy)
{
	size_t length = strlen(service);
	struct entry *e =
	    &s->entries[entry_of(s, service, length) - s->entries];
	const struct policy **grown = realloc(
	    e->policies, (e->count + 1) * sizeof(const struct policy *));

	if (grown == NULL)
		return STATUS_NOMEM;
	e->service = service;
	e->length = length;
	e->policies = grown;
	e->policies[e->count++] = policy;
	return STATUS_OK;
}

static struct service_index *
index_new(const struct config *c)
{
	struct service_index *s;
	size_t services = 0, places = 8;

	for (size_t i = 0; i < c->policy_count; i++)
		services += c->policies[i].services.count;
	while (places < services * 2)
		places *= 2;
	s = calloc(1, sizeof(*s) + places * sizeof(struct entry));
	if (s != NULL)
		s->mask = places - 1;
	return s;
}

enum status
service_index_build(struct config *c)
{
	struct service_index *s = index_new(c);

	if (s == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < c->policy_count; i++) {
		const struct policy *p = &c->policies[i];

		for (size_t j = 0; j < p->services.count; j++) {
			enum status status =
			    index_add(s, p->services.words[j], p);

			if (status != STATUS_OK) {
				service_index_free(s);
				return status;
			}
		}
	}
	service_index_free(c->services);
	c->services = s;
	return STATUS_OK;
}

void
service_index_free(struct service_index *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i <= s->mask; i++)
		free(s->entries[i].policies);
	free(s);
}

const struct policy *const *
service_index_find(
    const struct service_index *s, struct text service, size_t *ret_count)
{
	const struct entry *e;

	*ret_count = 0;
	if (s == NULL || service.bytes == NULL)
		return NULL;
	e = entry_of(s, service.bytes, service.length);
	*ret_count = e->count;
	return e->policies;
}
