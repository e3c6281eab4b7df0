/* SPDX-License-Identifier: ISC */
#include "settle.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A daemon that idles should not keep what its libraries touched while they
 * started. It must never drop a page that was written to: those of a writable
 * segment are left alone, also where RELRO made them read-only later.
 */

/* Code that was relocated in place has been written to (DT_TEXTREL). */
static bool
has_text_relocations(const struct dl_phdr_info *info)
{
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const ElfW(Dyn) * d;

		if (p->p_type != PT_DYNAMIC)
			continue;
		d = (const ElfW(Dyn) *)(info->dlpi_addr + p->p_vaddr);
		for (; d->d_tag != DT_NULL; d++) {
			if (d->d_tag == DT_TEXTREL ||
			    (d->d_tag == DT_FLAGS &&
				(d->d_un.d_val & DF_TEXTREL) != 0))
				return true;
		}
	}
	return false;
}

static int
settle_object(struct dl_phdr_info *info, size_t size, void *argument)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size, (void)argument;
	if (info->dlpi_addr == getauxval(AT_SYSINFO_EHDR) ||
	    has_text_relocations(info))
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + p->p_vaddr;
		uintptr_t end = start + p->p_memsz;

		if (p->p_type != PT_LOAD || (p->p_flags & PF_W) != 0)
			continue;
		/* A page that is shared with the next segment stays. */
		start = (start + page - 1) & ~(page - 1);
		end &= ~(page - 1);
		if (start < end)
			(void)madvise(
			    (void *)start, end - start, MADV_DONTNEED);
	}
	return 0;
}

void
memory_settle(void)
{
	(void)malloc_trim(0);
	(void)dl_iterate_phdr(settle_object, NULL);
}
