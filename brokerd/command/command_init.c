/* SPDX-License-Identifier: ISC */
/*
 * `brokerd init`: a new store with the scopes of a trading API and, for a
 * demonstration, two users and two apps. It never writes into a store that
 * exists: it makes one, or nothing.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app_store.h"
#include "command/command.h"
#include "app/scope_store.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"
#include "identity/account_store.h"
#include "identity/user_store.h"
#include "oauth/device_store.h"
#include "oauth/resource.h"
#include "audit/audit_log.h"
#include "store/store_lock.h"

#define DEMO_AUDIENCE "https://hosts.example.test"
#define DEMO_REDIRECT "http://127.0.0.1/callback"
#define DEMO_USERS 4

struct init_options {
	const char *store, *audience, *gate_secret_file, *trader_secret_file,
	    *password_file;
	bool demo, force;
};

struct demo_user {
	const char *name;
	bool live, is_operator;
	char password[PASSWORD_MAX + 1];
	bool generated;
};

struct demo {
	const struct init_options *options;
	struct demo_user users[DEMO_USERS];
	char gate_secret[RANDOM_TEXT_SIZE];
	char trader_secret[RANDOM_TEXT_SIZE];
};

static const struct {
	const char *name, *words;
} known_scopes[] = {
    {"account:write", "Change your account settings and your watchlists"},
    {"trading", "Place, change and cancel orders for you"},
    {"data", "Read market data with your subscription"},
    {"host:login", "Sign in as you on your organisation's hosts"},
    {"sudo:run", "Run administrator commands on your organisation's hosts"},
    {"sudo:admin", "Administer your organisation's hosts without limits"},
    {"openid", "Know that it is you, each time you sign in"},
    {"profile", "See your user name"},
    {"offline_access", "Keep this access while you are away"},
};

static enum status
add_scopes(struct store *s)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ELEMENTS(known_scopes) && status == STATUS_OK;
	     i++)
		status = scope_add(
		    s, known_scopes[i].name, known_scopes[i].words, (int64_t)i);
	return status;
}

/* Takes NAME:PASSWORD from the lines of `text`; false if it is not there. */
static bool
password_from(const char *text, struct demo_user *u)
{
	size_t name = strlen(u->name);

	while (*text != '\0') {
		size_t line = strcspn(text, "\n");

		if (line > name + 1 && line - name - 1 <= PASSWORD_MAX &&
		    strncmp(text, u->name, name) == 0 && text[name] == ':') {
			memcpy(u->password, text + name + 1, line - name - 1);
			u->password[line - name - 1] = '\0';
			return true;
		}
		text += line;
		text += *text == '\n';
	}
	return false;
}

static enum status
choose_passwords(struct demo *d)
{
	_cleanup_(buf_clear) struct buf file = {0};
	enum status status = STATUS_OK;

	buf_init_sensitive(&file, 4096);
	if (d->options->password_file != NULL)
		status = input_read(d->options->password_file, &file);
	for (size_t i = 0; i < DEMO_USERS && status == STATUS_OK; i++) {
		struct demo_user *u = &d->users[i];

		if (password_from(buf_string(&file), u))
			continue;
		u->generated = true;
		status = password_generate(u->password);
		if (status != STATUS_OK)
			log_error("passwords: %s", status_text(status));
	}
	return status;
}

/* What the demonstration makes is in the trail as if somebody had typed it. */
static enum status
record(struct store *s, const char *action, const char *kind, const char *name,
    const char *detail, int64_t now)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "%s %s", kind, name);
	return audit_append(
	    s, now, &(struct audit_entry){"shell", action, subject, detail});
}

static enum status
add_user(struct store *s, const struct demo_user *u, int64_t now)
{
	int64_t id = 0;
	enum status status = user_add(s, u->name, u->password, now, &id);

	if (status == STATUS_OK && u->live)
		status = account_add(s, id, "live", "active", now);
	if (status == STATUS_OK && u->is_operator)
		status = user_set_operator(s, id, true);
	if (status == STATUS_OK)
		status = record(s, "user.add", "user", u->name,
		    u->live          ? "with a live account"
		    : u->is_operator ? "as an operator"
				     : "",
		    now);
	return status;
}

