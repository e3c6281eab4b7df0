/* SPDX-License-Identifier: ISC */
/* Who wants in, by PAM's items, and the question to the daemon. */
#ifndef PAM_MODULE_REQUEST_H
#define PAM_MODULE_REQUEST_H

#include <security/pam_modules.h>
#include <sys/types.h>

#include "options.h"
#include "outcome.h"
#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"

/* Texts are PAM's own and last until somebody converses with the user. */
struct request {
	const char *service;
	const char *user;
	const char *rhost; /* this and the next two: NULL where not known */
	const char *tty;
	const char *ruser;
	bool has_uid; /* not with `nolocal` */
	uid_t uid;
};

/*
 * Reads the items and applies the local locks: the name is one that an account
 * can have and, unless `nolocal`, is the name of an account whose uid is not 0
 * and lies in [min_uid, max_uid]. END_VERDICT: it may be asked for; else why
 * not, and nothing may be sent.
 */
enum end request_read(
    pam_handle_t *ph, const struct options *options, struct request *ret);

/*
 * Asks the daemon CHECK with `token`, or ACCOUNT with `handle`; the other one
 * is NULL. `storage` is initialised with MESSAGE_MAX and keeps the reply that
 * *ret points into. The status is client_call's.
 */
enum status request_ask(const struct request *request,
    const struct options *options, const struct secret *token,
    const char *handle, struct buf *storage, struct message *ret);

#endif
