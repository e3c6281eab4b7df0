/* SPDX-License-Identifier: ISC */
/*
 * Reading the user's file. What it says decides where tokens go, so it is read
 * by the same strict reader as the daemon's, and every reference in it must
 * lead somewhere before anything is sent.
 */
#include "settings.h"

#include <fnmatch.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "settings_start.h"
#include "url.h"

#define PATH_LONGEST 4096

const char *
home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *account;

	if (home != NULL && home[0] == '/')
		return home;
	account = getpwuid(getuid());
	return account != NULL && account->pw_dir[0] == '/' ? account->pw_dir
							    : NULL;
}

void *
settings_start_general(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct settings *s = context;

	(void)name;
	(void)file;
	(void)line;
	return &s->general;
}

static struct issuer_settings *
append_issuer(struct settings *s, const char *name)
{
	struct issuer_settings **end = &s->issuers;
	struct issuer_settings *fresh = calloc(1, sizeof(*fresh));

	if (fresh == NULL || (fresh->name = strdup(name)) == NULL) {
		free(fresh);
		return NULL;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = fresh;
	return fresh;
}

void *
settings_start_issuer(
    void *context, const char *name, const char *file, unsigned int line)
{
	(void)file;
	(void)line;
	return append_issuer(context, name);
}

void *
settings_start_host(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct settings *s = context;
	struct host_settings **end = &s->hosts;
	struct host_settings *fresh = calloc(1, sizeof(*fresh));

	(void)file;
	(void)line;
	if (fresh == NULL || (fresh->name = strdup(name)) == NULL) {
		free(fresh);
		return NULL;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = fresh;
	return fresh;
}

/* Says where: the key's line of this section. */
static enum status
refuse(const struct settings *s, const struct conf_seen *seen,
    const void *instance, const char *key, const char *fault,
    struct conf_error *e)
{
	conf_error_set(
	    e, s->path, conf_line_of(seen, instance, key), "%s %s", key, fault);
	return STATUS_INVALID;
}

static enum status
check_issuer(const struct settings *s, const struct issuer_settings *i,
    const struct conf_seen *seen, struct conf_error *e)
{
	const struct {
		const char *key, *url;
	} urls[] = {
	    {"url", i->url},
	    {"authorization_endpoint", i->authorization_endpoint},
	    {"token_endpoint", i->token_endpoint},
	    {"device_authorization_endpoint", i->device_authorization_endpoint},
	    {"revocation_endpoint", i->revocation_endpoint},
	};

	for (size_t n = 0; n < ELEMENTS(urls); n++) {
		const char *fault =
		    urls[n].url == NULL
			? NULL
			: url_fault(urls[n].url, i->insecure_loopback);

		if (fault != NULL)
			return refuse(s, seen, i, urls[n].key, fault, e);
	}
	if (i->url != NULL && strchr(i->url, '?') != NULL)
		return refuse(s, seen, i, "url",
		    "holds a query, which no issuer identifier has (RFC 8414 "
		    "section 2): write it without `?`",
		    e);
	if (i->client_auth >= CLIENT_AUTH_BASIC &&
	    i->client_secret_file == NULL)
		return refuse(s, seen, i, "client_auth",
		    "sends a secret, and there is no client_secret_file: name "
		    "one",
		    e);
	return STATUS_OK;
}

static enum status
check_host(const struct settings *s, const struct host_settings *h,
    const struct conf_seen *seen, struct conf_error *e)
{
	_cleanup_(buf_clear) struct buf gate = {0};
	const char *fault = NULL;

	/* 127.0.0.1 stands for any host, so that http:// may pass here. */
	if (h->gate != NULL &&
	    settings_gate(h->gate, "127.0.0.1", &gate) != STATUS_OK)
		return STATUS_NOMEM;
	if (h->gate != NULL)
		fault = url_fault(buf_string(&gate), h->insecure_loopback);

	if (fault != NULL)
		return refuse(s, seen, h, "gate", fault, e);
	if (settings_issuer(s, h->issuer) == NULL)
		return refuse(s, seen, h, "issuer",
		    "is none of this file: write an [issuer NAME] section, or "
		    "the name of one that is there",
		    e);
	return STATUS_OK;
}

static enum status
check_all(const struct settings *s, const struct conf_seen *seen,
    struct conf_error *e)
{
	enum status status = STATUS_OK;

	for (const struct issuer_settings *i = s->issuers;
	     i != NULL && status == STATUS_OK; i = i->next)
		status = check_issuer(s, i, seen, e);
	for (const struct host_settings *h = s->hosts;
	     h != NULL && status == STATUS_OK; h = h->next)
		status = check_host(s, h, seen, e);
	return status;
}

/* $XDG_CONFIG_HOME must be absolute to count (the base directory rules). */
static char *
own_path(void)
{
	struct buf path;
	const char *base = getenv("XDG_CONFIG_HOME");
	bool given = base != NULL && base[0] == '/';

	if (!given)
		base = home_folder();
	if (base == NULL)
		return NULL;
	buf_init(&path, PATH_LONGEST);
	buf_format(
	    &path, "%s%s/scopegate/config", base, given ? "" : "/.config");
	return buf_take(&path);
}

static enum status
read_into(struct settings *s, bool must, struct conf_error *e)
{
	_cleanup_(conf_seen_freep) struct conf_seen *seen = conf_seen_new();
	enum status status;

	if (seen == NULL)
		return STATUS_NOMEM;
	status = conf_read(s->path, settings_sections, s, seen, e);
	if (status == STATUS_NOT_FOUND && !must)
		return STATUS_OK;
	if (status == STATUS_OK)
		status = conf_finish(settings_sections, seen, e);
	if (status == STATUS_OK)
		status = check_all(s, seen, e);
	return status;
}

struct settings *
settings_read(const char *path, struct conf_error *ret_error)
{
	_cleanup_(settings_freep) struct settings *s = calloc(1, sizeof(*s));

	conf_error_set(ret_error, "scopegate", 0, "out of memory");
	if (s == NULL)
		return NULL;
	s->path = path != NULL ? strdup(path) : own_path();
	if (s->path == NULL) {
		conf_error_set(ret_error, "scopegate", 0,
		    "there is no home folder: set HOME, or use --config");
		return NULL;
	}
	if (read_into(s, path != NULL, ret_error) != STATUS_OK)
		return NULL;
	return TAKE_PTR(s);
}

static void
free_issuer(struct issuer_settings *i)
{
	free(i->name);
	free(i->url);
	free(i->authorization_endpoint);
	free(i->token_endpoint);
	free(i->device_authorization_endpoint);
	free(i->revocation_endpoint);
	free(i->client_id);
	free(i->client_secret_file);
	word_list_clear(&i->scope);
	word_list_clear(&i->parameters);
	word_list_clear(&i->redirect_uris);
	free(i->source);
	free(i->ca_file);
	free(i);
}

static void
free_host(struct host_settings *h)
{
	free(h->name);
	word_list_clear(&h->match);
	free(h->gate);
	free(h->host_name);
	free(h->issuer);
	free(h->service);
	free(h->prompt);
	free(h->ca_file);
	free(h);
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	while (s->issuers != NULL) {
		struct issuer_settings *next = s->issuers->next;

		free_issuer(s->issuers);
		s->issuers = next;
	}
	while (s->hosts != NULL) {
		struct host_settings *next = s->hosts->next;

		free_host(s->hosts);
		s->hosts = next;
	}
	free(s->path);
	free(s);
}

void
settings_freep(struct settings **s)
{
	settings_free(*s);
}

struct issuer_settings *
settings_issuer(const struct settings *s, const char *name)
{
	for (struct issuer_settings *i = s->issuers; i != NULL; i = i->next)
		if (strcmp(i->name, name) == 0)
			return i;
	return NULL;
}

struct issuer_settings *
settings_add_issuer(struct settings *s, const char *url)
{
	struct issuer_settings *i = append_issuer(s, url);

	if (i == NULL)
		return NULL;
	i->pkce = true;
	i->url = strdup(url);
	i->source = strdup("login");
	return i->url != NULL && i->source != NULL ? i : NULL;
}

enum status
settings_gate(const char *gate, const char *host, struct buf *ret)
{
	bool six = strchr(host, ':') != NULL;

	buf_init(ret, URL_MAX);
	for (const char *p = gate; *p != '\0'; p++) {
		if (p[0] != '%' || p[1] != 'h') {
			buf_append_byte(ret, (uint8_t)*p);
			continue;
		}
		buf_format(ret, six ? "[%s]" : "%s", host);
		p++;
	}
	return ret->error;
}

const struct host_settings *
settings_host(const struct settings *s, const char *host)
{
	for (const struct host_settings *h = s->hosts; h != NULL; h = h->next)
		for (size_t n = 0; n < h->match.count; n++)
			if (fnmatch(h->match.words[n], host, 0) == 0)
				return h;
	return NULL;
}