static enum status
add_gate(struct store *s, struct demo *d, int64_t now)
{
	struct app a = {.client_id = "gate",
	    .title = "The gate",
	    .confidential = true,
	    .state = APP_APPROVED};
	enum status status = app_add(s, &a, now);

	if (status == STATUS_OK)
		status = app_secret_add(s, a.id, now, d->gate_secret);
	if (status == STATUS_OK)
		status = app_audience_add(s, a.id, d->options->audience);
	if (status == STATUS_OK)
		status = record(s, "app.add", "app", a.client_id,
		    app_state_name(a.state), now);
	return status;
}

static enum status
add_trader(struct store *s, struct demo *d, int64_t now)
{
	static const char alone[] =
	    "authorization_code refresh_token " DEVICE_GRANT_TYPE;
	static const char with_secret[] =
	    "authorization_code refresh_token " DEVICE_GRANT_TYPE
	    " client_credentials";
	struct app a = {.client_id = "trader",
	    .title = "Trader",
	    .description = "Trades by rules that you set, and signs you in "
			   "on your hosts.",
	    .owner = "alice",
	    .confidential = d->options->trader_secret_file != NULL,
	    .state = APP_APPROVED,
	    .scopes = "account:write trading data host:login sudo:run openid "
		      "profile offline_access"};
	enum status status;

	if (a.confidential)
		memcpy(a.grant_types, with_secret, sizeof(with_secret));
	else
		memcpy(a.grant_types, alone, sizeof(alone));
	status = app_add(s, &a, now);
	if (status == STATUS_OK && a.confidential)
		status = app_secret_add(s, a.id, now, d->trader_secret);
	if (status == STATUS_OK)
		status = app_redirect_add(s, a.id, DEMO_REDIRECT);
	if (status == STATUS_OK)
		status = record(s, "app.add", "app", a.client_id,
		    app_state_name(a.state), now);
	return status;
}

static enum status
fill(struct store *s, struct demo *d)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	int64_t now = wall_clock();
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = add_scopes(s);
	if (status == STATUS_OK)
		status = store_setting_set(s, "audience", d->options->audience);
	if (d->options->demo) {
		for (size_t i = 0; i < DEMO_USERS && status == STATUS_OK; i++)
			status = add_user(s, &d->users[i], now);
		if (status == STATUS_OK)
			status = add_gate(s, d, now);
		if (status == STATUS_OK)
			status = add_trader(s, d, now);
	}
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

static enum status
write_secrets(const struct demo *d)
{
	const struct init_options *o = d->options;
	enum status status = STATUS_OK;

	if (o->gate_secret_file != NULL)
		status = secret_file_write(o->gate_secret_file, d->gate_secret);
	if (status == STATUS_OK && o->trader_secret_file != NULL)
		status =
		    secret_file_write(o->trader_secret_file, d->trader_secret);
	return status;
}

static void
print_demo(const struct demo *d)
{
	const struct init_options *o = d->options;

	printf("\nusers\n");
	for (size_t i = 0; i < DEMO_USERS; i++)
		printf("  %-8s password %s%s\n", d->users[i].name,
		    d->users[i].generated ? d->users[i].password
					  : "as in the password file",
		    d->users[i].is_operator ? ", operator" : "");
	printf("\napps\n"
	       "  gate     may ask about tokens for %s\n"
	       "           client id gate, secret %s%s\n",
	    o->audience, o->gate_secret_file == NULL ? "" : "in ",
	    o->gate_secret_file == NULL ? d->gate_secret : o->gate_secret_file);
	printf("  trader   owner alice, redirects to " DEMO_REDIRECT
	       " (any port)\n");
	if (o->trader_secret_file == NULL)
		printf("           client id trader, public: PKCE, no "
		       "secret\n");
	else
		printf("           client id trader, secret in %s\n",
		    o->trader_secret_file);
}

