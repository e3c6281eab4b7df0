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
	FETCH_METADATA = 2,   /* GET, no credentials */
	FETCH_TOKEN = 3,      /* POST form with our client authentication; never
	                       * asked twice, since a code is good once */
	FETCH_DEVICE = 4,     /* POST form with our client authentication */
	FETCH_REVOKE = 5,     /* the same */
	FETCH_PROBE = 6, /* a probe of the issuer's: method, header fields and
	                  * body are made in fetch from its templates, the form
	                  * is the token alone */
	FETCH_JWKS = 7,  /* GET, no credentials */
};

#define FETCH_BODY_MAX (128 * 1024)

/* How the exchange ended, before anybody looks at the HTTP answer. */
enum fetch_result {
	FETCH_ANSWERED = 1, /* http_status and body are valid */
	FETCH_UNREACHABLE,  /* resolve, connect, reset */
	FETCH_TIMEOUT,
	FETCH_TLS, /* certificate or handshake */
	FETCH_TOO_LARGE,
	FETCH_REFUSED, /* the URL's origin is not allowed; a bug or an attack */
	FETCH_BUSY,    /* too many in flight for this issuer */
	FETCH_DOWN,    /* the fetch process is not running */
	FETCH_INTERRUPTED, /* it ended, or was reloaded, in the middle */
};

struct fetch_reply {
	enum fetch_result result;
	int http_status;
	const char *content_type; /* "" if none; valid during the callback */
	bool encoded; /* has a Content-Encoding, although none was asked for */
	unsigned int retry_after_s; /* 0: not stated */
	const char *body;
	size_t body_length;
	int64_t elapsed_us;
};

typedef void fetch_done(const struct fetch_reply *reply, void *argument);

/*
 * The role's command line: argv[1] is FETCH_ROLE, argv[2] the configuration's
 * path, nothing else; descriptor FETCH_CHANNEL_FD is the channel. main() looks
 * for it before anything else and returns fetch_main()'s value.
 */
#define FETCH_ROLE "--role=fetch"
#define FETCH_CHANNEL_FD 3

/*
 * Call with privileges dropped and before sandbox_decide(). Forks the starter,
 * a process that only waits for "start a fetch" and then executes
 * /proc/self/exe in the role `fetch`: decide itself can exec nothing later, and
 * a filter that denies AF_INET would be inherited. fetch has the rights of the
 * daemon's user from its first start on, so the secrets must be readable by
 * that user. Waits until the first fetch has read its configuration:
 * STATUS_INVALID when it refuses (it has logged why: exit with 78),
 * STATUS_TIMEOUT, _CLOSED, _IO otherwise. `c` gives the path.
 *
 * A fetch that ends is started again after 100 ms doubling to 5 s. Both
 * processes end with decide; they ignore SIGTERM, SIGINT and SIGHUP, so that a
 * signal to the whole group does not cut off logins that decide still answers.
 */
enum status fetcher_start(
    struct event_base *base, const struct config *c, struct fetcher **ret);
void fetcher_stop(struct fetcher *f); /* NULL is fine; waits for the starter */
bool fetcher_running(const struct fetcher *f);
unsigned int fetcher_restarts(const struct fetcher *f);
/*
 * The starter has ended, so no fetch can be started again. The event loop has
 * been broken (event_base_loopbreak): main() logs it and exits with 1, for the
 * service manager to start all anew.
 */
bool fetcher_broken(const struct fetcher *f);

/*
 * Asks. `form` is the body for POST slots (wiped by the caller). Returns an id
 * > 0; `done` runs exactly once, later, never from inside this call, unless
 * fetcher_cancel(id) came before.
 */
uint32_t fetcher_ask(struct fetcher *f, enum fetch_slot slot,
    const char *issuer, const char *url, const struct secret *form,
    struct deadline deadline, fetch_done *done, void *argument);
/* `probe`: which of the issuer's; the body of FETCH_PROBE is the token. */
uint32_t fetcher_ask_probe(struct fetcher *f, const char *issuer,
    unsigned int probe, const char *url, const struct secret *token,
    struct deadline deadline, fetch_done *done, void *argument);
void fetcher_cancel(struct fetcher *f, uint32_t id);

/* The child reads the file again; `done(ok, text)` when it has. The old
 * configuration stays in force in the child unless ok. */
typedef void fetch_reloaded(bool ok, const char *text, void *argument);
void fetcher_reload(struct fetcher *f, fetch_reloaded *done, void *argument);

/* main() of the role; gives the exit code. Ends when the channel does. */
int fetch_main(int channel_fd, const char *config_path);

#endif
