/* Where a key comes from. A descriptor is read once and gone, so a session keeps no key; lines in
 * history and journal name the file and never the key. */
#include "app/keys.h"

enum tw_rc tw_key_of_args(const tw_key_args *args, bool batch, tw_key **out, tw_error *err) {
    *out = NULL;
    int given = (args->file.p != NULL) + (args->raw.p != NULL) + (args->fd >= 0);
    if (given > 1)
        return tw_fail(err, TW_EUSAGE,
                       "key: given in more than one way; give --key-file or --key-fd");
    if (args->raw.p && !batch)
        return tw_fail(err, TW_EUSAGE,
                       "key: --raw-key would stand in the history; write the key to a file and "
                       "give --key-file");
    if (args->raw.p)
        return tw_key_from_hex(args->raw, out, err);
    if (args->fd >= 0)
        return tw_key_read_fd((int)args->fd, out, err);
    if (!args->file.p)
        return TW_OK;
    char *path = tw_str_dup(args->file);
    enum tw_rc rc = path ? tw_key_read_file(path, out, err) : tw_fail_memory(err);
    free(path);
    return rc;
}
