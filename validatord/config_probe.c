/* SPDX-License-Identifier: ISC */
/*
 * A probe as a whole. What a profile's author could get wrong without seeing it
 * (a token that is sent nowhere, an outage listed as a refusal) is refused when
 * the file is read, not found out by whoever cannot log in.
 */
#include "config_probe.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"
#include "probe_pointer.h"
#include "probe_template.h"
#include "scopegate/cleanup.h"

#define RULES_MAX 32

static const char *
check_url(const char *text)
{
	if (strncmp(text, "https://", 8) != 0 && text[0] != '{')
		return "is no address of an API: write https://HOST/PATH or "
		       "{api_url}/PATH";
	if (strchr(text, '#') != NULL)
		return "holds a fragment, which is never sent: remove it";
	return probe_template_fault(text, PLACE_URL);
}

/* RFC 9110 section 5.6.2. */
static bool
is_field_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return length > 0;
}

/* Those that say where a message goes or ends are made where it is sent. */
static bool
is_framing(const char *text, size_t length)
{
	static const char *const fields[] = {"Host", "Content-Length",
	    "Content-Type", "Transfer-Encoding", "Connection", "Expect", "TE",
	    "Trailer", "Upgrade", "Accept-Encoding", "Proxy-Authorization"};

	for (size_t i = 0; i < ELEMENTS(fields); i++) {
		if (strlen(fields[i]) == length &&
		    strncasecmp(fields[i], text, length) == 0)
			return true;
	}
	return false;
}

static const char *
check_header(const char *text)
{
	const char *colon = strchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;

	if (!is_field_name(text, n) || colon[1] != ' ' || colon[2] == '\0')
		return "is no header field: write NAME: VALUE";
	if (is_framing(text, n))
		return "is a field that is made where the request is sent: "
		       "remove it; a body's type is `content_type`";
	return probe_template_fault(text, PLACE_HEADER);
}

static const char *
check_body(const char *text)
{
	return probe_template_fault(text, PLACE_JSON);
}

static const char *
check_statuses(const char *text)
{
	/* A list that is empty on purpose, where the default is not. */
	if (strcmp(text, "none") == 0)
		return NULL;
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		size_t n = strcspn(p, " \t");

		if (n != 3 || strspn(p, "0123456789") < 3 || *p < '1')
			return "holds what is no HTTP status: write numbers "
			       "of three digits";
		if (*p == '5' || strncmp(p, "429", 3) == 0)
			return "holds 429 or a 5xx, which say nothing of a "
			       "token: such an answer is always unavailable";
		p += n;
	}
	return NULL;
}

static const char *
check_success_statuses(const char *text)
{
	for (const char *p = text; *p != '\0'; p += strspn(p, " \t")) {
		if (*p != '2')
			return "holds a status that is no success: write "
			       "those from 200 to 299";
		p += strcspn(p, " \t");
	}
	return check_statuses(text);
}

/* The orders are those of the enums in config.h. */
static const char *const environments[] = {"any", "paper", "live", NULL};
static const char *const methods[] = {"GET", "POST", NULL};

#define PROBE(member) offsetof(struct probe_draft, probe.member)

