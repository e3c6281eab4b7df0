/* SPDX-License-Identifier: ISC */
/* How the form of an app looks, for a new one and for one that is changed. */
#ifndef BROKERD_APP_FORM_PAGE_H
#define BROKERD_APP_FORM_PAGE_H

#include "developer/app_form.h"
#include "visit.h"

/* f->app.id 0: a new one. `problem`: of the form as a whole, or NULL. */
void app_form_show(
    struct visit *v, const struct app_form *f, const char *problem);

#endif
