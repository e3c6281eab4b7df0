/* SPDX-License-Identifier: ISC */
/* The grammar of protocol.h as two tables and the checks of value kinds. */
#include "message_table.h"

#include <string.h>

#include "scopegate/cleanup.h"
#include "utf8.h"

enum kind {
	KIND_STRING,
	KIND_TOKEN,
	KIND_U8,
	KIND_U16,
	KIND_U32,
	KIND_DOCUMENT
};

/* One bit a type, so that a row can say who may carry a tag. */
enum {
	IN_CHECK = 1,
	IN_ACCOUNT = 2,
	IN_CONTROL = 4,
	IN_ACK = 8,
	IN_VERDICT = 16,
	IN_ERROR = 32,
	IN_DOCUMENT = 64,
	IN_BEGIN = 128,
	IN_ANSWER = 256,
	IN_GATEWAY = 512,
	IN_PROMPT = 1024
};

struct tag_row {
	enum kind kind;
	uint32_t min, max; /* the octets of a text, the value of a number */
	unsigned int types;
};

#define LOGIN (IN_CHECK | IN_ACCOUNT | IN_BEGIN)

static const struct tag_row tag_rows[TAG_COUNT] = {
    [TAG_SERVICE] = {KIND_STRING, 1, SERVICE_MAX, LOGIN | IN_CONTROL | IN_GATEWAY},
    [TAG_USER] = {KIND_STRING, 1, USER_MAX, LOGIN | IN_CONTROL | IN_GATEWAY},
    [TAG_RHOST] = {KIND_STRING, 1, RHOST_MAX, LOGIN | IN_CONTROL | IN_GATEWAY},
    [TAG_TTY] = {KIND_STRING, 1, TTY_MAX, LOGIN},
    [TAG_RUSER] = {KIND_STRING, 1, USER_MAX, LOGIN},
    [TAG_POLICY] = {KIND_STRING, 1, POLICY_NAME_MAX, LOGIN},
    [TAG_TOKEN] = {KIND_TOKEN, 1, TOKEN_MAX,
	IN_CHECK | IN_CONTROL | IN_GATEWAY},
    [TAG_HANDLE] = {KIND_STRING, 1, HANDLE_MAX,
	IN_ACCOUNT | IN_VERDICT | IN_CONTROL},
    [TAG_BUDGET_MS] = {KIND_U32, 1, BUDGET_MS_MAX, LOGIN | IN_ANSWER},
    [TAG_UID] = {KIND_U32, 0, UINT32_MAX, LOGIN},
    [TAG_COMMAND] = {KIND_STRING, 1, COMMAND_MAX, IN_CONTROL | IN_GATEWAY},
    [TAG_REF] = {KIND_STRING, 1, REF_MAX, IN_CONTROL | IN_VERDICT},
    [TAG_VERDICT] = {KIND_U8, VERDICT_ALLOW, VERDICT_UNAVAILABLE, IN_VERDICT},
    [TAG_REASON] = {KIND_U16, 0, UINT16_MAX, IN_VERDICT},
    [TAG_DETAIL] = {KIND_STRING, 1, DETAIL_MAX, IN_VERDICT},
    [TAG_RETRY_AFTER] = {KIND_U32, 0, UINT32_MAX, IN_VERDICT},
    [TAG_ERROR] = {KIND_U16, 0, UINT16_MAX, IN_ERROR},
    [TAG_DOCUMENT] = {KIND_DOCUMENT, 1, DOCUMENT_MAX, IN_DOCUMENT | IN_GATEWAY},
    [TAG_METHOD] = {KIND_U8, 1, LOGIN_ALL, IN_BEGIN},
    [TAG_ANSWER] = {KIND_STRING, 1, ANSWER_MAX, IN_ANSWER},
    [TAG_PROMPT] = {KIND_U8, PROMPT_TOKEN, PROMPT_COUNT - 1, IN_PROMPT},
    [TAG_LINK] = {KIND_STRING, 1, LINK_MAX, IN_PROMPT | IN_GATEWAY},
    [TAG_USER_CODE] = {KIND_STRING, 1, USER_CODE_MAX, IN_PROMPT},
    [TAG_QR] = {KIND_DOCUMENT, 1, QR_MAX, IN_PROMPT},
    [TAG_LOGINS] = {KIND_U8, 0, LOGIN_ALL, IN_PROMPT},
    [TAG_TRIES] = {KIND_U8, 0, UINT8_MAX, IN_PROMPT},
    [TAG_SECONDS] = {KIND_U32, 0, UINT32_MAX, IN_PROMPT},
    [TAG_STATE] = {KIND_TOKEN, 1, STATE_MAX, IN_GATEWAY},
    [TAG_CODE] = {KIND_STRING, 1, CODE_MAX, IN_GATEWAY},
    [TAG_ISS] = {KIND_STRING, 1, ISS_MAX, IN_GATEWAY},
    [TAG_OAUTH_ERROR] = {KIND_STRING, 1, ERROR_TEXT_MAX, IN_GATEWAY},
    [TAG_ERROR_DESCRIPTION] = {KIND_STRING, 1, ERROR_TEXT_MAX, IN_GATEWAY},
    [TAG_BROWSER] = {KIND_TOKEN, 1, BROWSER_MAX, IN_GATEWAY},
    [TAG_CHOICE] = {KIND_STRING, 1, CHOICE_MAX, IN_GATEWAY},
    [TAG_HOST] = {KIND_STRING, 1, RHOST_MAX, IN_GATEWAY},
    [TAG_NUMBER] = {KIND_STRING, 1, NUMBER_MAX, IN_PROMPT},
    [TAG_PATH] = {KIND_STRING, 1, CALLBACK_PATH_MAX, IN_GATEWAY},
    [TAG_KIND] = {KIND_STRING, 1, COMMAND_MAX, IN_CONTROL},
    [TAG_VALUE] = {KIND_STRING, 1, RHOST_MAX, IN_CONTROL},
    [TAG_ISSUER] = {KIND_STRING, 1, POLICY_NAME_MAX, IN_CONTROL},
    [TAG_SSH_KEY] = {KIND_STRING, 1, SSH_KEY_MAX, LOGIN},
};

