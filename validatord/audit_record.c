/* SPDX-License-Identifier: ISC */
/*
 * The members of a record. Whatever callers and servers send, they fit: a text
 * that is too long stands as its length and digest, never cut. Must never be
 * given an octet of a token.
 */
#include "audit_chain.h"

#include <string.h>

#include "audit.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

/* Octets that each text may take as JSON, quotes not counted; their sum and
 * the fixed members stay below AUDIT_RECORD_MAX (a test shows it). */
#define ROOM_NAME 128u  /* user, service, tty, ruser, policy, issuer */
#define ROOM_PLACE 320u /* rhost, iss, sub, client_id */
#define ROOM_DETAIL (DETAIL_MAX + 64u)
#define ROOM_SCOPES 512u

/* The most that it can become when escaped. */
static size_t
escaped_length(struct text t)
{
	size_t length = 0;

	for (size_t i = 0; i < t.length; i++) {
		unsigned char c = (unsigned char)t.bytes[i];

		if (c < 0x20 || c == 0x7f)
			length += 6;
		else if (c >= 0x80)
			length += 3;
		else
			length += c == '"' || c == '\\' ? 2 : 1;
	}
	return length;
}

static void
write_text(EVP_MD_CTX *digest, struct json_writer *w, const char *name,
    struct text t, size_t room)
{
	char hash[AUDIT_HASH_SIZE + 1];

	if (t.bytes == NULL)
		return;
	if (t.length <= room && escaped_length(t) <= room) {
		json_write_text(w, name, t.bytes, t.length);
		return;
	}
	json_write_begin_object(w, name);
	json_write_integer(w, "octets", (int64_t)t.length);
	if (audit_digest(digest, t.bytes, t.length, hash))
		json_write_string(w, "sha256", hash);
	json_write_end_object(w);
}

/* How the user signed in, where it was not with a token. */
static void
write_sign_in(struct json_writer *w, const struct audit_record *r)
{
	if (r->login_method == LOGIN_BROWSER)
		json_write_string(w, "login", "browser");
	else if (r->login_method == LOGIN_DEVICE)
		json_write_string(w, "login", "device");
	if (r->grant_id != NULL)
		json_write_string(w, "grant", r->grant_id);
}

static void
write_request(
    EVP_MD_CTX *digest, struct json_writer *w, const struct audit_record *r)
{
	const struct reason_row *row = reason_row(r->reason);

	json_write_string(w, "op", r->operation);
	json_write_string(w, "decision", verdict_name(r->verdict));
	json_write_string(w, "reason", row != NULL ? row->name : NULL);
	write_text(digest, w, "service", r->service, ROOM_NAME);
	write_text(digest, w, "user", r->user, ROOM_NAME);
	if (r->has_uid)
		json_write_integer(w, "uid", r->uid);
	write_text(digest, w, "rhost", r->rhost, ROOM_PLACE);
	write_text(digest, w, "tty", r->tty, ROOM_NAME);
	write_text(digest, w, "ruser", r->ruser, ROOM_NAME);
	if (r->ssh_key != NULL)
		json_write_string(w, "ssh_key", r->ssh_key);
	write_text(digest, w, "issuer", text_of(r->issuer), ROOM_NAME);
	write_sign_in(w, r);
}

static void
write_facts(EVP_MD_CTX *digest, struct json_writer *w, const struct facts *f)
{
	write_text(digest, w, "iss", text_of(f->issuer), ROOM_PLACE);
	write_text(digest, w, "sub", text_of(f->subject), ROOM_PLACE);
	write_text(digest, w, "client_id", text_of(f->client_id), ROOM_PLACE);
	write_text(digest, w, "jti", text_of(f->token_id), ROOM_NAME);
	write_text(digest, w, "kid", text_of(f->key_id), ROOM_NAME);
	write_text(digest, w, "env", text_of(f->environment), ROOM_NAME);
}

/* The policy's words that the token has; those that find no room are counted
 * in *left_out. Returns the room left. */
static size_t
write_matched(struct json_writer *w, const struct word_list *wanted,
    const struct word_list *had, size_t room, int64_t *left_out)
{
	for (size_t i = 0; i < wanted->count; i++) {
		size_t need = escaped_length(text_of(wanted->words[i])) + 3;

		if (!word_list_has(had, wanted->words[i]))
			continue;
		if (need > room) {
			(*left_out)++;
			continue;
		}
		json_write_string(w, NULL, wanted->words[i]);
		room -= need;
	}
	return room;
}

