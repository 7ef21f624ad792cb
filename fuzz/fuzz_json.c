/* Fuzz target: what the JSON reader accepts is written and read again, and gives the same bytes. */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tw_doc *doc, *again = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_buf first, second;
    const void *bytes = data;
    if (tw_json_read((tw_str){bytes, size}, &doc, &err) != TW_OK) {
        if (doc || !err.message[0] || err.row < 0 || (size_t)err.row > size)
            TW_BUG("a refusal without message and place");
        return 0;
    }
    tw_buf_init(&first, TW_BUF_MAX);
    tw_buf_init(&second, TW_BUF_MAX);
    bool same = tw_json_write(&first, doc, 2) &&
                tw_json_read(tw_buf_view(&first), &again, NULL) == TW_OK &&
                tw_json_write(&second, again, 2) &&
                tw_str_eq(tw_buf_view(&first), tw_buf_view(&second));
    if (!same)
        TW_BUG("a document changes when it is written and read");
    tw_buf_fini(&first);
    tw_buf_fini(&second);
    tw_doc_free(doc);
    tw_doc_free(again);
    return 0;
}
