/* SPDX-License-Identifier: ISC */
/*
 * The redirect to this machine (RFC 8252 section 7.3): a listener on loopback
 * that takes one redirect with the right state, and answers the browser.
 */
#ifndef CLIENT_LOOPBACK_H
#define CLIENT_LOOPBACK_H

#include "issuer.h"
#include "scopegate/buf.h"
#include "scopegate/conf.h"
#include "scopegate/deadline.h"

#define LOOPBACK_BROWSERS 8 /* connections at once */
#define LOOPBACK_HEAD_MAX 16384

struct browser_connection {
	int fd; /* -1: free */
	struct buf head;
};

struct loopback {
	int fd;
	char redirect_uri[1024]; /* as it is to be sent, with the port */
	char path[512];
	struct browser_connection browsers[LOOPBACK_BROWSERS];
};

/* Listens at the first of the redirect URIs whose port is free; without any,
 * at http://127.0.0.1:PORT/callback. Else ret_problem tells. */
enum status loopback_open(const struct word_list *redirect_uris,
    struct loopback *ret, char ret_problem[PROBLEM_SIZE]);
void loopback_close(struct loopback *l); /* for _cleanup_() */

/* A redirect; texts are decoded, and "" where they were not sent. */
struct redirect {
	int fd; /* the browser's, which waits for a page */
	struct buf code, iss, error, description;
	bool repeated; /* a parameter was there twice: nothing is believed */
};
void redirect_clear(struct redirect *r); /* for _cleanup_() */

/*
 * Waits for a redirect with this state. Others are answered with a page that
 * says so and otherwise ignored; *ret_strangers counts them.
 * STATUS_TIMEOUT, STATUS_IO.
 */
enum status loopback_wait(struct loopback *l, const char *state,
    struct deadline deadline, struct redirect *ret, unsigned int *ret_strangers);
/* The last page: how it ended. `text` must need no escaping in HTML. */
void loopback_page(int fd, bool good, const char *text);

#endif
