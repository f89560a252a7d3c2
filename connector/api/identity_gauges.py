"""Identity in the metrics: what looks odd, as numbers. Labels are names of sources."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from connector.identity.alarms import Alarms

# Of each source: the metric, what it says, and where that stands.
OF_SOURCE = (
    ("visavis_identity_merge_rate", "Joins of people who were apart, per record, lately.", lambda rate: rate.recent),
    ("visavis_identity_merge_rate_usual", "The same, as is usual for the source.", lambda rate: rate.usual),
    ("visavis_identity_links_held", "Links that wait for a person.", lambda rate: rate.held),
    ("visavis_identity_brake", "1 while the source's new links wait.", lambda rate: rate.brake is not None),
)


def gauges(alarms: Alarms) -> Iterator[Metric]:
    """How things stand."""
    largest = max((each.records for each in alarms.largest), default=0)
    for name, says, stands in (
        ("visavis_identity_largest_profile", "Records of the largest profile.", largest),
        ("visavis_identity_bridged_profiles", "Profiles that hang on one link.", alarms.bridged_count),
        ("visavis_identity_turned_values", "Values that turned generic within a week.", alarms.generic_count),
        ("visavis_identity_reviews", "Possible matches that wait for a person.", alarms.reviews),
    ):
        yield GaugeMetricFamily(name, says, stands)
    for name, says, told in OF_SOURCE:
        family = GaugeMetricFamily(name, says, labels=("source",))
        for rate in alarms.rates:
            family.add_metric([rate.source], float(told(rate)))
        yield family
