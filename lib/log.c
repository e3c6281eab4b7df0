/* SPDX-License-Identifier: ISC */
/*
 * Lines to standard error. Whatever a caller formats, one call is one line of
 * printable ASCII: a user name or an error text cannot forge a second one.
 */
#include "scopegate/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/deadline.h"

static const char *log_program = "scopegate";
static enum log_level log_most = LOG_LEVEL_INFO;
static bool log_to_journal;

static const struct {
	const char *word;
	const char *prefix; /* sd-daemon(3): priority for the journal */
} level_rows[] = {
    [LOG_LEVEL_ERROR] = {"error: ", "<3>"},
    [LOG_LEVEL_WARNING] = {"warning: ", "<4>"},
    [LOG_LEVEL_INFO] = {"", "<6>"},
    [LOG_LEVEL_DEBUG] = {"debug: ", "<7>"},
};

/*
 * $JOURNAL_STREAM is inherited by whatever is started with another standard
 * error, so systemd.exec(5) has its "device:inode" compared.
 */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[48];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, own) == 0;
}

void
log_open(const char *program, enum log_level most)
{
	log_program = program;
	log_most = most;
	log_to_journal = is_journal();
}

void
log_set_level(enum log_level most)
{
	log_most = most;
}

bool
log_enabled(enum log_level level)
{
	return level <= log_most;
}

/* Appends `text` to line[at..size), escaped; returns the new end. */
static size_t
append_printable(char *line, size_t at, size_t size, const char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= 0x20 && c < 0x7f;

		if (at + (plain ? 1 : 4) > size) {
			memcpy(line + size - 3, "...", 3);
			return size;
		}
		if (plain) {
			line[at++] = (char)c;
			continue;
		}
		line[at++] = '\\';
		line[at++] = 'x';
		line[at++] = digits[c >> 4];
		line[at++] = digits[c & 15];
	}
	return at;
}

__attribute__((format(printf, 2, 0))) static void
log_line(enum log_level level, const char *format, va_list arguments,
    const char *suffix)
{
	char text[LOG_LINE_MAX + 1];
	char line[LOG_LINE_MAX + 1]; /* and the newline */
	size_t at = 0;

	if (!log_enabled(level))
		return;
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		return;
	if (log_to_journal)
		at = append_printable(
		    line, at, LOG_LINE_MAX, level_rows[level].prefix);
	else {
		at = append_printable(line, at, LOG_LINE_MAX, log_program);
		at = append_printable(line, at, LOG_LINE_MAX, ": ");
	}
	at = append_printable(line, at, LOG_LINE_MAX, level_rows[level].word);
	at = append_printable(line, at, LOG_LINE_MAX, text);
	if (suffix != NULL) {
		at = append_printable(line, at, LOG_LINE_MAX, ": ");
		at = append_printable(line, at, LOG_LINE_MAX, suffix);
	}
	line[at++] = '\n';
	/* A log that cannot be written must not stop a login. */
	if (write(STDERR_FILENO, line, at) < 0)
		return;
}

#define LOG_FUNCTION(name, level)                                              \
	void name(const char *format, ...)                                     \
	{                                                                      \
		int saved = errno;                                             \
		va_list arguments;                                             \
                                                                               \
		va_start(arguments, format);                                   \
		log_line(level, format, arguments, NULL);                      \
		va_end(arguments);                                             \
		errno = saved;                                                 \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void
log_errno(const char *format, ...)
{
	int saved = errno;
	va_list arguments;

	va_start(arguments, format);
	log_line(LOG_LEVEL_ERROR, format, arguments, strerror(saved));
	va_end(arguments);
	errno = saved;
}

bool
log_limit_pass(struct log_limit *l, int every_ms, unsigned int *ret_skipped)
{
	int64_t now_us = monotonic_us();

	if (now_us < l->next_us) {
		l->skipped++;
		return false;
	}
	*ret_skipped = l->skipped;
	l->skipped = 0;
	l->next_us = now_us + (int64_t)every_ms * 1000;
	return true;
}
