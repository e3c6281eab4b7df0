/* SPDX-License-Identifier: ISC */
/*
 * From files to a snapshot: read all, check all, and only then make something
 * that a request can see. A configuration is whole or it is not there.
 */
#include "config.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_check.h"
#include "config_files.h"
#include "policy.h"
#include "profile.h"
#include "scopegate/cleanup.h"
#include "user_map.h"

static void
sign_in_clear(struct sign_in *s)
{
	free(s->authorization_endpoint);
	free(s->token_endpoint);
	free(s->device_authorization_endpoint);
	free(s->revocation_endpoint);
	free(s->redirect_uri);
	word_list_clear(&s->scope);
	word_list_clear(&s->parameters);
	free(s->expiry_text);
	free(s->expiry_zone);
	free(s->api_url);
	free(s->paper_api_url);
	free(s->api_url_member);
}

static void
signing_clear(struct signing *s)
{
	free(s->jwks_uri);
	free(s->jwks_file);
	jwks_free(s->static_keys);
	word_list_clear(&s->algorithm_names);
}

static void
proof_clear(struct client_proof *p)
{
	free(p->key_file);
	free(p->key_id);
	free(p->assertion_audience);
	free(p->certificate_file);
	free(p->certificate_key_file);
	free(p->bearer_token_file);
}

void
issuer_clear(struct issuer *i)
{
	free(i->name);
	free(i->profile);
	free(i->url);
	word_list_clear(&i->introspection_endpoints);
	word_list_clear(&i->endpoint_origins);
	free(i->client_id);
	free(i->client_secret_file);
	proof_clear(&i->proof);
	free(i->audience);
	free(i->user_claim);
	free(i->user_map_file);
	user_map_free(i->user_map);
	word_list_clear(&i->allowed_clients);
	free(i->ca_file);
	signing_clear(&i->signing);
	word_list_clear(&i->tls_pins);
	sign_in_clear(&i->sign_in);
	probes_clear(&i->probes, &i->probe_count);
}

void
policy_clear(struct policy *p)
{
	for (size_t i = 0; i < p->claim_count; i++) {
		free(p->claims[i].name);
		word_list_clear(&p->claims[i].values);
	}
	for (size_t i = 0; i < p->detail_count; i++)
		detail_rule_clear(&p->details[i]);
	free(p->details);
	word_list_clear(&p->acr);
	word_list_clear(&p->amr);
	free(p->ssh_key);
	for (size_t i = 0; i < p->rhost_count; i++)
		free(p->rhosts[i].name);
	free(p->name);
	word_list_clear(&p->services);
	word_list_clear(&p->users);
	free(p->rhosts);
	free(p->issuer_name);
	word_list_clear(&p->require);
	word_list_clear(&p->require_any);
	word_list_clear(&p->refuse);
	free(p->claims);
}

void
config_draft_clear(struct config_draft *d)
{
	for (size_t i = 0; i < d->issuer_count; i++) {
		issuer_clear(d->issuers[i]);
		free(d->issuers[i]);
	}
	for (size_t i = 0; i < d->policy_count; i++) {
		policy_clear(&d->policies[i]->policy);
		word_list_clear(&d->policies[i]->rhosts);
		word_list_clear(&d->policies[i]->claims);
		word_list_clear(&d->policies[i]->details);
		word_list_clear(&d->policies[i]->logins);
		free(d->policies[i]);
	}
	free(d->issuers);
	free(d->policies);
}

static void
config_free(struct config *c)
{
	for (size_t i = 0; i < c->issuer_count; i++)
		issuer_clear(&c->issuers[i]);
	for (size_t i = 0; i < c->policy_count; i++)
		policy_clear(&c->policies[i]);
	service_index_free(c->services);
	word_list_clear(&c->files);
	free(c->issuers);
	free(c->policies);
	free(c->path);
	free(c->audit_log);
	free(c->runtime_dir);
	free(c->state_dir);
	free(c->gateway_url);
	free(c->gateway_user);
	free(c->host_name);
	free(c->profile_dir);
	free(c->user);
	free(c->tools_group);
	free(c);
}

struct config *
config_ref(struct config *c)
{
	c->references++;
	return c;
}

void
config_unref(struct config *c)
{
	if (c != NULL && --c->references == 0)
		config_free(c);
}

void
config_unrefp(struct config **c)
{
	config_unref(*c);
	*c = NULL;
}

const struct issuer *
config_issuer(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->issuer_count; i++) {
		if (strcmp(c->issuers[i].name, name) == 0)
			return &c->issuers[i];
	}
	return NULL;
}

static enum status
read_files(struct config_draft *d, struct conf_seen *seen, struct conf_error *e)
{
	struct config *c = d->config;
	enum status s = config_files_list(c->path, &c->files, e);

	for (size_t i = 0; s == STATUS_OK && i < c->files.count; i++)
		s = conf_read(c->files.words[i], config_sections, d, seen, e);
	for (size_t i = 0; s == STATUS_OK && i < d->issuer_count; i++)
		s = profile_apply(d->issuers[i], seen, c->profile_dir, e);
	return s == STATUS_OK ? conf_finish(config_sections, seen, e) : s;
}

static enum status
check_sections(const struct config_draft *d, struct conf_error *e)
{
	const struct {
		bool there;
		const char *text;
	} rows[] = {
	    {d->has_validatord, "no [validatord] section: add one, with "
				"`audit_log = FILE`"},
	    {d->issuer_count > 0, "no [issuer NAME] section, so no token "
				  "could be validated: add one"},
	    {d->policy_count > 0, "no [policy NAME] section, so nobody could "
				  "log in: add one, here or in policy.d"},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].there)
			continue;
		conf_error_set(e, d->config->path, 0, "%s", rows[i].text);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

