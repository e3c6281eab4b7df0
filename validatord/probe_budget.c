/* SPDX-License-Identifier: ISC */
/*
 * How often a broker's API is asked about an account. The limit there is the
 * account's, and its owner's programs trade with what we leave. Two counts an
 * account: of this minute and of the one before, of which as much weighs as is
 * not over a minute old.
 */
#include "probe.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "digest_table.h"
#include "scopegate/cleanup.h"

#define MINUTE_US (60 * INT64_C(1000000))

struct budget {
	struct digest_node node;
	int64_t begun_us; /* this minute's start */
	int64_t now, before;
	int64_t held_until_us;
};

struct probe_budgets {
	uint8_t seed[32];
	EVP_MD_CTX *digest;
	struct digest_table table;
};

static void
budget_release(struct digest_node *node)
{
	free(node);
}

static void
budgets_freep(struct probe_budgets **b)
{
	probe_budgets_free(*b);
	*b = NULL;
}

struct probe_budgets *
probe_budgets_new(void)
{
	_cleanup_(budgets_freep) struct probe_budgets *b =
	    calloc(1, sizeof(*b));

	if (b == NULL ||
	    getrandom(b->seed, sizeof(b->seed), 0) != (ssize_t)sizeof(b->seed))
		return NULL;
	b->digest = EVP_MD_CTX_new();
	if (b->digest == NULL ||
	    EVP_DigestInit_ex(b->digest, EVP_sha256(), NULL) != 1 ||
	    !digest_table_init(&b->table, PROBE_BUDGETS_MAX, budget_release))
		return NULL;
	return TAKE_PTR(b);
}

void
probe_budgets_free(struct probe_budgets *b)
{
	if (b == NULL)
		return;
	digest_table_clear(&b->table);
	EVP_MD_CTX_free(b->digest);
	free(b);
}

/* The seed keeps strangers from choosing buckets; the NUL between the two names
 * keeps one issuer's accounts apart from another's. */
static bool
key_of(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, uint8_t ret[DIGEST_SIZE])
{
	return EVP_DigestInit_ex(b->digest, NULL, NULL) == 1 &&
	       EVP_DigestUpdate(b->digest, b->seed, sizeof(b->seed)) == 1 &&
	       EVP_DigestUpdate(
		   b->digest, issuer->name, strlen(issuer->name) + 1) == 1 &&
	       EVP_DigestUpdate(b->digest, account, strlen(account)) == 1 &&
	       EVP_DigestFinal_ex(b->digest, ret, NULL) == 1;
}

/* NULL: no memory. */
static struct budget *
find_or_make(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, int64_t now_us)
{
	uint8_t key[DIGEST_SIZE];
	struct budget *budget;

	if (!key_of(b, issuer, account, key))
		return NULL;
	budget = (struct budget *)digest_table_find(&b->table, key);
	if (budget != NULL)
		return budget;
	budget = calloc(1, sizeof(*budget));
	if (budget == NULL)
		return NULL;
	memcpy(budget->node.key, key, sizeof(key));
	budget->begun_us = now_us;
	digest_table_add(&b->table, &budget->node);
	return budget;
}

/* Goes on to the minute that `now_us` is in. */
static void
turn(struct budget *budget, int64_t now_us)
{
	int64_t minutes = (now_us - budget->begun_us) / MINUTE_US;

	if (minutes <= 0)
		return;
	budget->before = minutes == 1 ? budget->now : 0;
	budget->now = 0;
	budget->begun_us += minutes * MINUTE_US;
}

/* Calls of the last 60 seconds, those of the minute before by their share,
 * rounded up. */
static int64_t
calls_used(const struct budget *budget, int64_t now_us)
{
	int64_t left = MINUTE_US - (now_us - budget->begun_us);

	return budget->now +
	       (budget->before * left + MINUTE_US - 1) / MINUTE_US;
}

bool
probe_budget_take(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, int64_t now_us)
{
	struct budget *budget = find_or_make(b, issuer, account, now_us);

	/* Unknown is never yes. */
	if (budget == NULL || now_us < budget->held_until_us)
		return false;
	turn(budget, now_us);
	if (calls_used(budget, now_us) >= issuer->sign_in.probe_budget)
		return false;
	budget->now++;
	return true;
}

void
probe_budget_hold(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, unsigned int retry_after_s, int64_t now_us)
{
	struct budget *budget = find_or_make(b, issuer, account, now_us);
	int64_t until;

	if (budget == NULL)
		return;
	turn(budget, now_us);
	/* Not stated: as long as any limit a minute can last. */
	if (retry_after_s == 0)
		retry_after_s = 60;
	if (retry_after_s > PROBE_HOLD_MAX_S)
		retry_after_s = PROBE_HOLD_MAX_S;
	until = now_us + retry_after_s * INT64_C(1000000);
	if (until < budget->begun_us + MINUTE_US)
		until = budget->begun_us + MINUTE_US;
	if (until > budget->held_until_us)
		budget->held_until_us = until;
}
