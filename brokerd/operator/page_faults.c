/* SPDX-License-Identifier: ISC */
/* The fault menu for an operator: what is set, and a form to set more. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "operator/fault.h"
#include "operator/operator_page.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"
#include "scopegate/conf.h"

#define FAULTS_PATH "/operator/faults"
#define FAULT_VALUES 5

/* The form as it came, with what is wrong with it. */
struct fault_form {
	const char *kind, *target, *wait, *next;
	const char *wait_problem, *next_problem;
};

struct row {
	char wait[FAULT_WAIT_SIZE], left[32];
	struct template_value values[FAULT_VALUES];
};

struct fault_rows {
	struct row lines[FAULT_KINDS * FAULT_TARGETS];
	struct template_row rows[FAULT_KINDS * FAULT_TARGETS];
	size_t count;
};

/* A choice: {{name}}, {{words}}, and {{chosen}} if it is. */
static void
add_choice(struct fault_rows *r, const char *name, const char *words,
    const char *chosen)
{
	struct row *l = &r->lines[r->count];
	bool is = chosen == NULL ? r->count == 0 : strcmp(chosen, name) == 0;

	l->values[0] = (struct template_value){.name = "name", .text = name};
	l->values[1] = (struct template_value){.name = "words", .text = words};
	l->values[2] = (struct template_value){
	    .name = "chosen", .text = is ? "yes" : NULL};
	l->values[3] = (struct template_value){0};
	r->rows[r->count++].values = l->values;
}

static void
add_fault(struct fault_rows *r, const struct fault *f)
{
	struct row *l = &r->lines[r->count];

	fault_wait_text(f, l->wait);
	if (f->left == 0)
		(void)snprintf(l->left, sizeof(l->left), "every request");
	else
		(void)snprintf(l->left, sizeof(l->left), "the next %lld",
		    (long long)f->left);
	l->values[0] = (struct template_value){
	    .name = "kind", .text = fault_kind_words(f->kind)};
	l->values[1] = (struct template_value){
	    .name = "target", .text = fault_target_words(f->target)};
	l->values[2] = (struct template_value){.name = "wait", .text = l->wait};
	l->values[3] = (struct template_value){.name = "left", .text = l->left};
	l->values[4] = (struct template_value){0};
	r->rows[r->count++].values = l->values;
}

static void
add_fields(struct fields *f, const struct fault_form *form)
{
	fields_add(f, &(struct field){.name = "wait",
			  .label = "How long",
			  .help = "For waiting and for Retry-After: 300ms, 5s; "
				  "one second if empty.",
			  .type = "text",
			  .value = form->wait,
			  .problem = form->wait_problem,
			  .max = 10});
	fields_add(f, &(struct field){.name = "next",
			  .label = "How many requests",
			  .help = "A number, then it ends by itself; every "
				  "request if empty.",
			  .type = "text",
			  .value = form->next,
			  .problem = form->next_problem,
			  .max = 7});
}

static void
show(struct visit *v, const struct fault_form *form)
{
	struct fault_rows set = {0}, kinds = {0}, targets = {0};
	struct fields fields = {0};
	struct fault_list l;
	enum status status = fault_list_read(v->broker->store, &l);

	if (status != STATUS_OK && status != STATUS_MALFORMED) {
		page_failed(v);
		return;
	}
	for (size_t i = 0; i < l.count; i++)
		add_fault(&set, &l.rows[i]);
	for (int i = 0; i < FAULT_KINDS; i++)
		add_choice(&kinds, fault_kind_name((enum fault_kind)i),
		    fault_kind_words((enum fault_kind)i), form->kind);
	for (int i = 0; i < FAULT_TARGETS; i++)
		add_choice(&targets, fault_target_name((enum fault_target)i),
		    fault_target_words((enum fault_target)i), form->target);
	if (v->broker->faults)
		add_fields(&fields, form);
	const struct template_value values[] = {
	    {.name = "on", .text = v->broker->faults ? "on" : NULL},
	    {.name = "faults", .rows = set.rows, .row_count = set.count},
	    {.name = "any", .text = set.count > 0 ? "any" : NULL},
	    {.name = "kinds", .rows = kinds.rows, .row_count = kinds.count},
	    {.name = "targets",
		.rows = targets.rows,
		.row_count = targets.count},
	    {.name = "fields", .rows = fields.rows, .row_count = fields.count},
	    {0},
	};
	operator_show(
	    v, TAB_FAULTS, "Fault menu", page_file_operator_faults, values);
}

static bool
read_form(struct fault_form *form, struct fault *ret)
{
	*ret = (struct fault){.wait_ms = FAULT_WAIT_DEFAULT_MS};
	if (form->wait != NULL &&
	    (conf_parse_duration_ms(form->wait, &ret->wait_ms) != STATUS_OK ||
		ret->wait_ms > FAULT_WAIT_MAX_MS))
		form->wait_problem = "Write a time such as 300ms or 5s, at "
				     "most 60s.";
	if (form->next != NULL && conf_parse_integer(form->next, 1,
				      FAULT_NEXT_MAX, &ret->left) != STATUS_OK)
		form->next_problem = "Write a number from 1 to 1000000, or "
				     "nothing.";
	return form->wait_problem == NULL && form->next_problem == NULL;
}

/* NULL: clears. */
static void
change(struct visit *v, const struct fault *f)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	const char *actor = v->session.user_name;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = f == NULL ? fault_clear(s, actor, v->now)
				   : fault_set(s, f, actor, v->now);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		visit_go(
		    v, FAULTS_PATH, f == NULL ? "faults-cleared" : "fault-set");
	else
		page_failed(v);
}

void
page_faults(struct visit *v)
{
	const char *act = visit_form(v, "act");
	struct fault_form form = {.kind = visit_form(v, "kind"),
	    .target = visit_form(v, "target"),
	    .wait = visit_form(v, "wait"),
	    .next = visit_form(v, "next")};
	struct fault f;
	bool readable;

	if (v->request->method == HTTP_GET) {
		show(v, &form);
		return;
	}
	if (!v->broker->faults) {
		page_error(v, 409, "The fault menu is off",
		    "Start the broker with --faults to use it.");
		return;
	}
	if (act != NULL && strcmp(act, "clear") == 0) {
		change(v, NULL);
		return;
	}
	readable = read_form(&form, &f);
	if (form.kind == NULL || form.target == NULL ||
	    fault_kind_parse(form.kind, &f.kind) != STATUS_OK ||
	    fault_target_parse(form.target, &f.target) != STATUS_OK)
		page_error(v, 400, "This fault is not on the menu",
		    "Go back and choose a kind and where it strikes.");
	else if (readable)
		change(v, &f);
	else
		show(v, &form);
}
