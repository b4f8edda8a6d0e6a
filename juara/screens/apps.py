from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "juara.screens"
    label = "screens"
