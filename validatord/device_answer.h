/* SPDX-License-Identifier: ISC */
/* The device authorization endpoint's answer (RFC 8628 section 3.2), read
 * strictly. Pure. */
#ifndef VALIDATORD_DEVICE_ANSWER_H
#define VALIDATORD_DEVICE_ANSWER_H

#include "config.h"
#include "fetcher.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define DEVICE_CODE_MAX 4096
#define DEVICE_INTERVAL_S 5 /* where none is stated */
#define DEVICE_INTERVAL_MAX_S 300

struct device_answer {
	struct secret device_code;
	char *user_code;
	char *link;     /* verification_uri */
	char *complete; /* verification_uri_complete; NULL: none */
	char *number;   /* confirmation_number; NULL: none */
	int64_t expires_in_s;
	int64_t interval_s; /* 1 at least */
};
void device_answer_clear(struct device_answer *a); /* wipes; for _cleanup_() */

/* REASON_NONE: *ret is set. Otherwise an UNAVAILABLE reason; *ret_what is a
 * static sentence for the operator or NULL. */
enum reason device_answer_read(const struct fetch_reply *reply,
    const struct issuer *issuer, struct device_answer *ret,
    const char **ret_what);

#endif
