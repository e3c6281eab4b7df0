/* SPDX-License-Identifier: ISC */
/*
 * Every option as one row, and the checks that need no more than the option's
 * own text. What is written here is also what `config defaults` prints and the
 * manual is held against, so no default may be set anywhere else.
 */
#include "config_table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define SCOPES_MOST 128
#define SERVICES_MOST 64
#define WORDS_MOST 256
#define SECOND_MS 1000
#define DAY_MS (24LL * 60 * 60 * 1000)

static bool
all_of(const char *text, bool (*is)(unsigned char c))
{
	for (; *text != '\0'; text++) {
		if (!is((unsigned char)*text))
			return false;
	}
	return true;
}

static bool
is_visible(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static bool
is_printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* RFC 6749 section 3.3, or a blank between two of them. */
static bool
is_scope_or_blank(unsigned char c)
{
	return c == '\t' || (is_printable(c) && c != '"' && c != '\\');
}

static bool
is_service_or_blank(unsigned char c)
{
	return c == '\t' ||
	       (is_printable(c) && c != '/' && (c < 'A' || c > 'Z'));
}

static const char *
check_scopes(const char *text)
{
	return all_of(text, is_scope_or_blank)
		   ? NULL
		   : "holds a character that a scope cannot have (RFC 6749 "
		     "section 3.3): write scopes with blanks between, without "
		     "quotes";
}

static const char *
check_services(const char *text)
{
	size_t longest = 0;

	if (!all_of(text, is_service_or_blank))
		return "holds a capital letter or a slash, and libpam turns "
		       "service names into small letters without a path: "
		       "write the name as /etc/pam.d has it, in small letters";
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		size_t n = strcspn(p, " \t");

		longest = n > longest ? n : longest;
		p += n;
	}
	return longest <= SERVICE_MAX
		   ? NULL
		   : "holds a name over 64 octets: write a shorter one";
}

static const char *
check_users(const char *text)
{
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		struct text name = {p, strcspn(p, " \t")};

		if (!user_name_valid(name))
			return "holds what is no local user's name: each must "
			       "match ^[a-z_][a-z0-9_.-]{0,31}$";
		p += name.length;
	}
	return NULL;
}

/* A user or group of this host. */
static const char *
check_account(const char *text)
{
	return user_name_valid(text_of(text))
		   ? NULL
		   : "is no account's name: write one name that matches "
		     "^[a-z_][a-z0-9_.-]{0,31}$";
}

static const char *
check_one_word(const char *text)
{
	return all_of(text, is_visible)
		   ? NULL
		   : "holds a blank or a character outside of ASCII: write one "
		     "word";
}

/* RFC 6749 appendix A.1. */
static const char *
check_client_id(const char *text)
{
	return all_of(text, is_printable)
		   ? NULL
		   : "holds a character that a client id cannot have (RFC 6749 "
		     "appendix A.1): copy it from the authorization server";
}

/* NAME in VALUE ...: checked here, where the line is known; the key repeats. */
static const char *
check_claim(const char *text)
{
	_cleanup_(word_list_clear) struct word_list words = {0};
	_cleanup_(word_list_clear) struct word_list values = {0};
	const char *first = text + strcspn(text, " \t");

	if (word_list_split(&words, text, true) != STATUS_OK)
		return "cannot be read: out of memory";
	if (words.count < 3 || strcmp(words.words[1], "in") != 0)
		return "is no rule: write claim = NAME in VALUE ...";
	first += strspn(first, " \t") + strlen("in");
	switch (word_list_split(&values, first, false)) {
	case STATUS_OK:
		return NULL;
	case STATUS_INVALID:
		return "names a value twice: remove one";
	default:
		return "cannot be read: out of memory";
	}
}

