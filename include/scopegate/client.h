/* SPDX-License-Identifier: ISC */
/*
 * The caller's side of the protocol: find the right server, send one request,
 * read one final reply before a deadline; or hold a conversation of several.
 * libc only; starts nothing, installs nothing, keeps no state between calls
 * but what the caller holds. Descriptors are >= 3 and close-on-exec; sends
 * never raise SIGPIPE.
 */
#ifndef SCOPEGATE_CLIENT_H
#define SCOPEGATE_CLIENT_H

#include <sys/types.h>

#include "scopegate/buf.h"
#include "scopegate/deadline.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/* No ACK and no final reply within this time: the daemon is dead or stopped. */
#define CLIENT_ACK_MS 2000

struct client_server {
	const char *path; /* of the socket, absolute */
	uid_t owner; /* who must own it, its folder, and have called listen() */
};

/*
 * One whole exchange. `request` is a finished message; `reply_storage` is an
 * initialised buf (MESSAGE_MAX) that receives the final packet; *ret points
 * into it.
 *
 * The path's folder must belong to server->owner (or root) and be writable by
 * nobody else, the path must be a socket of that owner or of our own effective
 * user, and SO_PEERCRED must name the owner, before a byte is sent: else
 * STATUS_UNTRUSTED.
 * STATUS_ABSENT: no socket, or nobody listens. STATUS_TIMEOUT: no ACK or no
 * answer. STATUS_CLOSED: it went away in the middle. STATUS_MALFORMED: the
 * reply breaks the grammar, has another id, or is no reply to this request.
 * STATUS_VERSION: the daemon speaks another version. STATUS_FORBIDDEN: ERROR
 * reply of another kind (its code is in *ret). One retry, at most 250 ms
 * later, only where nothing has been received yet (absent or closed).
 */
enum status client_call(const struct client_server *server,
    const struct buf *request, struct deadline deadline,
    struct buf *reply_storage, struct message *ret);

/*
 * A connection that the daemon has answered with a PROMPT. Born with
 * CLIENT_NO_CONVERSATION; client_end() is for _cleanup_().
 */
struct client_conversation {
	int fd;      /* -1: none, or it is over */
	uint32_t id; /* of the last request */
};

#define CLIENT_NO_CONVERSATION                                                 \
	{                                                                      \
		-1, 0                                                          \
	}

/*
 * client_call() for a LOGIN_BEGIN, which *c outlives if the reply is a PROMPT;
 * after any other reply, and after a failure, *c is over. `request` of another
 * type: STATUS_INVALID. The deadline is for this reply alone.
 */
enum status client_begin(const struct client_server *server,
    const struct buf *request, struct deadline deadline,
    struct buf *reply_storage, struct message *ret,
    struct client_conversation *c);

/*
 * The next request, a LOGIN_ANSWER, on the same connection: what holds for
 * client_begin() holds here, but nothing is sent twice. The daemon may have
 * ended the conversation meanwhile: its VERDICT or ERROR, under the id of the
 * request before, is then the reply. The earlier reply in `reply_storage` is
 * overwritten. STATUS_INVALID: the conversation is over.
 */
enum status client_answer(struct client_conversation *c,
    const struct buf *request, struct deadline deadline,
    struct buf *reply_storage, struct message *ret);

/* Closes the connection, which cancels what is under way; safe twice. */
void client_end(struct client_conversation *c);

#endif
