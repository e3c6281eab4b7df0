/* SPDX-License-Identifier: ISC */
/* $BROWSER is a list as xdg-open(1) and sensible-browser(1) know it: commands
 * with ":" between, "%s" for the URL, which else comes last. No shell reads it.
 */
#include "browser.h"

#include <stdlib.h>
#include <string.h>

#include "child.h"

#define WORDS_MOST 16

/* One command, its words in place in `text`. */
static bool
try_command(char *text, const char *url)
{
	char *argv[WORDS_MOST + 2];
	size_t n = 0;
	bool placed = false;

	while (n < WORDS_MOST && *text != '\0') {
		char *word = text + strspn(text, " \t");
		size_t length = strcspn(word, " \t");

		text = word + length + (word[length] != '\0');
		word[length] = '\0';
		if (length == 0)
			continue;
		argv[n] = word;
		if (strcmp(word, "%s") == 0) {
			argv[n] = (char *)(uintptr_t)url;
			placed = true;
		}
		n++;
	}
	if (n == 0)
		return false;
	if (!placed)
		argv[n++] = (char *)(uintptr_t)url;
	argv[n] = NULL;
	return child_start(argv);
}

static bool
try_list(const char *list, const char *url)
{
	while (*list != '\0') {
		size_t length = strcspn(list, ":");
		char *one = strndup(list, length);
		bool started = one != NULL && try_command(one, url);

		free(one);
		if (started)
			return true;
		list += length + (list[length] == ':');
	}
	return false;
}

bool
browser_open(const char *url)
{
	const char *list = getenv("BROWSER");

	if (list != NULL && *list != '\0')
		return try_list(list, url);
	return try_list("xdg-open", url);
}