static void *
start_validatord(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct config_draft *d = context;

	(void)name;
	(void)file;
	(void)line;
	d->has_validatord = true;
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
static const char *const validations[] = {
    "introspect", "grant", "probe", NULL};
static const char *const client_auths[] = {
    "client_secret_basic", "client_secret_post", "none", NULL};
static const char *const separators[] = {"space", "comma", NULL};
static const char *const exchanges[] = {"standard", "kite", NULL};
static const char *const expiries[] = {"required", "none", NULL};
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
	{.name = "gateway_url", .type = CONF_STRING,
	    .offset = offsetof(struct config, gateway_url),
	    .help = "Where browsers reach gatewayd; without it, the user "
		"pastes the redirect."},
	{.name = "gateway_user", .type = CONF_STRING, .check = check_account,
	    .offset = offsetof(struct config, gateway_user),
	    .fallback = "scopegate-gw",
	    .help = "The account of gatewayd, which may use gateway.sock."},
	{.name = "host_name", .type = CONF_STRING, .check = check_one_word,
	    .offset = offsetof(struct config, host_name),
	    .help = "This host, as pages name it; default: its own name."},
	{.name = "user", .type = CONF_STRING, .check = check_account,
	    .offset = offsetof(struct config, user), .fallback = "validatord",
	    .help = "Whom to become when started as root."},
	{.name = "tools_group", .type = CONF_STRING, .check = check_account,
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

#define SIGN_IN(member) offsetof(struct issuer, sign_in.member)

static const struct conf_option issuer_options[] = {
	{.name = "profile", .type = CONF_STRING, .check = check_one_word,
	    .offset = offsetof(struct issuer, profile),
	    .help = "Defaults for this section and probes, from a profile."},
	{.name = "url", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct issuer, url),
	    .help = "The issuer identifier, compared octet by octet; https."},
	{.name = "introspection_endpoint", .type = CONF_STRING,
	    .offset = offsetof(struct issuer, introspection_endpoint),
	    .help = "The RFC 7662 endpoint; without it, it is discovered."},
	{.name = "endpoint_origins", .type = CONF_WORDS,
	    .offset = offsetof(struct issuer, endpoint_origins),
	    .min = 1, .max = 16,
	    .help = "Origins that endpoints may have beside the issuer's own."},
	{.name = "validation", .type = CONF_CHOICE, .choices = validations,
	    .offset = offsetof(struct issuer, validation),
	    .fallback = "introspect",
	    .help = "How tokens are validated: introspect, grant or probe."},
	{.name = "client_id", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct issuer, client_id),
	    .check = check_client_id,
	    .help = "Who we are at the authorization server."},
	{.name = "client_secret_file", .type = CONF_PATH, .required = true,
	    .offset = offsetof(struct issuer, client_secret_file),
	    .help = "The file of our secret: the daemon's user's, mode 0600."},
	{.name = "client_auth", .type = CONF_CHOICE, .choices = client_auths,
	    .offset = offsetof(struct issuer, client_auth),
	    .fallback = "client_secret_basic",
	    .help = "client_secret_basic, client_secret_post or none."},
	{.name = "audience", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct issuer, audience),
	    .check = check_one_word,
	    .help = "The audience that a token must name; none: no check."},
	{.name = "expiry", .type = CONF_CHOICE, .choices = expiries,
	    .offset = offsetof(struct issuer, expiry), .fallback = "required",
	    .help = "required, or none: accept tokens without an expiry."},
	{.name = "user_claim", .type = CONF_STRING, .check = check_one_word,
	    .offset = offsetof(struct issuer, user_claim),
	    .help = "The claim that holds the local user's name; or user_map."},
	{.name = "user_map", .type = CONF_PATH,
	    .offset = offsetof(struct issuer, user_map_file),
	    .help = "A file of lines ISSUER ENV SUBJECT LOCAL-USER."},
	{.name = "allowed_clients", .type = CONF_WORDS,
	    .offset = offsetof(struct issuer, allowed_clients),
	    .min = 1, .max = WORDS_MOST,
	    .help = "The clients whose tokens are accepted; default: any."},
	{.name = "cache", .type = CONF_DURATION_MS,
	    .offset = offsetof(struct issuer, cache_ms), .fallback = "10s",
	    .min = 0, .max = CACHE_MAX_S * SECOND_MS,
	    .help = "How long a revocation may stay unseen; 0s to 300s."},
	{.name = "leeway", .type = CONF_DURATION_MS,
	    .offset = offsetof(struct issuer, leeway_ms), .fallback = "10s",
	    .min = 0, .max = LEEWAY_MAX_S * SECOND_MS,
	    .help = "How far clocks may differ; 0s to 60s."},
	{.name = "breaker", .type = CONF_BOOL,
	    .offset = offsetof(struct issuer, breaker), .fallback = "on",
	    .help = "Leave a failing server alone for some seconds."},
	{.name = "ca_file", .type = CONF_PATH,
	    .offset = offsetof(struct issuer, ca_file),
	    .help = "The authorities to trust; default: the system's bundle."},
	{.name = "insecure_loopback", .type = CONF_BOOL,
	    .offset = offsetof(struct issuer, insecure_loopback),
	    .fallback = "no",
	    .help = "Allow http:// to a literal loopback address, for tests."},
	{.name = "token_type_hint", .type = CONF_BOOL,
	    .offset = offsetof(struct issuer, send_token_type_hint),
	    .fallback = "yes",
	    .help = "Send token_type_hint=access_token (RFC 7662)."},
	{.name = "authorization_endpoint", .type = CONF_STRING,
	    .offset = SIGN_IN(authorization_endpoint),
	    .help = "Where browsers are sent; without it, it is discovered."},
	{.name = "token_endpoint", .type = CONF_STRING,
	    .offset = SIGN_IN(token_endpoint),
	    .help = "Where codes are exchanged; else discovered."},
	{.name = "device_authorization_endpoint", .type = CONF_STRING,
	    .offset = SIGN_IN(device_authorization_endpoint),
	    .help = "Where device grants begin (RFC 8628); else discovered."},
	{.name = "revocation_endpoint", .type = CONF_STRING,
	    .offset = SIGN_IN(revocation_endpoint),
	    .help = "Where grants that are ended here are revoked (RFC 7009)."},
	{.name = "redirect_uri", .type = CONF_STRING,
	    .offset = SIGN_IN(redirect_uri),
	    .help = "As registered; default: gateway_url with /callback."},
	{.name = "scope", .type = CONF_WORDS, .check = check_scopes,
	    .offset = SIGN_IN(scope), .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes to ask for; default: those that the policy names."},
	{.name = "scope_separator", .type = CONF_CHOICE, .choices = separators,
	    .offset = SIGN_IN(scope_separator), .fallback = "space",
	    .help = "space or comma: between scopes, both ways."},
	{.name = "pkce", .type = CONF_BOOL, .offset = SIGN_IN(pkce),
	    .fallback = "yes",
	    .help = "Send an S256 code challenge (RFC 7636)."},
	{.name = "authorize_parameters", .type = CONF_WORDS,
	    .offset = SIGN_IN(parameters), .min = 1, .max = 16,
	    .help = "Further NAME=VALUE of the authorization request; {env}."},
	{.name = "exchange", .type = CONF_CHOICE, .choices = exchanges,
	    .offset = SIGN_IN(exchange), .fallback = "standard",
	    .help = "standard, or kite: a request token with a checksum."},
	{.name = "grant_expiry", .type = CONF_STRING,
	    .offset = SIGN_IN(expiry_text), .fallback = "stated",
	    .help = "stated, none, or a time of day: 06:00 Asia/Kolkata."},
	{.name = "grant_max_age", .type = CONF_DURATION_MS,
	    .offset = SIGN_IN(grant_max_age_ms), .min = 60 * SECOND_MS,
	    .max = 366 * DAY_MS,
	    .help = "How long a grant counts here, whatever its expiry."},
	{.name = "allow_foreign_tokens", .type = CONF_BOOL,
	    .offset = SIGN_IN(allow_foreign_tokens), .fallback = "no",
	    .help = "Accept tokens that other apps obtained: a danger."},
	{.name = "probe_budget", .type = CONF_INTEGER,
	    .offset = SIGN_IN(probe_budget), .fallback = "30", .min = 1,
	    .max = 6000,
	    .help = "Calls of the broker's API per account and minute."},
	{.name = "api_url", .type = CONF_STRING, .offset = SIGN_IN(api_url),
	    .help = "What {api_url} stands for in the profile's probes."},
	{.name = "paper_api_url", .type = CONF_STRING,
	    .offset = SIGN_IN(paper_api_url),
	    .help = "What {paper_api_url} stands for there."},
	{.name = "api_url_member", .type = CONF_STRING,
	    .offset = SIGN_IN(api_url_member), .check = check_one_word,
	    .help = "The member of the token answer that replaces api_url."},
	{.name = NULL},
};

