/* SPDX-License-Identifier: ISC */
/*
 * From an HTTP answer to what it shows. Only what the profile lists is a yes or
 * a no; everything else says that nothing is known, so that a broker's bad day,
 * or something on the way to it, neither lets anybody in nor ends a session.
 */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts_read.h"
#include "introspect.h"
#include "probe_pointer.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

#define EXACT_MAX ((int64_t)1 << 53)

static const char no_subject[] =
    "the answer does not say whose account it is, where the profile's "
    "`subject` points";
static const char odd_text[] =
    "a text of the answer is too long or holds a control character";

void
probe_answer_clear(struct probe_answer *a)
{
	free(a->subject);
	free(a->display);
	word_list_clear(&a->scopes);
	*a = (struct probe_answer){0};
}

/* Sets the result; false, since nothing more is to be read then. */
static bool
conclude(struct probe_answer *a, enum probe_result result, enum reason reason,
    const char *what)
{
	a->result = result;
	a->reason = reason;
	a->what = what;
	return false;
}

static bool
unreadable(struct probe_answer *a, const char *what)
{
	return conclude(a, PROBE_UNAVAILABLE, REASON_AS_ANSWER_MALFORMED, what);
}

static bool
no_memory(struct probe_answer *a)
{
	return conclude(a, PROBE_UNAVAILABLE, REASON_NO_MEMORY, NULL);
}

static bool
status_listed(const struct word_list *l, int status)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", status);
	return word_list_has(l, text);
}

/* A page is for people: it comes from a proxy, a firewall or a maintenance, and
 * its status is not the API's word. */
static bool
is_page(const struct fetch_reply *reply)
{
	static const char *const types[] = {
	    "text/html", "application/xhtml+xml"};

	for (size_t i = 0; i < ELEMENTS(types); i++) {
		if (strncasecmp(
			reply->content_type, types[i], strlen(types[i])) == 0)
			return true;
	}
	return false;
}

/* The text is a hint: with it the listed status says that the token lives. */
static bool
is_elsewhere(const struct probe *p, const struct fetch_reply *reply)
{
	if (!status_listed(&p->elsewhere_status, reply->http_status))
		return false;
	if (p->elsewhere_text == NULL)
		return true;
	return !reply->encoded && reply->body_length > 0 &&
	       memmem(reply->body, reply->body_length, p->elsewhere_text,
		   strlen(p->elsewhere_text)) != NULL;
}

/* true: the body is worth reading. */
static bool
read_status(const struct probe *p, const struct fetch_reply *reply,
    struct probe_answer *a)
{
	const char *what = NULL;
	enum reason reason = answer_arrived(reply, &what);
	int status = reply->http_status;

	if (reason != REASON_NONE)
		return conclude(a, PROBE_UNAVAILABLE, reason, what);
	if (status == 429)
		return conclude(
		    a, PROBE_UNAVAILABLE, REASON_AS_RATE_LIMIT, NULL);
	if (status >= 500 && status <= 599)
		return conclude(a, PROBE_UNAVAILABLE, REASON_AS_ERROR, NULL);
	if (is_page(reply))
		return unreadable(a, "a page came in place of the API's "
				     "answer");
	if (is_elsewhere(p, reply))
		return conclude(a, PROBE_ELSEWHERE, REASON_NONE, NULL);
	if (status_listed(&p->invalid_status, status))
		return conclude(a, PROBE_INVALID, REASON_NONE, NULL);
	if (status_listed(&p->ok_status, status))
		return true;
	return conclude(a, PROBE_UNAVAILABLE, REASON_AS_STATUS_UNEXPECTED,
	    "its status is in none of the profile's lists");
}

static bool
needs_body(const struct probe *p)
{
	return p->success.pointer != NULL || p->subject != NULL ||
	       p->display != NULL || p->scopes != NULL || p->expires != NULL ||
	       p->require_count + p->refuse_count > 0;
}

/* Some APIs have an array at the top. It is made a member of an object, which
 * is what our reader takes; checked alone first, so that it stays one value. */
static enum status
parse_array(const struct fetch_reply *reply, struct json **ret)
{
	_cleanup_(buf_clear) struct buf b;
	const char *why;
	size_t at;

	buf_init_sensitive(&b, FETCH_BODY_MAX + 8);
	if (json_check(reply->body, reply->body_length, true, &why, &at) !=
	    STATUS_OK)
		return STATUS_MALFORMED;
	(void)buf_append_string(&b, "{\"\":");
	(void)buf_append(&b, reply->body, reply->body_length);
	if (buf_append_string(&b, "}") != STATUS_OK)
		return b.error;
	return json_parse(buf_string(&b), b.length, ret, &why);
}

/* NULL: it cannot be read, and the answer says so. */
static const struct json_value *
parse_body(
    const struct fetch_reply *reply, struct json **ret, struct probe_answer *a)
{
	size_t blanks = 0;
	const char *why;
	enum status s;
	bool array;

	if (reply->encoded || !answer_is_json(reply)) {
		(void)unreadable(a, "the body is not application/json, or it "
				    "is compressed");
		return NULL;
	}
	while (blanks < reply->body_length &&
	       strchr(" \t\r\n", reply->body[blanks]) != NULL &&
	       reply->body[blanks] != '\0')
		blanks++;
	array = blanks < reply->body_length && reply->body[blanks] == '[';
	s = array ? parse_array(reply, ret)
		  : json_parse(reply->body, reply->body_length, ret, &why);
	if (s == STATUS_OK)
		return array ? json_get(json_top(*ret), "") : json_top(*ret);
	if (s == STATUS_NOMEM)
		(void)no_memory(a);
	else
		(void)unreadable(a, "the body is not the JSON that we read");
	return NULL;
}