#define REQUIRED_MAX 4

struct type_row {
	enum message_type type;
	unsigned int bit;
	enum message_direction direction;
	enum message_tag required[REQUIRED_MAX + 1]; /* ends with TAG_NONE */
};

static const struct type_row type_rows[] = {
    {MESSAGE_CHECK, IN_CHECK, DIRECTION_REQUEST,
	{TAG_SERVICE, TAG_USER, TAG_TOKEN, TAG_BUDGET_MS}},
    {MESSAGE_ACCOUNT, IN_ACCOUNT, DIRECTION_REQUEST,
	{TAG_SERVICE, TAG_USER, TAG_HANDLE, TAG_BUDGET_MS}},
    {MESSAGE_LOGIN_BEGIN, IN_BEGIN, DIRECTION_REQUEST,
	{TAG_SERVICE, TAG_USER, TAG_BUDGET_MS}},
    {MESSAGE_LOGIN_ANSWER, IN_ANSWER, DIRECTION_REQUEST, {TAG_BUDGET_MS}},
    {MESSAGE_GATEWAY, IN_GATEWAY, DIRECTION_REQUEST, {TAG_COMMAND}},
    {MESSAGE_PROMPT, IN_PROMPT, DIRECTION_REPLY, {TAG_PROMPT}},
    {MESSAGE_CONTROL, IN_CONTROL, DIRECTION_REQUEST, {TAG_COMMAND}},
    {MESSAGE_ACK, IN_ACK, DIRECTION_REPLY, {TAG_NONE}},
    {MESSAGE_VERDICT, IN_VERDICT, DIRECTION_REPLY,
	{TAG_VERDICT, TAG_REASON, TAG_REF}},
    {MESSAGE_ERROR, IN_ERROR, DIRECTION_REPLY, {TAG_ERROR}},
    {MESSAGE_DOCUMENT, IN_DOCUMENT, DIRECTION_REPLY, {TAG_DOCUMENT}},
};

static const struct type_row *
type_row(unsigned int type)
{
	for (size_t i = 0; i < ELEMENTS(type_rows); i++)
		if ((unsigned int)type_rows[i].type == type)
			return &type_rows[i];
	return NULL;
}

