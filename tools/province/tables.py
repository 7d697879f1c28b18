"""The results of a batch summed by county and control line."""

from decimal import Decimal

from pyspark.sql import functions as F

from plugin.core.review.tiers import Conclusion
from plugin.report.review.province import CountyRow, LineRow

_M2 = "decimal(20, 2)"  # sums of cents do not depend on the order that they come in


def of_counties(spark, folder, lines):
    """(CountyRows, LineRows) of the Parquet folders of a run; `lines`: ids of the control lines, in their order."""
    summaries = spark.read.parquet(str(folder / "summaries"))
    verdicts = spark.read.parquet(str(folder / "verdicts"))
    return _counties(summaries), _lines(verdicts, summaries.select("project_key", "county"), lines)


def _counties(summaries):
    unclear = F.when(F.col("not_checked") + F.col("failed") > 0, 1).otherwise(0)
    sums = [F.count("*").alias("projects"), F.sum(F.col("project_m2").cast(_M2)).alias("m2")]
    rows = summaries.groupBy("county", "conclusion").agg(*sums, F.sum(unclear).alias("unclear")).collect()
    found = []
    for county in sorted({row.county for row in rows}):
        own = [row for row in rows if row.county == county]
        counts = {_CONCLUSIONS[row.conclusion]: row.projects for row in own}
        total, m2 = sum(counts.values()), float(sum((row.m2 for row in own), Decimal()))
        found.append(CountyRow(county, total, m2, counts, sum(row.unclear for row in own)))
    return found


def _lines(verdicts, counties, lines):
    sums = [F.count("*").alias("projects"), F.sum(F.col("overlap_m2").cast(_M2)).alias("m2")]
    sums += [F.min("reason").alias("reason"), F.countDistinct("reason").alias("reasons")]
    rows = (
        verdicts.join(counties, "project_key")
        .groupBy("county", "line_id", "line_name", "conclusion")
        .agg(*sums)
        .collect()
    )
    order, tiers = {line: number for number, line in enumerate(lines)}, list(Conclusion)
    found = [
        LineRow(
            r.county, r.line_id, r.line_name, _CONCLUSIONS[r.conclusion], r.projects, float(r.m2), r.reason, r.reasons
        )
        for r in rows
    ]
    return sorted(found, key=lambda row: (row.county, order[row.line_id], tiers.index(row.conclusion)))


_CONCLUSIONS = {conclusion.word: conclusion for conclusion in Conclusion}
