/* SPDX-License-Identifier: ISC */
/*
 * decide's side of the fetch process: starts it, asks it, starts it again
 * when it ends. decide opens no network socket; this socketpair is its only
 * way out. Frames: fetch/frame.h.
 */
#ifndef VALIDATORD_FETCHER_H
#define VALIDATORD_FETCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "scopegate/deadline.h"
#include "scopegate/secret.h"

struct event_base;
struct fetcher;

enum fetch_slot {
	FETCH_INTROSPECT = 1, /* POST form with our client authentication */
	FETCH_METADATA = 2, /* GET, no credentials */
};

/* How the exchange ended, before anybody looks at the HTTP answer. */
enum fetch_result {
	FETCH_ANSWERED = 1, /* http_status and body are valid */
	FETCH_UNREACHABLE, /* resolve, connect, reset */
	FETCH_TIMEOUT,
	FETCH_TLS, /* certificate or handshake */
	FETCH_TOO_LARGE,
	FETCH_REFUSED, /* the URL's origin is not allowed; a bug or an attack */
	FETCH_BUSY, /* too many in flight for this issuer */
	FETCH_DOWN, /* the fetch process is not running */
	FETCH_INTERRUPTED, /* it ended, or was reloaded, in the middle */
};

struct fetch_reply {
	enum fetch_result result;
	int http_status;
	const char *content_type; /* "" if none; valid during the callback */
	unsigned int retry_after_s; /* 0: not stated */
	const char *body;
	size_t body_length;
	int64_t elapsed_us;
};

typedef void fetch_done(const struct fetch_reply *reply, void *argument);

/*
 * Forks and executes /proc/self/exe in the role `fetch` with the same
 * configuration file; must be called before privileges are dropped. After the
 * drop it is not possible to start it again as root, so a fetch that dies is
 * started anew with decide's own rights (the secrets must then be readable by
 * the daemon's user, or be a systemd credential); with back-off.
 */
enum status fetcher_start(struct event_base *base, const struct config *c,
    struct fetcher **ret);
void fetcher_stop(struct fetcher *f); /* NULL is fine; waits for the child */
bool fetcher_running(const struct fetcher *f);
unsigned int fetcher_restarts(const struct fetcher *f);

/*
 * Asks. `form` is the body for POST slots (wiped by the caller). Returns an id
 * > 0; `done` runs exactly once, later, never from inside this call, unless
 * fetcher_cancel(id) came before.
 */
uint32_t fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *issuer, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
void fetcher_cancel(struct fetcher *f, uint32_t id);

/* The child reads the file again; `done(ok, text)` when it has. The old
 * configuration stays in force in the child unless ok. */
typedef void fetch_reloaded(bool ok, const char *text, void *argument);
void fetcher_reload(struct fetcher *f, fetch_reloaded *done, void *argument);

/* main() of the role: never returns to the caller but with an exit code. */
int fetch_main(int channel_fd, const char *config_path);

#endif
