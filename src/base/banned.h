/* Functions that do not compile in this tree: unbounded copies, locale-bound parsing, hidden state.
 * (alloca: -Walloca.)
 *
 * Included by base/attr.h, so every file sees it after the system headers it needs. */
#ifndef TW_BASE_BANNED_H
#define TW_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GNUC__
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof gets strncpy strncat
#pragma GCC poison rand srand popen
#endif

#endif
