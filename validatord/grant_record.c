/* SPDX-License-Identifier: ISC */
#include "grant_record.h"

#include <stdlib.h>
#include <string.h>

#include "facts_read.h"
#include "scopegate/cleanup.h"

/*
 * Writing and reading, in the same order and with the same words. What is read
 * was sealed by us, and yet nothing of it is believed beyond its bounds.
 */

#define RECORD_VERSION 2
#define RECORD_UNTIMED 1 /* lacks replaced_at */
#define ABSENT 0xffffffffu

static void
write_text(struct buf *b, const char *bytes, size_t length)
{
	(void)buf_append_u32(b, bytes != NULL ? (uint32_t)length : ABSENT);
	if (bytes != NULL && length > 0)
		(void)buf_append(b, bytes, length);
}

static void
write_string(struct buf *b, const char *s)
{
	write_text(b, s, s != NULL ? strlen(s) : 0);
}

static void
write_secret(struct buf *b, const struct secret *s)
{
	write_text(b, s->bytes != NULL ? s->bytes : "", s->length);
}

static void
write_time(struct buf *b, int64_t t)
{
	(void)buf_append_u32(b, (uint32_t)((uint64_t)t >> 32));
	(void)buf_append_u32(b, (uint32_t)((uint64_t)t & 0xffffffffu));
}

static void
write_words(struct buf *b, const struct word_list *l)
{
	(void)buf_append_u32(b, (uint32_t)l->count);
	for (size_t i = 0; i < l->count; i++)
		write_string(b, l->words[i]);
}

static void
write_facts(struct buf *b, const struct facts *f)
{
	write_string(b, f->issuer);
	write_string(b, f->subject);
	write_string(b, f->client_id);
	write_string(b, f->token_type);
	write_string(b, f->environment);
	(void)buf_append_byte(b, f->scopes_known);
	write_words(b, &f->scopes);
	write_time(b, f->expires_at);
	write_time(b, f->issued_at);
	write_time(b, f->auth_time);
	write_time(b, f->checked_at);
	(void)buf_append_u32(b, (uint32_t)f->claim_count);
	for (size_t i = 0; i < f->claim_count; i++) {
		write_string(b, f->claims[i].name);
		write_words(b, &f->claims[i].values);
		(void)buf_append_byte(b, f->claims[i].is_string);
	}
}

enum status
grant_record_write(const struct grant_record *r, struct buf *ret)
{
	const struct grant *g = r->grant;
	size_t start = ret->length;

	(void)buf_append_byte(ret, RECORD_VERSION);
	write_string(ret, g->issuer);
	write_secret(ret, &g->token);
	write_secret(ret, &g->refresh_token);
	write_string(ret, g->api_base);
	write_string(ret, g->local_user);
	write_string(ret, g->service);
	write_time(ret, g->made_at);
	write_time(ret, g->verified_at);
	write_time(ret, g->ends_at);
	(void)buf_append_byte(ret, g->ended);
	write_time(ret, r->ended_at);
	write_text(ret, (const char *)r->earlier,
	    r->earlier_count * GRANT_DIGEST_SIZE);
	write_time(ret, r->replaced_at);
	write_facts(ret, g->facts);
	while (ret->error == STATUS_OK &&
	       (ret->length - start) % GRANT_RECORD_CLASS != 0)
		(void)buf_append_byte(ret, 0);
	return ret->error;
}

/* What is left to read; the first error stays. */
struct reader {
	const uint8_t *at, *end;
	enum status error;
};

static const uint8_t *
take(struct reader *r, size_t size)
{
	const uint8_t *at = r->at;

	if (r->error == STATUS_OK && (size_t)(r->end - r->at) < size)
		r->error = STATUS_MALFORMED;
	if (r->error != STATUS_OK)
		return NULL;
	r->at += size;
	return at;
}

static uint32_t
read_u32(struct reader *r)
{
	const uint8_t *at = take(r, 4);

	return at == NULL ? 0
			  : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
				(uint32_t)at[2] << 8 | at[3];
}

static bool
read_flag(struct reader *r)
{
	const uint8_t *at = take(r, 1);

	return at != NULL && *at != 0;
}

static int64_t
read_time(struct reader *r)
{
	uint64_t high = read_u32(r);

	return (int64_t)(high << 32 | read_u32(r));
}

static struct text
read_text(struct reader *r)
{
	uint32_t length = read_u32(r);

	if (length == ABSENT || r->error != STATUS_OK)
		return (struct text){0};
	return (struct text){
	    .bytes = (const char *)take(r, length), .length = length};
}

