/* SPDX-License-Identifier: ISC */
/* The device grant (RFC 8628), for machines without a browser. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "login_flow.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"
#include "url.h"

#define FORM_SIZE 8192
#define INTERVAL_DEFAULT 5
#define INTERVAL_SLOWER 5 /* RFC 8628 section 3.5 */
#define INTERVAL_MAX 60
#define LIFE_MAX 3600

static const char grant_type[] = "urn:ietf:params:oauth:grant-type:device_code";

struct device {
	struct secret code;
	int64_t interval; /* seconds between two questions */
	struct deadline deadline;
};

static void
clear_device(struct device *d)
{
	secret_clear(&d->code);
}

/* What an issuer sends must not steer the terminal that shows it. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

static void
invite(const char *uri, const char *whole, const char *user_code)
{
	(void)fprintf(stderr,
	    "Open this page on any device, and enter the code there:\n\n"
	    "  %s\n  code: %s\n\n",
	    uri, user_code);
	if (whole != NULL)
		(void)fprintf(
		    stderr, "Or open the whole at once:\n\n  %s\n\n", whole);
	(void)fprintf(stderr,
	    "Enter a code only that you have just asked for yourself.\n");
	(void)fflush(stderr);
}

static enum status
take_answer(const struct json_value *o, const struct issuer *i,
    const struct login_options *options, struct device *d)
{
	const char *code, *user_code, *uri, *whole = NULL;
	bool loopback = i->settings->insecure_loopback;
	int64_t life = 0;
	enum status s;

	d->interval = INTERVAL_DEFAULT;
	s = json_integer(
	    json_get(o, "interval"), 1, INTERVAL_MAX, &d->interval);
	if ((s != STATUS_OK && s != STATUS_NOT_FOUND) ||
	    json_string(json_get(o, "device_code"), &code) != STATUS_OK ||
	    json_string(json_get(o, "user_code"), &user_code) != STATUS_OK ||
	    json_string(json_get(o, "verification_uri"), &uri) != STATUS_OK ||
	    json_integer(json_get(o, "expires_in"), 1, LIFE_MAX * 24, &life) !=
		STATUS_OK ||
	    !is_plain(user_code) || url_fault(uri, loopback) != NULL)
		return STATUS_MALFORMED;
	if (json_string(json_get(o, "verification_uri_complete"), &whole) !=
		STATUS_OK ||
	    url_fault(whole, loopback) != NULL)
		whole = NULL;
	if (life > LIFE_MAX)
		life = LIFE_MAX;
	d->deadline =
	    deadline_earlier(options->deadline, deadline_in_ms(life * 1000));
	invite(uri, whole, user_code);
	return secret_set(&d->code, code, strlen(code));
}

static enum status
begin(const struct issuer *i, const struct login_options *options,
    struct device *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf form = {0};
	_cleanup_(buf_clear) struct buf scope = {0};
	_cleanup_(oauth_answer_clear) struct oauth_answer answer = {0};
	enum status s = login_scope(i->settings, &scope);

	buf_init_sensitive(&form, FORM_SIZE);
	if (s == STATUS_OK && scope.length > 0)
		form_add(&form, "scope", buf_string(&scope));
	if (s == STATUS_OK)
		s = issuer_post(
		    i, ENDPOINT_DEVICE, &form, false, &answer, ret_problem);
	if (s != STATUS_OK)
		return s;
	s = take_answer(json_top(answer.json), i, options, ret);
	if (s != STATUS_OK)
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "%s answered with no device code that can be used (RFC "
		    "8628 section 3.2)",
		    i->endpoints[ENDPOINT_DEVICE]);
	return s;
}

/* Not a wait for a condition: RFC 8628 has the client wait between polls. */
static void
rest(const struct device *d)
{
	int64_t left = deadline_left_ms(d->deadline);
	int64_t ms = d->interval * 1000 < left ? d->interval * 1000 : left;
	struct timespec t = {
	    .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static enum status
poll_once(const struct issuer *i, const struct device *d, struct token_set *ret,
    char ret_error[64], char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(buf_clear) struct buf form = {0};

	buf_init_sensitive(&form, FORM_SIZE);
	form_add(&form, "grant_type", grant_type);
	form_add(&form, "device_code", d->code.bytes);
	return issuer_ask_token(i, &form, ret, ret_error, ret_problem);
}

enum status
login_by_device(const struct issuer *i, const struct login_options *options,
    struct token_set *ret, char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(clear_device) struct device d = {0};
	char error[64] = "";
	enum status s = begin(i, options, &d, ret_problem);

	if (s != STATUS_OK)
		return s;
	for (;;) {
		rest(&d);
		if (deadline_passed(d.deadline)) {
			(void)snprintf(ret_problem, PROBLEM_SIZE,
			    "nobody entered the code in time: try again, or "
			    "give --timeout");
			return STATUS_TIMEOUT;
		}
		s = poll_once(i, &d, ret, error, ret_problem);
		if (s == STATUS_TIMEOUT) /* section 3.5: slower, then again */
			d.interval *= 2;
		else if (s != STATUS_FORBIDDEN)
			return s;
		else if (strcmp(error, "slow_down") == 0)
			d.interval += INTERVAL_SLOWER;
		else if (strcmp(error, "authorization_pending") != 0)
			return s;
	}
}
