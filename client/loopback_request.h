/* SPDX-License-Identifier: ISC */
/* One request of a browser, and the pages it may get. */
#ifndef CLIENT_LOOPBACK_REQUEST_H
#define CLIENT_LOOPBACK_REQUEST_H

#include "loopback.h"

enum request_kind {
	REQUEST_OTHER,	  /* a favicon, another path, no GET */
	REQUEST_STRANGER, /* our path without our state */
	REQUEST_REDIRECT,
};

/* `head` is whole. Fills in *ret for a REDIRECT alone. */
enum request_kind loopback_request(const char *head, const char *path,
    const char *state, struct redirect *ret);
void loopback_not_found(int fd);

#endif
