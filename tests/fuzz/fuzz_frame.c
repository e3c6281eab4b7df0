/* SPDX-License-Identifier: ISC */
/* What the daemon reads from whoever may connect. */
#include "fuzz.h"
#include "message_property.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message m;

	if (!message_property(data, size, DIRECTION_REQUEST, &m))
		return 0;
	switch (m.type) {
	case MESSAGE_CHECK:
	case MESSAGE_ACCOUNT:
	case MESSAGE_LOGIN_BEGIN:
		REQUIRE(message_has(&m, TAG_USER));
		break;
	case MESSAGE_LOGIN_ANSWER:
		REQUIRE(message_has(&m, TAG_BUDGET_MS));
		REQUIRE(!message_has(&m, TAG_USER));
		break;
	default:
		REQUIRE(m.type == MESSAGE_CONTROL || m.type == MESSAGE_GATEWAY);
		REQUIRE(message_has(&m, TAG_COMMAND));
	}
	if (message_has(&m, TAG_BUDGET_MS)) {
		uint32_t budget = message_u32(&m, TAG_BUDGET_MS, 0);

		REQUIRE(budget >= 1 && budget <= BUDGET_MS_MAX);
	}
	REQUIRE(m.value[TAG_USER].length <= USER_MAX);
	REQUIRE(m.value[TAG_TOKEN].length <= TOKEN_MAX);
	REQUIRE(m.value[TAG_ANSWER].length <= ANSWER_MAX);
	return 0;
}
