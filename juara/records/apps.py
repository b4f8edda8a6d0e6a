from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "juara.records"
    label = "records"
