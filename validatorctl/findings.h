/* SPDX-License-Identifier: ISC */
/* What a test of several steps found: a line each, or one JSON document. */
#ifndef VALIDATORCTL_FINDINGS_H
#define VALIDATORCTL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/buf.h"
#include "scopegate/json.h"

enum finding {
	FINDING_OK,
	FINDING_WARNING,
	FINDING_FAILED,
	FINDING_SKIPPED,
};

struct findings {
	bool json;
	struct buf out;
	struct json_writer w;
	size_t counts[FINDING_SKIPPED + 1];
};

void findings_begin(
    struct findings *f, bool json, const char *name, const char *url);
/* `remedy`: how to mend it; NULL: there is nothing to mend. */
void findings_add(struct findings *f, enum finding finding, const char *step,
    const char *remedy, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Prints what is left to print. */
void findings_end(struct findings *f, const char *result);

#endif
