/* SPDX-License-Identifier: ISC */
/*
 * A grant as octets, for sealing: fixed order, lengths first, and padded to
 * whole classes so that the blob's size does not tell a long list of scopes
 * from a short one.
 */
#ifndef VALIDATORD_GRANT_RECORD_H
#define VALIDATORD_GRANT_RECORD_H

#include "grants.h"
#include "scopegate/buf.h"

#define GRANT_RECORD_CLASS 1024u /* sizes are multiples of it */
#define GRANT_RECORD_MAX (256u * 1024u)
#define GRANT_EARLIER_MAX 4 /* tokens that a refresh replaced */
#define GRANT_DIGEST_SIZE 32

/* What is kept of a grant beside what its users see. */
struct grant_record {
	struct grant *grant;
	int64_t ended_at; /* seconds; 0: it lives */
	/* SHA-256 of the access tokens before the present one, oldest first:
	 * whoever still holds one is told that it has expired, not that it is
	 * foreign. */
	uint8_t earlier[GRANT_EARLIER_MAX][GRANT_DIGEST_SIZE];
	size_t earlier_count;
	int64_t replaced_at; /* seconds, when the last of them was; 0: long
	                      * ago */
};

/* Appends to a sensitive buf. */
enum status grant_record_write(const struct grant_record *r, struct buf *ret);
/* A new grant in r->grant, without its id. STATUS_MALFORMED or _NOMEM. */
enum status grant_record_read(struct text octets, struct grant_record *ret);

#endif
