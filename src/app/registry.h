/* The registry: all command rows of a session, by name and alias.
 *
 * Rows are borrowed (static) and kept sorted by name; a later row of the same name and surface
 * replaces an earlier one. A name may have two rows when one is for the screen and one for the
 * command line (`sort`). */
#ifndef TW_APP_REGISTRY_H
#define TW_APP_REGISTRY_H

#include "app/command.h"

typedef struct tw_registry {
    const tw_command **rows;
    size_t n, capacity;
} tw_registry;

void tw_registry_fini(tw_registry *registry);
TW_NODISCARD enum tw_rc tw_registry_add(tw_registry *registry, const tw_command *rows, size_t n,
                                        tw_error *err);
/* The row called name, or whose alias it is, with one of the surface flags (TW_COMMAND_CLI,
 * TW_COMMAND_SCREEN; 0 = any, the screen's first). NULL when there is none. */
const tw_command *tw_registry_find(const tw_registry *registry, tw_str name, unsigned surface);
/* The same, or TW_EUNKNOWN_NAME with the nearest name. */
TW_NODISCARD enum tw_rc tw_registry_require(const tw_registry *registry, tw_str name,
                                            unsigned surface, const tw_command **out,
                                            tw_error *err);

#endif
