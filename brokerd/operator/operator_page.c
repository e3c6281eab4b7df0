/* SPDX-License-Identifier: ISC */
/* Navigation and links of the operator's pages. */
#include "operator/operator_page.h"

#include <stdio.h>
#include <string.h>

#include "operator/listing.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/conf.h"

#define LINK_MAX 8192

static const struct {
	const char *path, *label;
} tabs[] = {
#define X(name, path, label) {path, label},
    OPERATOR_TAB_LIST(X)
#undef X
};

void
operator_show(struct visit *v, enum operator_tab tab, const char *title,
    const char *body, const struct template_value *values)
{
	struct template_value all[OPERATOR_VALUES_MAX + 4] = {0};
	struct template_value tab_values[TABS][4] = {0};
	struct template_row tab_rows[TABS];
	size_t count = 0;

	for (size_t i = 0; i < TABS; i++) {
		tab_rows[i].values = tab_values[i];
		tab_values[i][0] = (struct template_value){
		    .name = "href", .text = tabs[i].path};
		tab_values[i][1] = (struct template_value){
		    .name = "label", .text = tabs[i].label};
		tab_values[i][2] = (struct template_value){
		    .name = "here", .text = i == tab ? "page" : NULL};
	}
	while (values[count].name != NULL && count < OPERATOR_VALUES_MAX) {
		all[count] = values[count];
		count++;
	}
	all[count++] = (struct template_value){
	    .name = "tabs", .part = page_file_operator_tabs};
	all[count++] = (struct template_value){
	    .name = "places", .rows = tab_rows, .row_count = TABS};
	all[count++] = (struct template_value){
	    .name = "pager", .part = page_file_operator_pager};
	page_show(v, &(struct page){.status = 200,
			 .title = title,
			 .body = body,
			 .values = all,
			 .place = PLACE_OPERATOR,
			 .wide = true});
}

struct operator_who
operator_who(const struct visit *v)
{
	return (struct operator_who){
	    v->session.user, v->session.user_name, v->now};
}

int64_t
operator_query_id(const struct visit *v, const char *name)
{
	const char *text = visit_query(v, name);
	int64_t id = 0;

	if (text == NULL ||
	    conf_parse_integer(text, 1, INT64_MAX, &id) != STATUS_OK)
		return 0;
	return id;
}

const char *
operator_query_text(const struct visit *v, const char *name)
{
	const char *text = visit_query(v, name);

	return text == NULL ? "" : text;
}

static void
add_pair(struct buf *link, const char *name, const char *value)
{
	buf_append_byte(
	    link, memchr(link->data, '?', link->length) == NULL ? '?' : '&');
	form_encode_pair(link, name, value);
}

void
operator_link(struct buf *ret, const struct visit *v, const char *path,
    const char *const *keep)
{
	buf_init(ret, LINK_MAX);
	buf_append_string(ret, path);
	for (; *keep != NULL && ret->error == STATUS_OK; keep++) {
		const char *value = visit_query(v, *keep);

		if (value != NULL)
			add_pair(ret, *keep, value);
	}
}

void
pager_fill(struct pager *p, const struct visit *v, const char *const *keep,
    const char *name, int64_t next)
{
	char number[24];

	buf_init(&p->first, LINK_MAX);
	buf_init(&p->more, LINK_MAX);
	p->paged = next != 0 || visit_query(v, name) != NULL;
	if (visit_query(v, name) != NULL)
		operator_link(&p->first, v, v->request->path, keep);
	if (next == 0)
		return;
	(void)snprintf(number, sizeof(number), "%lld", (long long)next);
	operator_link(&p->more, v, v->request->path, keep);
	if (p->more.error == STATUS_OK)
		add_pair(&p->more, name, number);
}

void
pager_clear(struct pager *p)
{
	buf_clear(&p->first);
	buf_clear(&p->more);
}

void
operator_count_text(int64_t count, char ret[COUNT_TEXT_SIZE])
{
	(void)snprintf(ret, COUNT_TEXT_SIZE, "%lld%s", (long long)count,
	    count >= LISTING_COUNT_MAX ? " or more" : "");
}

void
operator_record(struct rows *rows, const struct audit_record *r)
{
	rows_begin(rows);
	rows_integer(rows, "seq", r->seq);
	rows_time(rows, "at", r->at);
	rows_text(rows, "actor", r->actor);
	rows_text(rows, "action", r->action);
	rows_text(rows, "subject", r->subject);
	rows_text(rows, "detail", r->detail);
}
