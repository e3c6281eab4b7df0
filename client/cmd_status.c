/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "scopegate/cleanup.h"
#include "store.h"
#include "token_source.h"

static void
print_until(const struct token_set *t)
{
	char when[64] = "";
	time_t at = (time_t)t->expires_at;
	struct tm local;
	bool over = !token_set_lasts(t, (int64_t)time(NULL), 0);

	if (t->expires_at == 0) {
		(void)printf("until the issuer ends it; it does not say when");
		return;
	}
	if (localtime_r(&at, &local) == NULL ||
	    strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %Z", &local) == 0)
		when[0] = '\0';
	(void)printf("%s %s", over ? "expired" : "until", when);
	if (t->refresh.length > 0)
		(void)printf(", refreshed when it is needed");
}

/* An issuer sent it, and a terminal shows it. */
static void
print_plain(const char *text)
{
	for (; *text != '\0'; text++)
		(void)putchar(*text >= 0x20 && *text <= 0x7e ? *text : '?');
}

static void
print_one(struct store *store, const char *name)
{
	_cleanup_(token_set_clear) struct token_set t = {0};
	char problem[PROBLEM_SIZE] = "";
	enum status s = store_get(store, name, &t, problem);

	print_plain(name);
	(void)printf(": ");
	if (s == STATUS_OK)
		print_until(&t);
	else
		(void)printf(
		    "%s", s == STATUS_NOT_FOUND ? "not signed in" : problem);
	(void)putchar('\n');
	if (s == STATUS_OK && t.scope != NULL) {
		(void)printf("    scopes: ");
		print_plain(t.scope);
		(void)putchar('\n');
	}
}

int
cmd_status(struct cli *cli, int argc, char **argv)
{
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	_cleanup_(store_freep) struct store *store = NULL;
	_cleanup_(word_list_clear) struct word_list names = {0};
	char problem[PROBLEM_SIZE] = "what is kept cannot be listed";
	enum status s;
	int code = cli_options(argc, argv, options, NULL, 0, "");

	if (code != EXIT_DONE)
		return code;
	store =
	    store_open((enum storage)cli->settings->general.storage, problem);
	if (store == NULL)
		return cli_failed(STATUS_IO, problem);
	s = store_names(store, &names);
	if (s != STATUS_OK)
		return cli_failed(s, problem);
	for (const struct issuer_settings *i = cli->settings->issuers;
	     i != NULL; i = i->next) {
		if (strcmp(i->source, "login") == 0)
			print_one(store, i->name);
		else
			(void)printf("%s: by %s\n", i->name, i->source);
	}
	for (size_t n = 0; n < names.count; n++)
		if (settings_issuer(cli->settings, names.words[n]) == NULL)
			print_one(store, names.words[n]);
	if (cli->settings->issuers == NULL && names.count == 0)
		(void)printf("You are not signed in anywhere.\n");
	return EXIT_DONE;
}
