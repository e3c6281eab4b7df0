/* SPDX-License-Identifier: ISC */
/*
 * What `validatorctl check` shows: every rule with passed or failed. A stage
 * that gets a report evaluates all its rules; without one (a login) it stops
 * at the first that fails. The reason is the first failure either way.
 */
#ifndef VALIDATORD_REPORT_H
#define VALIDATORD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#define REPORT_RULES_MAX 64
#define REPORT_DETAIL_MAX 256

struct report_rule {
	const char *name; /* static: "audience", "require" ... */
	bool passed;
	char detail[REPORT_DETAIL_MAX];
};

struct report {
	struct report_rule rules[REPORT_RULES_MAX];
	size_t count;
};

/* `r` may be NULL. Returns `passed`, so that it can stand in a condition. */
bool report_rule(struct report *r, const char *name, bool passed,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
