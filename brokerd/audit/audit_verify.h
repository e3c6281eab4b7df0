/* SPDX-License-Identifier: ISC */
/*
 * Is the audit trail whole? Whoever can write the store can write a whole new
 * trail, with its end: what is found here is damage, clumsy tampering and,
 * with a mark that was noted somewhere else, tampering of any kind before it.
 */
#ifndef BROKERD_AUDIT_VERIFY_H
#define BROKERD_AUDIT_VERIFY_H

#include <stdint.h>

#include "audit/audit_log.h"

/* X(NAME, "what it means") */
#define AUDIT_FAULT_LIST(X)                                                    \
	X(INTACT, "every record is in its place and unaltered")                \
	X(ALTERED, "the record is not what was hashed when it was written")    \
	X(MISSING, "the record is missing")                                    \
	X(UNLINKED, "the record does not follow the one before it")            \
	X(CUT, "records are missing at the end")                               \
	X(NO_END, "the store does not say where the trail ends")               \
	X(OTHER_END, "the trail does not end as the store says it does")       \
	X(UNKNOWN_MARK, "the record that you noted is not in the trail")

enum audit_fault {
#define X(name, text) AUDIT_##name,
	AUDIT_FAULT_LIST(X)
#undef X
};
const char *audit_fault_text(enum audit_fault f);

struct audit_check {
	enum audit_fault fault;
	int64_t at;             /* the record the fault is about */
	int64_t first, count;   /* what was looked at */
	struct audit_mark last; /* zero if there are no records */
};

/*
 * Walks the trail from its first record, or only the newest `limit` records if
 * that is not 0. `noted` (NULL: none) must be a record of the part walked.
 * Keeps one record in memory. STATUS_OK whatever is found.
 */
enum status audit_verify(struct store *s, int64_t limit,
    const struct audit_mark *noted, struct audit_check *ret);

#endif
