/* SPDX-License-Identifier: ISC */
/*
 * Sections and keys by tables: one generic reader finds the row, checks the
 * value and stores it. Nothing is guessed: what no row names is an error.
 */
#include "scopegate/conf.h"

#include <stdlib.h>
#include <string.h>

#include "conf_file.h"
#include "conf_line.h"
#include "conf_value.h"
#include "scopegate/buf.h"
#include "scopegate/cleanup.h"

#define OPTIONS_MAX 64 /* rows of one section: a bit each */

struct instance {
	const struct conf_section *section;
	char *title; /* as between the brackets */
	char *file;
	unsigned int line;
	void *data;
	unsigned int lines[OPTIONS_MAX]; /* where a key was set; 0: not */
	/* Set by conf_inherit(), on this line of `giver`; 0: not. */
	unsigned int inherited[OPTIONS_MAX];
	char *giver;
};

struct conf_seen {
	struct instance *instances;
	size_t count;
	size_t last_option; /* for continuation lines */
};

struct conf_seen *
conf_seen_new(void)
{
	return calloc(1, sizeof(struct conf_seen));
}

void
conf_seen_free(struct conf_seen *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->instances[i].title);
		free(s->instances[i].file);
		free(s->instances[i].giver);
	}
	free(s->instances);
	free(s);
}

void
conf_seen_freep(struct conf_seen **s)
{
	conf_seen_free(*s);
	*s = NULL;
}

struct reading {
	const char *path;
	const struct conf_section *sections;
	void *context;
	struct conf_seen *seen;
};

/* The table's section for a header, and the NAME in it ("" if unnamed). */
static const struct conf_section *
find_section(const struct conf_section *sections, const char *title,
    const char **ret_name)
{
	for (; sections->name != NULL; sections++) {
		size_t n = strlen(sections->name);

		if (strncmp(title, sections->name, n) != 0)
			continue;
		/* A missing name is told as a bad one. */
		if (title[n] == '\0' || (sections->named && title[n] == ' ')) {
			*ret_name = title[n] != '\0' ? title + n + 1 : "";
			return sections;
		}
	}
	return NULL;
}

static bool
name_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= CONF_NAME_MAX && name[n] == '\0';
}

static enum status
refuse(struct conf_error *e, const char *path, unsigned int line,
    const char *format, const char *what)
{
	char text[CONF_LINE_MAX * 2];

	/* The formats are this file's own, each with one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	(void)snprintf(text, sizeof(text), format, what);
#pragma GCC diagnostic pop
	conf_error_set(e, path, line, "%s", text);
	return STATUS_INVALID;
}

static const char *
manual_of(const struct reading *r)
{
	const char *manual = r->sections->manual;

	return manual != NULL ? manual : "validatord.conf(5)";
}

static enum status
start_section(
    const struct reading *r, const struct conf_line *line, struct conf_error *e)
{
	struct conf_seen *seen = r->seen;
	struct instance fresh = {.line = line->number};
	struct instance *grown;
	const char *name;
	size_t same = 0;

	fresh.section = find_section(r->sections, line->section, &name);
	if (fresh.section == NULL) {
		conf_error_set(e, r->path, line->number,
		    "unknown section [%s]: see %s", line->section,
		    manual_of(r));
		return STATUS_INVALID;
	}
	if (fresh.section->named && !name_valid(name))
		return refuse(e, r->path, line->number,
		    "bad name in [%s]: write a blank and 1 to 40 of a-z 0-9 _ "
		    "-",
		    line->section);
	for (size_t i = 0; i < seen->count; i++) {
		same += seen->instances[i].section == fresh.section;
		if (strcmp(seen->instances[i].title, line->section) == 0)
			return refuse(e, r->path, line->number,
			    "section [%s] stands there already: join the two",
			    line->section);
	}
	if (fresh.section->at_most != 0 && same >= fresh.section->at_most)
		return refuse(e, r->path, line->number,
		    "one [%s] too many: remove one", line->section);
	grown = reallocarray(
	    seen->instances, seen->count + 1, sizeof(*seen->instances));
	if (grown == NULL)
		return STATUS_NOMEM;
	seen->instances = grown;
	fresh.title = strdup(line->section);
	fresh.file = strdup(r->path);
	grown[seen->count++] = fresh;
	if (fresh.title == NULL || fresh.file == NULL)
		return STATUS_NOMEM;
	grown[seen->count - 1].data =
	    fresh.section->start(r->context, name, r->path, line->number);
	seen->last_option = OPTIONS_MAX;
	return grown[seen->count - 1].data != NULL ? STATUS_OK : STATUS_NOMEM;
}

static enum status
refuse_value(const struct conf_option *o, const char *path,
    const struct conf_line *line, struct conf_error *e)
{
	_cleanup_(buf_clear) struct buf remedy;
	const char *text;

	buf_init(&remedy, 300);
	conf_describe(o, &remedy);
	text = buf_string(&remedy);
	conf_error_set(e, path, line->number, "%s = %s is not good: %s",
	    o->name, line->value, text != NULL ? text : "see the manual");
	return STATUS_INVALID;
}

static enum status
take_value(const struct reading *r, struct instance *i, size_t at,
    const struct conf_line *line, struct conf_error *e)
{
	const struct conf_option *o = &i->section->options[at];
	const char *complaint;
	enum status s;

	if (line->continuation &&
	    (o->type != CONF_WORDS || r->seen->last_option != at))
		return refuse(e, r->path, line->number,
		    "the line starts with a blank: only a list of words goes "
		    "on like that; remove the blank before '%s'",
		    line->value);
	if (!line->continuation && i->lines[at] != 0 && !o->repeated)
		return refuse(e, r->path, line->number,
		    "%s is set twice in this section: remove one", o->name);
	r->seen->last_option = at;
	/* Of a value on several lines the first, where it begins. */
	if (i->lines[at] == 0)
		i->lines[at] = line->number;
	if (line->value[0] == '\0')
		return refuse(e, r->path, line->number,
		    "%s is empty: give it a value or remove the line", o->name);
	if (conf_value_quoted(line->value))
		return refuse(e, r->path, line->number,
		    "%s has quotes around its value, which would be part of "
		    "it: remove them",
		    o->name);
	complaint = o->check != NULL ? o->check(line->value) : NULL;
	if (complaint != NULL) {
		conf_error_set(e, r->path, line->number, "%s = %s: %s", o->name,
		    line->value, complaint);
		return STATUS_INVALID;
	}
	s = conf_store(o, line->value, i->data);
	return s == STATUS_INVALID ? refuse_value(o, r->path, line, e) : s;
}

