/* SPDX-License-Identifier: ISC */
/* Signing keys: which there are, and rotating them. */
#include <string.h>

#include "confirm.h"
#include "jose/key_ring.h"
#include "jose/key_store.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

static void
show(struct visit *v, const char *problem)
{
	_cleanup_(rows_freep) struct rows *rows = rows_new();
	struct key_row keys[KEYS_PUBLISHED_MAX];
	size_t count = 0;

	if (rows == NULL ||
	    key_list(v->broker->store, v->now - KEY_RETIRED_SECONDS, keys,
		ELEMENTS(keys), &count) != STATUS_OK) {
		page_failed(v);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		rows_begin(rows);
		rows_text(rows, "id", keys[i].id);
		rows_text(rows, "state", key_state_name(keys[i].state));
		rows_time(rows, "created", keys[i].created);
		rows_time(rows, "activated", keys[i].activated);
		rows_time(rows, "retired", keys[i].retired);
	}
	const struct template_value values[] = {
	    {.name = "problem", .text = problem},
	    ROWS_VALUES("keys", rows),
	    {0},
	};
	operator_show(
	    v, TAB_KEYS, "Signing keys", page_file_operator_keys, values);
}

static void
ask(struct visit *v)
{
	confirm_ask(v, &(struct confirmation){.title = "Rotate the keys?",
			   .text = "The next key signs from now on. A verifier "
				   "that has not fetched the keys since it was "
				   "made refuses new tokens until it does. It "
				   "can be done a few times a day only.",
			   .action = "/operator/keys",
			   .name = "do",
			   .value = "rotate",
			   .button = "Rotate the keys",
			   .back = "/operator/keys",
			   .place = PLACE_OPERATOR});
}

static enum status
rotate(struct visit *v)
{
	_cleanup_(rsa_key_freep) struct rsa_key *fresh = NULL;
	struct store *s = v->broker->store;
	enum status status;

	/* Making a key takes a while; others are answered meanwhile. */
	(void)pthread_mutex_unlock(&v->broker->lock);
	status = rsa_key_generate(&fresh);
	(void)pthread_mutex_lock(&v->broker->lock);
	if (status == STATUS_OK)
		status = key_ring_prepare(s, v->now);
	if (status == STATUS_OK)
		status = key_ring_rotate(
		    s, fresh, v->session.user_name, false, v->now);
	return status;
}

void
page_operator_keys(struct visit *v)
{
	enum status status;

	if (v->request->method == HTTP_GET) {
		if (strcmp(operator_query_text(v, "ask"), "rotate") == 0)
			ask(v);
		else
			show(v, NULL);
		return;
	}
	status = rotate(v);
	if (status == STATUS_OK)
		visit_go(v, "/operator/keys", "keys-rotated");
	else if (status == STATUS_FORBIDDEN)
		show(v,
		    "The keys were rotated less than five minutes ago, so some "
		    "verifiers do not know the next one yet. Wait a while.");
	else if (status == STATUS_BUSY)
		show(v,
		    "The keys were rotated too often within a day. Verifiers "
		    "still need the retired ones; try again tomorrow.");
	else
		page_failed(v);
}
