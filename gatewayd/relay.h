/* SPDX-License-Identifier: ISC */
/*
 * One exchange with decide over gateway.sock. Whoever asks waits; nothing is
 * kept between exchanges, and any number may run at once.
 */
#ifndef GATEWAYD_RELAY_H
#define GATEWAYD_RELAY_H

#include <pthread.h>
#include <sys/types.h>

#include "counters.h"
#include "scopegate/json.h"
#include "scopegate/log.h"
#include "scopegate/message.h"

#define RELAY_PATH_SIZE 108
#define RELAY_MS 25000 /* a code is exchanged and accounts are probed within */

struct relay {
	char path[RELAY_PATH_SIZE]; /* of gateway.sock */
	char folder[RELAY_PATH_SIZE];
	uid_t started_as; /* effective user when we started */
	struct counters *counters;
	pthread_mutex_t lock; /* of what follows */
	struct log_limit failures;
};

/* STATUS_TOO_BIG: the path does not fit. Call as whom we were started. */
enum status relay_init(struct relay *r, const char *runtime_dir,
    struct counters *counters);

/* What a GATEWAY message carries beside its command. */
struct relay_field {
	enum message_tag tag; /* TAG_NONE ends the list */
	const char *text;     /* NULL: left out */
};

struct relay_answer {
	struct buf packet; /* sensitive */
	struct json *document;
	const struct json_value *top;
	const char *result; /* the member of that name; never NULL if OK */
};

/*
 * STATUS_INVALID: a field is too long or holds what it must not, so decide was
 * not asked. Any other failure: decide cannot be asked now; said in the log.
 */
enum status relay_ask(struct relay *r, const char *command,
    const struct relay_field *fields, struct relay_answer *ret);
void relay_answer_clear(struct relay_answer *a); /* for _cleanup_() */

/* Members of an object; the fallback where one is absent or of another type. */
const char *relay_text(
    const struct json_value *object, const char *name, const char *fallback);
int64_t relay_number(
    const struct json_value *object, const char *name, int64_t fallback);

/* The first element of that array, for json_next(); NULL if there is none. */
const struct json_value *relay_first(
    const struct json_value *object, const char *name);

#endif
