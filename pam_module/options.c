/* SPDX-License-Identifier: ISC */
/*
 * An argument that the module does not know may be the one that was meant to
 * tighten the line, so nothing is skipped or guessed: one table, and whatever
 * is not in it fails the call. Must never read a file or the environment.
 */
#include "options.h"

#include <security/pam_ext.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "printable.h"
#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

#define PROMPT_MAX 255

/* Seconds; the second is below sshd's LoginGraceTime of 120. */
#define CHECK_TIMEOUT 10
#define CONVERSATION_TIMEOUT 90

enum option_kind {
	OPTION_FLAG,   /* bool: the bare name */
	OPTION_CHOICE, /* uint32_t: the value of the word */
	OPTION_NUMBER, /* uint32_t: min..max */
	OPTION_TEXT, /* const char *: min..max octets, no control characters */
};

struct option_choice {
	const char *word;
	uint32_t value;
	bool planned; /* a word of a later version: refused by name */
};

struct option_row {
	const char *name;
	enum option_kind kind;
	size_t offset;
	uint32_t min, max;
	const struct option_choice *choices; /* ends with word == NULL */
};

static const struct option_choice login_choices[] = {
    {"auto", 0, false},
    {"token", LOGIN_TOKEN, false},
    {"browser", LOGIN_BROWSER, false},
    {"device", LOGIN_DEVICE, false},
    {NULL, 0, false},
};

static const struct option_choice account_choices[] = {
    {"recheck", ACCOUNT_RECHECK, false},
    {"ignore", ACCOUNT_IGNORE, false},
    {"grant", 0, true},
    {NULL, 0, false},
};

static const struct option_choice session_choices[] = {
    {"yes", true, false},
    {"no", false, false},
    {NULL, 0, false},
};

#define AT(member) offsetof(struct options, member)

/* (uid_t)-1 means "no uid" to the kernel, so the last uid is one below. */
static const struct option_row rows[] = {
    {"login", OPTION_CHOICE, AT(login), 0, 0, login_choices},
    {"policy", OPTION_TEXT, AT(policy), 1, POLICY_NAME_MAX, NULL},
    {"prompt", OPTION_TEXT, AT(prompt), 1, PROMPT_MAX, NULL},
    {"try_first_pass", OPTION_FLAG, AT(try_first_pass), 0, 0, NULL},
    {"use_first_pass", OPTION_FLAG, AT(use_first_pass), 0, 0, NULL},
    {"account", OPTION_CHOICE, AT(account), 0, 0, account_choices},
    {"session", OPTION_CHOICE, AT(session), 0, 0, session_choices},
    {"min_uid", OPTION_NUMBER, AT(min_uid), 0, UINT32_MAX - 1, NULL},
    {"max_uid", OPTION_NUMBER, AT(max_uid), 0, UINT32_MAX - 1, NULL},
    {"nolocal", OPTION_FLAG, AT(nolocal), 0, 0, NULL},
    {"timeout", OPTION_NUMBER, AT(timeout), 1, 300, NULL},
    {"quiet", OPTION_FLAG, AT(quiet), 0, 0, NULL},
#ifdef SCOPEGATE_TEST_ARGUMENTS
    {"socket", OPTION_TEXT, AT(server_path), 1, PROMPT_MAX, NULL},
    {"server_uid", OPTION_NUMBER, AT(server_owner), 0, UINT32_MAX - 1, NULL},
#endif
};

static const struct option_row *
find_row(const char *argument, size_t name_length)
{
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (strlen(rows[i].name) == name_length &&
		    memcmp(rows[i].name, argument, name_length) == 0)
			return &rows[i];
	return NULL;
}

/* Each reader stores the value or returns what is wrong with it. */
static const char *
read_number(const char *value, uint32_t min, uint32_t max, uint32_t *ret)
{
	uint64_t n = 0;

	if (*value == '\0')
		return "a number must follow the =";
	for (const char *c = value; *c != '\0'; c++) {
		if (*c < '0' || *c > '9')
			return "not a number in decimal digits";
		n = n * 10 + (uint64_t)(*c - '0');
		if (n > max)
			return "the number is too large";
	}
	if (n < min)
		return "the number is too small";
	*ret = (uint32_t)n;
	return NULL;
}

