from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "juara.samples"
    label = "samples"