static void
print_store(const struct demo *d)
{
	printf("%s: a reference broker's store. No money, no trades.\n",
	    d->options->store);
	if (d->options->demo)
		print_demo(d);
	printf("\nscopes\n");
	for (size_t i = 0; i < ELEMENTS(known_scopes); i++)
		printf("  %-14s %s\n", known_scopes[i].name,
		    known_scopes[i].words);
	printf("\nnext\n  brokerd serve --store %s\n", d->options->store);
	if (d->options->demo)
		printf("  brokerd token --store %s --user alice --app trader "
		       "--scope \"trading data\"\n",
		    d->options->store);
}

/* The file and what SQLite keeps beside it. */
static void
remove_store(const char *path)
{
	static const char *const endings[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ELEMENTS(endings); i++) {
		_cleanup_(buf_clear) struct buf name = {0};

		buf_init(&name, 4096);
		buf_format(&name, "%s%s", path, endings[i]);
		if (buf_string(&name) != NULL)
			(void)unlink(buf_string(&name));
	}
}

/* An old store goes only if nobody serves it, and nobody may begin to while
 * the new one is made. */
static int
make_room(const struct init_options *options, int *ret_lock)
{
	const char *path = options->store;
	enum status status;

	if (!options->force) {
		if (access(path, F_OK) != 0)
			return EXIT_SUCCESS;
		log_error("%s: exists; --force starts over", path);
		return EXIT_REFUSED;
	}
	status = store_lock(path, ret_lock);
	if (status == STATUS_BUSY)
		log_error("%s: is being served; stop that first", path);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return EXIT_REFUSED;
	remove_store(path);
	return EXIT_SUCCESS;
}

static int
run(const struct init_options *options)
{
	_cleanup_(store_freep) struct store *s = NULL;
	_cleanup_(close_fd) int lock = -1;
	struct demo d = {.options = options,
	    .users = {{.name = "alice", .live = true},
		{.name = "bob", .live = true},
		{.name = "carol", .is_operator = true},
		{.name = "dave", .is_operator = true}}};
	enum status status;

	/* Before anything is touched: the file may not be there. */
	if (options->demo && choose_passwords(&d) != STATUS_OK)
		return EXIT_REFUSED;
	if (make_room(options, &lock) != EXIT_SUCCESS)
		return EXIT_REFUSED;
	if (store_create(options->store, &s) != STATUS_OK)
		return EXIT_SETUP;
	status = fill(s, &d);
	if (status == STATUS_OK)
		status = write_secrets(&d);
	if (status == STATUS_OK) {
		print_store(&d);
	} else {
		log_error("%s: %s", options->store, status_text(status));
		remove_store(options->store);
	}
	explicit_bzero(&d, sizeof(d));
	return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

int
command_init(int argc, char **argv)
{
	struct init_options o = {0};
	const struct option_row rows[] = {
	    {.name = "store", .value = &o.store, .required = true},
	    {.name = "demo", .flag = &o.demo},
	    {.name = "force", .flag = &o.force},
	    {.name = "audience", .value = &o.audience},
	    {.name = "gate-secret-file", .value = &o.gate_secret_file},
	    {.name = "trader-secret-file", .value = &o.trader_secret_file},
	    {.name = "password-file", .value = &o.password_file},
	    {0},
	};

	if (!options_parse(rows, argc, argv))
		return EXIT_USAGE;
	if (!o.demo &&
	    (o.gate_secret_file != NULL || o.trader_secret_file != NULL ||
		o.password_file != NULL)) {
		log_error("secret and password files go with --demo");
		return EXIT_USAGE;
	}
	if (o.audience == NULL)
		o.audience = DEMO_AUDIENCE;
	if (!resource_is_uri(o.audience)) {
		log_error("--audience %s: give an absolute URI such "
			  "as " DEMO_AUDIENCE,
		    o.audience);
		return EXIT_USAGE;
	}
	return run(&o);
}
