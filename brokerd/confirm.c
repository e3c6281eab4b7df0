/* SPDX-License-Identifier: ISC */
/* Asking first, without a script. */
#include "confirm.h"

#include "page_files.h"

void
confirm_ask(struct visit *v, const struct confirmation *c)
{
	const struct template_value values[] = {
	    {.name = "text", .text = c->text},
	    {.name = "action", .text = c->action},
	    {.name = "name", .text = c->name},
	    {.name = "value", .text = c->value},
	    {.name = "button", .text = c->button},
	    {.name = "back", .text = c->back},
	    {0},
	};

	page_show(v, &(struct page){.status = 200,
			 .title = c->title,
			 .body = page_file_confirm,
			 .values = values,
			 .place = c->place});
}
