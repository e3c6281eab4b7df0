/* SPDX-License-Identifier: ISC */
/* The JSON documents that answer control commands; their members' names are
 * an interface. None holds an octet of a token. */
#ifndef VALIDATORD_DOCUMENT_H
#define VALIDATORD_DOCUMENT_H

#include "request.h"
#include "scopegate/buf.h"

struct server;

/* Errors stick in `out`. */
void document_status(struct buf *out, struct server *s);
void document_check(struct buf *out, const struct request *r);
void document_flush(struct buf *out, size_t positive, size_t negative);
/* `error`: why nothing changed; NULL: the configuration was read again. */
void document_reload(
    struct buf *out, const struct server *s, const char *error);

#endif
