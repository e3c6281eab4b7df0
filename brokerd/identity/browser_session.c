/* SPDX-License-Identifier: ISC */
/*
 * Cookies and forms. Only the digest of a cookie is stored, and only once
 * somebody has signed in: asking for pages fills nothing.
 */
#include "identity/browser_session.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

static enum status
set_cookie(struct broker *b, struct http_response *response, const char *cookie)
{
	_cleanup_(buf_clear) struct buf header = {0};

	buf_init_sensitive(&header, 256);
	buf_format(&header,
	    SESSION_COOKIE "=%s; Path=/; HttpOnly; "
			   "SameSite=Lax%s",
	    cookie, b->secure ? "; Secure" : "");
	if (buf_string(&header) == NULL)
		return STATUS_NOMEM;
	http_response_header(response, "Set-Cookie", buf_string(&header));
	return STATUS_OK;
}

static enum status
find_user(struct broker *b, int64_t now, struct browser_session *s)
{
	_cleanup_(query_done) struct query q = query_start(b->store,
	    "SELECT u.id, u.name, s.auth_time, u.operator FROM sessions s"
	    " JOIN users u ON u.id = s.user"
	    " WHERE s.hash = ? AND s.expires > ? AND u.disabled = 0");
	struct digest hash;
	enum status status = digest_of_text(s->cookie, &hash);

	if (status != STATUS_OK)
		return status;
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	query_integer(&q, now);
	status = query_step(&q);
	if (status != STATUS_OK)
		return status;
	status = query_copy_text(&q, 1, s->user_name, sizeof(s->user_name));
	if (status == STATUS_OK) {
		s->user = query_column_integer(&q, 0);
		s->auth_time = query_column_integer(&q, 2);
		s->is_operator = query_column_integer(&q, 3) != 0;
	}
	return status;
}

enum status
browser_session_key(struct store *s, struct digest *ret)
{
	static const char name[] = "form_key";
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char text[RANDOM_TEXT_SIZE] = "";
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = store_setting_get(s, name, text, sizeof(text));
	if (status == STATUS_NOT_FOUND) {
		status = random_text(text);
		if (status == STATUS_OK)
			status = store_setting_set(s, name, text);
	}
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		status = digest_from_text(text, ret);
	explicit_bzero(text, sizeof(text));
	return status;
}

/* No cookie has a blank in it, so nobody's value is a user's. */
static enum status
make_form_token(struct broker *b, const struct browser_session *s,
    int64_t period, char ret[RANDOM_TEXT_SIZE])
{
	char user[64];
	struct digest keyed;
	enum status status;

	(void)snprintf(user, sizeof(user), "user %lld period %lld",
	    (long long)s->user, (long long)period);
	status =
	    digest_keyed(&b->form_key, s->user == 0 ? s->cookie : user, &keyed);
	if (status == STATUS_OK)
		digest_text(&keyed, ret);
	return status;
}

enum status
browser_session_open(struct broker *b, const struct http_request *request,
    struct http_response *response, int64_t now, struct browser_session *ret)
{
	struct browser_session s = {0};
	struct digest ignored;
	enum status status = STATUS_NOT_FOUND;

	if (http_cookie(request, SESSION_COOKIE, s.cookie, sizeof(s.cookie)) &&
	    digest_from_text(s.cookie, &ignored) == STATUS_OK) {
		status = find_user(b, now, &s);
	} else {
		if (random_text(s.cookie) != STATUS_OK ||
		    set_cookie(b, response, s.cookie) != STATUS_OK)
			return STATUS_IO;
	}
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	status = make_form_token(b, &s, now / FORM_SECONDS, s.form_token);
	if (status == STATUS_OK)
		status = make_form_token(
		    b, &s, now / FORM_SECONDS - 1, s.form_token_before);
	if (status != STATUS_OK)
		return status;
	*ret = s;
	browser_session_wipe(&s);
	return STATUS_OK;
}

bool
browser_session_owns_form(
    const struct browser_session *s, const struct http_request *request)
{
	const char *text = form_get(&request->form, "form_token");
	struct digest given, wanted, before;

	return request->form_status == STATUS_OK && text != NULL &&
	       digest_from_text(text, &given) == STATUS_OK &&
	       digest_from_text(s->form_token, &wanted) == STATUS_OK &&
	       digest_from_text(s->form_token_before, &before) == STATUS_OK &&
	       (digest_equal(&given, &wanted) || digest_equal(&given, &before));
}

static enum status
end_session(struct broker *b, const struct browser_session *s)
{
	_cleanup_(query_done) struct query q =
	    query_start(b->store, "DELETE FROM sessions WHERE hash = ?");
	struct digest hash;
	enum status status = digest_of_text(s->cookie, &hash);

	if (status != STATUS_OK)
		return status;
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	return query_run(&q);
}

enum status
browser_session_sign_in(struct broker *b, const struct browser_session *s,
    const struct user *u, int64_t now, struct http_response *response)
{
	_cleanup_(query_done) struct query q = query_start(b->store,
	    "INSERT INTO sessions (hash, user, auth_time, expires)"
	    " VALUES (?, ?, ?, ?)");
	char cookie[RANDOM_TEXT_SIZE];
	struct digest hash;
	enum status status = end_session(b, s);

	if (status == STATUS_OK)
		status = random_text(cookie);
	if (status == STATUS_OK)
		status = digest_of_text(cookie, &hash);
	if (status != STATUS_OK)
		return status;
	query_blob(&q, hash.bytes, DIGEST_SIZE);
	query_integer(&q, u->id);
	query_integer(&q, now);
	query_integer(&q, now + SESSION_SECONDS);
	status = query_run(&q);
	if (status == STATUS_OK)
		status = set_cookie(b, response, cookie);
	explicit_bzero(cookie, sizeof(cookie));
	return status;
}

enum status
browser_session_sign_out(struct broker *b, const struct browser_session *s,
    struct http_response *response)
{
	char cookie[RANDOM_TEXT_SIZE];
	enum status status = end_session(b, s);

	if (status == STATUS_OK)
		status = random_text(cookie);
	return status == STATUS_OK ? set_cookie(b, response, cookie) : status;
}

void
browser_session_wipe(struct browser_session *s)
{
	explicit_bzero(s, sizeof(*s));
}