static enum status
take_line(const struct conf_line *line, void *context, struct conf_error *e)
{
	const struct reading *r = context;
	struct instance *i;

	if (line->key == NULL)
		return start_section(r, line, e);
	if (line->section[0] == '\0')
		return refuse(e, r->path, line->number,
		    "%s stands before any section: put it below its [section]",
		    line->key);
	i = &r->seen->instances[r->seen->count - 1];
	for (size_t at = 0; i->section->options[at].name != NULL; at++)
		if (strcmp(i->section->options[at].name, line->key) == 0)
			return take_value(r, i, at, line, e);
	conf_error_set(e, r->path, line->number,
	    "unknown key %s in [%s]: see %s for those there are", line->key,
	    i->title, manual_of(r));
	return STATUS_INVALID;
}

enum status
conf_read(const char *path, const struct conf_section *sections, void *context,
    struct conf_seen *seen, struct conf_error *ret_error)
{
	struct reading r = {path, sections, context, seen};
	enum status s;

	conf_error_set(ret_error, path, 0, "out of memory");
	s = conf_file_read(path, take_line, &r, ret_error);
	return s;
}

enum status
conf_finish(const struct conf_section *sections, struct conf_seen *seen,
    struct conf_error *ret_error)
{
	(void)sections;
	for (size_t k = 0; k < seen->count; k++) {
		struct instance *i = &seen->instances[k];

		for (size_t at = 0; i->section->options[at].name != NULL;
		     at++) {
			const struct conf_option *o = &i->section->options[at];

			if (i->lines[at] != 0 || i->inherited[at] != 0)
				continue;
			if (o->required) {
				conf_error_set(ret_error, i->file, i->line,
				    "[%s] lacks %s: add %s = ... (%s)",
				    i->title, o->name, o->name, o->help);
				return STATUS_INVALID;
			}
			if (o->fallback != NULL &&
			    conf_store(o, o->fallback, i->data) != STATUS_OK)
				return STATUS_NOMEM;
		}
	}
	return STATUS_OK;
}

static struct instance *
find_instance(const struct conf_seen *seen, const void *data)
{
	for (size_t k = 0; k < seen->count; k++) {
		if (seen->instances[k].data == data)
			return &seen->instances[k];
	}
	return NULL;
}

unsigned int
conf_line_of(
    const struct conf_seen *seen, const void *instance, const char *name)
{
	const struct instance *i = find_instance(seen, instance);

	for (size_t at = 0; i != NULL && i->section->options[at].name != NULL;
	     at++)
		if (strcmp(i->section->options[at].name, name) == 0)
			return i->lines[at];
	return 0;
}

void
conf_forget(struct conf_seen *seen, const void *instance, const char *name)
{
	struct instance *i = find_instance(seen, instance);

	for (size_t at = 0; i != NULL && i->section->options[at].name != NULL;
	     at++)
		if (strcmp(i->section->options[at].name, name) == 0)
			i->lines[at] = 0;
}

enum status
conf_inherit(
    struct conf_seen *seen, void *to, struct conf_seen *from_seen, void *from)
{
	struct instance *heir = find_instance(seen, to);
	const struct instance *giver = find_instance(from_seen, from);

	if (heir == NULL || giver == NULL)
		return STATUS_OK;
	free(heir->giver);
	heir->giver = strdup(giver->file);
	if (heir->giver == NULL)
		return STATUS_NOMEM;
	for (size_t at = 0; heir->section->options[at].name != NULL; at++) {
		if (giver->lines[at] == 0 || heir->lines[at] != 0)
			continue;
		conf_move(&heir->section->options[at], from, to);
		heir->inherited[at] = giver->lines[at];
	}
	return STATUS_OK;
}

static struct conf_entry
entry_of(const struct instance *i, size_t at)
{
	struct conf_entry entry = {.title = i->title,
	    .option = &i->section->options[at],
	    .data = i->data,
	    .file = i->file,
	    .line = i->lines[at],
	    .begins = at == 0};

	if (i->lines[at] == 0 && i->inherited[at] != 0) {
		entry.inherited = true;
		entry.file = i->giver;
		entry.line = i->inherited[at];
	}
	return entry;
}

void
conf_each(const struct conf_seen *seen, conf_entry_told *tell, void *context)
{
	for (size_t k = 0; k < seen->count; k++) {
		const struct instance *i = &seen->instances[k];

		for (size_t at = 0; i->section->options[at].name != NULL;
		     at++) {
			struct conf_entry entry = entry_of(i, at);

			tell(&entry, context);
		}
	}
}
