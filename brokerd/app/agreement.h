/* SPDX-License-Identifier: ISC */
/*
 * What a developer promises before making an app. The text is part of the
 * program; the store keeps each version that was signed, with its digest, and
 * who signed which text when.
 */
#ifndef BROKERD_AGREEMENT_H
#define BROKERD_AGREEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "scopegate/status.h"
#include "store/store.h"

/* A new text needs a new version: a unit test holds the two together. */
#define AGREEMENT_VERSION "2026-11"

struct agreement {
	const char *version;
	const char *text; /* HTML, without a value in it */
};
extern const struct agreement agreement_current;

/* When this user signed exactly this text; 0: never. */
enum status agreement_signed(
    struct store *s, const struct agreement *a, int64_t user, int64_t *ret);
/* Once and for all; STATUS_FORBIDDEN if it is signed already, or another text
 * went under this version. The audit record is the caller's. */
enum status agreement_sign(struct store *s, const struct agreement *a,
    int64_t user, int64_t now, struct digest *ret_hash);

#endif
