/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "grants.h"

/* The life of one grant as a value. Its tokens are wiped with it. */

struct grant *
grant_new(void)
{
	struct grant *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->facts = facts_new();
	if (g->facts == NULL) {
		free(g);
		return NULL;
	}
	return g;
}

void
grant_free(struct grant *g)
{
	if (g == NULL)
		return;
	free(g->issuer);
	facts_unref(g->facts);
	secret_clear(&g->token);
	secret_clear(&g->refresh_token);
	free(g->api_base);
	free(g);
}

void
grant_freep(struct grant **g)
{
	grant_free(*g);
	*g = NULL;
}