static void
read_string(struct reader *r, char **ret)
{
	struct text t = read_text(r);

	if (t.bytes == NULL || r->error != STATUS_OK)
		return;
	*ret = strndup(t.bytes, t.length);
	if (*ret == NULL)
		r->error = STATUS_NOMEM;
}

static void
read_into(struct reader *r, char *ret, size_t size)
{
	struct text t = read_text(r);

	if (r->error == STATUS_OK && (t.bytes == NULL || t.length >= size))
		r->error = STATUS_MALFORMED;
	if (r->error != STATUS_OK)
		return;
	memcpy(ret, t.bytes, t.length);
	ret[t.length] = '\0';
}

static void
read_secret(struct reader *r, struct secret *ret)
{
	struct text t = read_text(r);

	if (r->error == STATUS_OK && t.length > 0)
		r->error = secret_set(ret, t.bytes, t.length);
}

static void
read_words(struct reader *r, struct word_list *ret)
{
	uint32_t count = read_u32(r);

	for (uint32_t i = 0; i < count && r->error == STATUS_OK; i++) {
		struct text t = read_text(r);

		if (r->error == STATUS_OK)
			r->error = t.bytes == NULL
				       ? STATUS_MALFORMED
				       : word_list_add(ret, t.bytes, t.length);
	}
}

static void
read_claims(struct reader *r, struct facts *f)
{
	uint32_t count = read_u32(r);

	if (r->error == STATUS_OK && count > JSON_MEMBERS_MAX)
		r->error = STATUS_MALFORMED;
	if (r->error != STATUS_OK || count == 0)
		return;
	f->claims = calloc(count, sizeof(*f->claims));
	if (f->claims == NULL)
		r->error = STATUS_NOMEM;
	for (uint32_t i = 0; i < count && r->error == STATUS_OK; i++) {
		struct claim *c = &f->claims[f->claim_count++];

		read_string(r, &c->name);
		read_words(r, &c->values);
		c->is_string = read_flag(r);
		if (r->error == STATUS_OK && c->name == NULL)
			r->error = STATUS_MALFORMED;
	}
}

static void
read_facts(struct reader *r, struct facts *f)
{
	f->method = FACTS_GRANT;
	f->active = true;
	read_string(r, &f->issuer);
	read_string(r, &f->subject);
	read_string(r, &f->client_id);
	read_string(r, &f->token_type);
	read_string(r, &f->environment);
	f->scopes_known = read_flag(r);
	read_words(r, &f->scopes);
	f->expires_at = read_time(r);
	f->issued_at = read_time(r);
	f->auth_time = read_time(r);
	f->checked_at = read_time(r);
	read_claims(r, f);
}

static void
read_earlier(struct reader *r, struct grant_record *ret)
{
	struct text t = read_text(r);

	if (r->error == STATUS_OK && (t.length % GRANT_DIGEST_SIZE != 0 ||
					 t.length > sizeof(ret->earlier)))
		r->error = STATUS_MALFORMED;
	if (r->error != STATUS_OK || t.length == 0)
		return;
	memcpy(ret->earlier, t.bytes, t.length);
	ret->earlier_count = t.length / GRANT_DIGEST_SIZE;
}

static void
read_grant(struct reader *r, uint8_t version, struct grant_record *ret)
{
	struct grant *g = ret->grant;

	read_string(r, &g->issuer);
	read_secret(r, &g->token);
	read_secret(r, &g->refresh_token);
	read_string(r, &g->api_base);
	read_into(r, g->local_user, sizeof(g->local_user));
	read_into(r, g->service, sizeof(g->service));
	g->made_at = read_time(r);
	g->verified_at = read_time(r);
	g->ends_at = read_time(r);
	g->ended = read_flag(r);
	ret->ended_at = read_time(r);
	read_earlier(r, ret);
	if (version != RECORD_UNTIMED)
		ret->replaced_at = read_time(r);
	read_facts(r, g->facts);
	if (r->error == STATUS_OK &&
	    (g->issuer == NULL || g->token.length == 0))
		r->error = STATUS_MALFORMED;
}

enum status
grant_record_read(struct text octets, struct grant_record *ret)
{
	_cleanup_(grant_freep) struct grant *g = grant_new();
	struct grant_record record = {.grant = g};
	struct reader r = {.at = (const uint8_t *)octets.bytes,
	    .end = (const uint8_t *)octets.bytes + octets.length};
	const uint8_t *version = take(&r, 1);

	if (g == NULL)
		return STATUS_NOMEM;
	if (version == NULL ||
	    (*version != RECORD_VERSION && *version != RECORD_UNTIMED))
		return STATUS_MALFORMED;
	read_grant(&r, *version, &record);
	if (r.error != STATUS_OK)
		return r.error;
	*ret = record;
	g = NULL;
	return STATUS_OK;
}
