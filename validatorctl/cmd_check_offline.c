/* SPDX-License-Identifier: ISC */
/*
 * check --offline: the stages of a login that need nobody, by the functions
 * that the daemon has for them. What only a server knows is never taken for
 * known: where it would be asked as well, a yes stays open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "check.h"
#include "claims.h"
#include "clock_watch.h"
#include "deny.h"
#include "document.h"
#include "jwt.h"
#include "key_file.h"
#include "policy.h"
#include "privileges.h"
#include "request.h"
#include "scopegate/cleanup.h"

#define NOT_ASKED                                                              \
	"the token by itself would be let in, but `validation = both` asks "   \
	"the server too, which --offline does not"

struct offline {
	const struct config *config;
	const char *jwks_path;
	struct deny_list *denied;
	struct request request;
};

/* In the order of decide.c. */
static enum reason
check_request(const struct request *r, int64_t now)
{
	const struct text *value = r->message.value;
	const struct secret token = {
	    .bytes = (char *)(uintptr_t)value[TAG_TOKEN].bytes,
	    .length = value[TAG_TOKEN].length};

	if (now < CLOCK_EARLIEST_S)
		return REASON_CLOCK_UNRELIABLE;
	if (!user_name_valid(value[TAG_USER]))
		return REASON_USER_NAME_INVALID;
	return secret_is_b64token(&token) ? REASON_NONE
					  : REASON_TOKEN_MALFORMED;
}

static enum reason
choose(struct request *r, const struct config *config)
{
	const struct text *value = r->message.value;

	r->policy = policy_choose(config, value[TAG_SERVICE], value[TAG_USER],
	    value[TAG_RHOST], (struct text){0});
	(void)report_rule(r->report, "policy", r->policy != NULL, "%s",
	    r->policy != NULL ? r->policy->name : "none matches");
	if (r->policy == NULL)
		return REASON_NO_POLICY;
	r->issuer = r->policy->issuer;
	return REASON_NONE;
}

/* What cannot be done here is no verdict. */
static int
refuse(const struct issuer *i)
{
	(void)fprintf(stderr,
	    "validatorctl: issuer %s cannot be checked offline: `validation = "
	    "%s` asks the server about each token; only signed tokens "
	    "(`validation = jwt` or `both`) tell by themselves\n",
	    i->name,
	    i->validation == VALIDATION_INTROSPECT ? "introspect"
	    : i->validation == VALIDATION_GRANT    ? "grant"
						   : "probe");
	return EXIT_CONFIG;
}

static int
find_keys(
    const struct offline *o, struct jwks **ret_own, const struct jwks **ret)
{
	const struct issuer *i = o->request.issuer;
	int code;

	if (!issuer_signs(i))
		return refuse(i);
	if (o->jwks_path != NULL) {
		code =
		    key_set_read(o->jwks_path, &i->signing.algorithms, ret_own);
		*ret = *ret_own;
		return code;
	}
	*ret = i->signing.static_keys;
	if (*ret != NULL)
		return EXIT_DONE;
	(void)fprintf(stderr,
	    "validatorctl: issuer %s publishes its keys, and nothing is "
	    "fetched here: save its key set and name it with --jwks FILE\n",
	    i->name);
	return EXIT_CONFIG;
}

/* The list is the daemon's user's, and only to that user is it a list. */
static int
load_denied(struct offline *o)
{
	const struct config *c = o->config;
	struct conf_error e = {.text = ""};
	enum status s = STATUS_OK;

	conf_error_set(&e, c->state_dir, 0,
	    "its deny list cannot be read, so nobody can say whom it denies: "
	    "run this as root");
	if (geteuid() == 0)
		s = privileges_drop(c->user, c->path, &e);
	if (s == STATUS_OK)
		s = deny_load(c->state_dir, &o->denied, &e);
	return s == STATUS_OK ? EXIT_DONE : ctl_config_complain(&e);
}

static enum reason
judge_denied(struct request *r, const struct deny_list *denied)
{
	const struct deny_rule *rule = deny_find(
	    denied, r->issuer->name, r->facts, r->message.value[TAG_USER]);

	return report_rule(r->report, "deny", rule == NULL, "%s",
		   rule != NULL ? deny_kind_name(rule->kind) : "no rule")
		   ? REASON_NONE
		   : REASON_DENIED;
}

