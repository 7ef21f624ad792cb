/* The sections of a profile's report that stand in files of their own. Each reads the whole
 * document and puts its section's inside. */
#ifndef TW_REPORT_PROFILE_PARTS_H
#define TW_REPORT_PROFILE_PARTS_H

#include "report/page.h"

/* Columns that get a line in the index and a card; the page says how many are left out. */
enum { TW_REPORT_LINES = 3000, TW_REPORT_CARDS = 1000 };

void tw_report_column_index(tw_page *p, const tw_doc *doc);
void tw_report_column_cards(tw_page *p, const tw_doc *doc);
void tw_report_associations(tw_page *p, const tw_doc *doc);
void tw_report_dependencies(tw_page *p, const tw_doc *doc);
void tw_report_missingness(tw_page *p, const tw_doc *doc);

#endif
