/* SPDX-License-Identifier: ISC */
/*
 * The words are ours and the rest is the daemon's: a link, a code, a drawing.
 * Must never let anything through that moves a cursor or hides what a link
 * says. All is in one prompt, since sshd before OpenSSH 10.3 holds back texts
 * that ask nothing; its first line is short, since ssh puts user and host
 * before it.
 */
#include "prompt_text.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define INDENT "  "

struct prompt_row {
	const char *first;    /* line, or NULL */
	const char *enter;    /* before the user code, or NULL */
	const char *then;     /* line behind link, code and drawing, or NULL */
	const char *question; /* what is typed; NULL: as the prompt before */
	bool tries;           /* says how many are left, behind `first` */
};

static const struct prompt_row rows[PROMPT_COUNT] = {
    [PROMPT_BROWSER] = {"Open this link in your browser:", NULL,
	"Type here the code that it shows in the end.", "Code", false},
    [PROMPT_REDIRECT] = {"Open this link in your browser:", NULL,
	"Then paste here the address where the browser ends, also if no page "
	"loads.",
	"Address", false},
    [PROMPT_DEVICE_NUMBER] = {"Open this link in your browser:",
	"Enter there the code: ", "Approve there, then press Enter here.",
	"Enter when approved", false},
    [PROMPT_DEVICE_ENTER] = {"Open this link in your browser:",
	"Enter there the code: ", "Approve there, then press Enter here.",
	"Enter when approved", false},
    [PROMPT_BROWSER_AGAIN] = {"That is not the code that the browser shows.",
	NULL, NULL, "Code", true},
    [PROMPT_REDIRECT_AGAIN] = {"That is not the address where it ends.", NULL,
	NULL, "Address", true},
    [PROMPT_DEVICE_AGAIN] = {"That is not the number that it shows.",
	"Enter there the code: ", NULL, "Number", true},
    [PROMPT_NOT_YET] = {"The link has not been gone through yet.",
	"Enter there the code: ", NULL, NULL, false},
};

static bool
is_visible_ascii(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (t.bytes[i] < '!' || t.bytes[i] > '~')
			return false;
	return true;
}

/* U+2580, U+2584 and U+2588, which halve and fill a square; and blanks. Counts
 * the columns of the widest line. */
static bool
is_drawing(struct text t, size_t *ret_columns)
{
	static const char *const squares[] = {
	    " ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};
	size_t columns = 0;

	*ret_columns = 0;
	for (size_t i = 0; i < t.length;) {
		size_t used = 0;

		if (t.bytes[i] == '\n') {
			columns = 0;
			i++;
			continue;
		}
		for (size_t k = 0; k < ELEMENTS(squares) && used == 0; k++) {
			size_t n = strlen(squares[k]);

			if (t.length - i >= n &&
			    memcmp(t.bytes + i, squares[k], n) == 0)
				used = n;
		}
		if (used == 0)
			return false;
		i += used;
		if (++columns > *ret_columns)
			*ret_columns = columns;
	}
	return true;
}

static void
put_line(struct buf *b, const char *before, struct text t)
{
	(void)buf_append_string(b, before);
	(void)buf_append(b, t.bytes, t.length);
	(void)buf_append_byte(b, '\n');
}

static void
put_tries(struct buf *b, const struct message *m)
{
	unsigned int n = message_u8(m, TAG_TRIES, 0);

	if (n == 1)
		(void)buf_append_string(b, " 1 try is left.");
	else if (n > 1)
		(void)buf_format(b, " %u tries are left.", n);
}

/* A drawing that the screen would break is no drawing; the link is there. */
static void
put_drawing(struct buf *b, struct text qr, size_t columns)
{
	if (qr.bytes == NULL || columns > PROMPT_TEXT_COLUMNS)
		return;
	(void)buf_append(b, qr.bytes, qr.length);
	if (qr.bytes[qr.length - 1] != '\n')
		(void)buf_append_byte(b, '\n');
}

static void
put_all(struct buf *b, const struct message *m, const struct prompt_row *row,
    size_t columns)
{
	struct text link = m->value[TAG_LINK];
	struct text code = m->value[TAG_USER_CODE];
	struct text number = m->value[TAG_NUMBER];

	(void)buf_append_string(b, row->first);
	if (row->tries)
		put_tries(b, m);
	(void)buf_append_byte(b, '\n');
	if (link.bytes != NULL)
		put_line(b,
		    link.length + strlen(INDENT) > PROMPT_TEXT_COLUMNS ? ""
								       : INDENT,
		    link);
	put_drawing(b, m->value[TAG_QR], columns);
	if (code.bytes != NULL && row->enter != NULL)
		put_line(b, row->enter, code);
	if (number.bytes != NULL && row->enter != NULL)
		put_line(b, "And the number that it asks for: ", number);
	if (row->then != NULL)
		put_line(b, row->then, (struct text){0});
}

bool
prompt_takes_token(const struct message *prompt)
{
	return message_u8(prompt, TAG_PROMPT, 0) == PROMPT_TOKEN ||
	       (message_u8(prompt, TAG_LOGINS, 0) & LOGIN_TOKEN) != 0;
}

enum end
prompt_text(const struct message *prompt, enum prompt asked,
    const struct options *options, struct buf *ret)
{
	unsigned int number = message_u8(prompt, TAG_PROMPT, 0);
	const struct prompt_row *row;
	size_t columns;

	if (number == PROMPT_TOKEN)
		return buf_append_string(ret, options->prompt) == STATUS_OK
			   ? END_VERDICT
			   : END_NO_MEMORY;
	if (number >= PROMPT_COUNT || asked >= PROMPT_COUNT ||
	    rows[number].first == NULL || rows[asked].question == NULL ||
	    !is_visible_ascii(prompt->value[TAG_LINK]) ||
	    !is_visible_ascii(prompt->value[TAG_USER_CODE]) ||
	    !is_visible_ascii(prompt->value[TAG_NUMBER]) ||
	    !is_drawing(prompt->value[TAG_QR], &columns))
		return END_REPLY;
	row = &rows[number];
	put_all(ret, prompt, row, columns);
	(void)buf_append_string(ret, rows[asked].question);
	(void)buf_append_string(
	    ret, prompt_takes_token(prompt) ? ", or access token: " : ": ");
	return ret->error == STATUS_OK ? END_VERDICT : END_NO_MEMORY;
}
