/* SPDX-License-Identifier: ISC */
/* grants: who signed in with the broker, what was granted, and its end. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "grant_list.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

#define CELL_MAX 64
#define SCOPES_SHOWN 160

enum column { ID, USER, ISSUER, ENV, ACCOUNT, STATE, MADE, ENDS, COLUMNS };

static const char *const titles[COLUMNS] = {[ID] = "GRANT",
    [USER] = "USER",
    [ISSUER] = "ISSUER",
    [ENV] = "ENV",
    [ACCOUNT] = "ACCOUNT",
    [STATE] = "STATE",
    [MADE] = "MADE",
    [ENDS] = "ENDS"};

static void
write_time(
    const struct json_value *grant, const char *name, char *ret, size_t size)
{
	time_t at = (time_t)member_number(grant, name);
	struct tm tm;

	if (at == 0 || gmtime_r(&at, &tm) == NULL ||
	    strftime(ret, size, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
		(void)snprintf(ret, size, "never");
}

static const char *
or_dash(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : "-";
}

/* Cells that are too long end in "..": the whole is in `grants show`. */
static void
fill_row(const struct json_value *grant, char cells[COLUMNS][CELL_MAX])
{
	const struct {
		enum column column;
		const char *text;
	} rows[] = {
	    {ID, member_text(grant, "id", NULL)},
	    {USER, member_text(grant, "user", NULL)},
	    {ISSUER, member_text(grant, "issuer", NULL)},
	    {ENV, member_text(grant, "environment", NULL)},
	    {ACCOUNT, member_text(grant, "display",
			  member_text(grant, "subject", NULL))},
	    {STATE, member_text(grant, "state", NULL)},
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char *cell = cells[rows[i].column];

		if (snprintf(cell, CELL_MAX, "%s", or_dash(rows[i].text)) >=
		    CELL_MAX)
			memcpy(cell + CELL_MAX - 3, "..", 3);
	}
	write_time(grant, "made_at", cells[MADE], CELL_MAX);
	write_time(grant, "ends_at", cells[ENDS], CELL_MAX);
}

static void
widen(const struct json_value *grant, void *argument)
{
	char cells[COLUMNS][CELL_MAX];
	size_t *widths = argument;

	fill_row(grant, cells);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (strlen(cells[i]) > widths[i])
			widths[i] = strlen(cells[i]);
	}
}

static void
print_cell(const char *text, size_t width)
{
	print_text(text);
	for (size_t n = strlen(text); n < width + 2; n++)
		(void)putchar(' ');
}

static void
print_grant_row(const struct json_value *grant, void *argument)
{
	char cells[COLUMNS][CELL_MAX], scopes[SCOPES_SHOWN];
	const size_t *widths = argument;

	fill_row(grant, cells);
	for (size_t i = 0; i < COLUMNS; i++)
		print_cell(cells[i], widths[i]);
	member_words(grant, "scopes", scopes, sizeof(scopes));
	if (json_get(grant, "scopes") == NULL ||
	    json_type(json_get(grant, "scopes")) == JSON_NULL)
		(void)printf("unknown");
	else
		print_text(or_dash(scopes));
	(void)putchar('\n');
}

