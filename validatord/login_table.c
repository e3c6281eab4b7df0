/* SPDX-License-Identifier: ISC */
#include "login_table.h"

#include <event2/event.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "exchange.h"
#include "login_code.h"
#include "login_end.h"
#include "login_redeem.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * A thousand logins are searched from one end to the other: the digests that
 * are compared are of random text, so what a search takes tells nothing.
 */

struct logins *
logins_new(struct server *server)
{
	struct logins *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->server = server;
	TAILQ_INIT(&l->waiting);
	TAILQ_INIT(&l->redeems);
	l->codes = login_codes_new();
	if (l->codes == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

void
logins_free(struct logins *l)
{
	if (l == NULL)
		return;
	redeem_cancel_all(l);
	login_codes_free(l->codes);
	free(l);
}

/* Limits. */

/* Logins on the host itself have a place of their own. */
static bool
same_place(const struct login *a, const struct message *m)
{
	return message_has(&a->begin, TAG_RHOST) == message_has(m, TAG_RHOST) &&
	       text_equal(a->begin.value[TAG_RHOST], m->value[TAG_RHOST]);
}

/* Whoever knows a user's name can begin logins of that user, so a user's count
 * is of one place only: strangers elsewhere lock nobody out. A prompt for a
 * token holds no link, and no more than the prompt of a module that asks
 * nobody: it counts among all only. */
static bool
within_limits(
    const struct logins *l, const struct message *m, unsigned int method)
{
	size_t of_user = 0, of_rhost = 0;
	const struct login *each;

	if (l->count >= LOGINS_MAX)
		return false;
	if (method == LOGIN_TOKEN)
		return true;
	TAILQ_FOREACH(each, &l->waiting, entry)
	{
		if (each->method == LOGIN_TOKEN || !same_place(each, m))
			continue;
		of_user +=
		    text_equal(each->begin.value[TAG_USER], m->value[TAG_USER]);
		of_rhost += message_has(m, TAG_RHOST);
	}
	return of_user < LOGINS_PER_USER && of_rhost < LOGINS_PER_RHOST;
}

/* Views into our own copy of the packet that they were views into. */
static bool
copy_packet(struct login *login, const struct connection *c)
{
	const uint8_t *from = c->request.received;

	login->packet_size = c->request.packet_size;
	login->packet = malloc(login->packet_size);
	if (login->packet == NULL)
		return false;
	memcpy(login->packet, from, login->packet_size);
	for (size_t i = 0; i < TAG_COUNT; i++) {
		struct text *value = &login->begin.value[i];

		if (value->bytes != NULL)
			value->bytes = (const char *)login->packet +
				       ((const uint8_t *)value->bytes - from);
	}
	return true;
}

static bool
name_link(struct logins *l, struct login *login)
{
	do {
		if (!nonce_readable(login->link, LINK_LENGTH))
			return false;
	} while (login_find_link(l, text_of(login->link)) != NULL);
	return true;
}

enum reason
login_add(struct logins *l, struct connection *c, const struct message *m,
    struct config *config, const struct policy *policy, unsigned int method,
    struct login **ret)
{
	struct login *login;

	if (!within_limits(l, m, method))
		return REASON_TOO_MANY_LOGINS;
	login = calloc(1, sizeof(*login));
	if (login == NULL)
		return REASON_NO_MEMORY;
	login->begin = *m;
	if (!copy_packet(login, c) || !name_link(l, login) ||
	    evtimer_assign(
		&login->timer, l->server->base, login_expired, login) != 0) {
		free(login->packet);
		free(login);
		return REASON_NO_MEMORY;
	}
	login->connection = c;
	login->config = config_ref(config);
	login->policy = policy;
	login->issuer = policy->issuer;
	login->method = method;
	login->tries = LOGIN_TRIES;
	login->answers = LOGIN_ANSWERS_MAX;
	TAILQ_INSERT_TAIL(&l->waiting, login, entry);
	l->count++;
	l->begun++;
	*ret = login;
	return REASON_NONE;
}

void
login_free(struct login *login)
{
	struct server *s = login->connection->server;

	(void)event_del(&login->timer);
	TAILQ_REMOVE(&s->logins->waiting, login, entry);
	s->logins->count--;
	redeem_leave(login);
	device_cancel(login->device);
	if (login->state != NULL)
		issuer_ready_leave(login->state, &login->ready);
	issuer_state_unref(login->state);
	if (login->grant != NULL)
		exchange_discard(s, login->config, TAKE_PTR(login->grant));
	config_unref(login->config);
	free(login->packet);
	explicit_bzero(login, sizeof(*login));
	free(login);
}

/* Finding. */

struct login *
login_find_link(struct logins *l, struct text link)
{
	struct login *each;

	TAILQ_FOREACH(each, &l->waiting, entry)
	{
		if (text_equal_string(link, each->link))
			return each;
	}
	return NULL;
}

static bool
digest_same(const struct digest *a, const struct digest *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

struct login *
login_find_state(struct logins *l, struct text state, struct visit **ret)
{
	struct digest wanted;
	struct login *each;

	if (!digest_of(state, &wanted))
		return NULL;
	TAILQ_FOREACH(each, &l->waiting, entry)
	{
		for (size_t i = 0; i < LOGIN_VISITS; i++) {
			struct visit *v = &each->visits[i];

			if ((v->stage != VISIT_SENT &&
				v->stage != VISIT_ASKED) ||
			    !digest_same(&v->state, &wanted))
				continue;
			*ret = v;
			return each;
		}
	}
	return NULL;
}

static struct visit *
visit_of_browser(struct login *login, const struct digest *browser)
{
	for (size_t i = 0; i < LOGIN_VISITS; i++) {
		struct visit *v = &login->visits[i];

		if (v->stage != VISIT_NONE && digest_same(&v->browser, browser))
			return v;
	}
	return NULL;
}

bool
login_knows_browser(struct logins *l, struct text browser)
{
	struct digest wanted;
	struct login *each;

	if (browser.bytes == NULL || !digest_of(browser, &wanted))
		return false;
	TAILQ_FOREACH(each, &l->waiting, entry)
	{
		if (visit_of_browser(each, &wanted) != NULL)
			return true;
	}
	return false;
}

/* Whoever only looks at a link, as what shows a preview of it does, must not
 * use it up. */
static struct visit *
visit_to_reuse(struct login *login)
{
	struct visit *oldest = NULL;

	for (size_t i = 0; i < LOGIN_VISITS; i++) {
		struct visit *v = &login->visits[i];

		if (v->stage == VISIT_NONE)
			return v;
		if ((v->stage == VISIT_SENT || v->stage == VISIT_OVER) &&
		    (oldest == NULL || v->turn < oldest->turn))
			oldest = v;
	}
	return oldest;
}

struct visit *
login_visit(struct login *login, struct text browser)
{
	struct digest wanted;
	struct visit *v = NULL;

	if (browser.bytes != NULL && digest_of(browser, &wanted))
		v = visit_of_browser(login, &wanted);
	return v != NULL ? v : visit_to_reuse(login);
}
