/* SPDX-License-Identifier: ISC */
/*
 * Where the daemon and its log are. A file that is not good must not keep the
 * operator from asking the daemon, which goes on by the old one: then two keys
 * are taken for what they say, and nothing else of the file is believed.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "scopegate/cleanup.h"

static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

static void
take(char *line, const char *key, char ret[CTL_PATH_SIZE])
{
	char *value = strchr(line, '='), *comment;

	if (value == NULL)
		return;
	*value++ = '\0';
	comment = strstr(value, " ;");
	if (comment != NULL)
		*comment = '\0';
	value = trim(value);
	if (strcmp(trim(line), key) == 0 && value[0] == '/' &&
	    strlen(value) < CTL_PATH_SIZE)
		memcpy(ret, value, strlen(value) + 1);
}

/* false: there is no such file, so it says nothing about any daemon. */
static bool
scan(const char *file, const char *key, char ret[CTL_PATH_SIZE])
{
	FILE *in = fopen(file, "re");
	_cleanup_(free_ptr) char *line = NULL;
	size_t capacity = 0;
	bool ours = false;

	if (in == NULL)
		return false;
	while (getline(&line, &capacity, in) > 0) {
		char *text = trim(line);

		if (text[0] == '[')
			ours = strcmp(text, "[validatord]") == 0;
		else if (ours)
			take(text, key, ret);
	}
	(void)fclose(in);
	return true;
}

int
ctl_path(const struct ctl *ctl, enum ctl_path which, char ret[CTL_PATH_SIZE])
{
	_cleanup_(config_unrefp) struct config *config = ctl_config(ctl);
	bool log = which == CTL_AUDIT_LOG;
	const char *path;

	ret[0] = '\0';
	if (config == NULL) {
		if (!log)
			(void)snprintf(
			    ret, CTL_PATH_SIZE, "%s", SCOPEGATE_RUNDIR);
		if (!scan(ctl->config_path, log ? "audit_log" : "runtime_dir",
			ret))
			return EXIT_CONFIG;
		return ret[0] != '\0' ? EXIT_DONE : EXIT_CONFIG;
	}
	path = log ? config->audit_log : config->runtime_dir;
	if (strlen(path) >= CTL_PATH_SIZE)
		return EXIT_CONFIG;
	memcpy(ret, path, strlen(path) + 1);
	return EXIT_DONE;
}
