/* SPDX-License-Identifier: ISC */
/* What the operator's tool may ask on ctl.sock; answers are JSON documents. */
#ifndef VALIDATORD_CONTROL_H
#define VALIDATORD_CONTROL_H

#include "scopegate/message.h"

struct connection;

void control_answer(struct connection *c, const struct message *m);

#endif
