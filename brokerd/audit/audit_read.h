/* SPDX-License-Identifier: ISC */
/* Looking through the audit trail, a bounded piece at a time. */
#ifndef BROKERD_AUDIT_READ_H
#define BROKERD_AUDIT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/audit_log.h"

#define AUDIT_SCAN_MAX 20000 /* records looked at in one go */

/* Everything that is NULL, "" or 0 lets every record pass. */
struct audit_filter {
	const char *actor, *subject; /* whole */
	const char *action;          /* how it begins: "app." */
	int64_t from, until;         /* when: from <= at < until */
};
/* "2026-11-26" as the second it begins at, UTC; STATUS_MALFORMED. */
#define AUDIT_DAY_SECONDS 86400
enum status audit_day_parse(const char *text, int64_t *ret);
bool audit_filter_passes(
    const struct audit_filter *f, const struct audit_record *r);

/* Takes one record; false: this one did not fit any more. */
typedef bool audit_taker(void *context, const struct audit_record *r);

/*
 * Shows what passes to `take`: with `forward` upwards from the record after
 * `start`, otherwise downwards from the one before it (0: from the newest).
 * *ret_next is the `start` to go on with, 0 when the trail has ended. It ends
 * early after AUDIT_SCAN_MAX records, even if none has passed.
 */
enum status audit_scan(struct store *s, const struct audit_filter *f,
    bool forward, int64_t start, audit_taker *take, void *context,
    int64_t *ret_next);

/* A row of "seq, at, actor, action, subject, detail, previous, hash". */
enum status audit_record_read(struct query *q, struct audit_record *ret);

#endif