/* Started as root, the daemon will read secrets as another user. */
static struct secret_reader
reader_of(const struct config *c)
{
	struct secret_reader reader = {.uid = geteuid()};
	const struct passwd *user = reader.uid == 0 ? getpwnam(c->user) : NULL;

	if (user != NULL) {
		reader.uid = user->pw_uid;
		reader.name = c->user;
	} else if (reader.uid == 0) {
		reader.absent = c->user;
	}
	return reader;
}

static enum status
finish_sections(
    struct config_draft *d, const struct conf_seen *seen, struct conf_error *e)
{
	struct secret_reader reader;
	enum status s = check_sections(d, e);

	if (s != STATUS_OK)
		return s;
	/* Only a file with a [validatord] section names a user. */
	reader = reader_of(d->config);
	s = config_validatord_finish(d->config, seen, e);
	for (size_t i = 0; s == STATUS_OK && i < d->issuer_count; i++)
		s = config_issuer_finish(d->issuers[i], seen, &reader, e);
	for (size_t i = 0; s == STATUS_OK && i < d->policy_count; i++)
		s = config_policy_finish(d->policies[i], seen, e);
	return s;
}

/* Moves the sections into arrays that do not move any more. */
static enum status
settle(struct config_draft *d)
{
	struct config *c = d->config;

	c->issuers = calloc(d->issuer_count, sizeof(*c->issuers));
	c->policies = calloc(d->policy_count, sizeof(*c->policies));
	if (c->issuers == NULL || c->policies == NULL)
		return STATUS_NOMEM;
	for (; c->issuer_count < d->issuer_count; c->issuer_count++) {
		c->issuers[c->issuer_count] = *d->issuers[c->issuer_count];
		*d->issuers[c->issuer_count] = (struct issuer){0};
	}
	for (; c->policy_count < d->policy_count; c->policy_count++) {
		struct policy *from = &d->policies[c->policy_count]->policy;

		c->policies[c->policy_count] = *from;
		c->policies[c->policy_count].order =
		    (unsigned int)c->policy_count;
		*from = (struct policy){0};
	}
	return service_index_build(c);
}

/* Where each policy says it, since the drafts move. */
static enum status
lines_take(const struct config_draft *d, const struct conf_seen *seen,
    const char *key, unsigned int **ret)
{
	unsigned int *lines = calloc(d->policy_count, sizeof(*lines));

	if (lines == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < d->policy_count; i++)
		lines[i] = conf_line_of(seen, d->policies[i], key);
	*ret = lines;
	return STATUS_OK;
}

/* Who wants to know what counts. */
struct listener {
	conf_entry_told *tell; /* NULL: nobody */
	void *context;
};

static enum status
build(struct config_draft *d, const struct listener *l, struct conf_error *e)
{
	_cleanup_(conf_seen_freep) struct conf_seen *seen = conf_seen_new();
	_cleanup_(free_ptr) unsigned int *issuers = NULL, *logins = NULL;
	_cleanup_(free_ptr) unsigned int *envs = NULL, *keys = NULL;
	enum status s = seen != NULL ? read_files(d, seen, e) : STATUS_NOMEM;

	if (s == STATUS_OK)
		s = finish_sections(d, seen, e);
	if (s == STATUS_OK && l->tell != NULL)
		conf_each(seen, l->tell, l->context);
	if (s == STATUS_OK)
		s = lines_take(d, seen, "issuer", &issuers);
	if (s == STATUS_OK)
		s = lines_take(d, seen, "login", &logins);
	if (s == STATUS_OK)
		s = lines_take(d, seen, "env", &envs);
	if (s == STATUS_OK)
		s = lines_take(d, seen, "ssh_key", &keys);
	if (s == STATUS_OK)
		s = settle(d);
	if (s == STATUS_OK)
		s = config_templates_expand(d->config, e);
	if (s == STATUS_OK)
		s = config_issuers_join(d->config, issuers, e);
	if (s == STATUS_OK)
		s = config_maps_check(d->config, e);
	if (s == STATUS_OK)
		s = config_env_check(d->config, envs, e);
	if (s == STATUS_OK)
		s = config_keys_check(d->config, keys, e);
	return s == STATUS_OK ? config_logins_check(d->config, logins, e) : s;
}

enum status
config_load(const char *path, struct config **ret, struct conf_error *ret_error)
{
	return config_load_told(path, NULL, NULL, ret, ret_error);
}

enum status
config_load_told(const char *path, conf_entry_told *tell, void *context,
    struct config **ret, struct conf_error *ret_error)
{
	const struct listener listener = {tell, context};
	static unsigned int generation;
	_cleanup_(config_unrefp) struct config *c = calloc(1, sizeof(*c));
	_cleanup_(config_draft_clear) struct config_draft draft = {.config = c};
	enum status s = STATUS_NOMEM;

	conf_error_set(ret_error, path, 0, "out of memory: free some");
	if (c == NULL)
		return STATUS_NOMEM;
	c->references = 1;
	c->path = strdup(path);
	if (c->path != NULL)
		s = build(&draft, &listener, ret_error);
	if (s == STATUS_NOMEM)
		conf_error_set(ret_error, path, 0, "out of memory: free some");
	if (s != STATUS_OK)
		return s;
	c->generation = ++generation;
	*ret = TAKE_PTR(c);
	return STATUS_OK;
}
