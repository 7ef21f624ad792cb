/* What several detectors ask about the table they look at. */
#include "profile/detector.h"

#define NAMING_SCORE 0.6
#define STRICT_SCORE 0.9
#define FIRM 0.9
#define NEVER 2.0
enum { FEW_LEVELS = 50 };

/* Numbers with decimals, and texts most of which are numbers with decimals or units. */
bool tw_look_is_measure(const tw_look *look, size_t column) {
    const tw_texts_column *c = &look->part->columns[column];
    enum tw_type type = tw_table_field(look->table, column)->type;
    if (type != TW_TEXT)
        return type == TW_FLOAT;
    uint32_t measures = 0;
    for (uint32_t l = 0; l < c->levels; l++) {
        size_t digits = 0, marks = 0, letters = 0;
        for (size_t i = 0; i < c->values[l].n; i++) {
            char b = c->values[l].p[i];
            digits += b >= '0' && b <= '9';
            marks += b == '.' || b == '%' || b == '$' || b == ',';
            letters += (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        }
        measures += digits > 0 && marks > 0 && letters == 0;
    }
    return (double)measures > 0.8 * c->levels;
}

static bool is_coarser(const tw_look *look, const tw_pair *pair) {
    const tw_pair *back = tw_pairs_find(look->pairs, pair->rhs, pair->lhs);
    return back && pair->error > 2 * back->error + 0.05 && pair->firmness < FIRM;
}

double tw_look_least_score(const tw_look *look, const tw_pair *pair) {
    bool measured = look->measures[pair->rhs];
    bool whole =
        tw_type_ops_of(tw_table_field(look->table, (size_t)pair->lhs)->type)->is_ordered_scale;
    bool few = look->part->columns[pair->lhs].levels < FEW_LEVELS;
    if (look->measures[pair->lhs] || is_coarser(look, pair))
        return NEVER;
    return few || whole || measured ? STRICT_SCORE : NAMING_SCORE;
}
