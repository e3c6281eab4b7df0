/* SPDX-License-Identifier: ISC */
/* What all pages about one app begin and end with. Another's app is as if it
 * did not exist: that there is one is not told either. */
#include <stdio.h>
#include <string.h>

#include "audit/audit_log.h"
#include "developer/developer.h"
#include "page.h"

bool
own_app(struct visit *v, struct app *ret)
{
	enum status status = app_find_by_id(v->broker->store, v->id, ret);

	if (status == STATUS_OK && ret->owner_id == v->session.user)
		return true;
	if (status == STATUS_OK || status == STATUS_NOT_FOUND)
		page_not_found(v);
	else
		page_failed(v);
	return false;
}

enum status
own_app_audit(struct visit *v, const struct app *a, const char *action,
    const char *detail)
{
	char subject[CLIENT_ID_SIZE + 8];

	(void)snprintf(subject, sizeof(subject), "app %s", a->client_id);
	return audit_append(v->broker->store, v->now,
	    &(struct audit_entry){
		v->session.user_name, action, subject, detail});
}

void
app_initial(const struct app *a, char ret[APP_INITIAL_SIZE])
{
	size_t length = 1;

	while (length < APP_INITIAL_SIZE - 1 &&
	       ((unsigned char)a->title[length] & 0xc0) == 0x80)
		length++;
	memcpy(ret, a->title, length);
	ret[length] = '\0';
}

void
own_app_done(struct visit *v, enum status status, const char *notice)
{
	if (status == STATUS_OK)
		visit_go_id(v, "/apps/", v->id, notice);
	else
		page_failed(v);
}
