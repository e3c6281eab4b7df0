/* SPDX-License-Identifier: ISC */
/* Parts of the documents that gatewayd gets: see gateway.h. */
#ifndef VALIDATORD_GATEWAY_WRITE_H
#define VALIDATORD_GATEWAY_WRITE_H

#include "login_table.h"
#include "request.h"
#include "scopegate/json.h"

/* A document is begun with its result, and sent. */
struct gateway_document {
	struct buf text;
	struct json_writer w;
};

void gateway_start(struct gateway_document *d, const char *result);
void gateway_send(struct connection *c, struct gateway_document *d);
/* Nothing but the result. */
void gateway_say(struct connection *c, const char *result);

/* Members, as gateway.h names them. */
void gateway_write_reason(struct json_writer *w, enum reason reason);
void gateway_write_login(struct json_writer *w, const struct login *login);
void gateway_write_grant(struct json_writer *w, const struct grant *grant);
void gateway_write_words(
    struct json_writer *w, const char *name, const struct word_list *words);
/* "missing": the words of a detail that tells of scopes. */
void gateway_write_missing(
    struct json_writer *w, enum reason reason, const char *detail);

/* `result` is "unavailable". */
void gateway_unavailable(
    struct connection *c, enum reason reason, unsigned int retry_after_s);

#endif
