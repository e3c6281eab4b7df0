/* SPDX-License-Identifier: ISC */
/* What the PAM module reads as root from what it took for the daemon. */
#include "fuzz.h"
#include "message_property.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct reason_row *row;
	struct message m;

	if (!message_property(data, size, DIRECTION_REPLY, &m))
		return 0;
	REQUIRE(m.type >= MESSAGE_ACK && m.type <= MESSAGE_DOCUMENT);
	if (m.type != MESSAGE_VERDICT)
		return 0;
	row = reason_row(message_u16(&m, TAG_REASON, REASON_NONE));
	REQUIRE(row != NULL);
	REQUIRE(row->verdict == message_u8(&m, TAG_VERDICT, 0));
	REQUIRE(row->verdict == VERDICT_ALLOW || !message_has(&m, TAG_HANDLE));
	REQUIRE(message_has(&m, TAG_REF));
	return 0;
}
