/* SPDX-License-Identifier: ISC */
/*
 * From `profile = NAME` to an issuer's section that is whole: the file found,
 * its values handed over, and what only the two together show looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_files.h"
#include "config_probe.h"
#include "config_url.h"
#include "probe_template.h"
#include "profile.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define ENDING ".conf"

void
probes_clear(struct probe **probes, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		probe_clear(&(*probes)[i]);
	free(*probes);
	*probes = NULL;
	*count = 0;
}

/* Of a path; *ret_length is without the ending. */
static const char *
base_name(const char *path, size_t *ret_length)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	*ret_length = strlen(name) - strlen(ENDING);
	return name;
}

/* The first that has this name, or NULL. */
static const char *
path_of(const struct word_list *paths, const char *name, size_t length)
{
	for (size_t i = 0; i < paths->count; i++) {
		size_t n;
		const char *base = base_name(paths->words[i], &n);

		if (n == length && memcmp(base, name, n) == 0)
			return paths->words[i];
	}
	return NULL;
}

enum status
profile_list(
    const char *folder, struct word_list *ret, struct conf_error *ret_error)
{
	const char *const folders[] = {
	    folder != NULL ? folder : SCOPEGATE_SYSCONFDIR "/profiles",
	    folder != NULL ? NULL : SCOPEGATE_PROFILEDIR,
	};
	_cleanup_(word_list_clear) struct word_list all = {0};
	enum status s = STATUS_OK;

	for (size_t i = 0;
	     i < ELEMENTS(folders) && folders[i] != NULL && s == STATUS_OK; i++)
		s = config_folder_list(folders[i], &all, ret_error);
	for (size_t i = 0; i < all.count && s == STATUS_OK; i++) {
		size_t n;
		const char *name = base_name(all.words[i], &n);

		if (path_of(ret, name, n) == NULL)
			s = word_list_add(
			    ret, all.words[i], strlen(all.words[i]));
	}
	return s;
}

/* The issuer's section where it says `profile`. */
static void
complain(const struct issuer *i, const struct conf_seen *seen,
    struct conf_error *e, const char *text)
{
	conf_error_set(e, i->file, conf_line_of(seen, i, "profile"),
	    "profile = %s %s", i->profile, text);
}

static enum status
refuse_unknown(const struct issuer *i, const struct conf_seen *seen,
    const struct word_list *paths, const char *folder, struct conf_error *e)
{
	_cleanup_(buf_clear) struct buf text;

	buf_init(&text, 4096);
	(void)buf_append_string(&text, "is not known: ");
	(void)buf_append_string(
	    &text, paths->count > 0 ? "name one of" : "there is none");
	for (size_t k = 0; k < paths->count; k++) {
		size_t n;
		const char *name = base_name(paths->words[k], &n);

		(void)buf_format(&text, " %.*s", (int)n, name);
	}
	(void)buf_format(&text, ", or put its file into %s",
	    folder != NULL ? folder : SCOPEGATE_SYSCONFDIR "/profiles");
	complain(i, seen, e,
	    text.error == STATUS_OK ? buf_string(&text) : "is not known");
	return STATUS_INVALID;
}

static enum status
refuse_unsupported(const struct issuer *i, const struct conf_seen *seen,
    const struct profile *p, struct conf_error *e)
{
	_cleanup_(buf_clear) struct buf text;

	buf_init(&text, 4096);
	(void)buf_append_string(&text, "cannot be used:");
	for (size_t k = 0; k < p->unsupported.count; k++)
		(void)buf_format(&text, " %s", p->unsupported.words[k]);
	complain(i, seen, e,
	    text.error == STATUS_OK ? buf_string(&text) : "cannot be used");
	return STATUS_INVALID;
}

/* What the site left out or overrode can leave a probe without an address. */
static enum status
check_addresses(
    const struct issuer *i, const struct conf_seen *seen, struct conf_error *e)
{
	const struct sign_in *s = &i->sign_in;

	for (size_t k = 0; k < i->probe_count; k++) {
		const char *url = i->probes[k].url;
		const char *key = NULL;

		if (s->api_url == NULL && s->api_url_member == NULL &&
		    probe_template_has(url, "api_url"))
			key = "needs api_url in this section";
		if (s->paper_api_url == NULL &&
		    probe_template_has(url, "paper_api_url"))
			key = "needs paper_api_url in this section";
		if (key == NULL)
			continue;
		complain(i, seen, e, key);
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

static enum status
apply(struct issuer *i, struct conf_seen *seen, const char *path,
    struct conf_error *e)
{
	_cleanup_(profile_clear) struct profile p = {0};
	enum status s = profile_read(path, &p, e);

	if (s != STATUS_OK)
		return s;
	if (p.unsupported.count > 0)
		return refuse_unsupported(i, seen, &p, e);
	/* Only one of the two can say who the user is, and the site's does. */
	if (conf_line_of(seen, i, "user_map") != 0)
		conf_forget(p.seen, &p.issuer, "user_claim");
	s = conf_inherit(seen, i, p.seen, &p.issuer);
	if (s != STATUS_OK)
		return s;
	i->user_claim_mutable = i->user_claim != NULL &&
				word_list_has(&p.mutable_claims, i->user_claim);
	i->probes = TAKE_PTR(p.issuer.probes);
	i->probe_count = p.issuer.probe_count;
	p.issuer.probe_count = 0;
	return check_addresses(i, seen, e);
}

enum status
profile_apply(struct issuer *issuer, struct conf_seen *seen, const char *folder,
    struct conf_error *ret_error)
{
	_cleanup_(word_list_clear) struct word_list paths = {0};
	const char *path;
	enum status s;

	if (issuer->profile == NULL)
		return STATUS_OK;
	conf_error_set(ret_error, issuer->file, 0, "out of memory: free some");
	s = profile_list(folder, &paths, ret_error);
	if (s != STATUS_OK)
		return s;
	path = path_of(&paths, issuer->profile, strlen(issuer->profile));
	return path != NULL
		   ? apply(issuer, seen, path, ret_error)
		   : refuse_unknown(issuer, seen, &paths, folder, ret_error);
}
