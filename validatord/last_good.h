/* SPDX-License-Identifier: ISC */
/*
 * What an authorization server last published, kept in `state_dir` for the
 * reboot in the middle of an outage: key sets and metadata. Both are public;
 * they are sealed so that nobody but this daemon can have written them.
 */
#ifndef VALIDATORD_LAST_GOOD_H
#define VALIDATORD_LAST_GOOD_H

#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

enum last_good_kind { LAST_GOOD_JWKS, LAST_GOOD_METADATA };

/*
 * `issuer` is its URL, with a blank and that of the document where the operator
 * wrote it; `at` in seconds of CLOCK_REALTIME. Replaces the older
 * one as a whole. STATUS_FORBIDDEN: `state_dir` is not there, or not of our
 * user alone (0700); nothing is made then. STATUS_IO, _NOMEM.
 */
enum status last_good_write(const char *state_dir, enum last_good_kind kind,
    const char *issuer, int64_t at, struct text document);
/*
 * Appends the document to `ret`. STATUS_NOT_FOUND: there is none.
 * STATUS_MALFORMED: cut, changed, of another issuer, or of another host.
 */
enum status last_good_read(const char *state_dir, enum last_good_kind kind,
    const char *issuer, int64_t *ret_at, struct buf *ret);

#endif
