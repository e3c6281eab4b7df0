/* SPDX-License-Identifier: ISC */
/*
 * config show: every value that counts and where it is from, in the form of
 * the configuration itself. Of secrets it knows the paths and no more. Of a
 * key that stands there again and again it says where the first one is.
 */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define SHOWN_MAX (1024 * 1024)
#define ORIGIN_COLUMN 52
#define LINE_COLUMNS 78

struct show {
	const char *issuer; /* the one to show; NULL: all */
	bool json;
	struct buf out;
	struct json_writer w;
	struct buf unset; /* keys of the section at hand */
	size_t sections;
};

/* "issuer acme" is named by its kind and by its name. */
static const char *
name_of(const char *title)
{
	const char *blank = strchr(title, ' ');

	return blank != NULL ? blank + 1 : "";
}

static bool
is_wanted(const struct show *s, const char *title)
{
	return s->issuer == NULL || (strncmp(title, "issuer ", 7) == 0 &&
					strcmp(title + 7, s->issuer) == 0);
}

static enum status
append_profile(const char *path, struct buf *ret)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return buf_format(ret, "%.*s", (int)strcspn(name, "."), name);
}

static void
append_unset(struct show *s)
{
	size_t column = LINE_COLUMNS;

	for (const char *key = buf_string(&s->unset); *key != '\0';) {
		size_t n = strcspn(key, " ");

		column += 1 + n;
		if (column > LINE_COLUMNS) {
			(void)buf_append_string(&s->out, "; not set:");
			column = strlen("; not set:") + 1 + n;
		}
		(void)buf_format(&s->out, " %.*s", (int)n, key);
		key += n + strspn(key + n, " ");
		if (*key == '\0' ||
		    column + 1 + strcspn(key, " ") > LINE_COLUMNS)
			(void)buf_append_string(&s->out, "\n");
	}
	buf_clear(&s->unset);
}

static void
end_section(struct show *s)
{
	if (s->sections == 0)
		return;
	if (s->json) {
		json_write_end_array(&s->w);
		json_write_end_object(&s->w);
	} else {
		append_unset(s);
	}
}

static void
begin_section(struct show *s, const char *title)
{
	size_t kind = strcspn(title, " ");

	end_section(s);
	if (!s->json) {
		(void)buf_format(
		    &s->out, "%s[%s]\n", s->sections > 0 ? "\n" : "", title);
	} else {
		json_write_begin_object(&s->w, NULL);
		json_write_text(&s->w, "section", title, kind);
		json_write_string(&s->w, "name", name_of(title));
		json_write_begin_array(&s->w, "values");
	}
	s->sections++;
}

/* A default stands in a comment: written out it would be the site's own, and
 * some have no place beside other keys. */
static void
append_line(struct show *s, const struct conf_entry *e, const char *value)
{
	const char *mark = e->line == 0 ? ";" : "";
	size_t width = strlen(mark) + strlen(e->option->name) + strlen(" = ") +
		       strlen(value);
	size_t gap = width < ORIGIN_COLUMN ? ORIGIN_COLUMN - width : 1;

	(void)buf_format(&s->out, "%s%s = %s%*s; ", mark, e->option->name,
	    value, (int)gap, "");
	if (e->line == 0) {
		(void)buf_append_string(&s->out, "default");
	} else if (e->inherited) {
		(void)buf_append_string(&s->out, "profile ");
		(void)append_profile(e->file, &s->out);
	} else {
		(void)buf_format(&s->out, "%s:%u", e->file, e->line);
	}
	(void)buf_append_string(&s->out, "\n");
}

static void
write_value(struct show *s, const struct conf_entry *e, const char *value)
{
	_cleanup_(buf_clear) struct buf profile;
	const char *origin = "default";

	buf_init(&profile, CTL_PATH_SIZE);
	if (e->inherited)
		origin = "profile";
	else if (e->line != 0)
		origin = "file";
	json_write_begin_object(&s->w, NULL);
	json_write_string(&s->w, "key", e->option->name);
	json_write_string(&s->w, "value", value);
	json_write_string(&s->w, "origin", value != NULL ? origin : NULL);
	if (e->inherited && append_profile(e->file, &profile) == STATUS_OK)
		json_write_string(&s->w, "profile", buf_string(&profile));
	if (e->line != 0) {
		json_write_string(&s->w, "file", e->file);
		json_write_integer(&s->w, "line", e->line);
	}
	json_write_end_object(&s->w);
}

static void
show_values(struct show *s, const struct conf_entry *e)
{
	_cleanup_(buf_clear) struct buf value;
	size_t place = 0;

	buf_init(&value, SHOWN_MAX);
	while (conf_entry_write(e, place, &value)) {
		if (s->json)
			write_value(s, e, buf_string(&value));
		else
			append_line(s, e, buf_string(&value));
		buf_clear(&value);
		place++;
	}
	if (place == 0 && s->json)
		write_value(s, e, NULL);
	else if (place == 0)
		(void)buf_format(&s->unset, "%s ", e->option->name);
}

static void
show_entry(const struct conf_entry *e, void *context)
{
	struct show *s = context;

	if (!is_wanted(s, e->title))
		return;
	if (e->begins)
		begin_section(s, e->title);
	show_values(s, e);
}

static int
print_shown(struct show *s, const struct config *config)
{
	end_section(s);
	if (s->json) {
		json_write_end_array(&s->w);
		json_write_end_object(&s->w);
		(void)buf_append_string(&s->out, "\n");
	}
	if (s->sections == 0)
		return ctl_no_issuer(config, s->issuer);
	if (s->out.error != STATUS_OK) {
		(void)fprintf(
		    stderr, "validatorctl: %s\n", status_text(s->out.error));
		return EXIT_OUTPUT;
	}
	(void)fputs(buf_string(&s->out), stdout);
	return EXIT_DONE;
}

int
cmd_config_show(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(config_unrefp) struct config *config = NULL;
	struct show s = {
	    .issuer = argc > 0 ? argv[0] : NULL, .json = ctl->json};
	struct conf_error error;
	int code;

	if (argc > 1)
		return usage_error("unexpected argument '%s'", argv[1]);
	buf_init(&s.out, SHOWN_MAX);
	buf_init(&s.unset, 4096);
	json_writer_init(&s.w, &s.out);
	if (s.json) {
		json_write_begin_object(&s.w, NULL);
		json_write_begin_array(&s.w, "sections");
	}
	if (config_load_told(
		ctl->config_path, show_entry, &s, &config, &error) == STATUS_OK)
		code = print_shown(&s, config);
	else
		code = ctl_config_complain(&error);
	buf_clear(&s.out);
	buf_clear(&s.unset);
	return code;
}
