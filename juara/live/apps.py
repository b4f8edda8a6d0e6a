from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "juara.live"
    label = "live"
