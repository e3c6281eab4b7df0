/* SPDX-License-Identifier: ISC */
/*
 * Text for people. What it shows came from callers, servers and files, so no
 * control character of theirs may reach the operator's terminal.
 */
#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define VALUE_MAX 4096

void
print_text_to(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++) {
		/* U+0080..9F, which some terminals obey like ESC. */
		bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f;

		if (c1)
			p++;
		(void)putc(c1 || *p < 0x20 || *p == 0x7f ? '?' : *p, out);
	}
}

void
print_text(const char *text)
{
	print_text_to(stdout, text);
}

void
print_row(const char *label, const char *format, ...)
{
	char value[VALUE_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	(void)printf("  %-12s ", label);
	print_text(value);
	(void)putchar('\n');
}

const char *
time_text(long long at, char ret[TIME_TEXT_SIZE])
{
	time_t when = (time_t)at;
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(ret, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(ret, TIME_TEXT_SIZE, "?");
	return ret;
}

const char *
plural(unsigned long long count)
{
	return count == 1 ? "" : "s";
}
