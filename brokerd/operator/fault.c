/* SPDX-License-Identifier: ISC */
/* The fault menu in the store: one setting, a line for each fault. */
#include "operator/fault.h"

#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define FAULT_SETTING "faults"
#define FAULT_SETTING_MAX 2048

static const struct {
	const char *name, *words;
} kinds[] =
    {
#define X(name, text, words) {text, words},
	FAULT_KIND_LIST(X)
#undef X
},
  targets[] = {
#define X(name, text, words) {text, words},
      FAULT_TARGET_LIST(X)
#undef X
};

const char *
fault_kind_name(enum fault_kind k)
{
	return kinds[k].name;
}

const char *
fault_kind_words(enum fault_kind k)
{
	return kinds[k].words;
}

const char *
fault_target_name(enum fault_target t)
{
	return targets[t].name;
}

const char *
fault_target_words(enum fault_target t)
{
	return targets[t].words;
}

enum status
fault_kind_parse(const char *name, enum fault_kind *ret)
{
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*ret = (enum fault_kind)i;
			return STATUS_OK;
		}
	}
	return STATUS_INVALID;
}

enum status
fault_target_parse(const char *name, enum fault_target *ret)
{
	for (size_t i = 0; i < ELEMENTS(targets); i++) {
		if (strcmp(targets[i].name, name) == 0) {
			*ret = (enum fault_target)i;
			return STATUS_OK;
		}
	}
	return STATUS_INVALID;
}

void
fault_wait_text(const struct fault *f, char ret[FAULT_WAIT_SIZE])
{
	bool whole = f->wait_ms % 1000 == 0;

	if (f->kind != FAULT_SLOW && f->kind != FAULT_TOO_MANY)
		ret[0] = '\0';
	else
		(void)snprintf(ret, FAULT_WAIT_SIZE, "%lld%s",
		    (long long)(whole ? f->wait_ms / 1000 : f->wait_ms),
		    whole ? "s" : "ms");
}

void
fault_text(const struct fault *f, char ret[FAULT_TEXT_SIZE])
{
	char wait[FAULT_WAIT_SIZE], next[40] = "every request";

	fault_wait_text(f, wait);
	if (f->left > 0)
		(void)snprintf(next, sizeof(next), "the next %lld request%s",
		    (long long)f->left, f->left == 1 ? "" : "s");
	(void)snprintf(ret, FAULT_TEXT_SIZE, "%s on %s,%s%s%s %s",
	    kinds[f->kind].name, targets[f->target].name,
	    wait[0] == '\0' ? "" : " ", wait, wait[0] == '\0' ? "" : ",", next);
}

/* "KIND TARGET WAIT LEFT" */
static enum status
read_line(char *line, struct fault *ret)
{
	const char *words[4] = {0};

	for (size_t i = 0; i < ELEMENTS(words); i++) {
		words[i] = strsep(&line, " ");
		if (words[i] == NULL)
			return STATUS_MALFORMED;
	}
	if (line != NULL ||
	    fault_kind_parse(words[0], &ret->kind) != STATUS_OK ||
	    fault_target_parse(words[1], &ret->target) != STATUS_OK ||
	    conf_parse_integer(words[2], 0, FAULT_WAIT_MAX_MS, &ret->wait_ms) !=
		STATUS_OK ||
	    conf_parse_integer(words[3], 0, FAULT_NEXT_MAX, &ret->left) !=
		STATUS_OK)
		return STATUS_MALFORMED;
	return STATUS_OK;
}

enum status
fault_list_read(struct store *s, struct fault_list *ret)
{
	char text[FAULT_SETTING_MAX], *rest = text, *line;
	enum status status =
	    store_setting_get(s, FAULT_SETTING, text, sizeof(text));

	ret->count = 0;
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		if (ret->count == ELEMENTS(ret->rows) ||
		    read_line(line, &ret->rows[ret->count]) != STATUS_OK) {
			ret->count = 0;
			return STATUS_MALFORMED;
		}
		ret->count++;
	}
	return STATUS_OK;
}

static enum status
write_list(struct store *s, const struct fault_list *l)
{
	_cleanup_(buf_clear) struct buf text = {0};

	buf_init(&text, FAULT_SETTING_MAX - 1);
	for (size_t i = 0; i < l->count; i++) {
		const struct fault *f = &l->rows[i];

		buf_format(&text, "%s %s %lld %lld\n", kinds[f->kind].name,
		    targets[f->target].name, (long long)f->wait_ms,
		    (long long)f->left);
	}
	if (buf_string(&text) == NULL)
		return text.error;
	return store_setting_set(s, FAULT_SETTING, buf_string(&text));
}

static enum status
note(struct store *s, const char *actor, const char *detail, int64_t now)
{
	return audit_append(s, now,
	    &(struct audit_entry){actor, "fault.set", "faults", detail});
}

enum status
fault_set(
    struct store *s, const struct fault *f, const char *actor, int64_t now)
{
	struct fault_list l;
	char text[FAULT_TEXT_SIZE];
	size_t at = 0;
	enum status status;

	if (f->wait_ms < 0 || f->wait_ms > FAULT_WAIT_MAX_MS || f->left < 0 ||
	    f->left > FAULT_NEXT_MAX)
		return STATUS_INVALID;
	status = fault_list_read(s, &l);
	/* What cannot be read strikes nobody; it makes room. */
	if (status != STATUS_OK && status != STATUS_MALFORMED)
		return status;
	while (at < l.count &&
	       (l.rows[at].kind != f->kind || l.rows[at].target != f->target))
		at++;
	if (at == l.count)
		l.count++;
	l.rows[at] = *f;
	fault_text(f, text);
	status = write_list(s, &l);
	return status == STATUS_OK ? note(s, actor, text, now) : status;
}

enum status
fault_clear(struct store *s, const char *actor, int64_t now)
{
	static const struct fault_list none;
	enum status status = write_list(s, &none);

	return status == STATUS_OK ? note(s, actor, "cleared", now) : status;
}

/* Which endpoints is this path among? */
static bool
is_among(enum fault_target target, const char *path)
{
	static const struct {
		enum fault_target target;
		const char *start;
	} paths[] = {
	    {FAULT_ON_TOKEN, "/oauth/token"},
	    {FAULT_ON_INTROSPECT, "/oauth/introspect"},
	    {FAULT_ON_API, "/v2/"},
	    {FAULT_ON_API, "/paper/v2/"},
	};

	/* What pages need is for people: the menu has to stay usable. */
	if (target == FAULT_ON_ALL)
		return strcmp(path, "/style.css") != 0 &&
		       strcmp(path, "/icon.svg") != 0;
	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		const char *start = paths[i].start;
		size_t length = strlen(start);

		if (paths[i].target == target &&
		    strncmp(path, start, length) == 0 &&
		    (start[length - 1] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}

enum status
fault_strike(struct store *s, const char *path, struct fault_list *ret)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct fault_list before, after = {0};
	enum status status;

	ret->count = 0;
	status = transaction_write(s, &t);
	if (status == STATUS_OK)
		status = fault_list_read(s, &before);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < before.count; i++) {
		struct fault f = before.rows[i];

		if (is_among(f.target, path)) {
			ret->rows[ret->count++] = f;
			if (f.left == 1)
				continue;
			if (f.left > 1)
				f.left--;
		}
		after.rows[after.count++] = f;
	}
	if (ret->count > 0)
		status = write_list(s, &after);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}
