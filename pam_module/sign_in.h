/* SPDX-License-Identifier: ISC */
/* The authentication phase between PAM's call and its code. */
#ifndef PAM_MODULE_SIGN_IN_H
#define PAM_MODULE_SIGN_IN_H

#include <security/pam_modules.h>

#include "options.h"
#include "outcome.h"
#include "request.h"

struct sign_in {
	pam_handle_t *ph;
	const struct options *options;
	struct request request; /* set where the outcome allows */
	struct buf *storage;    /* initialised; the outcome points into it */
	int64_t answered_us;    /* when the person's last answer came */
};

/*
 * By a token that an earlier module left or the user types (CHECK), or by a
 * conversation that the daemon drives, as `login` says.
 */
struct outcome sign_in(struct sign_in *s);

/* The conversation alone, for who passes the locks or fails `lock`: nothing
 * that such a user types is sent, and nothing lets him in. */
struct outcome converse(struct sign_in *s, enum end lock);

#endif
