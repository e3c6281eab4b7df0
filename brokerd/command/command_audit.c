/* SPDX-License-Identifier: ISC */
/* `brokerd audit ...`: who did what, and whether the record of it is whole. */
#include <stdio.h>
#include <string.h>

#include "audit/audit_read.h"
#include "audit/audit_verify.h"
#include "command/command.h"
#include "command/verbs.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static bool
read_day(const char *option, const char *text, int64_t more, int64_t *ret)
{
	if (text == NULL)
		return true;
	if (audit_day_parse(text, ret) != STATUS_OK) {
		log_error("--%s %s: write a day as 2026-11-26", option, text);
		return false;
	}
	*ret += more;
	return true;
}

static bool
read_filter(const struct verb_request *r, struct audit_filter *ret)
{
	*ret = (struct audit_filter){
	    .actor = r->text[OPTION_ACTOR],
	    .action = r->text[OPTION_ACTION],
	    .subject = r->text[OPTION_SUBJECT],
	};
	return read_day("from", r->text[OPTION_FROM], 0, &ret->from) &&
	       read_day("until", r->text[OPTION_UNTIL], AUDIT_DAY_SECONDS,
		   &ret->until);
}

static bool
print_text(void *context, const struct audit_record *r)
{
	char at[PAGE_TIME_SIZE];

	verb_list_line(context);
	page_time(r->at, at);
	printf("%-6lld  %s  ", (long long)r->seq, at);
	verb_column(r->actor, 16);
	verb_column(r->action, 20);
	verb_column(r->subject, 24);
	verb_column(r->detail, 0);
	putchar('\n');
	return true;
}

static bool
print_json(void *context, const struct audit_record *r)
{
	_cleanup_(buf_clear) struct buf line = {0};

	verb_list_line(context);
	buf_init(&line, 16384);
	if (audit_record_write(r, &line) == STATUS_OK)
		puts(buf_string(&line));
	return line.error == STATUS_OK;
}

/* Piece by piece, so that a running broker can write in between. */
static int
print_all(const struct verb_request *r, audit_taker *take)
{
	char header[128];
	struct verb_list shown = {.request = r, .what = "records"};
	struct audit_filter f;
	int64_t after = 0, next = 0;
	enum status status;

	if (!read_filter(r, &f) ||
	    !verb_number("after", r->text[OPTION_AFTER], &after))
		return EXIT_USAGE;
	(void)snprintf(header, sizeof(header),
	    "%-6s  %-20s  %-16s  %-20s  %-24s  %s", "RECORD", "AT", "ACTOR",
	    "ACTION", "SUBJECT", "DETAIL");
	if (take == print_text)
		shown.header = header;
	do {
		status =
		    audit_scan(r->store, &f, true, after, take, &shown, &next);
		after = next;
	} while (status == STATUS_OK && next != 0);
	return verb_list_end(&shown, status,
	    status == STATUS_MALFORMED
		? "a record is damaged; see `brokerd audit verify`"
		: NULL);
}

static int
list(const struct verb_request *r)
{
	return print_all(r, r->flag[OPTION_JSON] ? print_json : print_text);
}

static int export(const struct verb_request *r)
{
	return print_all(r, print_json);
}

static int
verify(const struct verb_request *r)
{
	const char *text = r->text[OPTION_MARK];
	char mark[AUDIT_MARK_SIZE];
	struct audit_mark noted;
	struct audit_check c;
	enum status status;

	if (text != NULL && audit_mark_parse(text, &noted) != STATUS_OK) {
		log_error(
		    "--mark %s: give what verify printed as the end", text);
		return EXIT_USAGE;
	}
	status = audit_verify(r->store, 0, text == NULL ? NULL : &noted, &c);
	if (status != STATUS_OK)
		return verb_end("audit", status, NULL);
	if (c.fault != AUDIT_INTACT) {
		printf("record %lld: %s\n", (long long)c.at,
		    audit_fault_text(c.fault));
		return EXIT_REFUSED;
	}
	audit_mark_text(&c.last, mark);
	printf("%lld records are in their places and unaltered\nend %s\n",
	    (long long)c.count, mark);
	return EXIT_SUCCESS;
}

#define FILTERS                                                                \
	(TAKES(ACTOR) | TAKES(ACTION) | TAKES(SUBJECT) | TAKES(FROM) |         \
	    TAKES(UNTIL) | TAKES(AFTER))

static const struct verb verbs[] = {
    {.name = "list",
	.run = list,
	.takes = FILTERS | TAKES(JSON),
	.help = "records, the oldest first; --action: how it begins"},
    {.name = "export",
	.run = export,
	.takes = FILTERS,
	.help = "the same as JSON lines that carry their hashes"},
    {.name = "verify",
	.run = verify,
	.takes = TAKES(MARK),
	.help = "whether all records are there; --mark: an end noted before"},
    {0},
};
const struct noun noun_audit = {"audit", verbs};
