/* SPDX-License-Identifier: ISC */
/*
 * Every option as one row. What is written here is also what `config defaults`
 * prints and the manual is held against, so no default may be set anywhere
 * else. The rows of [issuer] are in config_table_issuer.c.
 */
#include "config_table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config_text.h"
#include "scopegate/cleanup.h"

#define SERVICES_MOST 64

static void *
start_validatord(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct config_draft *d = context;

	(void)name;
	d->has_validatord = true;
	d->config->file = file;
	d->config->line = line;
	return d->config;
}

static void *
start_issuer(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct config_draft *d = context;
	_cleanup_(free_ptr) struct issuer *i = calloc(1, sizeof(*i));
	struct issuer **grown = reallocarray(
	    d->issuers, d->issuer_count + 1, sizeof(struct issuer *));

	if (grown != NULL)
		d->issuers = grown;
	if (grown == NULL || i == NULL)
		return NULL;
	i->name = strdup(name);
	if (i->name == NULL)
		return NULL;
	i->file = file;
	i->line = line;
	d->issuers[d->issuer_count] = TAKE_PTR(i);
	return d->issuers[d->issuer_count++];
}

static void *
start_policy(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct config_draft *d = context;
	_cleanup_(free_ptr) struct policy_draft *p = calloc(1, sizeof(*p));
	struct policy_draft **grown = reallocarray(
	    d->policies, d->policy_count + 1, sizeof(struct policy_draft *));

	if (grown != NULL)
		d->policies = grown;
	if (grown == NULL || p == NULL)
		return NULL;
	p->policy.name = strdup(name);
	if (p->policy.name == NULL)
		return NULL;
	p->policy.file = file;
	p->policy.line = line;
	d->policies[d->policy_count] = TAKE_PTR(p);
	return d->policies[d->policy_count++];
}

/* The orders are those of the enums in config.h and log.h. */
static const char *const log_levels[] = {
    "error", "warning", "info", "debug", NULL};
static const char *const environments[] = {"any", "paper", "live", NULL};

/* clang-format off */
static const struct conf_option validatord_options[] = {
	{.name = "audit_log", .type = CONF_PATH, .required = true,
	    .offset = offsetof(struct config, audit_log),
	    .help = "The audit log: one line a decision, written before the "
		"reply."},
	{.name = "runtime_dir", .type = CONF_PATH,
	    .offset = offsetof(struct config, runtime_dir),
	    .fallback = SCOPEGATE_RUNDIR,
	    .help = "Where the sockets are, when systemd does not pass them."},
	{.name = "state_dir", .type = CONF_PATH,
	    .offset = offsetof(struct config, state_dir),
	    .fallback = SCOPEGATE_STATEDIR,
	    .help = "Where grants and the key that seals them are kept."},
	{.name = "profile_dir", .type = CONF_PATH,
	    .offset = offsetof(struct config, profile_dir),
	    .help = "The one folder of profiles, in place of the usual two."},
	{.name = "gateway_url", .type = CONF_STRING,
	    .offset = offsetof(struct config, gateway_url),
	    .help = "Where browsers reach gatewayd; without it, the user "
		"pastes the redirect."},
	{.name = "gateway_user", .type = CONF_STRING, .check = config_text_account,
	    .offset = offsetof(struct config, gateway_user),
	    .fallback = "scopegate-gw",
	    .help = "The account of gatewayd, which may use gateway.sock."},
	{.name = "host_name", .type = CONF_STRING, .check = config_text_one_word,
	    .offset = offsetof(struct config, host_name),
	    .help = "This host, as pages name it; default: its own name."},
	{.name = "user", .type = CONF_STRING, .check = config_text_account,
	    .offset = offsetof(struct config, user), .fallback = "validatord",
	    .help = "Whom to become when started as root."},
	{.name = "tools_group", .type = CONF_STRING, .check = config_text_account,
	    .offset = offsetof(struct config, tools_group),
	    .fallback = "scopegate",
	    .help = "The group that may use tools.sock."},
	{.name = "failure_floor", .type = CONF_DURATION_MS,
	    .offset = offsetof(struct config, failure_floor_ms),
	    .fallback = "300ms", .min = 0, .max = 5 * SECOND_MS,
	    .help = "How long every refusal takes at least; at most 5s."},
	{.name = "log_level", .type = CONF_CHOICE, .choices = log_levels,
	    .offset = offsetof(struct config, log_level), .fallback = "info",
	    .help = "error, warning, info or debug; none logs a token."},
	{.name = "cache_entries", .type = CONF_INTEGER,
	    .offset = offsetof(struct config, cache_entries),
	    .fallback = "16384", .min = 16, .max = 16384,
	    .help = "How many tokens' facts are kept at most; 16 to 16384."},
	{.name = NULL},
};

