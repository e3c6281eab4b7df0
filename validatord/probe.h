/* SPDX-License-Identifier: ISC */
/*
 * What a call of a broker's API shows of a token, by the rows of a profile.
 * Pure. A success proves that the token lives and whose it is; it never proves
 * which app it was given to.
 */
#ifndef VALIDATORD_PROBE_H
#define VALIDATORD_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "fetcher.h"
#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

/* The content types that a body may have. */
#define PROBE_TYPE_JSON "application/json"
#define PROBE_TYPE_FORM "application/x-www-form-urlencoded"

enum probe_result {
	PROBE_UNAVAILABLE = 0, /* neither yes nor no: see `reason` */
	PROBE_VALID,
	PROBE_INVALID,   /* the token is dead */
	PROBE_ELSEWHERE, /* it lives, but not in this environment */
	PROBE_REFUSED,   /* it lives; the account's state is not good enough */
};

struct probe_answer {
	enum probe_result result;
	enum reason reason; /* PROBE_UNAVAILABLE: which; else REASON_NONE */
	const char *what;   /* static, for the operator; or NULL */
	char *subject, *display; /* of a valid one; NULL: not stated */
	bool scopes_known;
	struct word_list scopes;
	int64_t expires_at; /* seconds, CLOCK_REALTIME; 0: not stated */
};

void probe_answer_clear(struct probe_answer *a); /* for _cleanup_() */

/* The address, templates filled (malloc). `api_base`: the token answer's, in
 * place of api_url; NULL: none. STATUS_INVALID: a template names what is not
 * known. */
enum status probe_url(const struct probe *p, const struct issuer *issuer,
    const char *api_base, char **ret);

/*
 * In fetch: the header fields "Name: value" (one a line, each ended by \n) and
 * the body. A token with an octet that the place cannot carry is refused.
 * Both bufs are sensitive and initialised by the caller.
 */
enum status probe_fill(const struct probe *p, const struct issuer *issuer,
    struct text token, struct buf *ret_headers, struct buf *ret_body);

/* 429, 5xx, no answer and what cannot be read are unavailable, never invalid.
 */
void probe_read(const struct probe *p, const struct issuer *issuer,
    const struct fetch_reply *reply, struct probe_answer *ret);

/*
 * Calls per account and minute, so that the owner's own programs keep theirs.
 * A bounded table by (issuer, account); an account that is not known yet counts
 * under its token's keyed digest.
 */
#define PROBE_BUDGETS_MAX 4096 /* accounts; the least recently used goes */
#define PROBE_HOLD_MAX_S 3600  /* whatever Retry-After says */

struct probe_budgets;
struct probe_budgets *probe_budgets_new(void); /* NULL: no memory */
void probe_budgets_free(struct probe_budgets *b);
/* Takes one call; false: none is left in this minute. */
bool probe_budget_take(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, int64_t now_us);
/* After 429: nothing for so long (not stated: a minute), and at least for the
 * rest of this minute. */
void probe_budget_hold(struct probe_budgets *b, const struct issuer *issuer,
    const char *account, unsigned int retry_after_s, int64_t now_us);

#endif
