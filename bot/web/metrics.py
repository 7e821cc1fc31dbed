"""Figures for Prometheus: numbers and states, never people or texts."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.figures import Figures


class Metrics:
    """What this process has counted since its start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = Counter(
            "trucso_web_events", "Events that people sent from web pages.", ["kind"], registry=self._registry
        )
        self._repeats = Counter(
            "trucso_web_repeats", "Events that a page sent again.", registry=self._registry
        )

        self._streams = Gauge("trucso_web_streams", "Streams that open pages hold.", registry=self._registry)

    def count(self, kind: str, *, new: bool) -> None:
        """Count one event of a web page ("press", "text", "photo", "location")."""
        self._events.labels(kind).inc()
        if not new:
            self._repeats.inc()

    def render(self, figures: Figures, streams: int) -> bytes:
        """Return counters, open streams and the figures of the database in Prometheus' text format."""
        self._streams.set(streams)
        at_hand = CollectorRegistry()
        at_hand.register(_FromDatabase(figures))
        return generate_latest(self._registry) + generate_latest(at_hand)


class _FromDatabase(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        rows = GaugeMetricFamily("trucso_rows", "Rows of inbox and outbox.", labels=["table", "state"])
        for (table, state), count in sorted(self._figures.rows.items()):
            rows.add_metric([table, state], count)
        yield rows
        ages = GaugeMetricFamily(
            "trucso_oldest_waiting_seconds", "Domain seconds the oldest waiting row is old.", labels=["table"]
        )
        for table, age in sorted(self._figures.oldest_waiting.items()):
            ages.add_metric([table], age)
        yield ages
        beats = GaugeMetricFamily(
            "trucso_heartbeat_age_seconds", "Real seconds since a part's last round.", labels=["part"]
        )
        for part, age in sorted(self._figures.heartbeat_ages.items()):
            beats.add_metric([part], age)
        yield beats
