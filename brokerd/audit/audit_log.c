/* SPDX-License-Identifier: ISC */
/*
 * The audit trail in the store. What is hashed is the record's line without
 * its hash, so that an exported file can be checked with nothing but SHA-256.
 */
#include "audit/audit_log.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "scopegate/conf.h"
#include "scopegate/json.h"

#define AUDIT_LINE_MAX 8192

static void
write_fields(const struct audit_record *r, struct json_writer *w)
{
	char previous[RANDOM_TEXT_SIZE];

	digest_text(&r->previous, previous);
	json_write_integer(w, "seq", r->seq);
	json_write_integer(w, "at", r->at);
	json_write_string(w, "actor", r->actor);
	json_write_string(w, "action", r->action);
	json_write_string(w, "subject", r->subject);
	json_write_string(w, "detail", r->detail);
	json_write_string(w, "previous", previous);
}

enum status
audit_record_hash(const struct audit_record *r, struct digest *ret)
{
	_cleanup_(buf_clear) struct buf line = {0};
	struct json_writer w;

	buf_init(&line, AUDIT_LINE_MAX);
	json_writer_init(&w, &line);
	json_write_begin_object(&w, NULL);
	write_fields(r, &w);
	json_write_end_object(&w);
	if (buf_string(&line) == NULL)
		return line.error;
	return digest_of(line.data, line.length, ret);
}

enum status
audit_record_write(const struct audit_record *r, struct buf *out)
{
	char hash[RANDOM_TEXT_SIZE];
	struct json_writer w;

	digest_text(&r->hash, hash);
	json_writer_init(&w, out);
	json_write_begin_object(&w, NULL);
	write_fields(r, &w);
	json_write_string(&w, "hash", hash);
	json_write_end_object(&w);
	return out->error;
}

enum status
audit_last(struct store *s, struct audit_mark *ret)
{
	_cleanup_(query_done) struct query q = query_start(
	    s, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
	enum status status = query_step(&q);

	if (status != STATUS_OK)
		return status;
	ret->seq = query_column_integer(&q, 0);
	return query_copy_blob(&q, 1, ret->hash.bytes, DIGEST_SIZE);
}

static enum status
copy(const char *text, char ret[AUDIT_TEXT_SIZE])
{
	size_t length = strlen(text);

	if (length >= AUDIT_TEXT_SIZE)
		return STATUS_TOO_BIG;
	memcpy(ret, text, length + 1);
	return STATUS_OK;
}

static enum status
fill(struct store *s, int64_t now, const struct audit_entry *e,
    struct audit_record *r)
{
	struct audit_mark last = {0};
	enum status status = audit_last(s, &last);

	if (status == STATUS_NOT_FOUND)
		status = STATUS_OK;
	r->seq = last.seq + 1;
	r->previous = last.hash;
	r->at = now;
	if (status == STATUS_OK)
		status = copy(e->actor, r->actor);
	if (status == STATUS_OK)
		status = copy(e->action, r->action);
	if (status == STATUS_OK)
		status = copy(e->subject, r->subject);
	if (status == STATUS_OK)
		status = copy(e->detail, r->detail);
	return status == STATUS_OK ? audit_record_hash(r, &r->hash) : status;
}

void
audit_mark_text(const struct audit_mark *m, char ret[AUDIT_MARK_SIZE])
{
	char hash[RANDOM_TEXT_SIZE];

	digest_text(&m->hash, hash);
	(void)snprintf(
	    ret, AUDIT_MARK_SIZE, "%lld %s", (long long)m->seq, hash);
}

enum status
audit_mark_parse(const char *text, struct audit_mark *ret)
{
	const char *hash = strchr(text, ' ');
	struct audit_mark m;
	char seq[24];

	if (hash == NULL || (size_t)(hash - text) >= sizeof(seq))
		return STATUS_MALFORMED;
	memcpy(seq, text, (size_t)(hash - text));
	seq[hash - text] = '\0';
	if (conf_parse_integer(seq, 1, INT64_MAX, &m.seq) != STATUS_OK ||
	    digest_from_text(hash + 1, &m.hash) != STATUS_OK)
		return STATUS_MALFORMED;
	*ret = m;
	return STATUS_OK;
}

static enum status
keep_mark(struct store *s, const struct audit_record *r)
{
	char text[AUDIT_MARK_SIZE];

	audit_mark_text(&(struct audit_mark){r->seq, r->hash}, text);
	return store_setting_set(s, AUDIT_MARK_SETTING, text);
}

enum status
audit_append(struct store *s, int64_t now, const struct audit_entry *e)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    "INSERT INTO audit (seq, at, actor, action, subject, detail,"
	    " previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	struct audit_record r = {0};
	enum status status = fill(s, now, e, &r);

	if (status != STATUS_OK)
		return status;
	query_integer(&q, r.seq);
	query_integer(&q, r.at);
	query_text(&q, r.actor);
	query_text(&q, r.action);
	query_text(&q, r.subject);
	query_text(&q, r.detail);
	query_blob(&q, r.previous.bytes, DIGEST_SIZE);
	query_blob(&q, r.hash.bytes, DIGEST_SIZE);
	status = query_run(&q);
	return status == STATUS_OK ? keep_mark(s, &r) : status;
}
