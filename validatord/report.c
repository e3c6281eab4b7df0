/* SPDX-License-Identifier: ISC */
/*
 * The list of rules that `validatorctl check` prints. It only records: no
 * stage may read a report to decide anything.
 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
report_rule(
    struct report *r, const char *name, bool passed, const char *format, ...)
{
	static const char cut[] = "...";
	struct report_rule *rule;
	va_list arguments;
	int length;

	if (r == NULL || r->count == REPORT_RULES_MAX)
		return passed;
	rule = &r->rules[r->count++];
	rule->name = name;
	rule->passed = passed;
	va_start(arguments, format);
	length =
	    vsnprintf(rule->detail, sizeof(rule->detail), format, arguments);
	va_end(arguments);
	if (length < 0)
		rule->detail[0] = '\0';
	else if ((size_t)length >= sizeof(rule->detail))
		memcpy(rule->detail + sizeof(rule->detail) - sizeof(cut), cut,
		    sizeof(cut));
	return passed;
}
