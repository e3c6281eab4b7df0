/* SPDX-License-Identifier: ISC */
/*
 * Numbers in text. No sign, no blank, no other base, no silent overflow; a
 * time without its unit is refused.
 */
#include "number.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define NUMBER_MAX 999999999

static enum status
parse(const char *text, size_t length, int64_t min, int64_t max, int64_t *ret)
{
	int64_t value = 0;

	if (length == 0 || length > 9)
		return STATUS_INVALID;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return STATUS_INVALID;
		value = value * 10 + (text[i] - '0');
	}
	if (value < min || value > max)
		return STATUS_INVALID;
	*ret = value;
	return STATUS_OK;
}

enum status
number_parse(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	return parse(text, strlen(text), min, max, ret);
}

enum status
number_parse_time(const char *text, int64_t min, int64_t *ret)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	size_t length = strlen(text);
	int64_t value = 0;

	for (size_t i = 0; i < ELEMENTS(units) && length > 1; i++) {
		if (text[length - 1] != units[i].unit)
			continue;
		if (parse(text, length - 1, 0, NUMBER_MAX, &value) !=
			STATUS_OK ||
		    value * units[i].seconds < min)
			return STATUS_INVALID;
		*ret = value * units[i].seconds;
		return STATUS_OK;
	}
	return STATUS_INVALID;
}
