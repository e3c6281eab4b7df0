/* SPDX-License-Identifier: ISC */
/*
 * A login without a key never meets the rule, and neither does one that nobody
 * saw: what counts is the key that sshd told root's module, or the one that the
 * handle of this login was made with.
 */
#include "key_binding.h"

#include <stdio.h>
#include <string.h>

#include "user_map.h"

static bool
named_by_map(const struct request *r)
{
	const struct facts *f = r->facts;

	return r->issuer->user_map != NULL && f->subject != NULL &&
	       user_map_has_key(r->issuer->user_map, r->issuer->name,
		   f->environment, f->subject, r->message.value[TAG_USER],
		   r->ssh_key);
}

/* Says in `what` how it is. */
static bool
is_named(const struct request *r, char what[DETAIL_MAX + 1])
{
	const char *rule = r->policy->ssh_key;
	bool by_map = strcmp(rule, SSH_KEY_MAP) == 0;
	const struct claim *claim = by_map ? NULL : facts_claim(r->facts, rule);
	bool named;

	if (r->ssh_key[0] == '\0') {
		(void)snprintf(what, DETAIL_MAX + 1, "no SSH key was used");
		return false;
	}
	if (!by_map && claim == NULL) {
		(void)snprintf(what, DETAIL_MAX + 1, "no claim %.255s", rule);
		return false;
	}
	named = by_map ? named_by_map(r)
		       : word_list_has(&claim->values, r->ssh_key);
	(void)snprintf(what, DETAIL_MAX + 1, "%.255s %s %s",
	    by_map ? "user_map" : rule, named ? "names" : "does not name",
	    r->ssh_key);
	return named;
}

enum reason
key_binding_judge(struct request *r)
{
	char what[DETAIL_MAX + 1];
	bool named;

	/* A login code is made before the login that it is for, which brings
	 * the key and is judged by it. */
	if (r->policy->ssh_key == NULL || r->operation == OPERATION_CODE)
		return REASON_NONE;
	named = is_named(r, what);
	if (report_rule(r->report, "ssh_key", named, "%s", what))
		return REASON_NONE;
	if (r->detail[0] == '\0')
		memcpy(r->detail, what, strlen(what) + 1);
	return REASON_KEY_BINDING;
}
