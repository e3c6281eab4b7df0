/* SPDX-License-Identifier: ISC */
/*
 * The form of one line, before libinih sees it. libinih is lenient: it cuts,
 * takes `:` for `=`, drops what follows a header, and reads an indented key as
 * more of the value before it, so that a rule could vanish without a word.
 */
#include "conf_line.h"

#include <stdint.h>
#include <string.h>

#include "scopegate/conf.h"
#include "utf8.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
octets_fault(const char *line, size_t length)
{
	const uint8_t *p = (const uint8_t *)line, *end = p + length;

	while (p < end) {
		size_t n = utf8_sequence(p, (size_t)(end - p));

		if (n == 0)
			return "is not UTF-8: save the file as UTF-8";
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return "holds a control character: remove it";
		if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
			return "holds a byte order mark: save the file as "
			       "UTF-8 without one";
		p += n;
	}
	return NULL;
}

/* Only a comment may follow the bracket. */
static const char *
header_fault(const char *line, size_t length)
{
	const char *end = memchr(line, ']', length);
	const char *rest = end != NULL ? end + 1 : NULL;

	if (end == NULL)
		return "lacks its closing bracket: write [SECTION]";
	while (rest < line + length && is_blank(*rest))
		rest++;
	if (rest == line + length || *rest == ';' || *rest == '#')
		return NULL;
	return "goes on after the bracket: put the rest on a line of its own";
}

/* libinih 55 leaves " ;" in a line that goes on with a value, later ones do
 * not, so it never gets to see one. */
size_t
conf_line_body(const char *line, size_t length)
{
	for (size_t i = 1; i < length; i++) {
		if (line[i] == ';' && is_blank(line[i - 1]))
			return i;
	}
	return length;
}

/* Comments after a value start with " ;" alone; " #" would be part of it. */
static const char *
hash_fault(const char *line, size_t length)
{
	size_t body = conf_line_body(line, length);

	for (size_t i = 1; i < body; i++) {
		if (line[i] == '#' && is_blank(line[i - 1]))
			return "has a ` #` after a value, which starts no "
			       "comment: write ` ;` or a line of its own";
	}
	return NULL;
}

static const char *
key_fault(const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);
	const char *colon = memchr(line, ':', length);

	if (equals == NULL && colon == NULL)
		return "is neither a section, nor key = value, nor a comment: "
		       "mend or remove it";
	if (equals == NULL || (colon != NULL && colon < equals))
		return "has a `:` where a `=` belongs: write key = value";
	return hash_fault(line, length);
}

/* `text` is the line without its leading blanks. */
static const char *
continuation_fault(const char *text, size_t length)
{
	size_t n = 0;

	if (*text == '[')
		return "has a blank before a section: remove the blank";
	while (n < length &&
	       ((text[n] >= 'a' && text[n] <= 'z') || text[n] == '_'))
		n++;
	while (n < length && is_blank(text[n]))
		n++;
	if (n < length && text[n] == '=')
		return "has a blank before a key, and would be read as more "
		       "of the value above: remove the blank";
	return hash_fault(text, length);
}

const char *
conf_line_fault(const char *line, size_t length, enum conf_line_kind *ret_kind)
{
	const char *fault;
	size_t blanks = 0;

	/* A file from another system ends its lines with CR LF. */
	if (length > 0 && line[length - 1] == '\r')
		length--;
	if (length > CONF_LINE_MAX)
		return "is longer than 196 octets: put further words on lines "
		       "of their own that start with a blank";
	fault = octets_fault(line, length);
	if (fault != NULL)
		return fault;
	while (blanks < length && is_blank(line[blanks]))
		blanks++;
	*ret_kind = CONF_LINE_EMPTY;
	if (blanks == length || line[blanks] == ';' || line[blanks] == '#')
		return NULL;
	*ret_kind = CONF_LINE_CONTINUATION;
	if (blanks > 0)
		return continuation_fault(line + blanks, length - blanks);
	*ret_kind = *line == '[' ? CONF_LINE_HEADER : CONF_LINE_KEY;
	return *line == '[' ? header_fault(line, length)
			    : key_fault(line, length);
}

bool
conf_value_quoted(const char *value)
{
	size_t n = strlen(value);

	return n >= 2 && (*value == '"' || *value == '\'') &&
	       value[n - 1] == *value;
}
