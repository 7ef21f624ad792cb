/* The list of command tables: an area is added with one line here and one in commands.h. */
#include "app/commands.h"

typedef struct area {
    const tw_command *rows;
    const size_t *count;
} area;

enum tw_rc tw_commands_add_all(tw_session *session, tw_error *err) {
    const area areas[] = {
        {tw_commands_file, &tw_commands_file_count},
        {tw_commands_look, &tw_commands_look_count},
        {tw_commands_rows, &tw_commands_rows_count},
        {tw_commands_here, &tw_commands_here_count},
        {tw_commands_view, &tw_commands_view_count},
        {tw_commands_select, &tw_commands_select_count},
        {tw_commands_search, &tw_commands_search_count},
        {tw_commands_change, &tw_commands_change_count},
        {tw_commands_step, &tw_commands_step_count},
        {tw_commands_recipe, &tw_commands_recipe_count},
        {tw_commands_compare, &tw_commands_compare_count},
        {tw_commands_group, &tw_commands_group_count},
        {tw_commands_aggregate, &tw_commands_aggregate_count},
        {tw_commands_combine, &tw_commands_combine_count},
        {tw_commands_shape, &tw_commands_shape_count},
        {tw_commands_join, &tw_commands_join_count},
        {tw_commands_program, &tw_commands_program_count},
    };
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < TW_COUNT(areas) && rc == TW_OK; i++)
        rc = tw_session_add_commands(session, areas[i].rows, *areas[i].count, err);
    return rc;
}
