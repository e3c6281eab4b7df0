/* SPDX-License-Identifier: ISC */
/*
 * Texts of a profile with {token} {client_id} {api_url} {paper_api_url} in
 * them, and what each place can carry of a value. A brace before anything else
 * than a small letter is only a brace, so that a body can be JSON.
 */
#ifndef VALIDATORD_PROBE_TEMPLATE_H
#define VALIDATORD_PROBE_TEMPLATE_H

#include "scopegate/buf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

enum probe_place {
	PLACE_URL,    /* %XX; an API's address as it is */
	PLACE_HEADER, /* visible octets only, as they are */
	PLACE_JSON,   /* inside of a JSON string */
	PLACE_FORM,   /* %XX */
};

struct probe_values {
	struct text token, client_id, api_url, paper_api_url;
};

/* NULL: fine; else a static sentence. {token} in a URL is one: servers log
 * URLs. So are addresses anywhere else. */
const char *probe_template_fault(const char *text, enum probe_place place);
/* Does {NAME} stand in it? */
bool probe_template_has(const char *text, const char *name);
/* Appends. STATUS_INVALID: a value is not known, or the place cannot carry it;
 * then what was appended is not fit for use. */
enum status probe_template_fill(const char *text, enum probe_place place,
    const struct probe_values *values, struct buf *ret);

#endif
