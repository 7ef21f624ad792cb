/* The document of a small profile whose names and cells attack the report. */
#ifndef TW_TESTS_REPORT_SAMPLE_H
#define TW_TESTS_REPORT_SAMPLE_H

static const char profile[] =
    "{\"rows\": 4, \"exact\": true, \"columns\": ["
    "{\"name\": \"<script>alert(1)</script>\", \"type\": \"text\", \"role\": null,"
    " \"semantic\": null, \"sensitive\": true, \"missing\": 1,"
    " \"null_tokens\": {\"<i>\": 1}, \"distinct\": {\"value\": 2, \"exact\": false},"
    " \"min\": \"\\\" onload=x\", \"max\": \"a|b`c\", \"top\": [{\"value\":"
    " \"<img src=x onerror=alert(2)>\", \"count\": 3}],"
    " \"patterns\": [{\"pattern\": \"[x](javascript:y)\", \"count\": 3}], \"sorted\": null},"
    "{\"name\": \"age\", \"type\": \"integer\", \"missing\": 0, \"distinct\": {\"value\": 4,"
    " \"exact\": true}, \"min\": 1, \"max\": 9, \"mean\": 3.25,"
    " \"quantiles\": {\"0.25\": 1.5, \"0.5\": 2.5}, \"histogram\": {\"edges\": [0, 3, 6, 9],"
    " \"counts\": [3, 0, 1]}, \"top\": [{\"value\": 1, \"count\": 1}], \"patterns\": []}],"
    "\"associations\": [{\"a\": \"age\", \"b\": \"<script>alert(1)</script>\", \"measure\":"
    " \"pearson\", \"value\": -0.5, \"n\": 4}],"
    "\"missingness\": {\"patterns\": [{\"columns\": [\"age\"], \"rows\": 1}], \"rules\": []},"
    "\"duplicates\": {\"exact\": 1, \"near\": 0}, \"findings\": [{\"class\": \"error\","
    " \"kind\": \"typo\", \"columns\": [\"age\"], \"rows\": [0, 7], \"confidence\": 0.8,"
    " \"message\": \"</p><svg onload=alert(3)> in row 1\", \"evidence\": {\"votes\": 3},"
    " \"fix\": \"r:trim { cols = { \\\"```</code>\\\" } }\", \"verdict\": \"open\"}]}";

#endif
