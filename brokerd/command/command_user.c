/* SPDX-License-Identifier: ISC */
/* `brokerd user ...`: people, and who of them operates the broker. */
#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "command/command.h"
#include "command/verbs.h"
#include "identity/account_store.h"
#include "identity/user_store.h"
#include "operator/acts.h"
#include "operator/listing.h"
#include "page.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

#define LINES 100

/* Logs what is wrong. */
static bool
choose_password(const char *file, const char *user, char ret[PASSWORD_MAX + 1])
{
	_cleanup_(buf_clear) struct buf input = {0};
	const char *problem;

	if (file == NULL) {
		enum status status = password_generate(ret);

		if (status != STATUS_OK)
			log_error("user %s: %s", user, status_text(status));
		return status == STATUS_OK;
	}
	/* Room for "\r\n" and for what is one too long. */
	buf_init_sensitive(&input, PASSWORD_MAX + 3);
	if (input_read(file, &input) != STATUS_OK)
		return false;
	problem = input_single_line(&input) != STATUS_OK
		      ? "This is not one line."
		      : password_problem(user, buf_string(&input));
	if (problem != NULL)
		log_error("--password-file %s: %s", file, problem);
	else
		memcpy(ret, input.data, input.length + 1);
	return problem == NULL;
}

static enum status
store_user(struct store *s, const char *name, const char *password, bool live)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	char hash[PASSWORD_HASH_SIZE], subject[USER_NAME_SIZE + 8];
	int64_t id = 0;
	enum status status = password_hash(password, hash);

	(void)snprintf(subject, sizeof(subject), "user %s", name);
	if (status == STATUS_OK)
		status = transaction_write(s, &t);
	if (status == STATUS_OK)
		status = user_add_hashed(s, name, hash, wall_clock(), &id);
	if (status == STATUS_OK && live)
		status = account_add(s, id, "live", "active", wall_clock());
	if (status == STATUS_OK)
		status = audit_append(s, wall_clock(),
		    &(struct audit_entry){"shell", "user.add", subject,
			live ? "with a live account" : ""});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static bool
is_ascii(const char *text)
{
	while (*text > 0 && *text < 0x7f)
		text++;
	return *text == '\0';
}

static int
add_user(
    const char *path, const char *name, const char *password_file, bool live)
{
	_cleanup_(store_freep) struct store *s = NULL;
	char password[PASSWORD_MAX + 1] = "";
	enum status status;

	if (!user_name_is_valid(name)) {
		log_error("--user %s: use a-z, 0-9, _ . -, at most 32, "
			  "beginning with a letter or _",
		    is_ascii(name) ? name : "(not ASCII)");
		return EXIT_USAGE;
	}
	if (store_open(path, &s) != STATUS_OK)
		return EXIT_SETUP;
	if (!choose_password(password_file, name, password))
		return EXIT_REFUSED;
	status = store_user(s, name, password, live);
	if (status == STATUS_FORBIDDEN)
		log_error("user %s exists", name);
	else if (status != STATUS_OK)
		log_error("user %s: %s", name, status_text(status));
	else if (password_file == NULL)
		printf("user %s, password %s\n", name, password);
	else
		printf("user %s\n", name);
	explicit_bzero(password, sizeof(password));
	return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int
add(int argc, char **argv)
{
	const char *store = NULL, *user = NULL, *password_file = NULL;
	bool live = false;
	const struct option_row rows[] = {
	    {.name = "store", .value = &store, .required = true},
	    {.name = "user", .value = &user, .required = true},
	    {.name = "password-file", .value = &password_file},
	    {.name = "live", .flag = &live},
	    {0},
	};

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	return add_user(store, user, password_file, live);
}

static void
print_user(const struct user_line *u, bool json)
{
	_cleanup_(buf_clear) struct buf line = {0};
	char created[PAGE_TIME_SIZE];
	struct json_writer w;

	if (!json) {
		page_time(u->created, created);
		printf("%-32s  %-20s  %-8s  %s\n", u->name, created,
		    u->is_operator ? "operator" : "-",
		    u->disabled != 0 ? "disabled" : "-");
		return;
	}
	verb_json_begin(&line, &w);
	json_write_string(&w, "user", u->name);
	json_write_integer(&w, "created", u->created);
	json_write_bool(&w, "operator", u->is_operator);
	json_write_integer(&w, "disabled", u->disabled);
	verb_json_end(&line, &w);
}

static int
list(const struct verb_request *r)
{
	struct user_line lines[LINES];
	struct verb_list shown = {.request = r, .what = "users"};
	char header[96];
	size_t count = LINES;
	int64_t after = 0;
	enum status status = STATUS_OK;

	(void)snprintf(header, sizeof(header), "%-32s  %-20s  %-8s  %s", "USER",
	    "SINCE", "OPERATOR", "STATE");
	shown.header = header;
	while (status == STATUS_OK && count == LINES) {
		status = user_lines(r->store, r->text[OPTION_BEGINS], after,
		    lines, LINES, &count);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			verb_list_line(&shown);
			print_user(&lines[i], r->flag[OPTION_JSON]);
			after = lines[i].id;
		}
	}
	return verb_list_end(&shown, status, NULL);
}

static int
act(const struct verb_request *r, enum user_act what)
{
	static const char *const now_is[] = {
	    [USER_DISABLE] = "disabled",
	    [USER_ENABLE] = "enabled",
	    [USER_MAKE_OPERATOR] = "an operator",
	    [USER_UNMAKE_OPERATOR] = "no operator",
	};
	const struct operator_who who = {0, "shell", wall_clock()};
	const char *name = r->text[OPTION_USER], *fault = NULL;
	struct user u;
	enum status status = user_find(r->store, name, &u);

	if (status == STATUS_OK)
		status =
		    operator_act_on_user(r->store, u.id, what, &who, &fault);
	if (status == STATUS_OK)
		printf("user %s: %s\n", name, now_is[what]);
	return verb_end(name, status, fault);
}

static int
disable(const struct verb_request *r)
{
	return act(r, USER_DISABLE);
}

static int
enable(const struct verb_request *r)
{
	return act(r, USER_ENABLE);
}

static int
make_operator(const struct verb_request *r)
{
	return act(
	    r, r->flag[OPTION_OFF] ? USER_UNMAKE_OPERATOR : USER_MAKE_OPERATOR);
}

static const struct verb verbs[] = {
    {.name = "add",
	.run_raw = add,
	.usage = "--user NAME [--password-file FILE] [--live]",
	.help = "add a user; the password is made and printed unless a file "
		"gives it;\n"
		"      --live: with a live account"},
    {.name = "list",
	.run = list,
	.takes = TAKES(BEGINS) | TAKES(JSON),
	.help = "everybody, or whose name begins so"},
    {.name = "disable",
	.run = disable,
	.needs = TAKES(USER),
	.help = "sign out everywhere; no token of theirs works until enabled"},
    {.name = "enable",
	.run = enable,
	.needs = TAKES(USER),
	.help = "let in again"},
    {.name = "operator",
	.run = make_operator,
	.needs = TAKES(USER),
	.takes = TAKES(OFF),
	.help = "let review apps and see the operator's pages, or no more"},
    {0},
};
const struct noun noun_user = {"user", verbs};
