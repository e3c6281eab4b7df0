/* SPDX-License-Identifier: ISC */
/*
 * issuer test: asks an authorization server what a login would ask it, as the
 * daemon's user and by the daemon's rules, and says of each step whether it
 * went well. No token, code or secret is printed, nor anybody's data: what is
 * asked about was made up.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "endpoints.h"
#include "fetch/origin.h"
#include "issuer_trial.h"
#include "privileges.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

static void
trial_clear(struct trial *t)
{
	inspector_free(t->inspector);
	word_list_clear(&t->origins);
	word_list_clear(&t->met);
	word_list_clear(&t->dead);
	for (size_t e = 0; e < ENDPOINT_COUNT; e++)
		free(t->endpoints.written[e]);
	endpoints_clear(&t->endpoints);
	metadata_clear(&t->endpoints.metadata);
	jwks_free(t->keys);
}

static int
run_steps(struct trial *t)
{
	static void (*const steps[])(struct trial * t) = {
	    trial_metadata,
	    trial_endpoints,
	    trial_keys,
	    trial_introspection,
	    trial_token_endpoint,
	};
	size_t failed;

	for (size_t i = 0; i < ELEMENTS(steps); i++)
		steps[i](t);
	failed = t->findings.counts[FINDING_FAILED];
	if (t->unreachable) {
		findings_end(&t->findings, "unreachable");
		return EXIT_UNAVAILABLE;
	}
	findings_end(&t->findings, failed == 0 ? "good" : "not good");
	return failed == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

/* What the daemon may read is seen with its eyes, and what comes from the
 * network is not read by root. */
static enum status
prepare(struct trial *t, struct conf_error *e)
{
	struct config *c = t->config;
	enum status s = STATUS_OK;

	if (geteuid() == 0)
		s = privileges_drop(c->user, c->path, e);
	if (s == STATUS_OK)
		s = origins_of(t->issuer, &t->origins);
	if (s == STATUS_OK)
		s = issuer_state_follow(&t->endpoints, t->issuer);
	if (s == STATUS_OK)
		s = inspector_new(c, t->issuer, &t->inspector, e);
	return s;
}

static int
run(const struct ctl *ctl, struct config *config, const struct issuer *issuer)
{
	_cleanup_(trial_clear) struct trial t = {.config = config,
	    .issuer = issuer,
	    .needs = issuer_needs(config, issuer)};
	struct conf_error e = {.text = ""};

	conf_error_set(&e, ctl->config_path, 0,
	    "cannot be used: `validatorctl config test` says why");
	if (prepare(&t, &e) != STATUS_OK)
		return ctl_config_complain(&e);
	findings_begin(&t.findings, ctl->json, issuer->name, issuer->url);
	return run_steps(&t);
}

int
cmd_issuer_test(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(config_unrefp) struct config *config = NULL;
	const struct issuer *issuer;

	if (argc < 1)
		return usage_error("issuer test needs the name of an issuer");
	if (argc > 1)
		return usage_error("unexpected argument '%s'", argv[1]);
	config = ctl_config(ctl);
	if (config == NULL)
		return EXIT_CONFIG;
	issuer = config_issuer(config, argv[0]);
	if (issuer == NULL)
		return ctl_no_issuer(config, argv[0]);
	/* What the client would log is told as a finding. */
	log_set_level(LOG_LEVEL_ERROR);
	return run(ctl, config, issuer);
}
