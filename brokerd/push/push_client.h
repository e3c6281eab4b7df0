/* SPDX-License-Identifier: ISC */
/*
 * One HTTP POST of a security event token (RFC 8935 section 2); the only user
 * of libcurl in brokerd. No redirect is followed, no proxy of the environment
 * used, certificates are always verified.
 */
#ifndef BROKERD_PUSH_CLIENT_H
#define BROKERD_PUSH_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "scopegate/status.h"

#define PUSH_SECONDS_MAX 5 /* for the whole exchange */
#define PUSH_ANSWER_MAX 4096
#define PUSH_PROBLEM_SIZE 200

struct push_client;

/* `stop` ends an exchange under way. */
enum status push_client_new(const atomic_bool *stop, struct push_client **ret);
void push_client_free(struct push_client *c); /* NULL is fine */

/* STATUS_OK: the receiver answered 202. Else `ret_problem` says in one line
 * what happened; nothing of the token is in it. */
enum status push_client_send(struct push_client *c, const char *url,
    const char *bearer, const char *set, char ret_problem[PUSH_PROBLEM_SIZE]);

#endif
