/* SPDX-License-Identifier: ISC */
/* explain: the sentence behind a reference that a user was shown, or that an
 * operator's act has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "audit_log.h"
#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

/* Members in the order in which a reader wants them. */
static const struct member_row {
	const char *label;
	const char *member;
} decision_rows[] = {
    {"in detail", "detail"},
    {"reason", "reason"},
    {"when", "ts"},
    {"operation", "op"},
    {"service", "service"},
    {"user", "user"},
    {"from", "rhost"},
    {"terminal", "tty"},
    {"SSH key", "ssh_key"},
    {"policy", "policy"},
};

/* Who it was, as the authorization server knows them. */
static const struct member_row identity_rows[] = {
    {"issuer", "issuer"},
    {"subject", "sub"},
    {"environment", "env"},
    {"client", "client_id"},
    {"grant", "grant"},
    {"token", "token"},
    {"token id", "jti"},
    {"key", "kid"},
};

static const struct member_row act_rows[] = {
    {"when", "ts"},
    {"user", "user"},
    {"service", "service"},
};

/* The record holds length and digest where the text itself had no room. */
static void
print_member(const struct json_value *top, const char *label, const char *name)
{
	const struct json_value *v = json_get(top, name);
	const char *text = member_text(top, name, "");

	if (text[0] != '\0')
		print_row(label, "%s", text);
	else if (v != NULL && json_type(v) == JSON_OBJECT)
		print_row(label, "%lld octets, too long for the record",
		    member_number(v, "octets"));
}

static void
print_members(
    const struct json_value *top, const struct member_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print_member(top, rows[i].label, rows[i].member);
}

/* A token that was typed is known by its fingerprint; who was refused before
 * had not signed in at all. */
static void
print_way(const struct json_value *top)
{
	const char *login = member_text(top, "login", "");

	if (strcmp(login, "browser") == 0)
		print_row("sign-in", "with a browser, by a link");
	else if (strcmp(login, "device") == 0)
		print_row("sign-in", "with a device, by a link and a code");
	else if (json_get(top, "token") != NULL)
		print_row("sign-in", "with a token");
}

static const char *
sentence_of(const struct json_value *top, const struct reason_row *row)
{
	if (row == NULL)
		return "a reason that this version does not know";
	if (row->reason == REASON_GRANTED && json_get(top, "login") != NULL)
		return "what was granted is good, and every rule of the policy "
		       "passed";
	return row->sentence;
}

static void
print_decision(const struct json_value *top)
{
	const struct reason_row *row =
	    reason_row_by_name(member_text(top, "reason", ""));
	const char *cache = member_text(top, "cache", "none");
	char scopes[512];

	print_text(member_text(top, "decision", "?"));
	(void)printf(": %s\n", sentence_of(top, row));
	print_members(top, decision_rows, ELEMENTS(decision_rows));
	print_way(top);
	print_members(top, identity_rows, ELEMENTS(identity_rows));
	if (strcmp(cache, "none") != 0)
		print_row("cache", "%s", cache);
	member_words(top, "scopes_matched", scopes, sizeof(scopes));
	if (scopes[0] != '\0')
		print_row(
		    "scopes", "%s, of those that the policy names", scopes);
	advice_print(top);
}

static void
print_operator(const struct json_value *top)
{
	print_row("by", "uid %lld, process %lld",
	    member_number(top, "peer_uid"), member_number(top, "peer_pid"));
}

/* One grant that an act ended. */
static void
print_revoked(const struct json_value *top)
{
	(void)printf("revoked: an operator ended this grant\n");
	print_members(top, act_rows, ELEMENTS(act_rows));
	print_members(top, identity_rows, ELEMENTS(identity_rows));
	print_operator(top);
}

/* Of the same act, on a line. */
static void
print_ended(const struct json_value *top)
{
	print_row("ended", "%s of %s, %s: issuer %s, subject %s",
	    member_text(top, "grant", "?"), member_text(top, "user", "?"),
	    member_text(top, "service", "?"), member_text(top, "issuer", "?"),
	    member_text(top, "sub", "not stated"));
}

