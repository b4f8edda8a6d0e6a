from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "juara.ops"
    label = "ops"