bool
message_type_known(unsigned int type, enum message_direction direction)
{
	const struct type_row *row = type_row(type);

	return row != NULL && row->direction == direction;
}

bool
message_complete(const struct message *m)
{
	const struct type_row *row = type_row(m->type);

	if (row == NULL)
		return false;
	for (size_t i = 0; row->required[i] != TAG_NONE; i++)
		if (!message_has(m, row->required[i]))
			return false;
	return true;
}

/*
 * A verdict and a reason that belies it must not reach the caller, who acts on
 * the one and tells the user the other.
 */
static bool
verdict_consistent(const struct message *m)
{
	const struct reason_row *row =
	    reason_row(message_u16(m, TAG_REASON, REASON_NONE));
	unsigned int verdict = message_u8(m, TAG_VERDICT, 0);

	if (row == NULL || (unsigned int)row->verdict != verdict)
		return false;
	return verdict == VERDICT_ALLOW || !message_has(m, TAG_HANDLE);
}

/* Nobody can do what a prompt asks for without what it is to show. */
static bool
prompt_consistent(const struct message *m)
{
	switch (message_u8(m, TAG_PROMPT, 0)) {
	case PROMPT_BROWSER:
	case PROMPT_REDIRECT:
		return message_has(m, TAG_LINK);
	case PROMPT_DEVICE_NUMBER:
		return message_has(m, TAG_LINK) &&
		       message_has(m, TAG_USER_CODE) &&
		       message_has(m, TAG_NUMBER);
	case PROMPT_DEVICE_ENTER:
		return message_has(m, TAG_LINK) &&
		       message_has(m, TAG_USER_CODE);
	default:
		return true;
	}
}

bool
message_consistent(const struct message *m)
{
	switch (m->type) {
	case MESSAGE_VERDICT:
		return verdict_consistent(m);
	case MESSAGE_PROMPT:
		return prompt_consistent(m);
	default:
		return true;
	}
}

/* C0, DEL and, as two octets, C1. */
static bool
is_control(const uint8_t *p, size_t sequence)
{
	return p[0] < 0x20 || p[0] == 0x7f ||
	       (sequence == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}

static bool
utf8_valid(const uint8_t *p, size_t size, bool controls_allowed)
{
	for (size_t i = 0; i < size;) {
		size_t n = utf8_sequence(p + i, size - i);

		if (n == 0 || p[i] == '\0' ||
		    (!controls_allowed && is_control(p + i, n)))
			return false;
		i += n;
	}
	return true;
}

static bool
is_visible_ascii(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i] < 0x21 || p[i] > 0x7e)
			return false;
	return true;
}

static bool
text_allowed(enum kind kind, const uint8_t *value, size_t size)
{
	switch (kind) {
	case KIND_STRING:
		return utf8_valid(value, size, false);
	case KIND_TOKEN:
		return is_visible_ascii(value, size);
	case KIND_DOCUMENT:
		return utf8_valid(value, size, true);
	default:
		return false;
	}
}

/* 0: the kind is a text. */
static size_t
octets_of_number(enum kind kind)
{
	switch (kind) {
	case KIND_U8:
		return 1;
	case KIND_U16:
		return 2;
	case KIND_U32:
		return 4;
	default:
		return 0;
	}
}

static bool
value_allowed(const struct tag_row *row, const uint8_t *value, size_t size)
{
	size_t octets = octets_of_number(row->kind);
	uint32_t number = 0;

	if (octets == 0)
		return size >= row->min && size <= row->max &&
		       text_allowed(row->kind, value, size);
	if (size != octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		number = number << 8 | value[i];
	return number >= row->min && number <= row->max;
}

bool
tlv_allowed(
    enum message_type type, unsigned int tag, const uint8_t *value, size_t size)
{
	const struct type_row *row = type_row(type);

	if (row == NULL || tag == TAG_NONE || tag >= TAG_COUNT)
		return false;
	return (tag_rows[tag].types & row->bit) != 0 &&
	       value_allowed(&tag_rows[tag], value, size);
}
