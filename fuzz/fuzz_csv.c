/* Fuzz target: the tokeniser must read every text as libcsv does. First byte: how many records a
 * call. */
#include "../tests/io/csv_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    if (!oracle_agrees((tw_str){(const char *)data + 1, size - 1}, ',', '"', 1 + data[0] % 8))
        TW_BUG("tokeniser and libcsv disagree");
    return 0;
}
