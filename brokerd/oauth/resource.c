/* SPDX-License-Identifier: ISC */
/*
 * Which audiences there are. A token for a service that nobody registered
 * could be asked about by nobody, so asking for one is an error at once.
 */
#include "oauth/resource.h"

#include <string.h>

#include "scopegate/cleanup.h"

bool
resource_is_uri(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char scheme[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
	size_t length = strspn(text, scheme);

	if (strchr(letters, text[0]) == NULL || text[0] == '\0' ||
	    text[length] != ':' || text[length + 1] == '\0' ||
	    strlen(text) >= AUDIENCE_SIZE)
		return false;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~' || *c == '#')
			return false;
	}
	return true;
}

static enum status
is_registered(struct store *s, const char *audience)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "SELECT 1 FROM app_audiences d JOIN apps a ON a.id = d.app"
	    " WHERE d.audience = ? AND a.deleted = 0 LIMIT 1");

	query_text(&q, audience);
	return query_step(&q);
}

struct oauth_fault
resource_check(struct broker *b, const char *resource)
{
	enum status status;

	if (resource == NULL || strcmp(resource, b->audience) == 0 ||
	    strcmp(resource, b->issuer) == 0)
		return OAUTH_FINE;
	/* RFC 8707 section 2. */
	if (strchr(resource, '#') != NULL)
		return OAUTH_FAULT(
		    INVALID_TARGET, "resource must not have a fragment (#)");
	status = is_registered(b->store, resource);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(INVALID_TARGET,
		    "resource is not the audience of any service registered "
		    "here; it is compared byte for byte");
	if (status != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the store failed");
	return OAUTH_FINE;
}

struct oauth_fault
resource_is_granted(const char *resource, const char *audience)
{
	if (resource == NULL || strcmp(resource, audience) == 0)
		return OAUTH_FINE;
	return OAUTH_FAULT(INVALID_TARGET,
	    "resource is not the one that was granted; start a new "
	    "authorization for it");
}
