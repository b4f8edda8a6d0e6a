from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "juara.metrics"
    label = "metrics"
