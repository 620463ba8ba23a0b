"""The offline HTML report and the tables beside it."""

from tenor.pipeline.report.data import ReportData
from tenor.pipeline.report.render import build_report, write_report

__all__ = ["ReportData", "build_report", "write_report"]
