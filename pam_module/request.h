/* SPDX-License-Identifier: ISC */
/* Who wants in, by PAM's items, and the question to the daemon. */
#ifndef PAM_MODULE_REQUEST_H
#define PAM_MODULE_REQUEST_H

#include <security/pam_modules.h>
#include <sys/types.h>

#include "options.h"
#include "outcome.h"
#include "scopegate/buf.h"
#include "scopegate/client.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"

/* The texts are PAM's own and last until somebody converses with the user. */
struct request {
	char user[USER_MAX + 1]; /* a copy: the verdict is about this name */
	const char *service;
	const char *rhost; /* this and the next two: NULL where not known */
	const char *tty;
	const char *ruser;
	struct text ssh_key; /* that sshd has seen proven; absent: none */
	bool has_uid; /* passes the locks, and has an account (not `nolocal`) */
	uid_t uid;
};

/*
 * Reads the items and applies the local locks: the name is one that an account
 * can have and, unless `nolocal`, is the name of an account whose uid is not 0
 * and lies in [min_uid, max_uid]. END_VERDICT: it may be asked for. With
 * END_USER_UNKNOWN and END_UID_REFUSED *ret is filled too, and nothing that
 * the user types may be sent. After another end *ret is not set.
 */
enum end request_read(
    pam_handle_t *ph, const struct options *options, struct request *ret);

/* Is PAM_USER still who the request is for? */
bool request_is_for(pam_handle_t *ph, const struct request *request);

/*
 * Asks the daemon CHECK with `token`, or ACCOUNT with `handle`; the other one
 * is NULL. `storage` is initialised with MESSAGE_MAX and keeps the reply that
 * *ret points into. The status is client_call's.
 */
enum status request_ask(const struct request *request,
    const struct options *options, const struct secret *token,
    const char *handle, struct buf *storage, struct message *ret);

/* The same with LOGIN_BEGIN, and with LOGIN_ANSWER to a PROMPT: an empty
 * `answer` is left out. The status is client_begin's and client_answer's. */
enum status request_begin(const struct request *request,
    const struct options *options, struct buf *storage, struct message *ret,
    struct client_conversation *c);
enum status request_answer(const struct options *options,
    const struct secret *answer, struct buf *storage, struct message *ret,
    struct client_conversation *c);

#endif
