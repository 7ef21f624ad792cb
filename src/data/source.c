/* Text of a batch's cell: the bytes of its span, without the escapes the file needed.
 *
 * Formats put this in front of everything that reads cells, so it copies only where a flag says it
 * must. */
#include "data/source.h"

/* An escape takes the byte behind it as it stands; a doubled quote counts only before another
 * quote. */
bool tw_batch_unescape(const tw_batch *batch, size_t number, tw_buf *out) {
    tw_span span = batch->cells[number];
    tw_str cell = {batch->base + span.at, span.n};
    bool doubled = !batch->escape || batch->escape == batch->quote;
    char mark = doubled ? batch->quote : batch->escape;
    size_t from = 0, i = 0;
    while (i + 1 < cell.n) {
        const char *found = memchr(cell.p + i, mark, cell.n - 1 - i);
        if (!found)
            break;
        i = (size_t)(found - cell.p) + 1;
        if (doubled && cell.p[i] != mark)
            continue;
        tw_buf_add(out, cell.p + from, i - 1 - from);
        from = i++;
    }
    return tw_buf_add(out, cell.p + from, cell.n - from);
}

tw_str tw_batch_text(const tw_batch *batch, size_t cell, tw_buf *scratch) {
    tw_span span = batch->cells[cell];
    tw_str raw = {batch->base + span.at, span.n};
    if (!(batch->flags[cell] & TW_CELL_DOUBLED))
        return raw;
    tw_buf_clear(scratch);
    return tw_batch_unescape(batch, cell, scratch) ? tw_buf_view(scratch) : raw;
}
