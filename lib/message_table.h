/* SPDX-License-Identifier: ISC */
/*
 * What the protocol allows, as data: one row per tag and one per type. Reader
 * and writer check against the same rows. Private to lib/.
 */
#ifndef SCOPEGATE_MESSAGE_TABLE_H
#define SCOPEGATE_MESSAGE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scopegate/message.h"

/* Is this value of this tag allowed in a message of this type? */
bool tlv_allowed(enum message_type type, unsigned int tag, const uint8_t *value,
    size_t size);
/* Is all there that the type requires? */
bool message_complete(const struct message *m);
/* Do the values of a complete message agree with each other? */
bool message_consistent(const struct message *m);
/* Is it a type at all, and of this direction? */
bool message_type_known(unsigned int type, enum message_direction direction);

#endif
