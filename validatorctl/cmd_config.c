/* SPDX-License-Identifier: ISC */
/* config test and config defaults. */
#include <stdio.h>

#include "ctl.h"
#include "folders.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/protocol.h"

#define WARNINGS_MAX 64

static void
print_json(const struct config *config, char warnings[][256], size_t count,
    const struct conf_error *error)
{
	_cleanup_(buf_clear) struct buf out;
	struct json_writer w;

	buf_init(&out, DOCUMENT_MAX);
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	json_write_bool(&w, "good", config != NULL);
	if (config == NULL) {
		json_write_string(&w, "file", error->file);
		json_write_integer(&w, "line", error->line);
		json_write_string(&w, "error", error->text);
	}
	json_write_begin_array(&w, "warnings");
	for (size_t i = 0; i < count; i++)
		json_write_string(&w, NULL, warnings[i]);
	json_write_end_array(&w);
	json_write_end_object(&w);
	(void)printf("%s\n", buf_string(&out));
}

int
cmd_config_test(const struct ctl *ctl, int argc, char **argv)
{
	static char warnings[WARNINGS_MAX][256];
	_cleanup_(config_unrefp) struct config *config = NULL;
	struct conf_error error = {.line = 0};
	size_t count = 0;

	if (takes_nothing(argc, argv) != EXIT_DONE)
		return EXIT_USAGE;
	if (config_load(ctl->config_path, &config, &error) != STATUS_OK ||
	    folders_test(config, &error) != STATUS_OK)
		config_unref(TAKE_PTR(config));
	if (config == NULL && !ctl->json)
		(void)ctl_config_complain(&error);
	if (config != NULL)
		count = config_warnings(config, warnings, WARNINGS_MAX);
	if (ctl->json)
		print_json(config, warnings, count, &error);
	if (config == NULL)
		return EXIT_CONFIG;
	for (size_t i = 0; !ctl->json && i < count; i++)
		(void)printf("warning: %s\n", warnings[i]);
	if (!ctl->json)
		(void)printf("%s: good: %zu issuer%s, %zu polic%s\n",
		    ctl->config_path, config->issuer_count,
		    plural(config->issuer_count), config->policy_count,
		    config->policy_count == 1 ? "y" : "ies");
	return EXIT_DONE;
}

static void
write_section(struct json_writer *w, const struct conf_section *section)
{
	json_write_begin_object(w, section->name);
	for (const struct conf_option *o = section->options; o->name != NULL;
	     o++) {
		json_write_begin_object(w, o->name);
		json_write_string(w, "default", o->fallback);
		json_write_bool(w, "required", o->required);
		json_write_string(w, "help", o->help);
		json_write_end_object(w);
	}
	json_write_end_object(w);
}

int
cmd_config_defaults(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf out;
	struct json_writer w;

	buf_init(&out, DOCUMENT_MAX);
	if (takes_nothing(argc, argv) != EXIT_DONE)
		return EXIT_USAGE;
	if (!ctl->json) {
		conf_print_defaults(stdout, config_sections);
		return EXIT_DONE;
	}
	json_writer_init(&w, &out);
	json_write_begin_object(&w, NULL);
	for (const struct conf_section *s = config_sections; s->name != NULL;
	     s++)
		write_section(&w, s);
	json_write_end_object(&w);
	(void)printf("%s\n", buf_string(&out));
	return EXIT_DONE;
}
