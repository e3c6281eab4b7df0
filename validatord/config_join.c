/* SPDX-License-Identifier: ISC */
/*
 * What shows only when every section is there: policies and maps name issuers,
 * and a policy can want what its issuer never says.
 */
#include "config_check.h"

#include <stdio.h>
#include <string.h>

#include "user_map.h"

#define NAMES_SIZE 200 /* of the issuers that a message lists */

enum status
config_issuers_join(
    struct config *c, const unsigned int *lines, struct conf_error *ret_error)
{
	for (size_t i = 0; i < c->policy_count; i++) {
		struct policy *p = &c->policies[i];

		p->issuer = config_issuer(c, p->issuer_name);
		if (p->issuer != NULL)
			continue;
		conf_error_set(ret_error, p->file, lines[i],
		    "issuer %s is not known: add a section [issuer %s], or "
		    "name one that is there, such as %s",
		    p->issuer_name, p->issuer_name, c->issuers[0].name);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static bool
is_known(const char *issuer, const void *context)
{
	return config_issuer(context, issuer) != NULL;
}

/* "a, b, c", with "..." for those that there is no room for. */
static void
list_issuers(const struct config *c, char ret[NAMES_SIZE])
{
	static const char more[] = ", ...";
	size_t length = 0;

	for (size_t i = 0; i < c->issuer_count; i++) {
		const char *name = c->issuers[i].name;

		if (length + 2 + strlen(name) + sizeof(more) > NAMES_SIZE) {
			(void)snprintf(
			    ret + length, NAMES_SIZE - length, "%s", more);
			return;
		}
		length += (size_t)snprintf(ret + length, NAMES_SIZE - length,
		    "%s%s", i > 0 ? ", " : "", name);
	}
}

/* A line that no issuer ever reads is a name mistyped, and its person would be
 * refused without anybody being told why. */
enum status
config_maps_check(const struct config *c, struct conf_error *ret_error)
{
	char names[NAMES_SIZE];
	unsigned int line = 0;

	for (size_t i = 0; i < c->issuer_count; i++) {
		const struct user_map *m = c->issuers[i].user_map;
		const char *stray =
		    m != NULL ? user_map_stray(m, is_known, c, &line) : NULL;

		if (stray == NULL)
			continue;
		list_issuers(c, names);
		conf_error_set(ret_error, c->issuers[i].user_map_file, line,
		    "issuer %.64s is not known: write one that is there (%s), "
		    "or remove the line",
		    stray, names);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

/*
 * Facts of our own exchange, and those of probes, state an environment where
 * the probe that shows whose the token is does (probing_facts()); introspection
 * answers may state it or not, which no configuration can tell.
 */
static bool
can_state(const struct issuer *i, int environment)
{
	if (i->validation == VALIDATION_INTROSPECT)
		return true;
	for (size_t k = 0; k < i->probe_count; k++) {
		if (i->probes[k].subject != NULL &&
		    i->probes[k].environment == environment)
			return true;
	}
	return false;
}

enum status
config_env_check(const struct config *c, const unsigned int *lines,
    struct conf_error *ret_error)
{
	for (size_t n = 0; n < c->policy_count; n++) {
		const struct policy *p = &c->policies[n];
		const char *wanted =
		    p->environment == ENVIRONMENT_LIVE ? "live" : "paper";

		if (p->environment == ENVIRONMENT_ANY ||
		    can_state(p->issuer, p->environment))
			continue;
		conf_error_set(ret_error, p->file, lines[n],
		    "env = %s lets in nobody, since issuer %s never shows it: "
		    "give that a profile with a probe that has `env = %s` and "
		    "a subject, or remove env here",
		    wanted, p->issuer->name, wanted);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

enum status
config_keys_check(const struct config *c, const unsigned int *lines,
    struct conf_error *ret_error)
{
	for (size_t n = 0; n < c->policy_count; n++) {
		const struct policy *p = &c->policies[n];

		if (p->ssh_key == NULL ||
		    strcmp(p->ssh_key, SSH_KEY_MAP) != 0 ||
		    p->issuer->user_map != NULL)
			continue;
		conf_error_set(ret_error, p->file, lines[n],
		    "ssh_key = map lets in nobody, since issuer %s has no "
		    "user_map: give it one whose lines end with the keys' "
		    "fingerprints, or name a claim here",
		    p->issuer->name);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}
