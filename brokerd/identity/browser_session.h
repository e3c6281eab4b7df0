/* SPDX-License-Identifier: ISC */
/*
 * The person behind the browser: a random cookie from the first page on,
 * bound to a user by signing in, and the anti-forgery value of its forms.
 *
 * Before anybody has signed in that value belongs to the cookie. Afterwards it
 * belongs to the user and to the time, not to the cookie, which changes when
 * the same person signs in again: a form that was begun before is still good,
 * and what was typed is not lost. A forger is no better off: it is a keyed
 * digest that only pages of that user show, and whoever plants a cookie has
 * the values of their own user or of nobody, which a session of the victim
 * does not take. As it would outlive a session that was ended, it is good for
 * FORM_SECONDS to twice that. The key is the store's, so that it survives a
 * restart.
 */
#ifndef BROKERD_BROWSER_SESSION_H
#define BROKERD_BROWSER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "broker.h"
#include "http/http_server.h"
#include "identity/user_store.h"

#define SESSION_SECONDS (8 * 3600)
#define FORM_SECONDS SESSION_SECONDS
#define SESSION_COOKIE "brokerd_session"

struct browser_session {
	char cookie[RANDOM_TEXT_SIZE];
	int64_t user;                   /* 0: nobody has signed in */
	char user_name[USER_NAME_SIZE]; /* "" if nobody */
	bool is_operator;
	int64_t auth_time;
	char form_token[RANDOM_TEXT_SIZE];        /* goes into every form */
	char form_token_before[RANDOM_TEXT_SIZE]; /* still taken */
};

/* The key of the form tokens of this store; made the first time. */
enum status browser_session_key(struct store *s, struct digest *ret);

/* The session of the request's cookie, or a new one whose cookie is set. */
enum status browser_session_open(struct broker *b,
    const struct http_request *request, struct http_response *response,
    int64_t now, struct browser_session *ret);
/* Does the form carry this session's token? */
bool browser_session_owns_form(
    const struct browser_session *s, const struct http_request *request);
/* Under a new cookie, so that one planted before is worth nothing; the session
 * that was there before, `s`, ends. */
enum status browser_session_sign_in(struct broker *b,
    const struct browser_session *s, const struct user *u, int64_t now,
    struct http_response *response);
enum status browser_session_sign_out(struct broker *b,
    const struct browser_session *s, struct http_response *response);
void browser_session_wipe(struct browser_session *s); /* for _cleanup_() */

#endif
