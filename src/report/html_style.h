/* The style of a report, by part: colours (light, dark), frame, tiles and lists, cards, tables,
 * charts, narrow screens and paper. */
#ifndef TW_REPORT_HTML_STYLE_H
#define TW_REPORT_HTML_STYLE_H

/* clang-format off */
static const char *const tw_html_style[] = {
    /* colours */
    ":root{--paper:#f6f7f9;--sheet:#fff;--ink:#1b2430;--soft:#5b6777;--line:#dfe4ea;--bar:#2f7ea8;\n"
    "--bar-soft:#d9e8f0;--two:#d9822b;--error:#c0342b;--style:#9a6b00;--unusual:#3a5fb5;--good:#2b7d4f;\n"
    "--error-soft:#fbe6e4;--style-soft:#fbf0d6;--unusual-soft:#e4eaf9;--good-soft:#e0f2e7}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--paper:#12161c;--sheet:#1a2029;--ink:#e4e9ef;--soft:#98a4b3;\n"
    "--line:#2d3642;--bar:#5fb0da;--bar-soft:#24384a;--two:#f0a45a;--error:#ff8a80;--style:#e8bd55;\n"
    "--unusual:#92b0f7;--good:#7ccf9f;--error-soft:#46211f;--style-soft:#40341a;--unusual-soft:#232f4d;\n"
    "--good-soft:#1d3a2b}}\n",
    /* frame */
    "*{box-sizing:border-box}html{scroll-padding-top:3.2rem}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);line-height:1.45;\n"
    "font:15px/1.45 system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}\n"
    "header,main,footer{max-width:82rem;margin:0 auto;padding:0 1.5rem}\n"
    "header{padding-top:1.8rem}h1{font-size:1.7rem;line-height:1.2;margin:0;overflow-wrap:anywhere}\n"
    "header p{margin:.3rem 0 1rem;color:var(--soft)}\n"
    "nav{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid var(--line);\n"
    "padding:.55rem max(1.5rem,calc((100% - 82rem)/2 + 1.5rem));display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}\n"
    "nav a{color:var(--soft)}a{color:var(--bar);text-decoration:none}a:hover{text-decoration:underline}\n"
    "section{margin:0 0 2.4rem;padding-top:.6rem}h2{font-size:1.25rem;margin:1rem 0 .7rem}\n"
    "h3{font-size:1rem;margin:1.4rem 0 .5rem}.note{color:var(--soft);max-width:60rem}\n"
    "footer{color:var(--soft);border-top:1px solid var(--line);padding-top:.8rem;padding-bottom:2rem}\n",
    /* tiles and lists */
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.8rem;margin:0}\n"
    ".tiles div,.item,.card,.wide{background:var(--sheet);border:1px solid var(--line);border-radius:8px}\n"
    ".tiles div{padding:.7rem .9rem;border-top:3px solid var(--line)}dt{color:var(--soft)}dd{margin:0}\n"
    ".tiles dt{font-size:.82rem}.tiles dd{font-size:1.5rem;font-weight:600;line-height:1.3;\n"
    "font-variant-numeric:tabular-nums}.tiles .detail{font-size:.82rem;font-weight:400;color:var(--soft)}\n"
    ".tiles .error{border-top-color:var(--error)}.tiles .style{border-top-color:var(--style)}\n"
    ".tiles .unusual{border-top-color:var(--unusual)}.tiles .good{border-top-color:var(--good)}\n"
    ".item{display:flex;gap:.9rem;padding:.65rem .9rem;margin:0 0 .5rem;border-left:3px solid var(--line)}\n"
    ".item.error{border-left-color:var(--error)}.item.style{border-left-color:var(--style)}\n"
    ".item.unusual{border-left-color:var(--unusual)}.item>.pill{flex:0 0 4.6rem;align-self:flex-start;\n"
    "text-align:center}.item div{min-width:0;flex:1}.item p{margin:0;overflow-wrap:anywhere}\n"
    ".meta{color:var(--soft);font-size:.85rem}\n"
    "pre{margin:.45rem 0 0;padding:.5rem .7rem;background:var(--paper);border-radius:6px;font-size:.82rem;\n"
    "white-space:pre-wrap;overflow-wrap:anywhere;max-height:14rem;overflow:auto}\n"
    "code{font-family:ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace}\n"
    ".pill{display:inline-block;font-size:.76rem;line-height:1.5;padding:0 .5rem;border-radius:1rem;\n"
    "background:var(--paper);border:1px solid var(--line);color:var(--soft);white-space:nowrap}\n"
    ".pill.error{background:var(--error-soft);color:var(--error);border-color:transparent}\n"
    ".pill.style{background:var(--style-soft);color:var(--style);border-color:transparent}\n"
    ".pill.unusual{background:var(--unusual-soft);color:var(--unusual);border-color:transparent}\n"
    ".pill.good{background:var(--good-soft);color:var(--good);border-color:transparent}\n",
    /* cards */
    ".cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(23rem,100%),1fr));gap:1rem}\n"
    ".card{padding:.9rem 1rem;min-width:0;content-visibility:auto;contain-intrinsic-size:auto 26rem}\n"
    ".card h3{margin:0 0 .3rem;overflow-wrap:anywhere}.card:target{outline:2px solid var(--bar)}\n"
    ".pills{margin:0 0 .6rem;display:flex;flex-wrap:wrap;gap:.3rem}\n"
    ".facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.1rem 1.2rem;margin:.6rem 0}\n"
    ".facts div{display:flex;justify-content:space-between;gap:.6rem;border-bottom:1px solid var(--line);\n"
    "font-size:.86rem;padding:.12rem 0;min-width:0}.facts dd{text-align:right;min-width:0;\n"
    "font-variant-numeric:tabular-nums;overflow-wrap:break-word}.facts dt{flex:none;max-width:60%}\n",
    /* tables */
    ".wide{overflow-x:auto;margin:.5rem 0 1rem}table{border-collapse:collapse;width:100%;font-size:.88rem}\n"
    ".wide table{min-width:36rem}th{text-align:left;font-weight:600}thead th{color:var(--soft);font-size:.8rem;\n"
    "border-bottom:1px solid var(--line);white-space:nowrap}th,td{padding:.32rem .7rem;vertical-align:middle}\n"
    "tbody tr+tr td{border-top:1px solid var(--line)}td{overflow-wrap:break-word;max-width:22rem}\n"
    ".num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "td.num .bar{width:3.5rem;margin-left:.5rem}\n"
    ".bars{margin:.6rem 0;table-layout:fixed}.bars caption{text-align:left;color:var(--soft);font-size:.8rem;\n"
    "padding-bottom:.15rem}.bars th,.bars td{padding:.08rem 0;border:0!important;font-size:.84rem}\n"
    ".bars th{font-weight:400;width:44%;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;\n"
    "padding-right:.6rem}.bars .num{width:8rem;color:var(--soft);padding-left:.5rem}\n"
    ".bar{display:inline-block;vertical-align:middle;width:100%;background:var(--bar-soft);border-radius:3px;\n"
    "overflow:hidden;print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
    ".bar i{display:block;height:.62rem;background:var(--bar)}.bar i+i{margin-top:1px}.bar .two{background:var(--two)}\n"
    ".bar:has(.two) i{height:.36rem}\n",
    /* charts */
    "figure{margin:.3rem 0}.hist{display:block;width:100%;height:4.6rem;border-bottom:1px solid var(--soft);\n"
    "overflow:visible}.hist rect,.bins{fill:var(--bar)}.hist rect:hover{fill:var(--two)}\n"
    ".over{fill:none;stroke:var(--two);stroke-width:1.6;vector-effect:non-scaling-stroke}\n"
    "figcaption{display:flex;justify-content:space-between;color:var(--soft);font-size:.76rem;\n"
    "font-variant-numeric:tabular-nums}.spark{width:4.4rem;height:1.15rem;display:block}\n"
    ".heat{overflow-x:auto}.heat rect{fill:var(--bar)}\n"
    ".heat text{font-size:11px;fill:var(--soft)}\n"
    ".scale{display:flex;align-items:center;gap:1rem;margin:.5rem 0;max-width:46rem}.scale b{flex:0 0 6rem;font-weight:600}\n"
    ".track{position:relative;flex:1;height:.8rem;border-radius:.4rem;background:var(--bar-soft)}\n"
    ".track i{position:absolute;top:-.15rem;height:1.1rem;width:2px;background:var(--soft)}\n"
    ".track .ceiling{background:var(--good);width:3px}.track .score{width:.9rem;height:.9rem;top:-.05rem;\n"
    "margin-left:-.45rem;border-radius:50%;background:var(--bar);border:2px solid var(--sheet)}\n",
    /* narrow screens, paper */
    "@media (max-width:40rem){html{scroll-padding-top:.5rem}header,main,footer{padding-left:.8rem;padding-right:.8rem}\n"
    "nav{position:static;padding:.5rem .8rem}.item{flex-direction:column;gap:.3rem}.item>.pill{flex:none;width:4.6rem}}\n"
    "@media print{:root{--paper:#fff}body{font-size:9.5pt}nav{display:none}pre{max-height:none}\n"
    ".cards{grid-template-columns:1fr 1fr}.card{content-visibility:visible}.card,.item,.tiles div,tr{break-inside:avoid}\n"
    "h2,h3{break-after:avoid}.wide{overflow:visible}.wide table{min-width:0}*{print-color-adjust:exact;\n"
    "-webkit-print-color-adjust:exact}}\n",
};
/* clang-format on */

#endif
