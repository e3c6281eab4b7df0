/* SPDX-License-Identifier: ISC */
/* An app's logo: shown to anyone, as on the page that asks for consent; set
 * and removed by its developer. */
#include <string.h>

#include "app/app_logo.h"
#include "app/image.h"
#include "app/review.h"
#include "developer/developer.h"
#include "http/respond.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

void
page_logo(struct visit *v)
{
	struct http_response *r = v->response;
	enum status status = app_logo_read(v->broker->store, v->id, &r->body);

	if (status == STATUS_NOT_FOUND) {
		page_not_found(v);
		return;
	}
	respond_empty(r, status == STATUS_OK ? 200 : 500);
	http_response_header(r, "Content-Type", "image/png");
	http_response_header(r, "Cross-Origin-Resource-Policy", "same-origin");
}

static enum status
keep(struct visit *v, const struct app *a, const struct buf *png)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_logo_set(s, a->id, png->data, png->length, v->now);
	if (status == STATUS_OK)
		status = own_app_audit(v, a, "app.edit", "logo");
	/* People know an app by its picture, too. */
	if (status == STATUS_OK)
		status = review_reopen(s, a->id, v->session.user_name, v->now);
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* The picture is decoded while others are answered. */
static enum image_fault
convert(struct visit *v, struct buf *ret)
{
	const struct http_file *f = &v->request->file;
	enum image_fault fault;

	if (f->field == NULL || strcmp(f->field, "logo") != 0)
		return IMAGE_FAULT_EMPTY;
	(void)pthread_mutex_unlock(&v->broker->lock);
	fault = image_to_png(f->data, f->size, ret);
	(void)pthread_mutex_lock(&v->broker->lock);
	return fault;
}

void
page_logo_upload(struct visit *v)
{
	_cleanup_(buf_clear) struct buf png = {0};
	enum image_fault fault;
	struct app a;

	if (!own_app(v, &a))
		return;
	buf_init(&png, IMAGE_ANSWER_MAX);
	fault = convert(v, &png);
	/* It may have been deleted in the meantime. */
	if (!own_app(v, &a))
		return;
	if (fault == IMAGE_FAULT_NONE)
		own_app_done(v, keep(v, &a, &png),
		    review_reopens(&a) ? "app-reopened" : "logo-saved");
	else
		app_show(v, &a, image_fault_words(fault));
}

static enum status
remove_logo(struct visit *v, const struct app *a)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = app_logo_remove(s, a->id);
	if (status == STATUS_OK)
		status = own_app_audit(v, a, "app.edit", "logo removed");
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

void
page_logo_remove(struct visit *v)
{
	struct app a;

	if (own_app(v, &a))
		own_app_done(v, remove_logo(v, &a), "logo-removed");
}
