/* SPDX-License-Identifier: ISC */
/* config profiles: which there are, how sure they are, and why. */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "profile.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define PROFILES_TEXT_MAX (1024 * 1024)

/* profile_dir of a configuration that is good, or the usual folders: a profile
 * is chosen before there is a configuration. */
static enum status
list(const struct ctl *ctl, struct word_list *ret, struct conf_error *e)
{
	_cleanup_(config_unrefp) struct config *config = NULL;
	struct conf_error why = {.line = 0};

	if (config_load(ctl->config_path, &config, &why) != STATUS_OK)
		(void)fprintf(stderr,
		    "%s is not good or not there: these are the profiles of "
		    "the usual folders\n",
		    ctl->config_path);
	return profile_list(
	    config != NULL ? config->profile_dir : NULL, ret, e);
}

static const char *
status_of(const struct profile *p)
{
	return p->unsupported.count > 0 ? "not supported"
					: profile_status_text(p->status);
}

static void
write_words(
    struct json_writer *w, const char *name, const struct word_list *words)
{
	json_write_begin_array(w, name);
	for (size_t i = 0; i < words->count; i++)
		json_write_string(w, NULL, words->words[i]);
	json_write_end_array(w);
}

/* Each default that the profile gives, as its file has it. */
typedef void tell_default(const char *key, const char *value, void *context);
struct defaults {
	tell_default *tell;
	void *context;
};

static void
tell_entry(const struct conf_entry *e, void *context)
{
	const struct defaults *d = context;
	_cleanup_(buf_clear) struct buf value;

	buf_init(&value, CONF_FILE_MAX);
	if (strcmp(e->title, "issuer") == 0 && e->line != 0 &&
	    conf_entry_write(e, 0, &value))
		d->tell(e->option->name, buf_string(&value), d->context);
}

static void
write_default(const char *key, const char *value, void *context)
{
	json_write_string(context, key, value);
}

static void
print_default(const char *key, const char *value, void *context)
{
	bool *first = context;

	print_row(*first ? "gives" : "", "%s = %s", key, value);
	*first = false;
}

static void
write_profile(struct json_writer *w, const struct profile *p)
{
	struct defaults defaults = {write_default, w};

	json_write_begin_object(w, NULL);
	json_write_string(w, "name", p->name);
	json_write_string(w, "path", p->path);
	json_write_string(w, "title", p->title);
	json_write_string(w, "status", status_of(p));
	json_write_string(w, "checked", p->checked);
	write_words(w, "sources", &p->sources);
	write_words(w, "notes", &p->notes);
	write_words(w, "unsupported", &p->unsupported);
	json_write_begin_object(w, "defaults");
	conf_each(p->seen, tell_entry, &defaults);
	json_write_end_object(w);
	json_write_begin_array(w, "probes");
	for (size_t i = 0; i < p->issuer.probe_count; i++)
		json_write_string(w, NULL, p->issuer.probes[i].name);
	json_write_end_array(w);
	json_write_end_object(w);
}

static void
print_line(const struct profile *p)
{
	(void)printf("%-13s %-26s  %s  ", p->name, status_of(p), p->checked);
	print_text(p->title);
	(void)putchar('\n');
}

static void
print_words(const char *label, const struct word_list *words)
{
	for (size_t i = 0; i < words->count; i++)
		print_row(i == 0 ? label : "", "%s", words->words[i]);
}

static void
print_profile(const struct profile *p)
{
	bool first = true;
	struct defaults defaults = {print_default, &first};

	print_text(p->title);
	(void)putchar('\n');
	print_row("file", "%s", p->path);
	print_row("status", "%s, %s", status_of(p), p->checked);
	print_words("source", &p->sources);
	print_words("why not", &p->unsupported);
	print_words("note", &p->notes);
	conf_each(p->seen, tell_entry, &defaults);
	for (size_t i = 0; i < p->issuer.probe_count; i++)
		print_row(i == 0 ? "probe" : "", "%s: %s",
		    p->issuer.probes[i].name, p->issuer.probes[i].url);
}

/* All, or the one of that name; how many were shown, or -1 after saying why. */
static int
show(const struct word_list *paths, const char *name, struct json_writer *w)
{
	int shown = 0;

	for (size_t i = 0; i < paths->count; i++) {
		_cleanup_(profile_clear) struct profile p = {0};
		struct conf_error e = {.line = 0};

		if (profile_read(paths->words[i], &p, &e) != STATUS_OK) {
			(void)fprintf(
			    stderr, "%s:%u: %s\n", e.file, e.line, e.text);
			return -1;
		}
		if (name != NULL && strcmp(name, p.name) != 0)
			continue;
		shown++;
		if (w != NULL)
			write_profile(w, &p);
		else if (name != NULL)
			print_profile(&p);
		else
			print_line(&p);
	}
	return shown;
}

int
cmd_config_profiles(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(word_list_clear) struct word_list paths = {0};
	_cleanup_(buf_clear) struct buf out;
	struct conf_error e = {.line = 0};
	struct json_writer w;
	const char *name = argc > 0 ? argv[0] : NULL;
	int shown;

	buf_init(&out, PROFILES_TEXT_MAX);
	if (argc > 1)
		return usage_error("unexpected argument '%s'", argv[1]);
	if (list(ctl, &paths, &e) != STATUS_OK) {
		(void)fprintf(stderr, "%s: %s\n", e.file, e.text);
		return EXIT_CONFIG;
	}
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	json_write_begin_array(&w, "profiles");
	shown = show(&paths, name, ctl->json ? &w : NULL);
	json_write_end_array(&w);
	json_write_end_object(&w);
	if (shown < 0)
		return EXIT_CONFIG;
	if (name != NULL && shown == 0) {
		(void)fprintf(stderr,
		    "there is no profile %s: `validatorctl config profiles` "
		    "lists those there are\n",
		    name);
		return EXIT_NOT_DONE;
	}
	if (ctl->json)
		(void)printf("%s\n", buf_string(&out));
	return EXIT_DONE;
}
