/* SPDX-License-Identifier: ISC */
/*
 * ${host} in scopes, claims and the audience, so that one file serves many
 * hosts and each wants a scope of its own. Filled in once, when host_name is
 * known: a request can put nothing in.
 */
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define WORD_MAX 1024

static const char host[] = "${host}";

/* NULL: fine; else a static sentence. */
static const char *
expand(char **word, const char *host_name)
{
	_cleanup_(buf_clear) struct buf out;
	const char *at = *word;
	char *expanded;

	buf_init(&out, WORD_MAX);
	if (strstr(at, "${") == NULL)
		return NULL;
	while (*at != '\0') {
		if (strncmp(at, host, sizeof(host) - 1) == 0) {
			(void)buf_append_string(&out, host_name);
			at += sizeof(host) - 1;
			continue;
		}
		if (at[0] == '$' && at[1] == '{')
			return "has a ${...} that there is not: ${host} alone "
			       "is filled in";
		(void)buf_append_byte(&out, (uint8_t)*at++);
	}
	expanded = buf_take(&out);
	if (expanded == NULL)
		return "is too long when ${host} is filled in";
	free(*word);
	*word = expanded;
	return NULL;
}

static const char *
expand_list(struct word_list *l, const char *host_name)
{
	const char *fault = NULL;

	for (size_t i = 0; fault == NULL && i < l->count; i++)
		fault = expand(&l->words[i], host_name);
	return fault;
}

static enum status
refuse(const char *file, unsigned int line, const char *key, const char *fault,
    struct conf_error *e)
{
	conf_error_set(e, file, line, "%s %s", key, fault);
	return STATUS_INVALID;
}

static enum status
expand_policy(struct policy *p, const char *host_name, struct conf_error *e)
{
	const struct {
		const char *key;
		struct word_list *list;
	} rows[] = {
	    {"require", &p->require},
	    {"require_any", &p->require_any},
	    {"refuse", &p->refuse},
	};
	const char *fault = NULL;

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		fault = expand_list(rows[i].list, host_name);
		if (fault != NULL)
			return refuse(p->file, p->line, rows[i].key, fault, e);
	}
	for (size_t i = 0; fault == NULL && i < p->claim_count; i++)
		fault = expand_list(&p->claims[i].values, host_name);
	if (fault != NULL)
		return refuse(p->file, p->line, "claim", fault, e);
	for (size_t i = 0; fault == NULL && i < p->detail_count; i++) {
		struct detail *wanted = &p->details[i].wanted;

		for (size_t k = 0; fault == NULL && k < DETAIL_FIELDS; k++)
			fault = expand_list(&wanted->fields[k], host_name);
	}
	return fault == NULL ? STATUS_OK
			     : refuse(p->file, p->line, "details", fault, e);
}

enum status
config_templates_expand(struct config *c, struct conf_error *ret_error)
{
	enum status s = STATUS_OK;

	for (size_t i = 0; s == STATUS_OK && i < c->issuer_count; i++) {
		struct issuer *issuer = &c->issuers[i];
		const char *fault =
		    issuer->audience != NULL
			? expand(&issuer->audience, c->host_name)
			: NULL;

		if (fault != NULL)
			s = refuse(issuer->file, issuer->line, "audience",
			    fault, ret_error);
	}
	for (size_t i = 0; s == STATUS_OK && i < c->policy_count; i++)
		s = expand_policy(&c->policies[i], c->host_name, ret_error);
	return s;
}
