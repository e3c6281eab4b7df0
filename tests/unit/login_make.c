/* SPDX-License-Identifier: ISC */
#include "login_make.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static char url[] = "https://as.example.com";
static char authorize[] = "https://as.example.com/authorize";
static char token[] = "https://as.example.com/token";
static char client[] = "client id";
static char gateway[] = "https://gate.example.com";
static char host[] = "host.example.com";
static char name[] = "p";
static char trading[] = "trading", writing[] = "account:write";
static char environment[] = "env={env}", prompt[] = "prompt=log in";
static char *required[] = {trading, writing, NULL};
static char *parameters[] = {environment, prompt, NULL};

struct login_bench *
login_bench_new(void)
{
	struct login_bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->server.base = event_base_new();
	assert_non_null(b->server.base);
	b->server.logins = logins_new(&b->server);
	assert_non_null(b->server.logins);
	b->server.issuers = issuers_new(&b->server);
	assert_non_null(b->server.issuers);
	b->connection.server = &b->server;
	b->issuer = (struct issuer){.name = name,
	    .url = url,
	    .client_id = client,
	    .validation = VALIDATION_GRANT};
	b->issuer.sign_in.authorization_endpoint = authorize;
	b->issuer.sign_in.token_endpoint = token;
	b->issuer.sign_in.parameters =
	    (struct word_list){.words = parameters, .count = 2};
	b->policy = (struct policy){.name = name,
	    .issuer = &b->issuer,
	    .require = {.words = required, .count = 2},
	    .environment = ENVIRONMENT_PAPER,
	    .login = LOGIN_TOKEN | LOGIN_BROWSER};
	b->config = (struct config){.references = 1,
	    .gateway_url = gateway,
	    .host_name = host,
	    .issuers = &b->issuer,
	    .issuer_count = 1,
	    .policies = &b->policy,
	    .policy_count = 1};
	return b;
}

void
login_bench_free(struct login_bench *b)
{
	struct login *each;

	while ((each = TAILQ_FIRST(&b->server.logins->waiting)) != NULL)
		login_free(each);
	assert_int_equal(b->config.references, 1);
	logins_free(b->server.logins);
	issuers_free(b->server.issuers);
	event_base_free(b->server.base);
	buf_clear(&b->packet);
	free(b);
}

enum reason
login_bench_add(struct login_bench *b, const char *user, const char *rhost,
    unsigned int method, struct login **ret)
{
	enum reason reason;
	struct message m;

	buf_clear(&b->packet);
	buf_init(&b->packet, MESSAGE_MAX);
	message_start(&b->packet, MESSAGE_LOGIN_BEGIN, 1);
	message_put_string(&b->packet, TAG_SERVICE, "sshd");
	message_put_string(&b->packet, TAG_USER, user);
	if (rhost != NULL)
		message_put_string(&b->packet, TAG_RHOST, rhost);
	message_put_u32(&b->packet, TAG_BUDGET_MS, 60000);
	assert_int_equal(message_finish(&b->packet), STATUS_OK);
	assert_int_equal(message_open(b->packet.data, b->packet.length,
			     DIRECTION_REQUEST, &m),
	    STATUS_OK);
	b->connection.request.received = b->packet.data;
	b->connection.request.packet_size = b->packet.length;
	/* As the issuer's section is now. */
	assert_int_equal(
	    issuers_apply(b->server.issuers, &b->config), STATUS_OK);
	reason = login_add(b->server.logins, &b->connection, &m, &b->config,
	    &b->policy, method, ret);
	if (reason == REASON_NONE)
		(*ret)->state =
		    issuer_state_ref(issuers_find(b->server.issuers, name));
	return reason;
}
