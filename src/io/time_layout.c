/* Two comparisons of sixteen bytes say whether the text has the layout, then every number is read
 * from its place. Longer patterns are checked at both ends, which overlap. */
#include "config.h"

#include "io/time_layout.h"

#include "io/infer_tally.h"

static const struct {
    char letter;
    uint8_t width;
} fields[] = {{'Y', 4}, {'y', 2}, {'m', 2}, {'d', 2}, {'H', 2}, {'M', 2}, {'S', 2}};

static unsigned width_of(char letter) {
    for (size_t i = 0; i < TW_COUNT(fields); i++)
        if (fields[i].letter == letter)
            return fields[i].width;
    return 0;
}

static void place(tw_time_layout *l, char letter, size_t at) {
    int8_t *to = letter == 'm'   ? &l->month
                 : letter == 'd' ? &l->day
                 : letter == 'H' ? &l->hour
                 : letter == 'M' ? &l->minute
                 : letter == 'S' ? &l->second
                                 : &l->year;
    *to = (int8_t)at;
    if (to == &l->year)
        l->year_digits = letter == 'Y' ? 4 : 2;
}

/* Example text of the layout, '0' for digits; false when the pattern has none. */
static bool spell(const char *pattern, tw_time_layout *l, char out[TW_LAYOUT_MAX]) {
    size_t n = 0;
    for (const char *p = pattern; *p; p++) {
        bool optional = strcmp(p, "%f") == 0 || strcmp(p, "%f%z") == 0 || strcmp(p, "%z") == 0;
        if (optional) { /* nothing, or a Z where there is a zone */
            l->zone = strcmp(p, "%f") != 0;
            break;
        }
        unsigned width = *p == '%' ? width_of(p[1]) : 1;
        if (width == 0 || n + width > TW_LAYOUT_MAX || (unsigned)(*p - '0') <= 9)
            return false;
        if (*p == '%')
            place(l, *++p, n);
        for (unsigned i = 0; i < width; i++)
            out[n++] = width == 1 ? *p : '0';
    }
    l->n = (uint8_t)n;
    return true;
}

static void set_masks(tw_time_layout *l, const char *text) {
    for (int end = 0; end < 2; end++) {
        char mark[16] = {0}, marks[16] = {0};
        size_t from = end && l->n > 16 ? l->n - 16u : 0;
        for (size_t i = 0; i < 16 && from + i < l->n; i++) {
            bool digit = text[from + i] == '0';
            l->digits[end] |= (unsigned)digit << i;
            mark[i] = digit ? 0 : text[from + i];
            marks[i] = digit ? 0 : (char)-1;
        }
        l->mark[end] = tw_cell16_of((tw_str){mark, 16}, 16);
        l->marks[end] = tw_cell16_of((tw_str){marks, 16}, 16);
    }
}

/* Patterns that name a moment of this type without doubt: a date has a day, a time no date. */
static bool is_whole(const tw_time_layout *l) {
    bool date = l->year >= 0 && l->month >= 0 && l->day >= 0, clock = l->hour >= 0;
    bool part = l->year >= 0 || l->month >= 0 || l->day >= 0;
    return l->n >= 4 && (l->type == TW_TIME ? !part && clock : date);
}

static uint8_t iso_of(const tw_time_layout *l) {
    int64_t value;
    for (uint8_t kind = 0; kind < TW_ISO_KINDS; kind++) {
        tw_str sample = tw_iso_sample[kind];
        if (l->n == sample.n &&
            tw_time_layout_read(l, sample, tw_cell16_of(sample, sample.n), &value))
            return kind;
    }
    return TW_ISO_KINDS;
}

tw_time_layout tw_time_layout_of(enum tw_type type, const char *pattern) {
    tw_time_layout none = {.n = 0, .iso = TW_ISO_KINDS}, l = {.type = type,
                                                              .year = -1,
                                                              .month = -1,
                                                              .day = -1,
                                                              .hour = -1,
                                                              .minute = -1,
                                                              .second = -1};
    char text[TW_LAYOUT_MAX];
    if (type != TW_DATE && type != TW_TIME && type != TW_DATETIME)
        return none;
    if (!pattern && type != TW_DATE)
        return none;
    if (!spell(pattern ? pattern : "%Y-%m-%d", &l, text) || !is_whole(&l))
        return none;
    set_masks(&l, text);
    l.iso = iso_of(&l);
    return l;
}
