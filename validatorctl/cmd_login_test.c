/* SPDX-License-Identifier: ISC */
/*
 * login-test: a sign-in from a shell, as the PAM module makes it, each step
 * told. It is a login like any other to the daemon, and on record as one.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "policy.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"
#include "typed_line.h"

#define WAIT_S 90      /* for the person: as long as the module waits */
#define WAIT_MAX_S 300 /* as the module's `timeout` */
#define REPLY_MS 20000 /* for the daemon */
#define GRACE_MS 2000  /* so that the daemon's own end comes first */

struct trial {
	const char *service, *user, *rhost;
	unsigned int method; /* LOGIN_* bit; 0: what the policy allows */
	int64_t wait_s;
	struct deadline deadline;
	struct client_server server;
	char path[CTL_PATH_SIZE + 16];
	struct client_conversation conversation;
	struct buf reply; /* holds what `message` shows */
	struct message message;
	int64_t begun_us;
};

static const struct {
	const char *name;
	unsigned int bit;
} methods[] = {
    {"token", LOGIN_TOKEN},
    {"browser", LOGIN_BROWSER},
    {"device", LOGIN_DEVICE},
};

static int
parse_method(const char *name, unsigned int *ret)
{
	for (size_t i = 0; i < ELEMENTS(methods); i++) {
		if (strcmp(name, methods[i].name) == 0) {
			*ret = methods[i].bit;
			return EXIT_DONE;
		}
	}
	return usage_error("login-test: '%s' is no way to sign in: token, "
			   "browser or device",
	    name);
}

static int
parse_wait(const char *text, int64_t *ret)
{
	if (conf_parse_integer(text, 1, WAIT_MAX_S, ret) == STATUS_OK)
		return EXIT_DONE;
	return usage_error(
	    "login-test: '%s' is no number of seconds from 1 to %d", text,
	    WAIT_MAX_S);
}

static int
parse(struct trial *t, int argc, char **argv)
{
	if (argc < 2 || argv[0][0] == '-' || argv[1][0] == '-')
		return usage_error("login-test: SERVICE and USER come first");
	t->service = argv[0];
	t->user = argv[1];
	for (int i = 2; i < argc; i += 2) {
		int code = EXIT_DONE;

		if (i + 1 == argc)
			return usage_error(
			    "login-test: %s lacks its value", argv[i]);
		if (strcmp(argv[i], "--method") == 0)
			code = parse_method(argv[i + 1], &t->method);
		else if (strcmp(argv[i], "--rhost") == 0)
			t->rhost = argv[i + 1];
		else if (strcmp(argv[i], "--timeout") == 0)
			code = parse_wait(argv[i + 1], &t->wait_s);
		else
			code = usage_error(
			    "login-test: unexpected argument '%s'", argv[i]);
		if (code != EXIT_DONE)
			return code;
	}
	return EXIT_DONE;
}

/* What the file says; the daemon may have read an older one. */
static void
tell_policy(const struct ctl *ctl, const struct trial *t)
{
	_cleanup_(config_unrefp) struct config *c = ctl_config(ctl);
	const struct policy *p;
	char ways[64] = "";

	if (c == NULL)
		return;
	p = policy_choose(c, text_of(t->service), text_of(t->user),
	    text_of(t->rhost), (struct text){0});
	if (p == NULL) {
		print_row("policy", "none matches: expect a refusal");
		return;
	}
	for (size_t i = 0; i < ELEMENTS(methods); i++) {
		size_t used = strlen(ways);

		if ((p->login & methods[i].bit) != 0)
			(void)snprintf(ways + used, sizeof(ways) - used, "%s%s",
			    used > 0 ? ", " : "", methods[i].name);
	}
	print_row("policy", "%s (%s:%u)", p->name, p->file, p->line);
	print_row("issuer", "%s, %s", p->issuer->name, p->issuer->url);
	print_row("login", "%s", ways);
}

/* The prompts, in the order of enum prompt. */
static const char *const asked[PROMPT_COUNT] = {
    [PROMPT_TOKEN] = "a token, or a login code",
    [PROMPT_BROWSER] = "open the link; the code that it shows in the end",
    [PROMPT_REDIRECT] = "open the link; the address that the browser ends at",
    [PROMPT_DEVICE_NUMBER] =
	"open the link, enter code and number there; then press Enter",
    [PROMPT_DEVICE_ENTER] =
	"open the link, enter the code there; then press Enter",
    [PROMPT_BROWSER_AGAIN] = "that was not the code; once more",
    [PROMPT_REDIRECT_AGAIN] = "that was not the address; once more",
    [PROMPT_DEVICE_AGAIN] = "that was not the number; once more",
    [PROMPT_NOT_YET] = "the page has not been gone through yet; once more",
};

static void
tell_text(const struct message *m, enum message_tag tag, const char *label)
{
	struct text value = m->value[tag];

	if (value.bytes != NULL)
		print_row(label, "%.*s", (int)value.length, value.bytes);
}

