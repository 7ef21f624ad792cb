/* Parts that the layouts of documents share. */
#ifndef TW_APP_RENDER_IMPL_H
#define TW_APP_RENDER_IMPL_H

#include "app/render.h"

/* Layouts of their own, by view; width as in tw_render_text. */
void tw_render_profile(const tw_doc *doc, int width, tw_buf *out);
void tw_render_findings(const tw_doc *doc, int width, tw_buf *out);
void tw_render_describe(const tw_doc *doc, int width, tw_buf *out);
void tw_render_row(const tw_doc *doc, int width, tw_buf *out);
void tw_render_diff(const tw_doc *doc, int width, tw_buf *out);

/* A text over lines that end at `width` (0 = 78), those behind the first standing `indent` in; line ends break it, other
 * controls are made visible. */
void tw_render_wrapped(tw_str text, size_t indent, int width, tw_buf *out);
/* Figures of a profile's column: counts grouped in threes, missing cells with their share, "~" before
 * estimates, spreads of dates in days or hours. */
void tw_render_count(int64_t n, tw_buf *out);
void tw_render_missing(const tw_doc *column, int64_t rows, tw_buf *out);
void tw_render_distinct(const tw_doc *column, tw_buf *out);
void tw_render_spread(const tw_doc *column, tw_buf *out);

/* Chosen keys of a list of maps as columns. */
void tw_render_maps(const tw_doc *list, const char *const *keys, size_t n, int width, tw_buf *out);
/* A part of a map under a title; nothing where the part is empty. */
void tw_render_section(const tw_doc *doc, const char *key, const char *title, int width,
                       tw_buf *out);
/* What a limit left out, a line each; nothing where nothing was. */
void tw_render_left_out(const tw_doc *doc, tw_buf *out);
/* A value where blanks count: a delimiter or line end stands as in JSON. */
void tw_render_value(const tw_doc *doc, tw_buf *out);

#endif
