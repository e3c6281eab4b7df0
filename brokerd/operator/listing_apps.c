/* SPDX-License-Identifier: ISC */
/* Lists of apps. Names and client ids are ASCII, and '~' sorts behind all that
 * they may hold: "p" and "p~" enclose what begins with p. */
#include <string.h>

#include "operator/listing.h"
#include "scopegate/cleanup.h"

#define LINE_SELECT                                                            \
	"SELECT a.id, a.submitted, (SELECT count(*) FROM review_votes v"       \
	" JOIN users o ON o.id = v.reviewer WHERE v.app = a.id"                \
	" AND v.round = a.review_round AND v.approve = 1 AND o.operator = 1"   \
	" AND o.disabled = 0 AND o.id <> coalesce(a.owner, 0)),"               \
	" a.client_id, a.title, coalesce(u.name, ''), a.state, a.enabled"

static enum status
read_line(struct query *q, struct app_line *ret)
{
	ret->id = query_column_integer(q, 0);
	ret->submitted = query_column_integer(q, 1);
	ret->approvals = query_column_integer(q, 2);
	ret->enabled = query_column_integer(q, 7) != 0;
	if (query_copy_text(q, 3, ret->client_id, sizeof(ret->client_id)) !=
		STATUS_OK ||
	    query_copy_text(q, 4, ret->title, sizeof(ret->title)) !=
		STATUS_OK ||
	    query_copy_text(q, 5, ret->owner, sizeof(ret->owner)) !=
		STATUS_OK ||
	    app_state_parse(query_column_text(q, 6), &ret->state) != STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

static enum status
read_lines(struct query *q, struct app_line *ret, size_t max, size_t *ret_count)
{
	size_t count = 0;
	enum status status = STATUS_NOT_FOUND;

	query_integer(q, (int64_t)max);
	while (count < max && (status = query_step(q)) == STATUS_OK) {
		status = read_line(q, &ret[count++]);
		if (status != STATUS_OK)
			return status;
	}
	if (count < max && status != STATUS_NOT_FOUND)
		return status;
	*ret_count = count;
	return STATUS_OK;
}

static enum status
lines_by_client(struct store *s, const struct app_filter *f, int64_t after,
    struct app_line *ret, size_t max, size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    LINE_SELECT " FROM apps a LEFT JOIN users u ON u.id = a.owner"
			" WHERE a.client_id >= ?1 AND a.client_id < ?1 || '~'"
			" AND a.client_id > coalesce((SELECT b.client_id"
			" FROM apps b WHERE b.id = ?2), '')"
			" AND a.deleted = 0 AND (?3 = '' OR a.state = ?3)"
			" ORDER BY a.client_id LIMIT ?4");

	query_text(&q, f->client);
	query_integer(&q, after);
	query_text(&q, f->state);
	return read_lines(&q, ret, max, ret_count);
}

static enum status
lines_by_owner(struct store *s, const struct app_filter *f, int64_t after,
    struct app_line *ret, size_t max, size_t *ret_count)
{
	/* CROSS JOIN: people first, so that the order comes from indexes. */
	_cleanup_(query_done) struct query q = query_start(s,
	    LINE_SELECT " FROM users u CROSS JOIN apps a ON a.owner = u.id"
			" WHERE u.name >= ?1 AND u.name < ?1 || '~'"
			" AND (u.name, a.id) > (coalesce((SELECT w.name"
			" FROM apps b JOIN users w ON w.id = b.owner"
			" WHERE b.id = ?2), ''), ?2)"
			" AND a.deleted = 0 AND (?3 = '' OR a.state = ?3)"
			" ORDER BY u.name, a.id LIMIT ?4");

	query_text(&q, f->owner);
	query_integer(&q, after);
	query_text(&q, f->state);
	return read_lines(&q, ret, max, ret_count);
}

static enum status
lines_by_state(struct store *s, const struct app_filter *f, int64_t after,
    struct app_line *ret, size_t max, size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    LINE_SELECT " FROM apps a LEFT JOIN users u ON u.id = a.owner"
			" WHERE a.state = ? AND a.id > ? AND a.deleted = 0"
			" ORDER BY a.id LIMIT ?");

	query_text(&q, f->state);
	query_integer(&q, after);
	return read_lines(&q, ret, max, ret_count);
}

static enum status
lines_of_all(struct store *s, int64_t after, struct app_line *ret, size_t max,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    LINE_SELECT " FROM apps a LEFT JOIN users u ON u.id = a.owner"
			" WHERE a.id > ? AND a.deleted = 0"
			" ORDER BY a.id LIMIT ?");

	query_integer(&q, after);
	return read_lines(&q, ret, max, ret_count);
}

enum status
app_lines(struct store *s, const struct app_filter *f, int64_t after,
    struct app_line *ret, size_t max, size_t *ret_count)
{
	const struct app_filter given = {
	    .state = f->state == NULL ? "" : f->state,
	    .client = f->client == NULL ? "" : f->client,
	    .owner = f->owner == NULL ? "" : f->owner,
	};

	if (given.client[0] != '\0')
		return lines_by_client(s, &given, after, ret, max, ret_count);
	if (given.owner[0] != '\0')
		return lines_by_owner(s, &given, after, ret, max, ret_count);
	if (given.state[0] != '\0')
		return lines_by_state(s, &given, after, ret, max, ret_count);
	return lines_of_all(s, after, ret, max, ret_count);
}

enum status
app_queue(struct store *s, int64_t after, struct app_line *ret, size_t max,
    size_t *ret_count)
{
	_cleanup_(query_done) struct query q = query_start(s,
	    LINE_SELECT " FROM apps a INDEXED BY apps_in_review"
			" LEFT JOIN users u ON u.id = a.owner"
			" WHERE a.state = 'submitted' AND a.deleted = 0"
			" AND (a.submitted, a.id) > (coalesce((SELECT"
			" b.submitted FROM apps b WHERE b.id = ?1), 0), ?1)"
			" ORDER BY a.submitted, a.id LIMIT ?2");

	query_integer(&q, after);
	return read_lines(&q, ret, max, ret_count);
}

enum status
app_count(struct store *s, const char *state, int64_t *ret)
{
	_cleanup_(query_done) struct query q =
	    query_start(s, "SELECT count(*) FROM (SELECT 1 FROM apps"
			   " WHERE state = ? AND deleted = 0 LIMIT ?)");

	query_text(&q, state);
	query_integer(&q, LISTING_COUNT_MAX);
	return query_number(&q, ret);
}