/* What the operator wrote that let this decision rest on less. Of a grant of
 * ours nobody had to be asked for whom it is, and where nothing else counts
 * there is nothing to ask. */
static void
write_opt_outs(struct json_writer *w, const struct issuer *issuer,
    const struct facts *facts)
{
	bool ours = (facts != NULL && facts->method == FACTS_GRANT) ||
		    (issuer->validation == VALIDATION_GRANT &&
			!issuer->sign_in.allow_foreign_tokens);
	const struct {
		bool written;
		const char *name;
	} rows[] = {
	    {issuer->audience == NULL && !ours, "audience=none"},
	    {issuer->expiry == NONE, "expiry=none"},
	    {issuer->sign_in.allow_foreign_tokens, "allow_foreign_tokens=yes"},
	};
	bool any = false;

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		any |= rows[i].written;
	if (!any)
		return;
	json_write_begin_array(w, "opt_outs");
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (rows[i].written)
			json_write_string(w, NULL, rows[i].name);
	}
	json_write_end_array(w);
}

static void
write_policy(
    EVP_MD_CTX *digest, struct json_writer *w, const struct audit_record *r)
{
	const struct policy *p = r->policy;
	int64_t left_out = 0;
	size_t room = ROOM_SCOPES;

	write_text(digest, w, "policy", text_of(p->name), ROOM_NAME);
	if (r->facts != NULL && r->facts->scopes_known) {
		json_write_begin_array(w, "scopes_matched");
		room = write_matched(
		    w, &p->require, &r->facts->scopes, room, &left_out);
		(void)write_matched(
		    w, &p->require_any, &r->facts->scopes, room, &left_out);
		json_write_end_array(w);
		if (left_out > 0)
			json_write_integer(w, "scopes_matched_more", left_out);
	}
	if (p->issuer != NULL)
		write_opt_outs(w, p->issuer, r->facts);
}

static void
write_circumstances(
    EVP_MD_CTX *digest, struct json_writer *w, const struct audit_record *r)
{
	static const char *const cache[] = {
	    [CACHE_NONE] = "none",
	    [CACHE_HIT] = "hit",
	    [CACHE_MISS] = "miss",
	    [CACHE_JOINED] = "joined",
	};

	if (r->detail != NULL && r->detail[0] != '\0')
		write_text(
		    digest, w, "detail", text_of(r->detail), ROOM_DETAIL);
	if (r->fingerprint != NULL)
		json_write_string(w, "token", r->fingerprint);
	json_write_string(w, "cache", cache[r->cache]);
	if (r->cache == CACHE_HIT)
		json_write_integer(w, "cache_age_ms", r->cache_age_ms);
	json_write_integer(w, "as_us", r->as_us);
	json_write_integer(w, "total_us", r->total_us);
	json_write_integer(w, "peer_pid", r->peer_pid);
	json_write_integer(w, "peer_uid", r->peer_uid);
}

void
audit_members_write(EVP_MD_CTX *digest, struct json_writer *w,
    const struct audit_record *record)
{
	write_request(digest, w, record);
	if (record->facts != NULL)
		write_facts(digest, w, record->facts);
	if (record->policy != NULL)
		write_policy(digest, w, record);
	write_circumstances(digest, w, record);
}

static void
write_grant_act(
    EVP_MD_CTX *digest, struct json_writer *w, const struct audit_act *act)
{
	write_text(digest, w, "user", act->user, ROOM_NAME);
	if (act->grant_id != NULL)
		json_write_string(w, "grant", act->grant_id);
	if (act->facts == NULL) {
		json_write_integer(w, "grants", act->grants);
		json_write_integer(w, "sign_ins", act->sign_ins);
		return;
	}
	write_text(digest, w, "service", act->service, ROOM_NAME);
	write_text(digest, w, "issuer", text_of(act->issuer), ROOM_NAME);
	write_facts(digest, w, act->facts);
}

void
audit_act_members_write(
    EVP_MD_CTX *digest, struct json_writer *w, const struct audit_act *act)
{
	json_write_string(w, "op", act->operation);
	if (act->kind != NULL) {
		json_write_string(w, "kind", act->kind);
		write_text(digest, w, "value", act->value, ROOM_PLACE);
		write_text(
		    digest, w, "issuer", text_of(act->issuer), ROOM_NAME);
	} else {
		write_grant_act(digest, w, act);
	}
	json_write_integer(w, "peer_pid", act->peer_pid);
	json_write_integer(w, "peer_uid", act->peer_uid);
}