static void
print_act(const struct json_value *top, FILE *log, const char *ref)
{
	(void)printf("revoke: an operator ended %s\n",
	    json_get(top, "grant") != NULL ? "a grant"
					   : "all grants of a user");
	print_members(top, act_rows, ELEMENTS(act_rows));
	print_member(top, "grant", "grant");
	print_operator(top);
	print_row("grants", "%lld", member_number(top, "grants"));
	print_row("sign-ins", "%lld, that waited for the user",
	    member_number(top, "sign_ins"));
	for (;;) {
		_cleanup_(json_freep) struct json *next = NULL;
		_cleanup_(buf_clear) struct buf line;

		buf_init(&line, MESSAGE_MAX);
		if (!audit_log_find(log, ref, &line, &next))
			return;
		print_ended(json_top(next));
	}
}

/* What the rule meets; a long value is in the record by its length alone. */
static void
print_rule(const struct json_value *top)
{
	const char *kind = member_text(top, "kind", "?");
	const char *value = member_text(top, "value", NULL);
	const char *issuer = member_text(top, "issuer", NULL);
	char when[TIME_TEXT_SIZE];

	print_text(kind);
	(void)putchar(' ');
	if (value != NULL)
		print_text(value);
	else
		(void)printf("of %lld octets",
		    member_number(json_get(top, "value"), "octets"));
	if (value != NULL && strcmp(kind, "issued-before") == 0)
		(void)printf(
		    " (%s)", time_text(strtoll(value, NULL, 10), when));
	if (issuer != NULL) {
		(void)printf(" of issuer ");
		print_text(issuer);
	} else if (strcmp(kind, "user") != 0) {
		(void)printf(" of any issuer");
	}
}

/* A change of the deny list. */
static void
print_denial(const struct json_value *top, const char *op)
{
	(void)printf("%s: uid %lld %s ", op, member_number(top, "peer_uid"),
	    strcmp(op, "deny") == 0 ? "shut out" : "took back");
	print_rule(top);
	(void)printf("\n");
	print_member(top, "when", "ts");
	print_operator(top);
}

static void
print_record(const struct json_value *top, FILE *log, const char *ref)
{
	const char *op = member_text(top, "op", "");

	if (strcmp(op, "revoke") == 0)
		print_act(top, log, ref);
	else if (strcmp(op, "revoked") == 0)
		print_revoked(top);
	else if (strcmp(op, "deny") == 0 || strcmp(op, "allow") == 0)
		print_denial(top, op);
	else
		print_decision(top);
}

static int
parse(int argc, char **argv, const char **ret_ref, const char **ret_path)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--log") == 0) {
			if (++i == argc)
				return usage_error(
				    "explain: --log lacks a file");
			*ret_path = argv[i];
		} else if (*ret_ref == NULL && argv[i][0] != '-') {
			*ret_ref = argv[i];
		} else {
			return usage_error(
			    "explain: unexpected argument '%s'", argv[i]);
		}
	}
	/* Records of the log itself have no reference, which "" would match. */
	if (*ret_ref == NULL || (*ret_ref)[0] == '\0')
		return usage_error("explain: give the reference that the user "
				   "was shown");
	return EXIT_DONE;
}

int
cmd_explain(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(audit_log_close) FILE *log = NULL;
	_cleanup_(json_freep) struct json *record = NULL;
	_cleanup_(buf_clear) struct buf line;
	const char *ref = NULL, *path = NULL;
	int code = parse(argc, argv, &ref, &path);

	buf_init(&line, MESSAGE_MAX);
	if (code != EXIT_DONE)
		return code;
	log = audit_log_open(ctl, path, &code);
	if (log == NULL)
		return code;
	if (audit_log_find(log, ref, &line, &record)) {
		if (ctl->json)
			(void)printf("%s\n", buf_string(&line));
		else
			print_record(json_top(record), log, ref);
		return EXIT_DONE;
	}
	if (ferror(log))
		(void)fprintf(
		    stderr, "validatorctl: the audit log cannot be read\n");
	else
		(void)fprintf(stderr,
		    "validatorctl: no record with the reference %s; an older "
		    "log can be named with --log, and what the module decided "
		    "without the daemon is in the service's own log "
		    "(journalctl -g %s)\n",
		    ref, ref);
	return EXIT_NOT_DONE;
}