static void
tell_prompt(const struct trial *t)
{
	const struct message *m = &t->message;
	uint8_t prompt = message_u8(m, TAG_PROMPT, 0);

	print_row("asked for", "%s",
	    prompt < PROMPT_COUNT && asked[prompt] != NULL ? asked[prompt]
							   : "?");
	tell_text(m, TAG_LINK, "link");
	tell_text(m, TAG_USER_CODE, "code");
	tell_text(m, TAG_NUMBER, "number");
	if ((message_u8(m, TAG_LOGINS, 0) & LOGIN_TOKEN) != 0)
		print_row("or", "a token, or a login code");
	print_row("time left", "%u s", message_u32(m, TAG_SECONDS, 0));
	(void)printf("> ");
	(void)fflush(stdout);
}

static enum status
begin(struct trial *t)
{
	_cleanup_(buf_clear) struct buf request;

	buf_init(&request, MESSAGE_MAX);
	message_start(&request, MESSAGE_LOGIN_BEGIN, 1);
	message_put_string(&request, TAG_SERVICE, t->service);
	message_put_string(&request, TAG_USER, t->user);
	if (t->rhost != NULL)
		message_put_string(&request, TAG_RHOST, t->rhost);
	message_put_string(&request, TAG_TTY, "validatorctl");
	message_put_u32(&request, TAG_BUDGET_MS, (uint32_t)(t->wait_s * 1000));
	if (t->method != 0)
		message_put_u8(&request, TAG_METHOD, (uint8_t)t->method);
	if (message_finish(&request) != STATUS_OK)
		return STATUS_INVALID;
	return client_begin(&t->server, &request, deadline_in_ms(REPLY_MS),
	    &t->reply, &t->message, &t->conversation);
}

static enum status
answer(struct trial *t)
{
	_cleanup_(secret_clear) struct secret typed = {0};
	_cleanup_(buf_clear) struct buf request;
	enum status s =
	    typed_line_read(t->conversation.fd, t->deadline, &typed);

	buf_init_sensitive(&request, MESSAGE_MAX);
	/* The verdict is there: an answer that crossed it changes nothing. */
	if (s == STATUS_BUSY)
		secret_clear(&typed);
	else if (s != STATUS_OK)
		return s;
	message_start(&request, MESSAGE_LOGIN_ANSWER, t->conversation.id + 1);
	message_put_u32(&request, TAG_BUDGET_MS, REPLY_MS);
	if (typed.length > 0)
		message_put(&request, TAG_ANSWER,
		    (struct text){typed.bytes, typed.length});
	if (message_finish(&request) != STATUS_OK)
		return STATUS_INVALID;
	if (s == STATUS_OK)
		print_row("typed", "%zu octets", typed.length);
	return client_answer(&t->conversation, &request,
	    deadline_in_ms(REPLY_MS), &t->reply, &t->message);
}

static int
tell_verdict(const struct trial *t)
{
	const struct message *m = &t->message;
	const struct reason_row *row =
	    reason_row(message_u16(m, TAG_REASON, REASON_NONE));
	enum verdict v = (enum verdict)message_u8(m, TAG_VERDICT, 0);

	(void)printf("\n%s: %s\n", verdict_name(v), row->sentence);
	tell_text(m, TAG_DETAIL, "in detail");
	print_row("reason", "%s", row->name);
	print_row("PAM code", "%s", pam_answer_name(row->auth));
	tell_text(m, TAG_REF, "reference");
	if (message_has(m, TAG_RETRY_AFTER))
		print_row(
		    "try again", "in %u s", message_u32(m, TAG_RETRY_AFTER, 0));
	print_row(
	    "took", "%.1f s", (double)(monotonic_us() - t->begun_us) / 1e6);
	return v == VERDICT_ALLOW  ? EXIT_DONE
	       : v == VERDICT_DENY ? EXIT_NOT_DONE
				   : EXIT_UNAVAILABLE;
}

static int
run(struct trial *t)
{
	enum status s;

	t->begun_us = monotonic_us();
	t->deadline = deadline_in_ms(t->wait_s * 1000 + GRACE_MS);
	s = begin(t);
	while (s == STATUS_OK && t->message.type == MESSAGE_PROMPT) {
		tell_prompt(t);
		s = answer(t);
	}
	if (s == STATUS_OK)
		return tell_verdict(t);
	if (s == STATUS_INVALID)
		return usage_error("a name or the answer is too long, or holds "
				   "characters that it must not");
	if (s == STATUS_CLOSED && t->conversation.fd >= 0) {
		(void)fprintf(stderr,
		    "validatorctl: no answer on standard input, or broken "
		    "off: the sign-in is cancelled\n");
		return EXIT_NOT_DONE;
	}
	return ctl_complain(s, t->path, &t->message);
}

int
cmd_login_test(const struct ctl *ctl, int argc, char **argv)
{
	struct trial t = {
	    .conversation = CLIENT_NO_CONVERSATION, .wait_s = WAIT_S};
	char folder[CTL_PATH_SIZE];
	int code = parse(&t, argc, argv);

	if (code != EXIT_DONE)
		return code;
	if (ctl_path(ctl, CTL_RUNTIME_DIR, folder) != EXIT_DONE)
		return EXIT_CONFIG;
	(void)snprintf(t.path, sizeof(t.path), "%s/login.sock", folder);
	t.server = (struct client_server){.path = t.path, .owner = geteuid()};
	tell_policy(ctl, &t);
	buf_init_sensitive(&t.reply, MESSAGE_MAX);
	code = run(&t);
	client_end(&t.conversation);
	buf_clear(&t.reply);
	return code;
}
