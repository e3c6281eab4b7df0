/* SPDX-License-Identifier: ISC */
/* Verbs of `brokerd app` beside add. */
#ifndef BROKERD_APP_ACTS_H
#define BROKERD_APP_ACTS_H

#include "command/verbs.h"

int verb_app_list(const struct verb_request *r);
int verb_app_show(const struct verb_request *r);
int verb_app_review(const struct verb_request *r); /* lists the queue */
int verb_app_submit(const struct verb_request *r);
int verb_app_approve(const struct verb_request *r);
int verb_app_reject(const struct verb_request *r);
int verb_app_suspend(const struct verb_request *r);
int verb_app_lift(const struct verb_request *r);

#endif