static void
print_table(const struct grant_list *list)
{
	size_t widths[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		widths[i] = strlen(titles[i]);
	if (grant_list_each(list, widen, widths) == 0) {
		(void)printf("no grants\n");
		return;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		print_cell(titles[i], widths[i]);
	(void)printf("SCOPES\n");
	(void)grant_list_each(list, print_grant_row, widths);
}

/* Everything but what a script would have to parse out of a table. */
static void
print_one(const struct json_value *grant, void *argument)
{
	static const struct {
		const char *label, *name;
	} texts[] = {
	    {"state", "state"},
	    {"user", "user"},
	    {"service", "service"},
	    {"issuer", "issuer"},
	    {"client", "client_id"},
	    {"environment", "environment"},
	    {"account", "subject"},
	    {"shown as", "display"},
	};
	static const struct {
		const char *label, *name;
	} times[] = {
	    {"made", "made_at"},
	    {"verified", "verified_at"},
	    {"ends", "ends_at"},
	};
	char words[1024], at[CELL_MAX];

	(void)argument;
	(void)printf("grant ");
	print_text(member_text(grant, "id", "?"));
	(void)putchar('\n');
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		print_row(texts[i].label, "%s",
		    or_dash(member_text(grant, texts[i].name, NULL)));
	member_words(grant, "scopes", words, sizeof(words));
	if (json_type(json_get(grant, "scopes")) == JSON_NULL)
		print_row("scopes", "unknown, so they pass no scope rule");
	else
		print_row("scopes", "%s", words[0] != '\0' ? words : "none");
	for (size_t i = 0; i < ELEMENTS(times); i++) {
		write_time(grant, times[i].name, at, sizeof(at));
		print_row(times[i].label, "%s", at);
	}
	print_row("refresh", "%s",
	    member_bool(grant, "refreshable")
		? "the broker gave a refresh token"
		: "none");
}

/* [--user U]; false after saying what is wrong. */
static bool
take_user(int argc, char **argv, const char **ret)
{
	if (argc == 0)
		return true;
	if (argc != 2 || strcmp(argv[0], "--user") != 0) {
		(void)usage_error("expected --user U instead of '%s'", argv[0]);
		return false;
	}
	*ret = argv[1];
	return true;
}

static int
exit_code(int code)
{
	return code == EXIT_UNAVAILABLE ? EXIT_NOT_DONE : code;
}

int
cmd_grants_list(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(grant_list_clear) struct grant_list list = {0};
	const char *user = NULL;
	int code;

	if (!take_user(argc, argv, &user))
		return EXIT_USAGE;
	code = grant_list_ask(ctl, user, NULL, &list);
	if (code != EXIT_DONE)
		return exit_code(code);
	if (ctl->json)
		grant_list_print_json(&list);
	else
		print_table(&list);
	return EXIT_DONE;
}

static void
count_one(const struct json_value *grant, void *argument)
{
	(void)grant, (void)argument;
}

int
cmd_grants_show(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(grant_list_clear) struct grant_list list = {0};
	int code;

	if (argc != 1)
		return usage_error("grants show takes the id of one grant");
	code = grant_list_ask(ctl, NULL, argv[0], &list);
	if (code != EXIT_DONE)
		return exit_code(code);
	if (ctl->json)
		grant_list_print_json(&list);
	if (grant_list_each(&list, ctl->json ? count_one : print_one, NULL) > 0)
		return EXIT_DONE;
	(void)fprintf(stderr,
	    "validatorctl: there is no such grant; 'validatorctl grants' "
	    "lists them\n");
	return EXIT_NOT_DONE;
}

int
cmd_grants_revoke(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(buf_clear) struct buf storage;
	_cleanup_(json_freep) struct json *answer = NULL;
	struct question question = {.command = "grant-revoke"};
	const struct json_value *top;
	long long ended, asked, sign_ins;
	int code;

	buf_init(&storage, MESSAGE_MAX);
	if (argc == 1 && argv[0][0] != '-')
		question.handle = argv[0];
	else if (argc == 2 && strcmp(argv[0], "--user") == 0)
		question.user = argv[1];
	else
		return usage_error("grants revoke takes the id of one grant, "
				   "or --user U");
	code = ctl_ask(ctl, &question, &storage, &answer);
	if (code != EXIT_DONE)
		return exit_code(code);
	top = json_top(answer);
	if (grant_error_print(top))
		return EXIT_NOT_DONE;
	ended = member_number(top, "ended");
	asked = member_number(top, "asked");
	sign_ins = member_number(top, "sign_ins");
	if (ended == 0 && sign_ins == 0) {
		(void)fprintf(stderr,
		    "validatorctl: no live grant fits; 'validatorctl grants' "
		    "lists them\n");
		return EXIT_NOT_DONE;
	}
	if (ctl->json)
		return EXIT_DONE;
	(void)printf(
	    "ended %lld grant%s\n", ended, plural((unsigned long long)ended));
	if (sign_ins > 0)
		(void)printf("ended %lld sign-in%s that waited\n", sign_ins,
		    plural((unsigned long long)sign_ins));
	if (asked < ended)
		(void)printf("%lld of them live%s on at the broker, which has "
			     "no revocation endpoint: end them there among "
			     "the connected apps\n",
		    ended - asked, ended - asked == 1 ? "s" : "");
	(void)printf("on record as %s\n", member_text(top, "ref", "?"));
	return EXIT_DONE;
}