static const struct conf_option policy_options[] = {
	{.name = "service", .type = CONF_WORDS, .required = true,
	    .offset = offsetof(struct policy_draft, policy.services),
	    .min = 1, .max = SERVICES_MOST, .check = check_services,
	    .help = "The PAM services it is for, as /etc/pam.d names them."},
	{.name = "user", .type = CONF_WORDS, .check = check_users,
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
	{.name = "require", .type = CONF_WORDS, .check = check_scopes,
	    .offset = offsetof(struct policy_draft, policy.require),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes that the token must all have."},
	{.name = "require_any", .type = CONF_WORDS, .check = check_scopes,
	    .offset = offsetof(struct policy_draft, policy.require_any),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes of which the token must have at least one."},
	{.name = "refuse", .type = CONF_WORDS, .check = check_scopes,
	    .offset = offsetof(struct policy_draft, policy.refuse),
	    .min = 1, .max = SCOPES_MOST,
	    .help = "Scopes that the token must not have."},
	{.name = "claim", .type = CONF_STRING, .repeated = true,
	    .check = check_claim,
	    .offset = offsetof(struct policy_draft, claims),
	    .help = "NAME in VALUE ...: the claim must have one of the values; "
		"one rule a line, the key may stand again."},
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
	{.name = "issuer", .named = true, .options = issuer_options,
	    .start = start_issuer},
	{.name = "policy", .named = true, .options = policy_options,
	    .start = start_policy},
	{.name = NULL},
};
/* clang-format on */
