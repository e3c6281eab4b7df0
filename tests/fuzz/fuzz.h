/* SPDX-License-Identifier: ISC */
/*
 * What a fuzz target is: one function of libFuzzer's name. It is linked twice:
 * with replay_main.c, which needs no fuzzer, and with libFuzzer.
 */
#ifndef SCOPEGATE_TESTS_FUZZ_H
#define SCOPEGATE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input; also without assertions. */
#define REQUIRE(condition)                                                     \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__,     \
			    __LINE__, #condition);                             \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
