/* SPDX-License-Identifier: ISC */
/*
 * What each kind of question may do: its method, whether it carries our
 * credentials, and whether it may be sent again. The asker cannot choose these.
 */
#ifndef VALIDATORD_FETCH_SLOT_H
#define VALIDATORD_FETCH_SLOT_H

#include "transfer.h"

/*
 * Takes a copy of the question onto the transfer of its pool. STATUS_INVALID:
 * no such slot or probe, or a body that the slot does not take. NOMEM.
 */
enum status slot_prepare(
    struct transfer *t, const struct frame *ask, int64_t now_us);

/*
 * Before each try: puts our credentials to it, and some of them are good once.
 * STATUS_INVALID: the slot does not take such a form. NOMEM; IO: cannot sign.
 */
enum status slot_authenticate(struct transfer *t);

#endif