static bool
text_fits(const char *text, size_t most)
{
	size_t n = 0;

	for (; text[n] != '\0' && n <= most; n++) {
		unsigned char c = (unsigned char)text[n];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return n > 0 && n <= most;
}

/* A string, or a whole number as its digits. STATUS_NOT_FOUND: not there. */
static enum status
read_name(const struct json_value *top, const char *pointer, char **ret)
{
	const struct json_value *v = probe_pointer_find(top, pointer);
	const char *text;
	char digits[24];
	int64_t n;

	if (v == NULL || json_type(v) == JSON_NULL)
		return STATUS_NOT_FOUND;
	if (json_type(v) == JSON_NUMBER) {
		if (json_integer(v, 0, EXACT_MAX, &n) != STATUS_OK)
			return STATUS_MALFORMED;
		(void)snprintf(digits, sizeof(digits), "%lld", (long long)n);
		text = digits;
	} else if (json_string(v, &text) != STATUS_OK ||
		   !text_fits(text, NAME_TEXT_MAX)) {
		return STATUS_MALFORMED;
	}
	*ret = strdup(text);
	return *ret != NULL ? STATUS_OK : STATUS_NOMEM;
}

static bool
read_names(
    const struct probe *p, const struct json_value *top, struct probe_answer *a)
{
	enum status s = p->subject != NULL
			    ? read_name(top, p->subject, &a->subject)
			    : STATUS_OK;

	if (s == STATUS_NOMEM)
		return no_memory(a);
	if (s != STATUS_OK)
		return unreadable(
		    a, s == STATUS_NOT_FOUND ? no_subject : odd_text);
	/* It is shown and decides nothing: an odd one is left out. */
	if (p->display != NULL &&
	    read_name(top, p->display, &a->display) == STATUS_NOMEM)
		return no_memory(a);
	return true;
}

static bool
read_rules(
    const struct probe *p, const struct json_value *top, struct probe_answer *a)
{
	static const char unknown[] =
	    "the answer lacks what a `require` or `refuse` of the profile "
	    "asks for, or it is of another type";

	if (p->success.pointer != NULL &&
	    probe_rule_ask(&p->success, top) != PROBE_RULE_HOLDS)
		return conclude(a, PROBE_UNAVAILABLE, REASON_AS_ERROR,
		    "the body does not say that the call succeeded");
	for (size_t i = 0; i < p->require_count + p->refuse_count; i++) {
		bool required = i < p->require_count;
		const struct probe_rule *r =
		    required ? &p->require[i]
			     : &p->refuse[i - p->require_count];
		enum probe_rule_answer answer = probe_rule_ask(r, top);

		if (answer == PROBE_RULE_UNKNOWN)
			return unreadable(a, unknown);
		if ((answer == PROBE_RULE_HOLDS) != required)
			a->result = PROBE_REFUSED;
	}
	return true;
}

static bool
read_expiry(
    const struct probe *p, const struct json_value *top, struct probe_answer *a)
{
	const struct json_value *v =
	    p->expires != NULL ? probe_pointer_find(top, p->expires) : NULL;

	if (v == NULL || json_type(v) == JSON_NULL ||
	    json_numeric_date(v, &a->expires_at) == STATUS_OK)
		return true;
	return unreadable(a, "the expiry in the answer is no number of "
			     "seconds");
}

/* Absent scopes are unknown, which passes no rule. */
static bool
read_scopes(const struct probe *p, const struct issuer *issuer,
    const struct json_value *top, struct probe_answer *a)
{
	const struct json_value *v =
	    p->scopes != NULL ? probe_pointer_find(top, p->scopes) : NULL;
	enum status s;

	if (v == NULL || json_type(v) == JSON_NULL)
		return true;
	s = facts_scopes_read(
	    v, issuer->sign_in.scope_separator == SEPARATOR_COMMA, &a->scopes);
	if (s == STATUS_NOMEM)
		return no_memory(a);
	a->scopes_known = s == STATUS_OK;
	return s == STATUS_OK ||
	       unreadable(a, "the scopes in the answer are none, or too many");
}

void
probe_read(const struct probe *p, const struct issuer *issuer,
    const struct fetch_reply *reply, struct probe_answer *ret)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(probe_answer_clear) struct probe_answer a = {
	    .result = PROBE_VALID};
	const struct json_value *top = NULL;
	bool good = read_status(p, reply, &a);

	if (good && needs_body(p)) {
		top = parse_body(reply, &document, &a);
		good = top != NULL && read_rules(p, top, &a) &&
		       read_names(p, top, &a) && read_expiry(p, top, &a) &&
		       read_scopes(p, issuer, top, &a);
	}
	/* Nothing that is not known to be true leaves here. */
	if (!good)
		*ret = (struct probe_answer){
		    .result = a.result, .reason = a.reason, .what = a.what};
	else
		*ret = a;
	if (good)
		a = (struct probe_answer){0};
}
