/* SPDX-License-Identifier: ISC */
/*
 * The command line. What is unknown, repeated, incomplete or left over is
 * refused; nothing is abbreviated.
 */
#include "command/options.h"

#include <string.h>

#include "scopegate/log.h"

static const struct option_row *
find(const struct option_row *rows, const char *name, size_t length)
{
	for (; rows->name != NULL; rows++) {
		if (strlen(rows->name) == length &&
		    strncmp(rows->name, name, length) == 0)
			return rows;
	}
	return NULL;
}

static bool
set_flag(const struct option_row *row, const char *value)
{
	if (value != NULL) {
		log_error("--%s takes no value", row->name);
		return false;
	}
	*row->flag = true;
	return true;
}

static bool
set_value(const struct option_row *row, const char *value)
{
	if (value == NULL || value[0] == '\0') {
		log_error("--%s needs a value", row->name);
		return false;
	}
	if (row->list != NULL) {
		if (row->list->count == OPTION_LIST_MAX) {
			log_error("--%s is given too often", row->name);
			return false;
		}
		for (size_t i = 0; i < row->list->count; i++) {
			if (strcmp(row->list->values[i], value) != 0)
				continue;
			log_error("--%s %s is given twice", row->name, value);
			return false;
		}
		row->list->values[row->list->count++] = value;
		return true;
	}
	if (*row->value != NULL) {
		log_error("--%s is given twice", row->name);
		return false;
	}
	*row->value = value;
	return true;
}

static bool
check_required(const struct option_row *rows)
{
	for (; rows->name != NULL; rows++) {
		if (rows->required && *rows->value == NULL) {
			log_error("--%s is needed", rows->name);
			return false;
		}
	}
	return true;
}

bool
options_parse(const struct option_row *rows, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		size_t length = strcspn(argv[i], "=");
		const struct option_row *row = NULL;
		const char *value = NULL;
		bool done;

		if (strncmp(argv[i], "--", 2) == 0)
			row = find(rows, argv[i] + 2, length - 2);
		if (row == NULL) {
			log_error(
			    "unknown argument: %.*s", (int)length, argv[i]);
			return false;
		}
		if (argv[i][length] == '=')
			value = argv[i] + length + 1;
		else if (row->flag == NULL && i + 1 < argc)
			value = argv[++i];
		done = row->flag != NULL ? set_flag(row, value)
					 : set_value(row, value);
		if (!done)
			return false;
	}
	return check_required(rows);
}
