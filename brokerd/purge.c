/* SPDX-License-Identifier: ISC */
/* One piece after the other, with others answered in between. */
#include "purge.h"

#include "oauth/token_store.h"
#include "push/receiver_store.h"

static enum status
purge_piece(struct broker *b, int64_t now, bool *ret_more)
{
	bool more_tokens = false, more_calls = false;
	enum status status;

	(void)pthread_mutex_lock(&b->lock);
	status = token_store_purge(
	    b->store, now - PURGE_TOKENS_SECONDS, &more_tokens);
	if (status == STATUS_OK)
		status = call_log_purge(b->store, now, &more_calls);
	(void)pthread_mutex_unlock(&b->lock);
	*ret_more = more_tokens || more_calls;
	return status;
}

/* What there are few of. */
static enum status
purge_rest(struct broker *b, int64_t now)
{
	enum status status;

	(void)pthread_mutex_lock(&b->lock);
	status = key_ring_purge(b->store, now);
	if (status == STATUS_OK)
		status = call_log_flush(&b->calls, b->store, now);
	if (status == STATUS_OK)
		status = event_purge(b->store, now - PURGE_EVENTS_SECONDS);
	(void)pthread_mutex_unlock(&b->lock);
	return status;
}

enum status
purge_old(struct broker *b, int64_t now)
{
	bool more = true;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && more)
		status = purge_piece(b, now, &more);
	return status == STATUS_OK ? purge_rest(b, now) : status;
}
