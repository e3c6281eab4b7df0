/* SPDX-License-Identifier: ISC */
/* The key set of an issuer that signs: which keys would verify, which not. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "introspect.h"
#include "issuer_trial.h"
#include "scopegate/cleanup.h"

struct left_out {
	char text[768]; /* each with why; cut where they are many */
	size_t count;
};

static void
note_left_out(void *context, size_t index, const char *kid, const char *why)
{
	struct left_out *l = context;

	size_t used = strlen(l->text);

	(void)snprintf(l->text + used, sizeof(l->text) - used,
	    "%skey %zu%s%.64s%s: %s", l->count++ > 0 ? "; " : "", index + 1,
	    kid != NULL ? " (kid " : "", kid != NULL ? kid : "",
	    kid != NULL ? ")" : "", why);
}

static void
tell_keys(struct trial *t, const struct jwks *keys, const struct left_out *l)
{
	char names[256] = "";

	for (size_t i = 0; i < keys->count; i++) {
		size_t used = strlen(names);

		(void)snprintf(names + used, sizeof(names) - used, " %s",
		    keys->keys[i].algorithm->name);
	}
	if (keys->count == 0)
		trial_fail(t, "keys",
		    "publish a key that fits `jwt_algorithms`",
		    "no key can be used%s%s",
		    l->count > 0 ? ", " : ": the set is empty", l->text);
	else
		findings_add(&t->findings, FINDING_OK, "keys", NULL,
		    "%zu to verify by:%s%s%s", keys->count, names,
		    l->count > 0 ? "; left out: " : "", l->text);
}

static bool
is_key_set(const struct fetch_reply *reply)
{
	static const char type[] = "application/jwk-set+json";

	return answer_is_json(reply) ||
	       strncasecmp(reply->content_type, type, sizeof(type) - 1) == 0;
}

void
trial_keys(struct trial *t)
{
	_cleanup_(jwks_freep) struct jwks *keys = NULL;
	const struct signing *signing = &t->issuer->signing;
	const char *url = issuer_endpoint(&t->endpoints, ENDPOINT_JWKS);
	struct left_out left_out = {.count = 0};
	const struct jwks_listener listener = {note_left_out, &left_out};
	struct inspection i;
	const char *why = NULL;

	if (!issuer_needs_keys(t->issuer))
		return;
	if (signing->static_keys != NULL) {
		findings_add(&t->findings, FINDING_OK, "keys", NULL,
		    "%zu, of %s", signing->static_keys->count,
		    signing->jwks_file);
		return;
	}
	if (url == NULL || !trial_ask(t, "keys", FETCH_JWKS, url, NULL, &i))
		return;
	if (i.reply.http_status != 200)
		trial_fail_status(t, "keys", "jwks_uri", url, &i);
	else if (i.reply.encoded || !is_key_set(&i.reply))
		trial_fail(t, "keys", "correct `jwks_uri`",
		    "%s is %s, no key set", url, i.reply.content_type);
	else if (jwks_read((struct text){i.reply.body, i.reply.body_length},
		     &signing->algorithms, &listener, &keys, &why) != STATUS_OK)
		trial_fail(t, "keys", "correct `jwks_uri`, or mend the server",
		    "%s is no key set: %s", url, why != NULL ? why : "?");
	else
		tell_keys(t, keys, &left_out);
	t->keys = TAKE_PTR(keys);
}