/* clang-format off */
const struct conf_option config_probe_options[] = {
	{.name = "env", .type = CONF_CHOICE, .choices = environments,
	    .offset = PROBE(environment), .fallback = "any",
	    .help = "paper or live: what a success shows; any: nothing."},
	{.name = "method", .type = CONF_CHOICE, .choices = methods,
	    .offset = PROBE(method), .fallback = "GET",
	    .help = "GET or POST."},
	{.name = "url", .type = CONF_STRING, .required = true,
	    .offset = PROBE(url), .check = check_url,
	    .help = "The address; {api_url} and {paper_api_url} may begin it."},
	{.name = "header", .type = CONF_STRING, .repeated = true,
	    .offset = PROBE(headers), .check = check_header,
	    .help = "NAME: VALUE, with {token} and {client_id}."},
	{.name = "body", .type = CONF_STRING, .offset = PROBE(body),
	    .check = check_body,
	    .help = "Of a POST, with {token} and {client_id}."},
	{.name = "content_type", .type = CONF_STRING,
	    .offset = PROBE(content_type),
	    .help = "application/json or application/x-www-form-urlencoded."},
	{.name = "ok_status", .type = CONF_WORDS, .fallback = "200",
	    .offset = PROBE(ok_status), .min = 1, .max = 16,
	    .check = check_success_statuses,
	    .help = "Statuses of an answer that is read."},
	{.name = "invalid_status", .type = CONF_WORDS, .fallback = "401",
	    .offset = PROBE(invalid_status), .min = 1, .max = 16,
	    .check = check_statuses,
	    .help = "Statuses that say that the token is dead; or none."},
	{.name = "elsewhere_status", .type = CONF_WORDS,
	    .offset = PROBE(elsewhere_status), .min = 1, .max = 16,
	    .check = check_statuses,
	    .help = "Statuses that say that it lives, but not here."},
	{.name = "elsewhere_text", .type = CONF_STRING,
	    .offset = PROBE(elsewhere_text),
	    .help = "Without this text in the body they do not."},
	{.name = "success", .type = CONF_STRING, .check = probe_rule_fault,
	    .offset = offsetof(struct probe_draft, success),
	    .help = "POINTER == VALUE that a success has in its body."},
	{.name = "subject", .type = CONF_STRING, .check = probe_pointer_fault,
	    .offset = PROBE(subject),
	    .help = "Where the body says whose account it is."},
	{.name = "display", .type = CONF_STRING, .check = probe_pointer_fault,
	    .offset = PROBE(display),
	    .help = "Where it has a number or name to show."},
	{.name = "scopes", .type = CONF_STRING, .check = probe_pointer_fault,
	    .offset = PROBE(scopes),
	    .help = "Where it has the token's scopes."},
	{.name = "expires", .type = CONF_STRING, .check = probe_pointer_fault,
	    .offset = PROBE(expires),
	    .help = "Where it has the token's end, in seconds since 1970."},
	{.name = "require", .type = CONF_STRING, .repeated = true,
	    .offset = offsetof(struct probe_draft, require),
	    .check = probe_rule_fault,
	    .help = "POINTER == VALUE that a good account has."},
	{.name = "refuse", .type = CONF_STRING, .repeated = true,
	    .offset = offsetof(struct probe_draft, refuse),
	    .check = probe_rule_fault,
	    .help = "POINTER == VALUE that no good account has."},
	{.name = NULL},
};
/* clang-format on */

struct probe_draft *
probe_draft_new(const char *name, unsigned int line)
{
	struct probe_draft *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->line = line;
	d->probe.name = strdup(name);
	if (d->probe.name != NULL)
		return d;
	free(d);
	return NULL;
}

static void
rules_clear(struct probe_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		probe_rule_clear(&rules[i]);
	free(rules);
}

void
probe_clear(struct probe *p)
{
	free(p->name);
	free(p->url);
	word_list_clear(&p->headers);
	free(p->body);
	free(p->content_type);
	word_list_clear(&p->ok_status);
	word_list_clear(&p->invalid_status);
	word_list_clear(&p->elsewhere_status);
	free(p->elsewhere_text);
	probe_rule_clear(&p->success);
	free(p->subject);
	free(p->display);
	free(p->scopes);
	free(p->expires);
	rules_clear(p->require, p->require_count);
	rules_clear(p->refuse, p->refuse_count);
	*p = (struct probe){0};
}

void
probe_draft_free(struct probe_draft *d)
{
	if (d == NULL)
		return;
	probe_clear(&d->probe);
	free(d->success);
	word_list_clear(&d->require);
	word_list_clear(&d->refuse);
	free(d);
}