/* Every rule is told; the first that fails is the reason. */
static enum reason
judge(struct request *r, const struct deny_list *denied, int64_t now)
{
	enum reason reasons[4];

	reasons[0] = claims_check(r->facts, r->issuer, now, r->report);
	reasons[1] = policy_check(
	    r->policy, r->facts, LOGIN_TOKEN, now, r->detail, r->report);
	reasons[2] = account_check(
	    r->issuer, r->facts, r->message.value[TAG_USER], r->report);
	reasons[3] = judge_denied(r, denied);
	for (size_t i = 0; i < ELEMENTS(reasons); i++) {
		if (reasons[i] != REASON_NONE)
			return reasons[i];
	}
	if (r->issuer->validation == VALIDATION_JWT)
		return REASON_GRANTED;
	(void)snprintf(r->detail, sizeof(r->detail), "%s", NOT_ASKED);
	return REASON_AS_UNREACHABLE;
}

static enum reason
verify(struct offline *o, const struct jwks *keys, int64_t now)
{
	struct request *r = &o->request;
	struct jwt_result result;
	enum reason reason = jwt_read(
	    r->issuer, keys, r->message.value[TAG_TOKEN], now, &result);

	r->facts = result.facts;
	jwt_report(r->report, r->issuer, r->facts, reason, result.what);
	if (reason == REASON_NONE)
		return judge(r, o->denied, now);
	if (result.what != NULL)
		(void)snprintf(
		    r->detail, sizeof(r->detail), "%s", result.what);
	return reason;
}

static int
decide_here(struct offline *o)
{
	_cleanup_(jwks_freep) struct jwks *own = NULL;
	struct request *r = &o->request;
	const struct jwks *keys = NULL;
	int64_t now = (int64_t)time(NULL);
	int code;

	r->reason = check_request(r, now);
	if (r->reason == REASON_NONE)
		r->reason = choose(r, o->config);
	if (r->reason == REASON_NONE) {
		code = find_keys(o, &own, &keys);
		if (code == EXIT_DONE)
			code = load_denied(o);
		if (code != EXIT_DONE)
			return code;
		r->reason = verify(o, keys, now);
	}
	r->verdict = reason_row(r->reason)->verdict;
	return EXIT_DONE;
}

static int
write_answer(const struct ctl *ctl, const struct request *r,
    struct buf *storage, struct json **ret)
{
	const char *why = NULL;

	document_check(storage, r);
	if (storage->error != STATUS_OK ||
	    json_parse(buf_string(storage), storage->length, ret, &why) !=
		STATUS_OK) {
		(void)fprintf(stderr,
		    "validatorctl: the answer cannot be written: %s\n",
		    why != NULL ? why : status_text(storage->error));
		return EXIT_UNAVAILABLE;
	}
	if (ctl->json)
		(void)printf("%s\n", buf_string(storage));
	return EXIT_DONE;
}

static void
set_text(struct request *r, unsigned int tag, const char *text)
{
	if (text != NULL)
		r->message.value[tag] = text_of(text);
}

int
check_offline(const struct ctl *ctl, const struct question *question,
    const char *jwks_path, struct buf *storage, struct json **ret)
{
	_cleanup_(config_unrefp) struct config *config = ctl_config(ctl);
	_cleanup_(free_ptr) struct report *report = calloc(1, sizeof(*report));
	struct offline o = {.config = config, .jwks_path = jwks_path};
	struct request *r = &o.request;
	int code;

	if (config == NULL || report == NULL)
		return EXIT_CONFIG;
	r->report = report;
	set_text(r, TAG_SERVICE, question->service);
	set_text(r, TAG_USER, question->user);
	set_text(r, TAG_RHOST, question->rhost);
	r->message.value[TAG_TOKEN] =
	    (struct text){question->token->bytes, question->token->length};
	code = decide_here(&o);
	if (code == EXIT_DONE)
		code = write_answer(ctl, r, storage, ret);
	facts_unref(r->facts);
	deny_free(o.denied);
	return code;
}
