/* SPDX-License-Identifier: ISC */
/* One question to a token endpoint, by whatever grant type. It is never asked
 * twice: codes and rotated refresh tokens are good once. */
#ifndef VALIDATORD_TOKEN_ASK_H
#define VALIDATORD_TOKEN_ASK_H

#include "config.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"
#include "token_answer.h"

/* A token endpoint may do more than an introspection endpoint. */
#define TOKEN_ASK_MS 5000

struct server;
struct token_ask;

struct token_result {
	enum reason reason;           /* REASON_NONE: `answer` is set */
	const char *what;             /* static, or NULL */
	char error[TOKEN_ERROR_SIZE]; /* RFC 6749 section 5.2; "": none */
	struct token_answer answer;   /* the callee may take of it */
};

/* Runs exactly once, later, never from inside token_ask_begin(). */
typedef void token_ask_done(struct token_result *result, void *argument);

/* `form` without client authentication. NULL with *ret_reason. */
struct token_ask *token_ask_begin(struct server *server, struct config *config,
    const struct issuer *issuer, const struct secret *form,
    token_ask_done *done, void *argument, enum reason *ret_reason);
void token_ask_cancel(struct token_ask *t); /* `done` does not run */

#endif
