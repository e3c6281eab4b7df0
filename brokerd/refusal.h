/* SPDX-License-Identifier: ISC */
/* Pages that refuse a form before its handler sees it. `back`: the path of the
 * page that the form was on, with its query. */
#ifndef BROKERD_REFUSAL_H
#define BROKERD_REFUSAL_H

#include "visit.h"

/* It could not be read; v->request->form_status says why. */
void refuse_damaged(struct visit *v, const char *back);
/* It carries no form token of this session. */
void refuse_stale(struct visit *v, const char *back);
/* It is for those who are signed in, and nobody is. */
void refuse_signed_out(struct visit *v, const char *back);

#endif
