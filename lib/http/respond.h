/* SPDX-License-Identifier: ISC */
/* Answers for programs. */
#ifndef HTTP_RESPOND_H
#define HTTP_RESPOND_H

#include "http/http_server.h"

/* Status, type and the headers of RFC 6749 section 5.1; the caller writes the
 * body. */
void respond_json(struct http_response *r, unsigned int status);
/* No body. */
void respond_empty(struct http_response *r, unsigned int status);
/* 303: a POST must not be repeated at the target (RFC 9700 section 4.12). */
void respond_redirect(struct http_response *r, const char *location);

#endif
