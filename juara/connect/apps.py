from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "juara.connect"
    label = "connect"
