#!/usr/bin/env python3
"""peers.py LIBRARY WORK FILE [RUNS]: the work of a bench by DuckDB or Polars, for bench/run.

Prints the best CPU seconds, the best wall seconds and the peak memory in MiB of RUNS runs (default
1), measured inside the process around the work alone, so that starting Python and loading the
library count for nothing. `peers.py LIBRARY` alone prints the library's version.
"""
import os
import resource
import sys
import time

NULLS = ["", "NA", "N/A", "null"]
COUNTRIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "countries.csv")


def duckdb_works():
    import duckdb

    def run(query):
        def work(path):
            con = duckdb.connect()
            con.execute("SET preserve_insertion_order = true")
            con.execute(query.format(file=f"read_csv('{path}', nullstr={NULLS})",
                                     text=f"read_csv('{path}', all_varchar=true)",
                                     countries=f"read_csv('{COUNTRIES}', all_varchar=true)"))
            con.fetchall()
        return work

    return duckdb.__version__, {
        "count": run("SELECT count(*) FROM {text}"),
        "cells": run("CREATE TABLE t AS SELECT * FROM {file}"),
        "profile": run("SUMMARIZE SELECT * FROM {file}"),
        "convert": run("COPY (SELECT * FROM {text}) TO '/dev/null' (FORMAT csv, HEADER)"),
        "select": run("COPY (SELECT id, price, city FROM {text}) TO '/dev/null' (FORMAT csv, HEADER)"),
        "where": run("COPY (SELECT * FROM {file} WHERE price > 100) TO '/dev/null' (FORMAT csv, HEADER)"),
        "sort": run("COPY (SELECT * FROM {file} ORDER BY price DESC) TO '/dev/null' (FORMAT csv, HEADER)"),
        "join": run("COPY (SELECT * FROM {text} AS f JOIN {countries} AS c USING (country)) TO '/dev/null' (FORMAT csv, HEADER)"),
        "melt": run("COPY (FROM {text} UNPIVOT INCLUDE NULLS (v FOR k IN (price, weight, ratio))) TO '/dev/null' (FORMAT csv, HEADER)"),
        "group": run("COPY (SELECT city, avg(id), sum(stock) FROM {file} GROUP BY city) TO '/dev/null' (FORMAT csv, HEADER)"),
    }


def polars_works():
    import polars as pl

    def scan(path, text=False):
        if text:
            return pl.scan_csv(path, infer_schema=False)
        return pl.scan_csv(path, null_values=NULLS, infer_schema_length=10000)

    return pl.__version__, {
        "count": lambda path: scan(path, True).select(pl.len()).collect(engine="streaming"),
        "cells": lambda path: scan(path).collect(),
        "profile": lambda path: scan(path).collect().describe(),
        "convert": lambda path: scan(path, True).sink_csv("/dev/null"),
        "select": lambda path: scan(path, True).select("id", "price", "city").sink_csv("/dev/null"),
        "where": lambda path: scan(path).filter(pl.col("price") > 100).sink_csv("/dev/null"),
        "sort": lambda path: scan(path).sort("price", descending=True, nulls_last=True).sink_csv("/dev/null"),
        "join": lambda path: scan(path, True).join(pl.scan_csv(COUNTRIES), on="country").sink_csv("/dev/null"),
        "melt": lambda path: scan(path, True).unpivot(["price", "weight", "ratio"], index=pl.selectors.exclude(
            "price", "weight", "ratio")).sink_csv("/dev/null"),
        "group": lambda path: scan(path).group_by("city").agg(pl.col("id").mean(), pl.col("stock").sum()).sink_csv("/dev/null"),
    }


LIBRARIES = {"duckdb": duckdb_works, "polars": polars_works}


def peak_mib():
    """The whole resident set at its greatest; bench/run does not print it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work, path):
    """In a child of its own: threads and caches of one run must not help the next."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        cpu, wall = time.process_time(), time.monotonic()
        try:
            work(path)
        except Exception as why:  # whatever the library raises: this peer has no figure then
            print(f"peers.py: {path}: {str(why).splitlines()[0]}", file=sys.stderr)
            os._exit(1)
        text = f"{time.process_time() - cpu} {time.monotonic() - wall} {peak_mib()}"
        os.write(writer, text.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return [float(word) for word in text.split()] if text else None


def main(argv):
    if len(argv) not in (1, 3, 4) or argv[0] not in LIBRARIES:
        sys.exit(__doc__)
    version, works = LIBRARIES[argv[0]]()
    if len(argv) == 1:
        print(version)
        return 0
    work = works.get(argv[1])
    if not work:
        sys.exit(f"peers.py: {argv[0]} has no work '{argv[1]}'; there are: {' '.join(works)}")
    runs = [measured(work, argv[2]) for _ in range(int(argv[3]) if len(argv) == 4 else 1)]
    if None in runs:
        return 1
    best = [pick(run[i] for run in runs) for i, pick in enumerate((min, min, max))]
    print("%.4f %.4f %.1f" % tuple(best))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