static enum status
parse_rules(const struct word_list *texts, struct probe_rule **ret_rules,
    size_t *ret_count)
{
	enum status s = STATUS_OK;

	if (texts->count == 0)
		return STATUS_OK;
	*ret_rules = calloc(texts->count, sizeof(**ret_rules));
	if (*ret_rules == NULL)
		return STATUS_NOMEM;
	for (size_t i = 0; i < texts->count && s == STATUS_OK; i++) {
		s = probe_rule_parse(texts->words[i], &(*ret_rules)[i]);
		*ret_count += s == STATUS_OK;
	}
	return s;
}

static bool
overlap(const struct word_list *a, const struct word_list *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (word_list_has(b, a->words[i]))
			return true;
	}
	return false;
}

/* Without it the answer would be the same for any token. */
static bool
sends_token(const struct probe *p)
{
	bool sent = p->body != NULL && probe_template_has(p->body, "token");

	for (size_t i = 0; i < p->headers.count; i++)
		sent = sent || probe_template_has(p->headers.words[i], "token");
	return sent;
}

static bool
type_known(const char *type)
{
	return strcmp(type, PROBE_TYPE_JSON) == 0 ||
	       strcmp(type, PROBE_TYPE_FORM) == 0;
}

/* The key that is at fault and why, or NULL. */
static const char *
find_fault(const struct probe_draft *d, const char **ret_key)
{
	const struct probe *p = &d->probe;
	bool texted = p->elsewhere_text != NULL;
	const struct {
		bool fault;
		const char *key, *what;
	} rows[] = {
	    {!sends_token(p), "header",
		"and body have no {token}, so the token would be sent "
		"nowhere: add `header = Authorization: Bearer {token}`"},
	    {(p->body != NULL) != (p->method == PROBE_POST), "body",
		"belongs to `method = POST`, and that to a body: write both "
		"or neither"},
	    {(p->body != NULL) != (p->content_type != NULL), "content_type",
		"says what the body is: write both or neither"},
	    {p->content_type != NULL && !type_known(p->content_type),
		"content_type",
		"is no type that values can be escaped for: write "
		"application/json or application/x-www-form-urlencoded"},
	    {overlap(&p->ok_status, &p->elsewhere_status) ||
		    overlap(&p->ok_status, &p->invalid_status),
		"ok_status",
		"shares a status with invalid_status or elsewhere_status: "
		"remove it from one"},
	    {overlap(&p->elsewhere_status, &p->invalid_status) && !texted,
		"elsewhere_status",
		"and invalid_status share a status, and nothing tells the two "
		"apart: add elsewhere_text or remove it from one"},
	    {texted && p->elsewhere_status.count == 0, "elsewhere_text",
		"is looked for in answers of an elsewhere_status: add one"},
	    {p->subject == NULL && p->scopes == NULL, "subject",
		"and scopes are both missing, so a success would show "
		"nothing: add `subject = POINTER`"},
	    {d->require.count > RULES_MAX || d->refuse.count > RULES_MAX,
		"require", "or refuse stands too often: 32 times is the most"},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (!rows[i].fault)
			continue;
		*ret_key = rows[i].key;
		return rows[i].what;
	}
	return NULL;
}

enum status
config_probe_finish(struct probe_draft *d, const char *path,
    const struct conf_seen *seen, struct conf_error *ret_error)
{
	const char *key, *what = find_fault(d, &key);
	unsigned int line;
	enum status s = STATUS_OK;

	if (what != NULL) {
		line = conf_line_of(seen, d, key);
		conf_error_set(ret_error, path, line != 0 ? line : d->line,
		    "%s %s", key, what);
		return STATUS_INVALID;
	}
	if (d->success != NULL)
		s = probe_rule_parse(d->success, &d->probe.success);
	if (s == STATUS_OK)
		s = parse_rules(
		    &d->require, &d->probe.require, &d->probe.require_count);
	if (s == STATUS_OK)
		s = parse_rules(
		    &d->refuse, &d->probe.refuse, &d->probe.refuse_count);
	return s;
}
