/* SPDX-License-Identifier: ISC */
/*
 * Metadata, and the endpoints that come of them and of the configuration. What
 * the configuration writes is not discovered, so metadata that nobody needs may
 * be absent.
 */
#include <stdio.h>
#include <string.h>

#include "config_url.h"
#include "fetch/origin.h"
#include "introspect.h"
#include "issuer_trial.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

#define CORRECT_URL                                                            \
	"correct `url`, or write the endpoints in the issuer's section"

/* Which of two failures tells more: a document, an answer, an absence. */
enum rank { RANK_NONE, RANK_ABSENT, RANK_ANSWER, RANK_DOCUMENT };

struct failure {
	enum rank rank;
	char what[1024];
	char remedy[512];
};

static bool
any_missing(const struct trial *t)
{
	for (unsigned int e = 0; e < ENDPOINT_COUNT; e++) {
		if ((t->needs & ENDPOINT_BIT(e)) != 0 &&
		    issuer_endpoint(&t->endpoints, e) == NULL)
			return true;
	}
	return false;
}

/* RFC 8414 section 3.3: who answers for another issuer is not believed. */
static bool
names_another(
    const struct inspection *i, const struct issuer *issuer, struct failure *f)
{
	_cleanup_(json_freep) struct json *document = NULL;
	const char *why, *stated = NULL;

	if (json_parse(i->reply.body, i->reply.body_length, &document, &why) !=
	    STATUS_OK)
		return false;
	(void)json_string(json_get(json_top(document), "issuer"), &stated);
	if (stated != NULL && strcmp(stated, issuer->url) == 0)
		return false;
	if (stated == NULL) {
		(void)snprintf(
		    f->what, sizeof(f->what), "the document names no issuer");
		(void)snprintf(f->remedy, sizeof(f->remedy), "%s", CORRECT_URL);
		return true;
	}
	(void)snprintf(f->what, sizeof(f->what),
	    "the document is of the issuer %.300s, not of %.300s", stated,
	    issuer->url);
	(void)snprintf(f->remedy, sizeof(f->remedy),
	    "if that is the server you mean, write `url = %.300s`, octet by "
	    "octet",
	    stated);
	return true;
}

static void
explain(const struct trial *t, const char *url, const struct inspection *i,
    const char *what, struct failure *f)
{
	int status = i->reply.http_status;

	(void)snprintf(f->remedy, sizeof(f->remedy), "%s", CORRECT_URL);
	f->rank = status == 404 ? RANK_ABSENT : RANK_ANSWER;
	if (status != 200) {
		bool moved = status >= 300 && status <= 399;

		(void)snprintf(f->what, sizeof(f->what),
		    "%s answers HTTP %d%s%.256s%s", url, status,
		    moved ? ", a redirect to " : "", moved ? i->redirect : "",
		    moved ? ", which is not followed" : "");
		return;
	}
	if (!answer_is_json(&i->reply)) {
		(void)snprintf(f->what, sizeof(f->what),
		    "%s is %s, not application/json", url,
		    i->reply.content_type[0] != '\0' ? i->reply.content_type
						     : "of no type");
		return;
	}
	f->rank = RANK_DOCUMENT;
	if (names_another(i, t->issuer, f))
		return;
	(void)snprintf(f->what, sizeof(f->what), "%s: %s", url,
	    what != NULL ? what : "it cannot be read");
	(void)snprintf(f->remedy, sizeof(f->remedy), "mend it at the server");
}

/* true: found. false: *f says what was found instead. */
static bool
try_address(struct trial *t, const char *url, struct failure *f)
{
	struct inspection i;
	struct failure here = {.rank = RANK_NONE};
	const char *what = NULL;

	if (!trial_ask(t, "metadata", FETCH_METADATA, url, NULL, &i))
		return false;
	if (metadata_read(&i.reply, t->issuer, &t->endpoints.metadata, &what) ==
	    REASON_NONE) {
		findings_add(
		    &t->findings, FINDING_OK, "metadata", NULL, "%s", url);
		findings_add(&t->findings, FINDING_OK, "issuer", NULL,
		    "the document's is `url`, octet by octet");
		return true;
	}
	explain(t, url, &i, what, &here);
	if (here.rank > f->rank)
		*f = here;
	return false;
}

void
trial_metadata(struct trial *t)
{
	struct failure f = {.rank = RANK_NONE};
	bool needed = any_missing(t);

	for (unsigned int attempt = 0;; attempt++) {
		_cleanup_(free_ptr) char *url =
		    metadata_url(t->issuer, attempt);

		if (url == NULL)
			break;
		if (try_address(t, url, &f))
			return;
	}
	if (f.rank == RANK_NONE)
		return;
	if (needed)
		trial_fail(t, "metadata", f.remedy, "%s", f.what);
	else if (f.rank == RANK_ABSENT)
		findings_add(&t->findings, FINDING_SKIPPED, "metadata", NULL,
		    "there are none, and the section has all endpoints");
	else
		findings_add(&t->findings, FINDING_WARNING, "metadata",
		    "the section has all endpoints, so nothing depends on it",
		    "%s", f.what);
}

/* false: told. */
static bool
check_endpoint(struct trial *t, enum endpoint e)
{
	const char *url = issuer_endpoint(&t->endpoints, e);
	char origin[URL_ORIGIN_MAX] = "", remedy[URL_ORIGIN_MAX + 128];

	if (url == NULL) {
		char text[128];

		(void)snprintf(text, sizeof(text),
		    "write `%s` in the issuer's section", endpoint_name(e));
		trial_fail(
		    t, "endpoints", text, "there is no %s", endpoint_name(e));
		return false;
	}
	/* Browsers go there, and nobody else. */
	if (e == ENDPOINT_AUTHORIZATION ||
	    origin_allowed(&t->origins, t->issuer, url))
		return true;
	(void)config_url_fault(url, t->issuer->insecure_loopback, origin);
	(void)snprintf(remedy, sizeof(remedy),
	    "if tokens may be sent there, write `endpoint_origins = %s`",
	    origin);
	trial_fail(t, "endpoints", remedy,
	    "%s is %s, whose origin is not that of `url`", endpoint_name(e),
	    url);
	return false;
}

void
trial_endpoints(struct trial *t)
{
	char names[512] = "";
	bool good = true;

	for (unsigned int e = 0; e < ENDPOINT_COUNT; e++) {
		size_t used = strlen(names);

		if ((t->needs & ENDPOINT_BIT(e)) == 0)
			continue;
		/* Without metadata their own line has said it. */
		if (t->findings.counts[FINDING_FAILED] > 0 &&
		    issuer_endpoint(&t->endpoints, e) == NULL)
			good = false;
		else if (!check_endpoint(t, e))
			good = false;
		else
			(void)snprintf(names + used, sizeof(names) - used,
			    "%s%s", used > 0 ? ", " : "", endpoint_name(e));
	}
	if (good && names[0] != '\0')
		findings_add(&t->findings, FINDING_OK, "endpoints", NULL,
		    "%s: on origins that are allowed", names);
}