static const struct conf_option policy_options[] = {
	{.name = "service", .type = CONF_WORDS, .required = true,
	    .offset = offsetof(struct policy_draft, policy.services),
	    .min = 1, .max = SERVICES_MOST, .check = config_text_services,
	    .help = "The PAM services it is for, as /etc/pam.d names them."},
	{.name = "user", .type = CONF_WORDS, .check = config_text_users,
	    .offset = offsetof(struct policy_draft, policy.users),
	    .min = 1, .max = WORDS_MOST,
	    .help = "The local users it is for; default: all."},
	{.name = "rhost", .type = CONF_WORDS,
	    .offset = offsetof(struct policy_draft, rhosts),
	    .min = 1, .max = WORDS_MOST,
	    .help = "Addresses, networks or names it is for; default: all."},
	{.name = "issuer", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct policy_draft, policy.issuer_name),
	    .help = "The issuer whose tokens are accepted."},
	{.name = "require", .type = CONF_WORDS, .check = config_text_scopes,
	    .offset = offsetof(struct policy_draft, policy.require),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes that the token must all have."},
	{.name = "require_any", .type = CONF_WORDS, .check = config_text_scopes,
	    .offset = offsetof(struct policy_draft, policy.require_any),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes of which the token must have at least one."},
	{.name = "refuse", .type = CONF_WORDS, .check = config_text_scopes,
	    .offset = offsetof(struct policy_draft, policy.refuse),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes that the token must not have."},
	{.name = "claim", .type = CONF_STRING, .repeated = true,
	    .check = config_text_claim,
	    .offset = offsetof(struct policy_draft, claims),
	    .help = "NAME in VALUE ...: the claim must have one of the values; "
		"one rule a line, the key may stand again."},
	{.name = "details", .type = CONF_STRING, .repeated = true,
	    .offset = offsetof(struct policy_draft, details),
	    .help = "TYPE FIELD=VALUE ...: what authorization_details (RFC "
		"9396) must grant; one rule a line."},
	{.name = "acr", .type = CONF_WORDS,
	    .offset = offsetof(struct policy_draft, policy.acr),
	    .min = 1, .max = WORDS_MOST,
	    .help = "How surely the user must have authenticated: any of."},
	{.name = "amr", .type = CONF_WORDS,
	    .offset = offsetof(struct policy_draft, policy.amr),
	    .min = 1, .max = WORDS_MOST,
	    .help = "By what the user must have authenticated: any of."},
	{.name = "ssh_key", .type = CONF_STRING, .check = config_text_claim_name,
	    .offset = offsetof(struct policy_draft, policy.ssh_key),
	    .help = "A claim that must name the SSH key of this login by its "
		"fingerprint, or `map`: a line of user_map does."},
	{.name = "env", .type = CONF_CHOICE, .choices = environments,
	    .offset = offsetof(struct policy_draft, policy.environment),
	    .fallback = "any",
	    .help = "paper, live or any: what the answer's env must say."},
	{.name = "max_age", .type = CONF_DURATION_MS,
	    .offset = offsetof(struct policy_draft, policy.max_age_ms),
	    .min = SECOND_MS, .max = 366 * DAY_MS,
	    .help = "How long ago the user may have authenticated at most."},
	{.name = "login", .type = CONF_WORDS,
	    .offset = offsetof(struct policy_draft, logins),
	    .fallback = "token", .min = 1, .max = 3,
	    .help = "How a user may sign in: token, browser, device."},
	{.name = "device_remote", .type = CONF_BOOL,
	    .offset = offsetof(struct policy_draft, policy.device_remote),
	    .fallback = "no",
	    .help = "Let device grants open logins from elsewhere."},
	{.name = "qr", .type = CONF_BOOL,
	    .offset = offsetof(struct policy_draft, policy.qr),
	    .fallback = "no",
	    .help = "Draw the link for a telephone to read."},
	{.name = NULL},
};

const struct conf_section config_sections[] = {
	{.name = "validatord", .at_most = 1, .options = validatord_options,
	    .start = start_validatord},
	{.name = "issuer", .named = true, .options = config_issuer_options,
	    .start = start_issuer},
	{.name = "policy", .named = true, .options = policy_options,
	    .start = start_policy},
	{.name = NULL},
};
/* clang-format on */
