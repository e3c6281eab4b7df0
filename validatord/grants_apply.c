/* SPDX-License-Identifier: ISC */
#include "grants_apply.h"

#include "grants.h"
#include "server.h"

/* A host whose issuers all introspect needs no state_dir, and gets none. */

static bool
needs_grants(const struct config *c)
{
	for (size_t i = 0; i < c->issuer_count; i++) {
		if (c->issuers[i].validation == VALIDATION_GRANT)
			return true;
	}
	return false;
}

enum status
grants_apply(
    struct server *server, const struct config *c, struct conf_error *ret_error)
{
	enum status s;

	if (server->grants != NULL || !needs_grants(c))
		return STATUS_OK;
	s = grants_open(c->state_dir, &server->grants, ret_error);
	if (s != STATUS_OK)
		return s;
	log_info(
	    "%zu grants in %s", grants_count(server->grants), c->state_dir);
	return STATUS_OK;
}
