/* SPDX-License-Identifier: ISC */
/*
 * The configuration while it is read: the structs that the table's rows point
 * into, before they are checked as a whole and become a snapshot.
 */
#ifndef VALIDATORD_CONFIG_TABLE_H
#define VALIDATORD_CONFIG_TABLE_H

#include "config.h"

/* Bounds that several rows share. */
#define SCOPES_MOST 128
#define WORDS_MOST 256
#define TLS_PINS_MOST 16
#define ENDPOINTS_MOST 8
#define SECOND_MS 1000
#define DAY_MS (24LL * 60 * 60 * 1000)

/* The rows of [issuer NAME], ending with name == NULL; a profile has some of
 * them too. */
extern const struct conf_option config_issuer_options[];
/* As they are written, by enum client_auth. */
extern const char *const config_client_auths[];

/* A policy and those of its texts that are parsed after the file is read. */
struct policy_draft {
	struct policy policy;
	struct word_list rhosts;
	struct word_list claims; /* one text a line */
	struct word_list details; /* the same */
	struct word_list logins;
};

struct config_draft {
	struct config *config;
	bool has_validatord; /* a [validatord] section was seen */
	/* Each its own block: conf_seen knows instances by address. */
	struct issuer **issuers;
	size_t issuer_count;
	struct policy_draft **policies;
	size_t policy_count;
};

void config_draft_clear(struct config_draft *d); /* not d->config */

void issuer_clear(struct issuer *i);
void policy_clear(struct policy *p);

#endif