static const char *
read_text(const char *value, uint32_t min, uint32_t max, const char **ret)
{
	size_t length = strlen(value);

	if (length < min)
		return "a text must follow the =";
	if (length > max)
		return "the text is too long";
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return "the text holds control characters";
	*ret = value;
	return NULL;
}

static const char *
read_choice(const char *value, const struct option_choice *c, uint32_t *ret)
{
	for (; c->word != NULL; c++) {
		if (strcmp(c->word, value) != 0)
			continue;
		if (c->planned)
			return "this version does not have it";
		*ret = c->value;
		return NULL;
	}
	return "no such choice";
}

static const char *
read_argument(const struct option_row *row, const char *value, void *field)
{
	if (row->kind == OPTION_FLAG) {
		if (value != NULL)
			return "takes no value";
		*(bool *)field = true;
		return NULL;
	}
	if (value == NULL)
		return "a value must follow, as in name=value";
	switch (row->kind) {
	case OPTION_CHOICE:
		return read_choice(value, row->choices, field);
	case OPTION_NUMBER:
		return read_number(value, row->min, row->max, field);
	case OPTION_TEXT:
		return read_text(value, row->min, row->max, field);
	case OPTION_FLAG:
		break;
	}
	return "internal error";
}

static bool
refuse(pam_handle_t *ph, const char *argument, const char *fault)
{
	struct printable p;

	pam_syslog(ph, LOG_ERR, "argument %s: %s",
	    printable_of(&p, text_of(argument)), fault);
	return false;
}

static void
set_defaults(struct options *o)
{
	*o = (struct options){
	    .account = ACCOUNT_RECHECK,
	    .session = true,
	    .prompt = "Access token: ",
	    .min_uid = 1000,
	    .max_uid = 60000,
	    /* Callers that are not root may not reach login.sock. */
	    .server_path = geteuid() == 0 ? SCOPEGATE_RUNDIR "/login.sock"
					  : SCOPEGATE_RUNDIR "/tools.sock",
	    .server_owner = 0,
	};
}

static bool
ends_with(const char *s, const char *end)
{
	size_t length = strlen(s), wanted = strlen(end);

	return length >= wanted && strcmp(s + length - wanted, end) == 0;
}

/* What no single argument can tell. */
static bool
consistent(pam_handle_t *ph, struct options *o)
{
	o->tools = ends_with(o->server_path, "/tools.sock");
	if (o->min_uid > o->max_uid)
		return refuse(ph, "min_uid", "is above max_uid");
	if (o->tools && (o->login & ~LOGIN_TOKEN) != 0)
		return refuse(ph, "login",
		    "only a service that runs as root can have a sign-in "
		    "other than by token; write login=token");
	if (o->use_first_pass && (o->login & ~LOGIN_TOKEN) != 0)
		return refuse(ph, "use_first_pass",
		    "takes a token, and login= allows none; remove one");
	return true;
}

bool
options_parse(
    pam_handle_t *ph, int argc, const char **argv, struct options *ret)
{
	struct options o;
	bool seen[ELEMENTS(rows)] = {false};

	set_defaults(&o);
	for (int i = 0; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		size_t name_length = strcspn(argv[i], "=");
		const struct option_row *row = find_row(argv[i], name_length);
		const char *fault;

		if (row == NULL)
			return refuse(ph, argv[i], "unknown");
		if (seen[row - rows])
			return refuse(ph, argv[i], "given twice");
		seen[row - rows] = true;
		fault = read_argument(row, equals != NULL ? equals + 1 : NULL,
		    (char *)&o + row->offset);
		if (fault != NULL)
			return refuse(ph, argv[i], fault);
	}
	if (!consistent(ph, &o))
		return false;
	*ret = o;
	return true;
}

int64_t
options_check_ms(const struct options *o)
{
	return (o->timeout != 0 ? o->timeout : CHECK_TIMEOUT) * 1000;
}

int64_t
options_conversation_ms(const struct options *o)
{
	return (o->timeout != 0 ? o->timeout : CONVERSATION_TIMEOUT) * 1000;
}

/* A longer `timeout` is meant for the person, not for the daemon. */
int64_t
options_step_ms(const struct options *o)
{
	int64_t ms = options_check_ms(o);

	return ms < CHECK_TIMEOUT * 1000 ? ms : CHECK_TIMEOUT * 1000;
}
