/* SPDX-License-Identifier: ISC */
/* What the operator's pages share: navigation, links from page to page. */
#ifndef BROKERD_OPERATOR_PAGE_H
#define BROKERD_OPERATOR_PAGE_H

#include <stdint.h>

#include "audit/audit_log.h"
#include "operator/acts.h"
#include "operator/rows.h"
#include "scopegate/buf.h"
#include "visit.h"

/* X(NAME, "/path", "label") */
#define OPERATOR_TAB_LIST(X)                                                   \
	X(OVERVIEW, "/operator", "Overview")                                   \
	X(REVIEWS, "/operator/reviews", "Reviews")                             \
	X(APPS, "/operator/apps", "Apps")                                      \
	X(USERS, "/operator/users", "People")                                  \
	X(LIVE, "/operator/live-accounts", "Live accounts")                    \
	X(GRANTS, "/operator/grants", "Grants")                                \
	X(AUDIT, "/operator/audit", "Audit")                                   \
	X(KEYS, "/operator/keys", "Keys")                                      \
	X(RECEIVERS, "/operator/receivers", "Receivers")                       \
	X(FAULTS, "/operator/faults", "Faults")

enum operator_tab {
#define X(name, path, label) TAB_##name,
	OPERATOR_TAB_LIST(X)
#undef X
	    TABS,
};

#define OPERATOR_VALUES_MAX 48

/* Shows a page whose template may say {{>tabs}} and {{>pager}}, beside its own
 * `values`, of which there are at most OPERATOR_VALUES_MAX. */
void operator_show(struct visit *v, enum operator_tab tab, const char *title,
    const char *body, const struct template_value *values);

struct operator_who operator_who(const struct visit *v);

/* A number in the query; 0 if it is absent or none. */
int64_t operator_query_id(const struct visit *v, const char *name);
/* Text in the query; "" if it is absent. */
const char *operator_query_text(const struct visit *v, const char *name);

/*
 * Links of a pager, {{first}} and {{more}} if {{paged}}: the page's own address
 * with the fields of `keep` (ends with NULL) as they are, and `name`=`next` for
 * more. `next` 0: nothing follows.
 */
struct pager {
	struct buf first, more;
	bool paged; /* there is a page before or after */
};
void pager_fill(struct pager *p, const struct visit *v, const char *const *keep,
    const char *name, int64_t next);
void pager_clear(struct pager *p); /* for _cleanup_() */
#define PAGER_VALUES(p)                                                        \
	{.name = "paged", .text = (p).paged ? "yes" : NULL},                   \
	    {.name = "first", .text = buf_string(&(p).first)},                 \
	{                                                                      \
		.name = "more", .text = buf_string(&(p).more)                  \
	}

/* `path` with these fields of the query behind it. */
void operator_link(struct buf *ret, const struct visit *v, const char *path,
    const char *const *keep);

/* A number that counting stops at: "12", "1000 or more". */
#define COUNT_TEXT_SIZE 24
void operator_count_text(int64_t count, char ret[COUNT_TEXT_SIZE]);

/* A record of the audit trail as one more row. */
void operator_record(struct rows *rows, const struct audit_record *r);

page_handler page_operator;
page_handler page_operator_reviews;
page_handler page_operator_apps;
page_handler page_operator_app; /* GET shows, POST acts */
page_handler page_operator_users;
page_handler page_operator_user;
page_handler page_operator_live;
page_handler page_operator_grants;
page_handler page_operator_grant;
page_handler page_operator_audit;
page_handler page_operator_audit_file;
page_handler page_operator_keys;
page_handler page_faults; /* GET shows, POST sets or clears */

#endif
