/* SPDX-License-Identifier: ISC */
/* The head of a request: its headers and who sent it. Private to lib/http/. */
#ifndef HTTP_REQUEST_HEAD_H
#define HTTP_REQUEST_HEAD_H

#include <stdbool.h>

#include <microhttpd.h>

#include "http/http_server.h"

/* Headers and the peer's address into `r`. `joined` holds what is made of the
 * lines of a list; it must live as long as `r`. */
void request_head_read(struct MHD_Connection *connection,
    struct http_request *r, struct buf *joined);
/* Is the Content-Type this one, perhaps with parameters? */
bool request_head_is_type(const struct http_request *r, const char *type);

#endif
