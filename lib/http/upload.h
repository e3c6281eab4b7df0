/* SPDX-License-Identifier: ISC */
/*
 * A multipart/form-data body (RFC 7578) while it arrives: the fields become a
 * form like any other, one file is kept. Used by http_server.c alone.
 */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "http/http_server.h"

struct MHD_Connection;
struct upload;

/* The fields go to `form`, form-encoded, which must outlive it. NULL: no
 * memory, or no boundary in the header. */
struct upload *upload_new(struct MHD_Connection *connection, struct buf *form);
void upload_free(struct upload *u); /* NULL is fine */
/* A piece of the body. Errors stick. */
void upload_read(struct upload *u, const char *data, size_t size);
/* STATUS_OK: whole and well-formed. *ret is borrowed from the upload.
 * STATUS_TOO_BIG over HTTP_UPLOAD_MAX, STATUS_FORBIDDEN for a second file,
 * STATUS_MALFORMED. */
enum status upload_finish(struct upload *u, struct http_file *ret);

#endif
