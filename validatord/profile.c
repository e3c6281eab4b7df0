/* SPDX-License-Identifier: ISC */
/*
 * One profile, from its file to a struct. It may say what a broker or a product
 * is like, in which claim it has the user's name too, and nothing else: who
 * gets in, with which secret and by which opt-out is for the site to write
 * where its operators look.
 */
#include "profile.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config_probe.h"
#include "config_table.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define OPTIONS_MAX 64 /* as in lib/conf.c */

static const char *const statuses[] = {"verified against brokerd",
    "from documents", "tested against the product", NULL};

const char *
profile_status_text(int status)
{
	return statuses[status];
}

/* Of one reading. */
struct reading {
	struct profile *profile;
	struct probe_draft *drafts[PROBES_MAX];
	size_t count;
	bool has_profile;
};

static void
reading_clear(struct reading *r)
{
	for (size_t i = 0; i < r->count; i++)
		probe_draft_free(r->drafts[i]);
}

static void *
start_profile(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct reading *r = context;

	(void)name;
	(void)file;
	(void)line;
	r->has_profile = true;
	return r->profile;
}

static void *
start_issuer(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct reading *r = context;

	(void)name;
	(void)file;
	(void)line;
	return &r->profile->issuer;
}

static void *
start_probe(
    void *context, const char *name, const char *file, unsigned int line)
{
	struct reading *r = context;
	struct probe_draft *d = probe_draft_new(name, line);

	(void)file;
	if (d != NULL)
		r->drafts[r->count++] = d;
	return d;
}

static const char *
check_day(const char *text)
{
	static const char form[] = "0000-00-00";
	size_t i = 0;

	while (form[i] != '\0' &&
	       (form[i] == '0' ? text[i] >= '0' && text[i] <= '9'
			       : text[i] == form[i]))
		i++;
	return form[i] == '\0' && text[i] == '\0'
		   ? NULL
		   : "is no day: write YEAR-MONTH-DAY, such as 2026-11-26";
}

/* clang-format off */
static const struct conf_option profile_options[] = {
	{.name = "title", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct profile, title),
	    .help = "What the broker or product is called."},
	{.name = "source", .type = CONF_STRING, .repeated = true,
	    .required = true, .offset = offsetof(struct profile, sources),
	    .help = "A document that this was read in."},
	{.name = "status", .type = CONF_CHOICE, .choices = statuses,
	    .required = true, .offset = offsetof(struct profile, status),
	    .help = "How it was checked."},
	{.name = "checked", .type = CONF_STRING, .required = true,
	    .offset = offsetof(struct profile, checked), .check = check_day,
	    .help = "The day of that."},
	{.name = "note", .type = CONF_STRING, .repeated = true,
	    .offset = offsetof(struct profile, notes),
	    .help = "What is not confirmed, or else worth knowing."},
	{.name = "mutable_claims", .type = CONF_WORDS, .min = 1, .max = 16,
	    .offset = offsetof(struct profile, mutable_claims),
	    .help = "Claims that somebody else can have later."},
	{.name = "unsupported", .type = CONF_STRING, .repeated = true,
	    .offset = offsetof(struct profile, unsupported),
	    .help = "Why it cannot be used: loading it fails with this."},
	{.name = NULL},
};
/* clang-format on */

static const char *
refuse_key(const char *text)
{
	(void)text;
	return "belongs into the site's own [issuer NAME] in validatord.conf: "
	       "a profile names no files, no secrets and nobody who gets in";
}

static bool
is_sites_own(const struct conf_option *o)
{
	static const char *const names[] = {"profile", "client_id",
	    "redirect_uri", "allowed_clients",
	    "allow_foreign_tokens", "insecure_loopback", "breaker",
	    "client_key_id", "tls_pins"};

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		if (strcmp(o->name, names[i]) == 0)
			return true;
	}
	return o->type == CONF_PATH;
}

/* The rows of an issuer, in their order, without defaults. */
static const struct conf_option *
issuer_rows(void)
{
	static struct conf_option rows[OPTIONS_MAX];

	for (size_t i = 0; config_issuer_options[i].name != NULL; i++) {
		rows[i] = config_issuer_options[i];
		rows[i].required = false;
		rows[i].fallback = NULL;
		if (is_sites_own(&rows[i]))
			rows[i].check = refuse_key;
	}
	return rows;
}

static enum status
finish(struct reading *r, const char *path, struct conf_error *e)
{
	struct issuer *issuer = &r->profile->issuer;
	enum status s = STATUS_OK;

	if (!r->has_profile) {
		conf_error_set(e, path, 0,
		    "has no [profile] section: add one, with title, source, "
		    "status and checked");
		return STATUS_INVALID;
	}
	if (r->count == 0)
		return STATUS_OK;
	issuer->probes = calloc(r->count, sizeof(*issuer->probes));
	if (issuer->probes == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < r->count && s == STATUS_OK; i++) {
		s = config_probe_finish(
		    r->drafts[i], path, r->profile->seen, e);
		if (s != STATUS_OK)
			break;
		issuer->probes[issuer->probe_count++] = r->drafts[i]->probe;
		r->drafts[i]->probe = (struct probe){0};
	}
	return s;
}

/* The file's name without its folder and ending. */
static char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return strndup(name, strcspn(name, "."));
}

enum status
profile_read(
    const char *path, struct profile *ret, struct conf_error *ret_error)
{
	/* `seen` refers to them for as long as it lives. */
	static struct conf_section sections[] = {
	    {.name = "profile",
		.at_most = 1,
		.options = profile_options,
		.start = start_profile,
		.manual = "scopegate-profiles(5)"},
	    {.name = "issuer", .at_most = 1, .start = start_issuer},
	    {.name = "probe",
		.named = true,
		.at_most = PROBES_MAX,
		.options = config_probe_options,
		.start = start_probe},
	    {.name = NULL},
	};
	_cleanup_(reading_clear) struct reading r = {.profile = ret};
	enum status s = STATUS_NOMEM;

	sections[1].options = issuer_rows();
	conf_error_set(ret_error, path, 0, "out of memory: free some");
	ret->name = name_of(path);
	ret->path = strdup(path);
	ret->seen = conf_seen_new();
	if (ret->name != NULL && ret->path != NULL && ret->seen != NULL)
		s = conf_read(path, sections, &r, ret->seen, ret_error);
	if (s == STATUS_OK)
		s = conf_finish(sections, ret->seen, ret_error);
	return s == STATUS_OK ? finish(&r, path, ret_error) : s;
}

void
profile_clear(struct profile *p)
{
	free(p->name);
	free(p->path);
	free(p->title);
	word_list_clear(&p->sources);
	free(p->checked);
	word_list_clear(&p->notes);
	word_list_clear(&p->mutable_claims);
	word_list_clear(&p->unsupported);
	issuer_clear(&p->issuer);
	conf_seen_free(p->seen);
	*p = (struct profile){0};
}
